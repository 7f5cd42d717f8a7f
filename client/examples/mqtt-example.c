/* The documents' mqtt-example: signs in, subscribes a topic, publishes to it, shows what comes back. Alone it sends one message and
 * ends; with `loop` it stays online, reconnects by itself, and leaves on SIGINT. Written against the public headers only. */
#include <signal.h>

#include "iot_export.h"
#include "iot_export_mqtt.h"
#include "iot_import.h"

enum { BUFFER_BYTES = 1024, YIELD_MS = 200, LOOP_PAUSE_MS = 100, PATIENCE_MS = 10000 };

static volatile sig_atomic_t interrupted;

static struct {
    char topic[IOTX_MQTT_TOPIC_MAX_BYTES + 1];
    int subscribe_id, publish_id;
    int is_subscribed, is_published, is_refused;
    unsigned arrived;
} example;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

static void on_event(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    int id = (int)(uintptr_t)msg->msg;
    (void)pcontext;
    (void)pclient;
    switch (msg->event_type) {
    case IOTX_MQTT_EVENT_DISCONNECT:
    case IOTX_MQTT_EVENT_RECONNECT:
    case IOTX_MQTT_EVENT_BUFFER_OVERFLOW:
        HAL_Printf("%s\n", (const char *)msg->msg);
        break;
    case IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS:
        example.is_subscribed |= id == example.subscribe_id;
        HAL_Printf("request %d: subscribed\n", id);
        break;
    case IOTX_MQTT_EVENT_PUBLISH_SUCCESS:
        example.is_published |= id == example.publish_id;
        HAL_Printf("request %d: published\n", id);
        break;
    case IOTX_MQTT_EVENT_SUBCRIBE_TIMEOUT:
    case IOTX_MQTT_EVENT_SUBCRIBE_NACK:
    case IOTX_MQTT_EVENT_PUBLISH_TIMEOUT:
        example.is_refused = 1;
        HAL_Printf("request %d: failed, event %d\n", id, msg->event_type);
        break;
    default:
        HAL_Printf("request %d: event %d\n", id, msg->event_type);
    }
}

static void on_message(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    iotx_mqtt_topic_info_pt info = msg->msg;
    (void)pcontext;
    (void)pclient;
    example.arrived++;
    HAL_Printf("message on %.*s: %.*s\n", info->topic_len, info->ptopic, (int)info->payload_len,
               info->payload);
}

static int publish(void *client, const char *text)
{
    iotx_mqtt_topic_info_t message;
    memset(&message, 0, sizeof message);
    message.qos = IOTX_MQTT_QOS1;
    message.payload = text;
    message.payload_len = (uint32_t)strlen(text);
    return IOT_MQTT_Publish(client, example.topic, &message);
}

/* Yields until *flag is set. 0, or -1 when it is not in time. */
static int await(void *client, const int *flag)
{
    uint64_t until_ms = HAL_UptimeMs() + PATIENCE_MS;
    while (!*flag && !example.is_refused && !interrupted && HAL_UptimeMs() < until_ms)
        IOT_MQTT_Yield(client, YIELD_MS);
    return *flag ? 0 : -1;
}

/* Sends one message and waits until it is acknowledged and has come back. */
static int once(void *client)
{
    example.subscribe_id = IOT_MQTT_Subscribe(client, example.topic, IOTX_MQTT_QOS1, on_message, NULL);
    if (example.subscribe_id < 0 || await(client, &example.is_subscribed) != 0) {
        HAL_Printf("cannot subscribe %s: %d\n", example.topic, example.subscribe_id);
        return -1;
    }
    example.publish_id = publish(client, "message: hello! start!");
    if (example.publish_id < 0 || await(client, &example.is_published) != 0) {
        HAL_Printf("cannot publish: %d\n", example.publish_id);
        return -1;
    }
    for (int i = 0; example.arrived == 0 && i < PATIENCE_MS / YIELD_MS && !interrupted; i++)
        IOT_MQTT_Yield(client, YIELD_MS);
    return example.arrived > 0 ? 0 : -1;
}

static void loop(void *client)
{
    while (!interrupted) {
        IOT_MQTT_Yield(client, YIELD_MS);
        HAL_SleepMs(LOOP_PAUSE_MS);
    }
    HAL_Printf("interrupted: signing off\n");
}

static void *construct(iotx_conn_info_pt conn, char *write_buffer, char *read_buffer)
{
    iotx_mqtt_param_t param;
    memset(&param, 0, sizeof param);
    param.port = conn->port;
    param.host = conn->host_name;
    param.client_id = conn->client_id;
    param.username = conn->username;
    param.password = conn->password;
    param.pub_key = conn->pub_key;
    param.request_timeout_ms = 2000;
    param.clean_session = 0;
    param.keepalive_interval_ms = 60000;
    param.pwrite_buf = write_buffer;
    param.write_buf_size = BUFFER_BYTES;
    param.pread_buf = read_buffer;
    param.read_buf_size = BUFFER_BYTES;
    param.handle_event.h_fp = on_event;
    return IOT_MQTT_Construct(&param);
}

static int run(int stays)
{
    char product_key[PRODUCT_KEY_LEN + 1], device_name[DEVICE_NAME_LEN + 1], secret[DEVICE_SECRET_LEN + 1];
    static char write_buffer[BUFFER_BYTES], read_buffer[BUFFER_BYTES];
    iotx_conn_info_pt conn = NULL;
    HAL_GetProductKey(product_key);
    HAL_GetDeviceName(device_name);
    HAL_GetDeviceSecret(secret);
    if (IOT_SetupConnInfo(product_key, device_name, secret, (void **)&conn) != 0)
        return -1;
    void *client = construct(conn, write_buffer, read_buffer);
    if (!client) {
        HAL_Printf("cannot connect\n");
        return -1;
    }
    HAL_Snprintf(example.topic, sizeof example.topic, "/%s/%s/user/data", product_key, device_name);
    int result = once(client);
    if (result == 0 && stays)
        loop(client);
    else
        IOT_MQTT_Unsubscribe(client, example.topic);
    IOT_MQTT_Destroy(&client);
    return result;
}

static int usage(void)
{
    HAL_Printf("usage: mqtt-example [loop] [--product-key TEXT] [--device-name TEXT] [--device-secret TEXT]\n"
               "       [--product-secret TEXT] [--debug]\n"
               "The default is the documents' example device. Environment: IOT_ENDPOINT=host:port,\n"
               "IOT_TRANSPORT=tls|tcp|wss|ws, IOT_AUTH=direct|https|token, IOT_AUTH_ENDPOINT=host:port, "
               "IOT_CA_FILE.\n");
    return 2;
}

int main(int argc, char **argv)
{
    int stays = 0, is_wrong = 0;
    IOT_OpenLog("mqtt-example");
    IOT_SetLogLevel(IOT_LOG_WARNING);
    HAL_SetProductKey("pk");
    HAL_SetDeviceName("device");
    HAL_SetDeviceSecret("secret");
    for (int i = 1; i < argc; i++) {
        char *value = argv[i + 1];
        if (strcmp(argv[i], "loop") == 0)
            stays = 1;
        else if (strcmp(argv[i], "--debug") == 0)
            IOT_SetLogLevel(IOT_LOG_DEBUG);
        else if (strcmp(argv[i], "--product-key") == 0)
            is_wrong |= HAL_SetProductKey(value), i++;
        else if (strcmp(argv[i], "--device-name") == 0)
            is_wrong |= HAL_SetDeviceName(value), i++;
        else if (strcmp(argv[i], "--device-secret") == 0)
            is_wrong |= HAL_SetDeviceSecret(value), i++;
        else if (strcmp(argv[i], "--product-secret") == 0)
            is_wrong |= HAL_SetProductSecret(value), i++;
        else
            return usage();
    }
    if (is_wrong < 0)
        return usage();
    signal(SIGINT, on_interrupt);
    signal(SIGTERM, on_interrupt);
    int result = run(stays);
    IOT_DumpMemoryStats(IOT_LOG_DEBUG);
    IOT_CloseLog();
    return result == 0 ? 0 : 1;
}
