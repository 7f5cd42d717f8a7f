/* An application that does what its standard input says, a line a command, and prints what the library tells it, a line an event:
 * what a fault looks like from there. Commands: subscribe, publish TEXT (QoS 1), quit. Without arguments it signs in by the
 * environment's way, as pk/device; with CLIENT-ID and TOKEN by the token of an earlier registration. */
#include <poll.h>
#include <unistd.h>

#include "iot_export.h"
#include "iot_import.h"

#define TOPIC "/pk/device/user/data"

static void on_event(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    (void)pcontext;
    (void)pclient;
    switch (msg->event_type) {
    case IOTX_MQTT_EVENT_DISCONNECT:
    case IOTX_MQTT_EVENT_RECONNECT:
        HAL_Printf("event %d: %s\n", msg->event_type, (const char *)msg->msg);
        break;
    default:
        HAL_Printf("event %d: request %u\n", msg->event_type, (unsigned int)(uintptr_t)msg->msg);
    }
}

static void on_message(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    iotx_mqtt_topic_info_pt info = (iotx_mqtt_topic_info_pt)msg->msg;
    (void)pcontext;
    (void)pclient;
    HAL_Printf("message: %.*s\n", (int)info->payload_len, info->payload);
}

static void publish(void *client, const char *text)
{
    iotx_mqtt_topic_info_t info;
    memset(&info, 0, sizeof(info));
    info.qos = IOTX_MQTT_QOS1;
    info.payload = text;
    info.payload_len = (uint32_t)strlen(text);
    HAL_Printf("publish: %d\n", IOT_MQTT_Publish(client, TOPIC, &info));
}

/* Returns 0 when that was the last one. */
static int obey(void *client, char *line)
{
    line[strcspn(line, "\n")] = '\0';
    if (strcmp(line, "subscribe") == 0)
        HAL_Printf("subscribe: %d\n", IOT_MQTT_Subscribe(client, TOPIC, IOTX_MQTT_QOS1, on_message, NULL));
    else if (strncmp(line, "publish ", 8) == 0)
        publish(client, line + 8);
    else
        return 0;
    return 1;
}

int main(int argc, char **argv)
{
    iotx_conn_info_pt conn;
    iotx_mqtt_param_t param;
    struct pollfd input = {STDIN_FILENO, POLLIN, 0};
    char line[256];
    void *client;
    int rc = argc == 3 ? IOT_SetupConnInfoToken("pk", "device", argv[1], argv[2], (void **)&conn)
                       : IOT_SetupConnInfo("pk", "device", "secret", (void **)&conn);
    if (rc != 0)
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
    param.read_buf_size = param.write_buf_size = 1024;
    param.handle_event.h_fp = on_event;
    if ((client = IOT_MQTT_Construct(&param)) == NULL)
        return 1;
    HAL_Printf("online\n");
    setvbuf(stdin, NULL, _IONBF, 0);
    while (poll(&input, 1, 0) == 0 || (fgets(line, sizeof(line), stdin) && obey(client, line)))
        IOT_MQTT_Yield(client, 20);
    HAL_Printf("connected at the end: %d\n", IOT_MQTT_CheckStateNormal(client));
    return IOT_MQTT_Destroy(&client) == 0 ? 0 : 2;
}
