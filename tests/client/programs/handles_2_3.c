/* Two devices in one process, each with a thread of its own that does all with its handle: what handles share inside the library must
 * stand that. The second device's name and secret are arguments. For the thread sanitizer. */
#include <pthread.h>

#include "iot_export.h"
#include "iot_import.h"

#define MESSAGES 200

struct device {
    const char *name;
    void *handle;
    char topic[64];
    int arrived;
};

static void on_data(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    struct device *d = pcontext;
    iotx_mqtt_topic_info_pt info = msg->msg;
    d->arrived += pclient == d->handle && info->payload_len == strlen(d->name) &&
                  memcmp(info->payload, d->name, info->payload_len) == 0;
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
    param.request_timeout_ms = 5000;
    param.keepalive_interval_ms = 60000;
    param.clean_session = 1;
    param.read_buf_size = param.write_buf_size = 512;
    d->handle = IOT_MQTT_Construct(&param);
    HAL_Snprintf(d->topic, sizeof(d->topic), "/pk/%s/user/get", d->name);
    return d->handle ? 0 : -1;
}

static void *talk(void *arg)
{
    struct device *d = arg;
    iotx_mqtt_topic_info_t info = {.qos = IOTX_MQTT_QOS0, .payload = d->name};
    info.payload_len = strlen(d->name);
    IOT_MQTT_Subscribe(d->handle, d->topic, IOTX_MQTT_QOS0, on_data, d);
    for (int i = 0; i < MESSAGES; i++) {
        IOT_MQTT_Publish(d->handle, d->topic, &info);
        IOT_MQTT_Yield(d->handle, 1);
    }
    for (int i = 0; i < 200 && d->arrived < MESSAGES; i++)
        IOT_MQTT_Yield(d->handle, 50);
    return NULL;
}

int main(int argc, char **argv)
{
    struct device a = {.name = "device"}, b = {.name = argc > 2 ? argv[1] : "device"};
    pthread_t threads[2];
    if (argc < 3 || start(&a, "secret") != 0 || start(&b, argv[2]) != 0)
        return 1;
    pthread_create(&threads[0], NULL, talk, &a);
    pthread_create(&threads[1], NULL, talk, &b);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    IOT_MQTT_Destroy(&a.handle);
    IOT_MQTT_Destroy(&b.handle);
    HAL_Printf("%d %d\n", a.arrived, b.arrived);
    return a.arrived == MESSAGES && b.arrived == MESSAGES ? 0 : 3;
}
