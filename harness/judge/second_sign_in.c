#include "second_sign_in.h"

#include <stdlib.h>

#include "client/link.h"
#include "harness/judge/device_state.h"
#include "harness/packet_build.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/net/tls.h"

enum { PATIENCE_MS = 5000 };

static bool send_packet(struct link *link, enum mqtt_type type, const cJSON *with,
                        const struct packet_sender *sender)
{
    struct buf bytes;
    buf_init(&bytes, PACKET_BUILD_MAX);
    bool sent = packet_build(type, with, sender, &bytes) && link_send(link, bytes.data, bytes.len);
    buf_fini(&bytes);
    return sent;
}

static bool is_accepted(struct link *link)
{
    struct link_packet *packet = link_wait(link, PATIENCE_MS) == LINK_PACKET ? link_take(link) : NULL;
    bool accepted = packet && packet->packet.type == MQTT_CONNACK &&
                    packet->packet.u.connack.return_code == MQTT_ACCEPTED;
    free(packet);
    return accepted;
}

static char *sign_in_and_leave(struct link *link, const struct wire_target *target,
                               const struct packet_sender *sender)
{
    cJSON *with = cJSON_CreateObject();
    cJSON_AddStringToObject(with, "clientId", DEVICE_STATE_JUDGES_CLIENT_ID);
    cJSON_AddBoolToObject(with, "cleanSession", false);
    bool accepted = link_open(link, target, PATIENCE_MS) && send_packet(link, MQTT_CONNECT, with, sender) &&
                    is_accepted(link);
    if (accepted)
        send_packet(link, MQTT_DISCONNECT, NULL, sender);
    if (link_is_open(link))
        link_close(link, CHANNEL_FLUSH);
    cJSON_Delete(with);
    return accepted ? NULL : mem_strdup("the second sign-in as this device was not accepted");
}

char *second_sign_in(const struct platform *platform, const struct profile *profile, const cJSON *device,
                     const char *device_secret)
{
    const struct packet_sender sender = {.product_key = json_text(device, "productKey"),
                                         .device_name = json_text(device, "deviceName"),
                                         .device_secret = device_secret,
                                         .transport = TRANSPORT_TLS, /* which every profile serves */
                                         .profile = profile};
    const char *error = "";
    struct tls_client *tls = tls_client_new(platform_ca(platform), NULL, &error);
    if (!tls)
        return mem_printf("TLS: %s", error);
    struct wires *wires = wires_new();
    struct link *link = link_new(wires, NULL, NULL);
    const struct wire_target target = {.host = platform_address(platform),
                                       .server_name = "localhost",
                                       .port = platform_port(platform, PLATFORM_MQTT),
                                       .transport = TRANSPORT_TLS,
                                       .tls = tls};
    char *why = sign_in_and_leave(link, &target, &sender);
    link_free(link);
    wires_free(wires);
    tls_client_free(tls);
    return why;
}
