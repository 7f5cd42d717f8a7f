/* The functions of iot_export_mqtt.h: the handle they give out is a struct mqtt_client. */
#include "iot_mqtt.h"

#include <stdatomic.h>
#include <stddef.h>

#include "client/conn_info.h"
#include "client/core/mqtt_client.h"
#include "client/core/port.h"
#include "client/include/iotclient/iot_export.h"

static atomic_int handles;

int iot_mqtt_handles(void)
{
    return atomic_load(&handles);
}

void *IOT_MQTT_Construct(iotx_mqtt_param_t *pInitParams)
{
    struct mqtt_client_renewal renewal = conn_info_renewal(pInitParams);
    struct mqtt_client *c = mqtt_client_new(pInitParams, port_new(), &renewal, NULL);
    if (c)
        atomic_fetch_add(&handles, 1);
    return c;
}

int IOT_MQTT_Destroy(void **phandle)
{
    if (!phandle || !*phandle)
        return NULL_VALUE_ERROR;
    struct mqtt_client *c = *phandle;
    *phandle = NULL;
    mqtt_client_destroy(c);
    atomic_fetch_sub(&handles, 1);
    return 0;
}

int IOT_MQTT_Yield(void *handle, int timeout_ms)
{
    return handle ? mqtt_client_yield(handle, timeout_ms) : NULL_VALUE_ERROR;
}

int IOT_MQTT_CheckStateNormal(void *handle)
{
    return handle && mqtt_client_is_online(handle);
}

int IOT_MQTT_Subscribe(void *handle, const char *topic_filter, iotx_mqtt_qos_t qos,
                       iotx_mqtt_event_handle_func_fpt topic_handle_func, void *pcontext)
{
    if (!handle)
        return NULL_VALUE_ERROR;
    return mqtt_client_subscribe(handle, topic_filter, qos, topic_handle_func, pcontext);
}

int IOT_MQTT_Unsubscribe(void *handle, const char *topic_filter)
{
    return handle ? mqtt_client_unsubscribe(handle, topic_filter) : NULL_VALUE_ERROR;
}

int IOT_MQTT_Publish(void *handle, const char *topic_name, iotx_mqtt_topic_info_pt topic_msg)
{
    return handle ? mqtt_client_publish(handle, topic_name, topic_msg) : NULL_VALUE_ERROR;
}
