/* Any bytes from a server, cut anywhere, to the client library: instead of a CONNACK or after it. Handlers call the API. Whatever
 * comes, the handle goes on: a good platform behind it is heard again. The first byte says how the bytes are cut and where they come,
 * the second what the application does. */
#include <string.h>

#include "client/core/mqtt_client.h"
#include "client/include/iotclient/iot_export.h"
#include "lib/base/check.h"
#include "lib/base/log.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/fake_port.c" /* fuzz programs link no files of tests/unit */

static unsigned what, calls, heard;

static void on_message(void *context, void *handle, iotx_mqtt_event_msg_pt msg)
{
    const iotx_mqtt_topic_info_t *info = msg->msg;
    iotx_mqtt_topic_info_t copy = *info;
    char topic[IOTX_MQTT_TOPIC_MAX_BYTES + 1];
    (void)context;
    CHECK(msg->event_type == IOTX_MQTT_EVENT_PUBLISH_RECEIVED && info->topic_len > 0);
    size_t n = info->topic_len < sizeof topic ? info->topic_len : sizeof topic - 1;
    memcpy(topic, info->ptopic, n);
    topic[n] = '\0';
    heard += info->payload_len == 4 && memcmp(info->payload, "good", 4) == 0;
    if (calls++ > 20)
        return; /* what comes back is a message again */
    if (what & 1)
        IOT_MQTT_Publish(handle, topic, &copy);
    if (what & 2)
        IOT_MQTT_Subscribe(handle, topic, IOTX_MQTT_QOS1, on_message, NULL);
    if (what & 4)
        IOT_MQTT_Unsubscribe(handle, topic);
}

static void on_event(void *context, void *handle, iotx_mqtt_event_msg_pt msg)
{
    if (msg->event_type == IOTX_MQTT_EVENT_PUBLISH_RECEIVED)
        on_message(context, handle, msg);
}

static const iotx_mqtt_param_t param = {.port = 1,
                                        .host = "h",
                                        .client_id = "c",
                                        .username = "u",
                                        .password = "p",
                                        .keepalive_interval_ms = 60000,
                                        .write_buf_size = 200,
                                        .read_buf_size = 64,
                                        .handle_event = {.h_fp = on_event}};

/* The bytes come instead of the CONNACK. */
static void at_the_door(struct fake_port *port, struct str bytes)
{
    port->withheld = 1u << MQTT_CONNACK;
    port->said_on_connect = bytes;
    port->ends_on_connect = what & 8;
    void *handle = mqtt_client_new(&param, &port->base, NULL, NULL);
    if (handle) {
        IOT_MQTT_Yield(handle, 100);
        IOT_MQTT_Destroy(&handle);
    }
}

static void inside(struct fake_port *port, struct str bytes)
{
    void *handle = mqtt_client_new(&param, &port->base, NULL, NULL);
    CHECK(handle != NULL);
    IOT_MQTT_Subscribe(handle, "/a/+", IOTX_MQTT_QOS1, on_message, NULL);
    IOT_MQTT_Publish(handle, "/a/b", &(iotx_mqtt_topic_info_t){.qos = 1});
    IOT_MQTT_Yield(handle, 10);
    fake_port_say(port, bytes.p, bytes.n);
    if (what & 8)
        fake_port_drop(port);
    IOT_MQTT_Yield(handle, 100);
    fake_port_drop(port); /* also when the bytes have left it inside a packet */
    IOT_MQTT_Yield(handle, 5000);
    CHECK(IOT_MQTT_CheckStateNormal(handle) == 1);
    heard = 0;
    fake_port_publish(port, 0, 0, "/a/x", STR("good"));
    IOT_MQTT_Yield(handle, 100);
    CHECK(heard > 0);
    IOT_MQTT_Destroy(&handle);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    log_set_level(LOG_NOTHING);
    struct fake_port *port = fake_port_new();
    struct str bytes = {(const char *)data + 2, size - 2};
    what = data[1];
    calls = 0;
    port->read_max = 1 + (data[0] >> 1);
    if (data[0] & 1)
        at_the_door(port, bytes);
    else
        inside(port, bytes);
    return 0;
}
