/* Dynamic registration: what IOT_Register is made of (iot_export.h). Over MQTT the platform publishes one message unasked, behind its
 * CONNACK, and wants to be left then; over HTTPS it answers a signed form. */
#ifndef CLIENT_DYNAMIC_REGISTRATION_H
#define CLIENT_DYNAMIC_REGISTRATION_H

#include "client/include/iotclient/iot_export.h"
#include "lib/base/str.h"

/* How long the message behind the CONNACK may take. */
enum { DYNAMIC_REGISTRATION_TIMEOUT_MS = 5000 };

/* What the message on this topic says; false, with a log line, when it is not the answer that this way waits for. */
bool dynamic_registration_read(iotx_register_way_t way, struct str topic, struct str payload,
                               iotx_registered_t *out);

struct port;

/* The one conversation of a registration over MQTT, on a port, which it frees: signs in by param, whose events it takes, and waits for
 * the answer. 0 with *out, or an iotx_err_t. */
int dynamic_registration_talk(struct port *port, iotx_mqtt_param_t *param, iotx_register_way_t way,
                              iotx_registered_t *out);

#endif
