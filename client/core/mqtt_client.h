/* The handle behind the IOT_MQTT_* functions: a device's MQTT connection on a port. What the functions promise stands in
 * iot_export_mqtt.h; here is what whoever builds on the core needs beside it. Functions return what the public ones of the same name
 * do.
 *
 * Layout of the core, one noun a file: mqtt_client (the handle, its users, requests of the application), mqtt_dial (connection and
 * sign-in), mqtt_receive (packets of the platform), mqtt_yield (time and turns). No I/O of its own, no stdio; memory only as the
 * public header says. */
#ifndef CLIENT_MQTT_CLIENT_H
#define CLIENT_MQTT_CLIENT_H

#include <stdbool.h>

#include "client/include/iotclient/iot_export_mqtt.h"

struct client_settings;
struct mqtt_client;
struct port;

/* For credentials that are good for a while only. */
struct mqtt_client_renewal {
    /* Called before each connection after the first, without a lock held; changes them by client_settings_renew. False: no attempt
     * this time. NULL: nothing changes. */
    bool (*renew)(void *ctx, struct client_settings *settings);
    void (*free)(void *ctx); /* NULL: nothing to free */
    void *ctx;
};

/* Connects and signs in on a port, which becomes the handle's, as does the renewal (may be NULL). NULL, and both freed, when that
 * failed; *error (may be NULL) is an iotx_err_t then. */
struct mqtt_client *mqtt_client_new(const iotx_mqtt_param_t *param, struct port *port,
                                    const struct mqtt_client_renewal *renewal, int *error);

/* Frees it, now or when the Yield that it is called from ends. */
void mqtt_client_destroy(struct mqtt_client *c);

int mqtt_client_yield(struct mqtt_client *c, int timeout_ms);
bool mqtt_client_is_online(struct mqtt_client *c);
int mqtt_client_subscribe(struct mqtt_client *c, const char *filter, iotx_mqtt_qos_t qos,
                          iotx_mqtt_event_handle_func_fpt handler, void *context);
int mqtt_client_unsubscribe(struct mqtt_client *c, const char *filter);
int mqtt_client_publish(struct mqtt_client *c, const char *topic, const iotx_mqtt_topic_info_t *message);

#endif
