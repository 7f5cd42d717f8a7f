/* A firmware on our own library: signs in as the environment says (client/environment.c and argv), subscribes its topic, publishes to
 * another one every two seconds, reconnects by itself, leaves on SIGTERM. As mqtt-example, which publishes once. */
#include <signal.h>

#include "iot_export.h"
#include "iot_export_mqtt.h"
#include "iot_import.h"

enum { BUFFER_BYTES = 300 * 1024, YIELD_MS = 100, PUBLISH_MS = 2000 };

static volatile sig_atomic_t is_asked_to_stop;

static void on_stop(int number)
{
    (void)number;
    is_asked_to_stop = 1;
}

static void on_event(void *context, void *client, iotx_mqtt_event_msg_pt event)
{
    (void)context;
    (void)client;
    HAL_Printf("event %d\n", event->event_type);
}

static void *sign_in(iotx_conn_info_pt conn)
{
    static char write_buffer[BUFFER_BYTES], read_buffer[BUFFER_BYTES];
    iotx_mqtt_param_t param;
    memset(&param, 0, sizeof param);
    param.port = conn->port;
    param.host = conn->host_name;
    param.client_id = conn->client_id;
    param.username = conn->username;
    param.password = conn->password;
    param.pub_key = conn->pub_key;
    param.request_timeout_ms = 2000;
    param.keepalive_interval_ms = 60000;
    param.pwrite_buf = write_buffer;
    param.write_buf_size = BUFFER_BYTES;
    param.pread_buf = read_buffer;
    param.read_buf_size = BUFFER_BYTES;
    param.handle_event.h_fp = on_event;
    return IOT_MQTT_Construct(&param);
}

static void publish(void *client, const char *topic)
{
    iotx_mqtt_topic_info_t message;
    memset(&message, 0, sizeof message);
    message.qos = IOTX_MQTT_QOS1;
    message.payload = "hello";
    message.payload_len = 5;
    IOT_MQTT_Publish(client, topic, &message);
}

static void live(void *client, const char *product_key, const char *device_name)
{
    char get[IOTX_MQTT_TOPIC_MAX_BYTES + 1], update[IOTX_MQTT_TOPIC_MAX_BYTES + 1];
    uint64_t next_ms = HAL_UptimeMs();
    HAL_Snprintf(get, sizeof get, "/%s/%s/user/get", product_key, device_name);
    HAL_Snprintf(update, sizeof update, "/%s/%s/user/update", product_key, device_name);
    IOT_MQTT_Subscribe(client, get, IOTX_MQTT_QOS1, on_event, NULL);
    while (!is_asked_to_stop) {
        IOT_MQTT_Yield(client, YIELD_MS);
        if (HAL_UptimeMs() < next_ms || !IOT_MQTT_CheckStateNormal(client))
            continue;
        publish(client, update);
        next_ms = HAL_UptimeMs() + PUBLISH_MS;
    }
}

int main(int argc, char **argv)
{
    iotx_conn_info_pt conn = NULL;
    if (argc != 4)
        return 2;
    signal(SIGTERM, on_stop);
    IOT_OpenLog("good-device");
    IOT_SetLogLevel(IOT_LOG_WARNING);
    if (IOT_SetupConnInfo(argv[1], argv[2], argv[3], (void **)&conn) != 0)
        return 1;
    void *client = sign_in(conn);
    if (!client)
        return 1;
    live(client, argv[1], argv[2]);
    IOT_MQTT_Destroy(&client);
    return 0;
}
