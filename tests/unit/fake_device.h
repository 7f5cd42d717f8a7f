/* A handle of the client library on a fake port, and what its application was told, for the tests of client/core. */
#ifndef TESTS_FAKE_DEVICE_H
#define TESTS_FAKE_DEVICE_H

#include "client/core/mqtt_client.h"
#include "client/include/iotclient/iot_export.h"
#include "tests/unit/fake_port.h"

struct fake_device {
    void *handle; /* a struct mqtt_client, as the public functions take it */
    struct fake_port *port;
    iotx_mqtt_param_t param;
    char events[4096];                              /* "3:1 9:2 12:/topic=payload " … */
    void (*then)(struct fake_device *d, int event); /* called in each event; may be NULL */
};

/* Good parameters, and a port on which they succeed; not connected yet. */
void fake_device_init(struct fake_device *d);

/* Connects; what IOT_MQTT_Construct would say is in handle and in the returned iotx_err_t. Its log is empty afterwards. */
int fake_device_open(struct fake_device *d);

/* Both, and a failed test when it does not connect. */
void fake_device_online(struct fake_device *d);

/* Destroys the handle when there is one. */
void fake_device_fini(struct fake_device *d);

/* What was told since the last call. Good until the next call. */
const char *fake_device_events(struct fake_device *d);

/* A handler for IOT_MQTT_Subscribe that writes down what came as "NAME:topic=payload "; the context is made with fake_taker. */
struct fake_taker {
    struct fake_device *device;
    const char *name;
    void (*then)(struct fake_device *d, const iotx_mqtt_topic_info_t *info); /* may be NULL */
};
void fake_device_take(void *taker, void *handle, iotx_mqtt_event_msg_pt msg);

/* Publishes text; what IOT_MQTT_Publish says. */
int fake_device_publish(struct fake_device *d, uint8_t qos, const char *topic, const char *text);

#endif
