#include "bench/device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/include/iotclient/iot_export.h"
#include "lib/base/mem.h"

enum {
    BUFFER_BYTES = 1024,
    KEEP_ALIVE_MS = 60000,
    TIMEOUT_MS = 5000,
    TURNS_MAX = 1000,
    ROOT_MAX_BYTES = 65536
};

struct device {
    void *handle;
    int answered; /* requests, well or badly */
};

static char *root_pem;

static void on_event(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    (void)pclient;
    struct device *d = pcontext;
    d->answered += msg->event_type == IOTX_MQTT_EVENT_PUBLISH_SUCCESS ||
                   msg->event_type == IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS;
}

static void on_message(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    (void)pcontext, (void)pclient, (void)msg;
}

void device_begin(void)
{
    root_pem = NULL;
}

void device_end(void)
{
    free(root_pem);
}

static void read_root(const char *file)
{
    FILE *f = root_pem || !file ? NULL : fopen(file, "r");
    if (!f)
        return;
    root_pem = mem_zalloc(1, ROOT_MAX_BYTES);
    root_pem[fread(root_pem, 1, ROOT_MAX_BYTES - 1, f)] = '\0';
    fclose(f);
}

/* A Yield ends with its time, not with what came: so it is asked for little. */
static bool await(struct device *d, int count)
{
    for (int i = 0; d->answered < count && i < TURNS_MAX; i++)
        IOT_MQTT_Yield(d->handle, 1);
    return d->answered >= count;
}

struct device *device_open(const struct device_options *o)
{
    struct device *d = mem_zalloc(1, sizeof *d);
    read_root(o->ca_file);
    iotx_mqtt_param_t param = {.port = (uint16_t)o->port,
                               .host = "localhost",
                               .client_id = o->client_id,
                               .username = o->username,
                               .password = o->password,
                               .pub_key = root_pem,
                               .request_timeout_ms = TIMEOUT_MS,
                               .keepalive_interval_ms = KEEP_ALIVE_MS,
                               .write_buf_size = BUFFER_BYTES,
                               .read_buf_size = BUFFER_BYTES,
                               .handle_event = {on_event, d}};
    d->handle = IOT_MQTT_Construct(&param);
    if (d->handle && IOT_MQTT_Subscribe(d->handle, o->topic, IOTX_MQTT_QOS1, on_message, d) > 0 &&
        await(d, 1))
        return d;
    device_close(d);
    return NULL;
}

void device_close(struct device *d)
{
    IOT_MQTT_Destroy(&d->handle);
    free(d);
}

bool device_publish(struct device *d, int qos, const char *topic, const void *payload, size_t n, int count)
{
    iotx_mqtt_topic_info_t message = {.qos = (uint8_t)qos, .payload = payload, .payload_len = (uint32_t)n};
    d->answered = 0;
    for (int i = 0; i < count; i++) {
        if (IOT_MQTT_Publish(d->handle, topic, &message) < 0)
            return false;
    }
    return qos == 0 || await(d, count);
}
