/* What the examples beside mqtt-example share: a handle made of connection info, and waiting. */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include "iot_export.h"
#include "iot_import.h"

enum { EXAMPLE_BUFFER_BYTES = 1024, EXAMPLE_PATIENCE_MS = 10000, EXAMPLE_YIELD_MS = 100 };

/* Requests of the application that were answered well, and badly. */
struct example_counts {
    int subscribed, published, failed;
};

static inline void example_on_event(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    struct example_counts *counts = pcontext;
    (void)pclient;
    switch (msg->event_type) {
    case IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS:
        counts->subscribed++;
        break;
    case IOTX_MQTT_EVENT_PUBLISH_SUCCESS:
        counts->published++;
        break;
    case IOTX_MQTT_EVENT_SUBCRIBE_NACK:
    case IOTX_MQTT_EVENT_SUBCRIBE_TIMEOUT:
    case IOTX_MQTT_EVENT_PUBLISH_TIMEOUT:
        counts->failed++;
        break;
    default: /* lost, and back again: Yield sees to it */
        break;
    }
}

/* Connects; NULL when that fails. The library takes the buffers by itself. */
static inline void *example_construct(const iotx_conn_info_t *info, struct example_counts *counts)
{
    iotx_mqtt_param_t param;
    memset(&param, 0, sizeof param);
    param.host = info->host_name;
    param.port = info->port;
    param.client_id = info->client_id;
    param.username = info->username;
    param.password = info->password;
    param.pub_key = info->pub_key;
    param.request_timeout_ms = 2000;
    param.keepalive_interval_ms = 60000;
    param.write_buf_size = EXAMPLE_BUFFER_BYTES;
    param.read_buf_size = EXAMPLE_BUFFER_BYTES;
    param.handle_event.h_fp = example_on_event;
    param.handle_event.pcontext = counts;
    return IOT_MQTT_Construct(&param);
}

/* Yields until *count has grown. 0, or -1 when it has not in time. */
static inline int example_await(void *client, const int *count, const struct example_counts *counts)
{
    uint64_t until_ms = HAL_UptimeMs() + EXAMPLE_PATIENCE_MS;
    int before = *count;
    while (*count == before && !counts->failed && HAL_UptimeMs() < until_ms)
        IOT_MQTT_Yield(client, EXAMPLE_YIELD_MS);
    return *count == before ? -1 : 0;
}

/* Publishes at QoS 1 and waits until the platform has it. 0, or -1. */
static inline int example_publish(void *client, const char *topic, const char *text,
                                  struct example_counts *counts)
{
    iotx_mqtt_topic_info_t message;
    memset(&message, 0, sizeof message);
    message.qos = IOTX_MQTT_QOS1;
    message.payload = text;
    message.payload_len = (uint32_t)strlen(text);
    if (IOT_MQTT_Publish(client, topic, &message) < 0)
        return -1;
    return example_await(client, &counts->published, counts);
}

#endif
