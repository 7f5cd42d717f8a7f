/* Threads publish and subscribe while the connection is lost again and again (the test hangs up): every error is a documented one,
 * and in the end the device is online. Ends after as many reconnections as the argument says. For the thread sanitizer too. */
#include <pthread.h>
#include <stdatomic.h>

#include "iot_export.h"
#include "iot_import.h"

static void *handle;
static atomic_int lost, back, published, strange, running = 1;

static void on_event(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    (void)pcontext;
    (void)pclient;
    if (msg->event_type == IOTX_MQTT_EVENT_DISCONNECT) {
        lost++;
    } else if (msg->event_type == IOTX_MQTT_EVENT_RECONNECT) {
        back++;
        HAL_Printf("back %d\n", back);
    } else if (msg->event_type == IOTX_MQTT_EVENT_PUBLISH_SUCCESS) {
        published++;
    }
}

static void on_message(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    (void)pcontext;
    (void)pclient;
    (void)msg;
}

static int is_documented(int rc)
{
    return rc >= 0 || rc == MQTT_STATE_ERROR || rc == MQTT_NETWORK_ERROR || rc == MQTT_PUSH_TO_LIST_ERROR;
}

static void *publish_thread(void *arg)
{
    iotx_mqtt_topic_info_t info;
    memset(&info, 0, sizeof(info));
    info.payload = "x";
    info.payload_len = 1;
    while (running) {
        info.qos = !info.qos;
        strange += !is_documented(IOT_MQTT_Publish(handle, "/pk/device/user/data", &info));
        strange += !is_documented(IOT_MQTT_Subscribe(handle, arg, IOTX_MQTT_QOS1, on_message, NULL));
        strange += IOT_MQTT_CheckStateNormal(handle) > 1;
        HAL_SleepMs(5);
    }
    return NULL;
}

static void *yield_thread(void *arg)
{
    (void)arg;
    while (running)
        IOT_MQTT_Yield(handle, 100);
    return NULL;
}

int main(int argc, char **argv)
{
    iotx_conn_info_pt conn;
    iotx_mqtt_param_t param;
    pthread_t threads[3];
    int wanted = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 1, i;
    if (IOT_SetupConnInfo("pk", "device", "secret", (void **)&conn) != 0)
        return 1;
    memset(&param, 0, sizeof(param));
    param.port = conn->port;
    param.host = conn->host_name;
    param.client_id = conn->client_id;
    param.username = conn->username;
    param.password = conn->password;
    param.pub_key = conn->pub_key;
    param.request_timeout_ms = 2000;
    param.keepalive_interval_ms = 60000;
    param.read_buf_size = param.write_buf_size = 512;
    param.handle_event.h_fp = on_event;
    if ((handle = IOT_MQTT_Construct(&param)) == NULL)
        return 2;
    HAL_Printf("online\n");
    pthread_create(&threads[0], NULL, yield_thread, NULL);
    pthread_create(&threads[1], NULL, publish_thread, "/pk/device/user/a");
    pthread_create(&threads[2], NULL, publish_thread, "/pk/device/user/b");
    for (i = 0; i < 3000 && (back < wanted || !IOT_MQTT_CheckStateNormal(handle)); i++)
        HAL_SleepMs(10);
    running = 0;
    for (i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    i = IOT_MQTT_CheckStateNormal(handle);
    IOT_MQTT_Destroy(&handle);
    HAL_Printf("lost %d, back %d, published %d, strange %d\n", lost, back, published, strange);
    return i == 1 && back >= wanted && lost == back && published > 0 && strange == 0 ? 0 : 3;
}
