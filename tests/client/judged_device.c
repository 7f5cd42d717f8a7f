/* The client library as a device that `iotconform judge` tries: by TCP, on the core and port_judged.c, in the judge's environment.
 * Subscribes one topic, publishes every minute, comes back when it is cut, and signs off on SIGTERM. --describe: what it is. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/core/mqtt_client.h"
#include "client/core/port.h"
#include "lib/base/str.h"
#include "lib/protocol/device_sign.h"

enum { BUFFER_BYTES = 4096, KEEP_ALIVE_MS = 300000, EVERY_MS = 5000 };

static volatile sig_atomic_t is_asked_to_stop;
static char topic[128], update[128];

static void on_signal(int number)
{
    (void)number;
    is_asked_to_stop = 1;
}

static void on_message(void *context, void *client, iotx_mqtt_event_msg_pt msg)
{
    (void)context, (void)client, (void)msg;
}

/* The platform may have forgotten the session: subscribing twice does no harm. */
static void on_event(void *context, void *client, iotx_mqtt_event_msg_pt msg)
{
    (void)context;
    if (msg->event_type == IOTX_MQTT_EVENT_RECONNECT)
        mqtt_client_subscribe(client, topic, IOTX_MQTT_QOS1, on_message, NULL);
}

static const char *text(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

static struct mqtt_client *sign_in(void)
{
    static char write_buffer[BUFFER_BYTES], read_buffer[BUFFER_BYTES], client_id[256], username[128],
        password[SIGN_HEX_SIZE];
    const char *product_key = text("IOTCONFORM_PRODUCT_KEY", "pk"),
               *name = text("IOTCONFORM_DEVICE_NAME", "device");
    int64_t port = 0;
    snprintf(client_id, sizeof client_id, "%s.%s", product_key, name);
    struct sign_fields fields = {str_of(client_id), str_of(name), str_of(product_key), STR("2524608000000")};
    sign_password(SIGN_HMACSHA1, str_of(text("IOTCONFORM_DEVICE_SECRET", "secret")), &fields, password);
    snprintf(client_id, sizeof client_id, "%s.%s|securemode=3,signmethod=hmacsha1,timestamp=2524608000000|",
             product_key, name);
    snprintf(username, sizeof username, "%s&%s", name, product_key);
    snprintf(topic, sizeof topic, "/%s/%s/user/get", product_key, name);
    snprintf(update, sizeof update, "/%s/%s/user/update", product_key, name);
    if (!str_to_int(str_of(text("IOTCONFORM_MQTT_PORT", "1883")), &port))
        return NULL;
    iotx_mqtt_param_t param = {.port = (uint16_t)port,
                               .host = text("IOTCONFORM_HOST", "127.0.0.1"),
                               .client_id = client_id,
                               .username = username,
                               .password = password,
                               .keepalive_interval_ms = KEEP_ALIVE_MS,
                               .pwrite_buf = write_buffer,
                               .write_buf_size = sizeof write_buffer,
                               .pread_buf = read_buffer,
                               .read_buf_size = sizeof read_buffer,
                               .handle_event = {on_event, NULL}};
    struct port *port_of_ours = port_new();
    return mqtt_client_new(&param, port_of_ours, NULL, NULL);
}

int main(int argc, char **argv)
{
    iotx_mqtt_topic_info_t message = {.qos = 1, .payload = "{\"n\":1}", .payload_len = 7};
    (void)argc, (void)argv;
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    struct mqtt_client *c = sign_in();
    if (!c)
        return 1; /* as the SDK's Construct: whoever calls it tries again */
    mqtt_client_subscribe(c, topic, IOTX_MQTT_QOS1, on_message, NULL);
    while (!is_asked_to_stop) {
        mqtt_client_yield(c, EVERY_MS);
        if (!is_asked_to_stop && mqtt_client_is_online(c))
            mqtt_client_publish(c, update, &message);
    }
    mqtt_client_destroy(c);
    return 0;
}
