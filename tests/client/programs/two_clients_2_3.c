/* Two devices in one process, which write to themselves; and a handler that calls the functions of its handle. The second device's
 * name and secret are arguments. */
#include "iot_export.h"
#include "iot_import.h"

struct device {
    const char *name;
    void *handle;
    char topic[64], from_handler[64];
    int arrived, again;
};

static void on_second(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    struct device *d = pcontext;
    (void)msg;
    d->again += pclient == d->handle;
}

static void on_first(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    struct device *d = pcontext;
    iotx_mqtt_topic_info_pt info = msg->msg;
    iotx_mqtt_topic_info_t copy = *info;
    d->arrived += pclient == d->handle && info->payload_len == strlen(d->name) &&
                  memcmp(info->payload, d->name, info->payload_len) == 0;
    IOT_MQTT_Subscribe(pclient, d->from_handler, IOTX_MQTT_QOS1, on_second, d);
    IOT_MQTT_Unsubscribe(pclient, d->topic);
    copy.qos = IOTX_MQTT_QOS1;
    IOT_MQTT_Publish(pclient, d->from_handler, &copy);
}

static int start(struct device *d, const char *secret)
{
    iotx_conn_info_pt conn;
    iotx_mqtt_param_t param;
    if (IOT_SetupConnInfo("pk", d->name, secret, (void **)&conn) != 0)
        return -1;
    memset(&param, 0, sizeof(param));
    param.port = conn->port;
    param.host = conn->host_name;
    param.client_id = conn->client_id;
    param.username = conn->username;
    param.password = conn->password;
    param.pub_key = conn->pub_key;
    param.request_timeout_ms = 2000;
    param.keepalive_interval_ms = 120000;
    param.clean_session = 1;
    param.read_buf_size = param.write_buf_size = 512;
    if ((d->handle = IOT_MQTT_Construct(&param)) == NULL)
        return -1;
    HAL_Snprintf(d->topic, sizeof(d->topic), "/pk/%s/user/get", d->name);
    HAL_Snprintf(d->from_handler, sizeof(d->from_handler), "/pk/%s/user/again", d->name);
    return IOT_MQTT_Subscribe(d->handle, d->topic, IOTX_MQTT_QOS1, on_first, d) > 0 ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct device a = {.name = "device"}, b = {.name = argc > 2 ? argv[1] : "device"};
    iotx_mqtt_topic_info_t info = {.qos = IOTX_MQTT_QOS1};
    if (argc < 3 || start(&a, "secret") != 0 || start(&b, argv[2]) != 0)
        return 1;
    IOT_MQTT_Yield(a.handle, 100);
    IOT_MQTT_Yield(b.handle, 100);
    info.payload = a.name;
    info.payload_len = strlen(a.name);
    IOT_MQTT_Publish(a.handle, a.topic, &info);
    info.payload = b.name;
    info.payload_len = strlen(b.name);
    IOT_MQTT_Publish(b.handle, b.topic, &info);
    for (int i = 0; i < 100 && (!a.again || !b.again); i++) {
        IOT_MQTT_Yield(a.handle, 50);
        IOT_MQTT_Yield(b.handle, 50);
    }
    IOT_MQTT_Destroy(&a.handle);
    if (IOT_MQTT_CheckStateNormal(b.handle) != 1)
        return 2;
    IOT_MQTT_Destroy(&b.handle);
    HAL_Printf("%d %d %d %d\n", a.arrived, a.again, b.arrived, b.again);
    return a.arrived == 1 && a.again == 1 && b.arrived == 1 && b.again == 1 ? 0 : 3;
}
