/* A device on the core and port_plain.c alone: signs in with the documents' example password, subscribes, sends COUNT messages at
 * QoS 1, one after the other, and hears them; comes back by itself when the platform hangs up. plain_device PORT COUNT [HOST] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/core/mqtt_client.h"
#include "client/core/port.h"
#include "lib/base/str.h"

enum { BUFFER_BYTES = 512, TURNS_MAX = 3000, TURN_MS = 10 };

static int subscribed, published, arrived, lost, back;

static void on_event(void *context, void *client, iotx_mqtt_event_msg_pt msg)
{
    (void)context, (void)client;
    subscribed += msg->event_type == IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS;
    published += msg->event_type == IOTX_MQTT_EVENT_PUBLISH_SUCCESS;
    lost += msg->event_type == IOTX_MQTT_EVENT_DISCONNECT;
    back += msg->event_type == IOTX_MQTT_EVENT_RECONNECT;
}

static void on_message(void *context, void *client, iotx_mqtt_event_msg_pt msg)
{
    (void)context, (void)client, (void)msg;
    arrived++;
}

static bool await(struct mqtt_client *c, const int *count, int wanted)
{
    for (int i = 0; *count < wanted && i < TURNS_MAX; i++)
        mqtt_client_yield(c, TURN_MS);
    return *count >= wanted;
}

static bool talk(struct mqtt_client *c, int count)
{
    static const char topic[] = "/pk/device/user/data";
    iotx_mqtt_topic_info_t message = {.qos = 1, .payload = "plain", .payload_len = 5};
    if (mqtt_client_subscribe(c, topic, IOTX_MQTT_QOS1, on_message, NULL) < 0 || !await(c, &subscribed, 1))
        return false;
    for (int i = 1; i <= count; i++) {
        if (mqtt_client_publish(c, topic, &message) < 0 && !(await(c, &back, lost) && i--))
            return false;
        if (!await(c, &published, i) || !await(c, &arrived, i))
            return false;
        printf("%d\n", i);
        fflush(stdout);
    }
    return true;
}

int main(int argc, char **argv)
{
    static char write_buffer[BUFFER_BYTES], read_buffer[BUFFER_BYTES];
    int64_t port = 0, count = 0;
    if (argc < 3 || !str_to_int(str_of(argv[1]), &port) || !str_to_int(str_of(argv[2]), &count))
        return 2;
    iotx_mqtt_param_t param = {.port = (uint16_t)port,
                               .host = argc > 3 ? argv[3] : "localhost",
                               .client_id = "12345|securemode=3,signmethod=hmacsha1,timestamp=789|",
                               .username = "device&pk",
                               .password = "FAFD82A3D602B37FB0FA8B7892F24A477F851A14",
                               .keepalive_interval_ms = 60000,
                               .pwrite_buf = write_buffer,
                               .write_buf_size = sizeof write_buffer,
                               .pread_buf = read_buffer,
                               .read_buf_size = sizeof read_buffer,
                               .handle_event = {on_event, NULL}};
    struct mqtt_client *c = mqtt_client_new(&param, port_new(), NULL, NULL);
    if (!c)
        return 1;
    bool is_good = talk(c, (int)count);
    mqtt_client_destroy(c);
    printf("%d acknowledged, %d arrived, %d times back\n", published, arrived, back);
    return is_good ? 0 : 1;
}
