#include "tests/unit/fake_device.h"

#include <stdio.h>
#include <string.h>

#include "tests/unit/unit.h"

static void note(struct fake_device *d, const char *text)
{
    size_t n = strlen(d->events);
    snprintf(d->events + n, sizeof d->events - n, "%s ", text);
}

static void on_event(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    struct fake_device *d = pcontext;
    const iotx_mqtt_topic_info_t *info = msg->msg;
    char text[256];
    int type = msg->event_type;
    CU_ASSERT_TRUE(!d->handle || pclient == d->handle);
    if (type >= IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS && type <= IOTX_MQTT_EVENT_PUBLISH_NACK)
        snprintf(text, sizeof text, "%d:%u", type, (unsigned)(uintptr_t)msg->msg);
    else if (type == IOTX_MQTT_EVENT_PUBLISH_RECEIVED)
        snprintf(text, sizeof text, "%d:%.*s=%.*s", type, info->topic_len, info->ptopic,
                 (int)info->payload_len, info->payload);
    else
        snprintf(text, sizeof text, "%d", type);
    note(d, text);
    if (d->then)
        d->then(d, type);
}

void fake_device_take(void *taker, void *handle, iotx_mqtt_event_msg_pt msg)
{
    const struct fake_taker *t = taker;
    const iotx_mqtt_topic_info_t *info = msg->msg;
    char text[256];
    CU_ASSERT_PTR_EQUAL(handle, t->device->handle);
    CU_ASSERT_EQUAL(msg->event_type, IOTX_MQTT_EVENT_PUBLISH_RECEIVED);
    snprintf(text, sizeof text, "%s:%.*s=%.*s", t->name, info->topic_len, info->ptopic,
             (int)info->payload_len, info->payload);
    note(t->device, text);
    if (t->then)
        t->then(t->device, info);
}

void fake_device_init(struct fake_device *d)
{
    *d = (struct fake_device){.port = fake_port_new(),
                              .param = {.port = 1883,
                                        .host = "platform",
                                        .client_id = "12345|securemode=3,signmethod=hmacsha1|",
                                        .username = "device&pk",
                                        .password = "0123456789",
                                        .request_timeout_ms = 2000,
                                        .keepalive_interval_ms = 60000,
                                        .write_buf_size = 1024,
                                        .read_buf_size = 1024,
                                        .handle_event = {.h_fp = on_event}}};
    d->param.handle_event.pcontext = d;
}

int fake_device_open(struct fake_device *d)
{
    int error;
    d->handle = mqtt_client_new(&d->param, &d->port->base, NULL, &error);
    if (d->handle)
        fake_port_log(d->port);
    return error;
}

void fake_device_online(struct fake_device *d)
{
    fake_device_init(d);
    CU_ASSERT_EQUAL_FATAL(fake_device_open(d), 0);
}

void fake_device_fini(struct fake_device *d)
{
    if (d->handle)
        mqtt_client_destroy(d->handle);
    d->handle = NULL;
}

const char *fake_device_events(struct fake_device *d)
{
    static char text[sizeof d->events];
    memcpy(text, d->events, sizeof text);
    d->events[0] = '\0';
    return text;
}

int fake_device_publish(struct fake_device *d, uint8_t qos, const char *topic, const char *text)
{
    iotx_mqtt_topic_info_t info = {.qos = qos, .payload = text, .payload_len = (uint32_t)strlen(text)};
    return IOT_MQTT_Publish(d->handle, topic, &info);
}
