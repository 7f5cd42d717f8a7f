/* An application in the manner of the SDK 2.0: buffers of its own, events by their old names, one thread. Publishes to the topic that
 * it subscribes, and ends well when the message has come back, was acknowledged, and the topic is unsubscribed. */
#include <stdio.h>
#include <string.h>

#include "iot_export.h"
#include "iot_import.h"

#define EXAMPLE_TRACE(fmt, ...)                                                                              \
    do {                                                                                                     \
        HAL_Printf("%s|%03d :: ", __func__, __LINE__);                                                       \
        HAL_Printf(fmt, ##__VA_ARGS__);                                                                      \
        HAL_Printf("%s", "\r\n");                                                                            \
    } while (0)

#define PRODUCT_KEY   "pk"
#define DEVICE_NAME   "device"
#define DEVICE_SECRET "secret"
#define TOPIC_DATA    "/" PRODUCT_KEY "/" DEVICE_NAME "/data"
#define MSG_LEN_MAX   (1024)

static int cnt_arrived, cnt_acknowledged, cnt_subscribed, cnt_unsubscribed;

void event_handle(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    uintptr_t packet_id = (uintptr_t)msg->msg;
    iotx_mqtt_topic_info_pt topic_info = (iotx_mqtt_topic_info_pt)msg->msg;

    (void)pcontext;
    (void)pclient;
    switch (msg->event_type) {
    case IOTX_MQTT_EVENT_UNDEF:
        EXAMPLE_TRACE("undefined event occur.");
        break;
    case IOTX_MQTT_EVENT_DISCONNECT:
        EXAMPLE_TRACE("MQTT disconnect.");
        break;
    case IOTX_MQTT_EVENT_RECONNECT:
        EXAMPLE_TRACE("MQTT reconnect.");
        break;
    case IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS:
        cnt_subscribed++;
        EXAMPLE_TRACE("subscribe success, packet-id=%u", (unsigned int)packet_id);
        break;
    case IOTX_MQTT_EVENT_SUBCRIBE_TIMEOUT:
        EXAMPLE_TRACE("subscribe wait ack timeout, packet-id=%u", (unsigned int)packet_id);
        break;
    case IOTX_MQTT_EVENT_SUBCRIBE_NACK:
        EXAMPLE_TRACE("subscribe nack, packet-id=%u", (unsigned int)packet_id);
        break;
    case IOTX_MQTT_EVENT_UNSUBCRIBE_SUCCESS:
        cnt_unsubscribed++;
        EXAMPLE_TRACE("unsubscribe success, packet-id=%u", (unsigned int)packet_id);
        break;
    case IOTX_MQTT_EVENT_UNSUBCRIBE_TIMEOUT:
        EXAMPLE_TRACE("unsubscribe timeout, packet-id=%u", (unsigned int)packet_id);
        break;
    case IOTX_MQTT_EVENT_UNSUBCRIBE_NACK:
        EXAMPLE_TRACE("unsubscribe nack, packet-id=%u", (unsigned int)packet_id);
        break;
    case IOTX_MQTT_EVENT_PUBLISH_SUCCESS:
        cnt_acknowledged++;
        EXAMPLE_TRACE("publish success, packet-id=%u", (unsigned int)packet_id);
        break;
    case IOTX_MQTT_EVENT_PUBLISH_TIMEOUT:
        EXAMPLE_TRACE("publish timeout, packet-id=%u", (unsigned int)packet_id);
        break;
    case IOTX_MQTT_EVENT_PUBLISH_NACK:
        EXAMPLE_TRACE("publish nack, packet-id=%u", (unsigned int)packet_id);
        break;
    case IOTX_MQTT_EVENT_PUBLISH_RECVEIVED:
        EXAMPLE_TRACE("message arrived without a handler: topic=%.*s, topic_msg=%.*s", topic_info->topic_len,
                      topic_info->ptopic, (int)topic_info->payload_len, topic_info->payload);
        break;
    case IOTX_MQTT_EVENT_BUFFER_OVERFLOW:
        EXAMPLE_TRACE("buffer overflow");
        break;
    default:
        EXAMPLE_TRACE("Should NOT arrive here.");
        break;
    }
}

static void _demo_message_arrive(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    iotx_mqtt_topic_info_pt ptopic_info = (iotx_mqtt_topic_info_pt)msg->msg;

    (void)pcontext;
    (void)pclient;
    cnt_arrived++;
    EXAMPLE_TRACE("packet-id %d, topic '%.*s', payload '%.*s'", ptopic_info->packet_id,
                  ptopic_info->topic_len, ptopic_info->ptopic, (int)ptopic_info->payload_len,
                  ptopic_info->payload);
}

int mqtt_client(void)
{
    int rc = 0, i;
    void *pclient = NULL;
    iotx_conn_info_pt pconn_info;
    iotx_mqtt_param_t mqtt_params;
    iotx_mqtt_topic_info_t topic_msg;
    char msg_pub[128];
    char *msg_buf = NULL, *msg_readbuf = NULL;

    if (NULL == (msg_buf = HAL_Malloc(MSG_LEN_MAX)) || NULL == (msg_readbuf = HAL_Malloc(MSG_LEN_MAX))) {
        rc = -1;
        goto do_exit;
    }
    if (0 != IOT_SetupConnInfo(PRODUCT_KEY, DEVICE_NAME, DEVICE_SECRET, (void **)&pconn_info)) {
        EXAMPLE_TRACE("AUTH request failed!");
        rc = -1;
        goto do_exit;
    }
    memset(&mqtt_params, 0x0, sizeof(mqtt_params));
    mqtt_params.port = pconn_info->port;
    mqtt_params.host = pconn_info->host_name;
    mqtt_params.client_id = pconn_info->client_id;
    mqtt_params.username = pconn_info->username;
    mqtt_params.password = pconn_info->password;
    mqtt_params.pub_key = pconn_info->pub_key;
    mqtt_params.request_timeout_ms = 2000;
    mqtt_params.clean_session = 0;
    mqtt_params.keepalive_interval_ms = 60000;
    mqtt_params.pread_buf = msg_readbuf;
    mqtt_params.read_buf_size = MSG_LEN_MAX;
    mqtt_params.pwrite_buf = msg_buf;
    mqtt_params.write_buf_size = MSG_LEN_MAX;
    mqtt_params.handle_event.h_fp = event_handle;
    mqtt_params.handle_event.pcontext = NULL;

    pclient = IOT_MQTT_Construct(&mqtt_params);
    if (NULL == pclient) {
        EXAMPLE_TRACE("MQTT construct failed");
        rc = -1;
        goto do_exit;
    }
    rc = IOT_MQTT_Subscribe(pclient, TOPIC_DATA, IOTX_MQTT_QOS1, _demo_message_arrive, NULL);
    if (rc < 0) {
        IOT_MQTT_Destroy(&pclient);
        EXAMPLE_TRACE("IOT_MQTT_Subscribe() failed, rc = %d", rc);
        rc = -1;
        goto do_exit;
    }
    IOT_MQTT_Yield(pclient, 200);
    HAL_SleepMs(10);

    memset(&topic_msg, 0x0, sizeof(iotx_mqtt_topic_info_t));
    strcpy(msg_pub, "message: hello! start!");
    topic_msg.qos = IOTX_MQTT_QOS1;
    topic_msg.retain = 0;
    topic_msg.dup = 0;
    topic_msg.payload = (void *)msg_pub;
    topic_msg.payload_len = strlen(msg_pub);
    rc = IOT_MQTT_Publish(pclient, TOPIC_DATA, &topic_msg);
    EXAMPLE_TRACE("rc = IOT_MQTT_Publish() = %d", rc);

    for (i = 0; i < 50 && (cnt_arrived == 0 || cnt_acknowledged == 0); i++) {
        IOT_MQTT_Yield(pclient, 200);
    }
    IOT_MQTT_Unsubscribe(pclient, TOPIC_DATA);
    for (i = 0; i < 50 && cnt_unsubscribed == 0; i++) {
        IOT_MQTT_Yield(pclient, 200);
    }
    rc = 1 == IOT_MQTT_CheckStateNormal(pclient) ? 0 : -1;
    IOT_MQTT_Destroy(&pclient);

do_exit:
    HAL_Free(msg_buf);
    HAL_Free(msg_readbuf);
    return rc;
}

int main(void)
{
    IOT_OpenLog("mqtt");
    IOT_SetLogLevel(IOT_LOG_DEBUG);
    int rc = mqtt_client();
    IOT_DumpMemoryStats(IOT_LOG_DEBUG);
    IOT_CloseLog();
    EXAMPLE_TRACE("out of sample!");
    return rc == 0 && cnt_subscribed == 1 && cnt_arrived == 1 && cnt_acknowledged == 1 &&
                   cnt_unsubscribed == 1
               ? 0
               : 1;
}
