/* A program of somebody else: signs in, sends one message at QoS 1, and leaves. */
#include <iot_export.h>
#include <iot_import.h>

static int published;

static void on_event(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    (void)pcontext;
    (void)pclient;
    published += msg->event_type == IOTX_MQTT_EVENT_PUBLISH_SUCCESS;
}

int main(void)
{
    iotx_conn_info_pt info = NULL;
    iotx_mqtt_param_t param;
    iotx_mqtt_topic_info_t message;
    void *client;
    int i, result;
    if (IOT_SetupConnInfo("pk", "device", "secret", (void **)&info) != 0)
        return 1;
    memset(&param, 0, sizeof(param));
    param.host = info->host_name;
    param.port = info->port;
    param.client_id = info->client_id;
    param.username = info->username;
    param.password = info->password;
    param.pub_key = info->pub_key;
    param.keepalive_interval_ms = 60000;
    param.write_buf_size = param.read_buf_size = 1024;
    param.handle_event.h_fp = on_event;
    client = IOT_MQTT_Construct(&param);
    memset(&message, 0, sizeof(message));
    message.qos = 1;
    message.payload = "hello";
    message.payload_len = 5;
    result = IOT_MQTT_Publish(client, "/pk/device/user/update", &message);
    for (i = 0; i < 100 && !published && result > 0; i++)
        IOT_MQTT_Yield(client, 50);
    HAL_Printf(published ? "online\n" : "failed: %d\n", result);
    IOT_MQTT_Destroy(&client);
    return published ? 0 : 1;
}
