/* An application in the manner of the SDK 2.3: sizes of buffers only, the identity in the HAL, the corrected name of event 12, a
 * keep-alive that is too short, a filter that is subscribed, left and subscribed again, and a message that its handler takes. */
#include "iot_export.h"
#include "iot_export_mqtt.h"
#include "iot_import.h"

static char g_product_key[PRODUCT_KEY_LEN + 1];
static char g_device_name[DEVICE_NAME_LEN + 1];
static char g_device_secret[DEVICE_SECRET_LEN + 1];
static int g_unhandled, g_subscribed, g_taken;

static void example_event_handle(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    iotx_mqtt_topic_info_t *info = (iotx_mqtt_topic_info_pt)msg->msg;

    (void)pclient;
    switch (msg->event_type) {
    case IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS:
        g_subscribed++;
        break;
    case IOTX_MQTT_EVENT_PUBLISH_RECEIVED:
        if (strcmp(pcontext, "context") == 0 && info->payload_len == 5 &&
            0 == memcmp(info->payload, "plain", 5)) {
            g_unhandled++;
        }
        break;
    default:
        break;
    }
}

static void taker(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    (void)pcontext;
    (void)pclient;
    g_taken += msg->event_type == IOTX_MQTT_EVENT_PUBLISH_RECEIVED;
}

int main(void)
{
    void *pclient;
    iotx_conn_info_pt conn = NULL;
    iotx_mqtt_param_t param;
    iotx_mqtt_topic_info_t topic_msg;
    char topic[128], device_id[DEVICE_ID_LEN + 1];
    int res, i;

    IOT_SetLogLevel(IOT_LOG_INFO);
    HAL_SetProductKey("pk");
    HAL_SetDeviceName("device");
    HAL_SetDeviceSecret("secret");
    HAL_GetProductKey(g_product_key);
    HAL_GetDeviceName(g_device_name);
    HAL_GetDeviceSecret(g_device_secret);
    HAL_GetDeviceID(device_id);
    HAL_Printf("%s up %llu\n", device_id, (unsigned long long)HAL_UptimeMs());
    if (IOT_SetupConnInfo(g_product_key, g_device_name, g_device_secret, (void **)&conn) != SUCCESS_RETURN) {
        return 1;
    }
    memset(&param, 0, sizeof(iotx_mqtt_param_t));
    param.port = conn->port;
    param.host = conn->host_name;
    param.client_id = conn->client_id;
    param.username = conn->username;
    param.password = conn->password;
    param.pub_key = conn->pub_key;
    param.request_timeout_ms = 2000;
    param.clean_session = 0;
    param.keepalive_interval_ms = 10000;
    param.read_buf_size = 1024;
    param.write_buf_size = 1024;
    param.handle_event.h_fp = example_event_handle;
    param.handle_event.pcontext = "context";
    pclient = IOT_MQTT_Construct(&param);
    if (pclient == NULL) {
        return 2;
    }

    HAL_Snprintf(topic, sizeof(topic), "/%s/%s/user/get", g_product_key, g_device_name);
    res = IOT_MQTT_Subscribe(pclient, topic, IOTX_MQTT_QOS0, taker, NULL);
    for (i = 0; res > 0 && i < 50 && !g_subscribed; i++) {
        IOT_MQTT_Yield(pclient, 100);
    }
    res = IOT_MQTT_Unsubscribe(pclient, topic);
    IOT_MQTT_Yield(pclient, 200);
    res = IOT_MQTT_Subscribe(pclient, topic, IOTX_MQTT_QOS1, taker, NULL);
    IOT_MQTT_Yield(pclient, 200);
    if (res < 0 || IOT_MQTT_Publish(pclient, topic, NULL) != NULL_VALUE_ERROR) {
        return 3;
    }
    memset(&topic_msg, 0, sizeof(iotx_mqtt_topic_info_t));
    topic_msg.qos = IOTX_MQTT_QOS0;
    topic_msg.payload = "plain";
    topic_msg.payload_len = (uint32_t)strlen("plain");
    if (IOT_MQTT_Publish(pclient, topic, &topic_msg) != 0) {
        return 4;
    }
    IOT_MQTT_Yield(pclient, 300);
    IOT_MQTT_Destroy(&pclient);
    IOT_MQTT_Destroy(&pclient);
    HAL_Printf("subscribed %d\n", g_subscribed);
    return g_subscribed == 2 && g_taken == 1 && g_unhandled == 0 ? 0 : 5;
}
