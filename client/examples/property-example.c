/* A device of the thing model: posts its properties and waits for the platform's reply to that very post. */
#include "example.h"

static struct example_counts counts;
static int replies, reply_code;

/* The reply: {"code":200,"data":{},"id":"1",...}. A device of a few kilobytes looks for what it needs; this one asked once, so any
 * reply is the one to id 1. */
static void on_reply(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    iotx_mqtt_topic_info_pt info = msg->msg;
    char text[EXAMPLE_BUFFER_BYTES];
    (void)pcontext;
    (void)pclient;
    HAL_Snprintf(text, sizeof text, "%.*s", (int)info->payload_len, info->payload);
    const char *code = strstr(text, "\"code\":");
    if (!code || !strstr(text, "\"id\":\"1\""))
        return;
    reply_code = (int)strtol(code + 7, NULL, 10);
    replies++;
    HAL_Printf("reply: %s\n", text);
}

static int post(void *client, const char *product_key, const char *device_name)
{
    static const char properties[] =
        "{\"id\":\"1\",\"version\":\"1.0\",\"method\":\"thing.event.property.post\","
        "\"params\":{\"temperature\":21.5,\"switch\":1}}";
    char topic[IOTX_MQTT_TOPIC_MAX_BYTES + 1], reply[IOTX_MQTT_TOPIC_MAX_BYTES + 1];
    HAL_Snprintf(topic, sizeof topic, "/sys/%s/%s/thing/event/property/post", product_key, device_name);
    HAL_Snprintf(reply, sizeof reply, "%s_reply", topic);
    if (IOT_MQTT_Subscribe(client, reply, IOTX_MQTT_QOS1, on_reply, NULL) < 0 ||
        example_await(client, &counts.subscribed, &counts) != 0)
        return -1;
    /* The reply may come before the acknowledgement. */
    if (example_publish(client, topic, properties, &counts) != 0)
        return -1;
    return replies ? 0 : example_await(client, &replies, &counts);
}

int main(int argc, char **argv)
{
    iotx_conn_info_pt info = NULL;
    if (argc != 1 && argc != 4) {
        HAL_Printf("usage: property-example [PRODUCT_KEY DEVICE_NAME DEVICE_SECRET]\n");
        return 2;
    }
    const char *product_key = argc == 4 ? argv[1] : "pk", *device_name = argc == 4 ? argv[2] : "device",
               *secret = argc == 4 ? argv[3] : "secret";
    if (IOT_SetupConnInfo(product_key, device_name, secret, (void **)&info) != 0)
        return 1;
    void *client = example_construct(info, &counts);
    if (!client)
        return 1;
    int result = post(client, product_key, device_name);
    HAL_Printf(result == 0 ? "posted, and answered with code %d\n" : "no reply\n", reply_code);
    IOT_MQTT_Destroy(&client);
    return result == 0 && reply_code == 200 ? 0 : 1;
}
