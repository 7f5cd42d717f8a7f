/* In the manner of the SDK 2.0's multi-thread sample: one thread yields, the others publish, subscribe and unsubscribe meanwhile, at
 * both qualities of service; handlers publish too. The message count must come out right, and Destroy is called while the yielding
 * thread is inside. For the thread sanitizer. */
#include <pthread.h>
#include <stdatomic.h>

#include "iot_export.h"
#include "iot_import.h"

#define THREADS  4
#define MESSAGES 50

static void *pclient;
static atomic_int acknowledged, arrived, answered, subscribed, unsubscribed, given, running = 1;

static void event_handle(void *pcontext, void *handle, iotx_mqtt_event_msg_pt msg)
{
    (void)pcontext;
    (void)handle;
    if (msg->event_type == IOTX_MQTT_EVENT_PUBLISH_SUCCESS)
        acknowledged++;
    else if (msg->event_type == IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS)
        subscribed++;
    else if (msg->event_type == IOTX_MQTT_EVENT_UNSUBCRIBE_SUCCESS)
        unsubscribed++;
}

static int publish(void *handle, const char *topic, const char *text, int qos)
{
    iotx_mqtt_topic_info_t info;
    memset(&info, 0, sizeof(info));
    info.qos = qos;
    info.payload = text;
    info.payload_len = strlen(text);
    return IOT_MQTT_Publish(handle, topic, &info);
}

static void on_answer(void *pcontext, void *handle, iotx_mqtt_event_msg_pt msg)
{
    (void)pcontext;
    (void)handle;
    (void)msg;
    answered++;
}

static void on_data(void *pcontext, void *handle, iotx_mqtt_event_msg_pt msg)
{
    (void)pcontext;
    (void)msg;
    if (arrived++ % 10 == 0 && publish(handle, "/pk/device/user/answer", "answer", 0) == 0)
        given++;
}

static void *yield_thread(void *arg)
{
    (void)arg;
    while (running)
        IOT_MQTT_Yield(pclient, 200);
    return NULL;
}

static void *publish_thread(void *arg)
{
    char topic[64];
    int i;
    HAL_Snprintf(topic, sizeof(topic), "/pk/device/user/%d", (int)(uintptr_t)arg);
    for (i = 0; i < MESSAGES; i++) {
        int qos = i % 2, rc;
        while ((rc = publish(pclient, "/pk/device/user/data", "data", qos)) == MQTT_PUSH_TO_LIST_ERROR)
            HAL_SleepMs(1);
        if (rc < 0)
            HAL_Printf("publish: %d\n", rc);
        if (i % 10 == 0 && IOT_MQTT_Subscribe(pclient, topic, IOTX_MQTT_QOS1, on_answer, NULL) < 0)
            HAL_Printf("cannot subscribe\n");
        if (i % 10 == 5 && IOT_MQTT_Unsubscribe(pclient, topic) < 0)
            HAL_Printf("cannot unsubscribe\n");
    }
    return NULL;
}

static int construct(void)
{
    iotx_conn_info_pt conn;
    iotx_mqtt_param_t param;
    if (IOT_SetupConnInfo("pk", "device", "secret", (void **)&conn) != 0)
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
    param.read_buf_size = param.write_buf_size = 1024;
    param.handle_event.h_fp = event_handle;
    pclient = IOT_MQTT_Construct(&param);
    return pclient ? 0 : -1;
}

int main(void)
{
    pthread_t yielder, publishers[THREADS];
    int i;
    if (construct() != 0)
        return 1;
    pthread_create(&yielder, NULL, yield_thread, NULL);
    IOT_MQTT_Subscribe(pclient, "/pk/device/user/data", IOTX_MQTT_QOS1, on_data, NULL);
    IOT_MQTT_Subscribe(pclient, "/pk/device/user/answer", IOTX_MQTT_QOS1, on_answer, NULL);
    for (i = 0; i < 500 && subscribed < 2; i++)
        HAL_SleepMs(10);
    for (i = 0; i < THREADS; i++)
        pthread_create(&publishers[i], NULL, publish_thread, (void *)(uintptr_t)i);
    for (i = 0; i < THREADS; i++)
        pthread_join(publishers[i], NULL);
    for (i = 0; i < 1000 && (acknowledged < THREADS * MESSAGES / 2 || arrived < THREADS * MESSAGES ||
                             answered < given || subscribed < 2 + THREADS * 5 || unsubscribed < THREADS * 5);
         i++)
        HAL_SleepMs(10);
    running = 0;
    pthread_join(yielder, NULL);
    IOT_MQTT_Destroy(&pclient);
    HAL_Printf("%d acknowledged, %d arrived, %d of %d answers, %d subscribed, %d unsubscribed\n",
               acknowledged, arrived, answered, given, subscribed, unsubscribed);
    return acknowledged == THREADS * MESSAGES / 2 && arrived == THREADS * MESSAGES && given >= 20 &&
                   answered == given && subscribed == 2 + THREADS * 5 && unsubscribed == THREADS * 5
               ? 0
               : 2;
}
