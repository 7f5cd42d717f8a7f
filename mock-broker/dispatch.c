#include "dispatch.h"

#include "connection.h"
#include "keepalive.h"

#include "lib/base/without.h"

/* Types without a handler are those that only a server sends. */
static void (*const handlers[])(struct connection *, const struct mqtt_packet *) = {
    [MQTT_CONNECT] = handle_connect,     [MQTT_PUBLISH] = handle_publish,
    [MQTT_PUBACK] = handle_puback,       [MQTT_PUBREC] = handle_pubrec,
    [MQTT_PUBREL] = handle_pubrel,       [MQTT_PUBCOMP] = handle_pubcomp,
    [MQTT_SUBSCRIBE] = handle_subscribe, [MQTT_UNSUBSCRIBE] = handle_unsubscribe,
    [MQTT_PINGREQ] = handle_pingreq,     [MQTT_DISCONNECT] = handle_disconnect,
};

bool dispatch_has(unsigned type)
{
    return type < sizeof handlers / sizeof handlers[0] && handlers[type];
}

/* NULL, or why this packet may not come now. */
static const struct mqtt_fault *out_of_place(const struct connection *c, const struct mqtt_packet *packet)
{
    static const struct mqtt_fault too_early = {"the first packet is not a CONNECT", 0, "MQTT-3.1.0-1"};
    static const struct mqtt_fault second = {"a second CONNECT", 0, "MQTT-3.1.0-2"};
    static const struct mqtt_fault servers = {"only a server sends this packet", 0, "section 2.2.1"};
    bool online = c->state == CONNECTION_ONLINE || c->state == CONNECTION_REGISTERED;
    if (!online && packet->type != MQTT_CONNECT)
        return &too_early;
    if (online && packet->type == MQTT_CONNECT)
        return &second;
    return dispatch_has(packet->type) ? NULL : &servers;
}

/* Behind a registration comes DISCONNECT. A PINGREQ is answered, because some clients send one at once; anything else would need
 * a device that is online. */
static void after_registration(struct connection *c, const struct mqtt_packet *packet)
{
    if (packet->type == MQTT_DISCONNECT || packet->type == MQTT_PINGREQ) {
        handlers[packet->type](c, packet);
        return;
    }
    connection_note(c, "only DISCONNECT may follow a registration: closed");
    connection_close(c, OFFLINE_PROTOCOL_ERROR, (struct str){0});
}

bool dispatch_packet(struct connection *c, const struct mqtt_packet *packet)
{
    const struct mqtt_fault *fault = out_of_place(c, packet);
    if (fault) {
        connection_close_malformed(c, fault, mqtt_type_name(packet->type));
        return false;
    }
    if (c->state == CONNECTION_ONLINE)
        keepalive_heard(c, packet->type);
    if (c->state == CONNECTION_REGISTERED)
        after_registration(c, packet);
    else if (!without("packet", mqtt_type_name(packet->type)))
        handlers[packet->type](c, packet);
    return c->state != CONNECTION_CLOSING && !c->is_cut;
}
