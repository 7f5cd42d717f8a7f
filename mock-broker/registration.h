/* Dynamic registration (REG-01..09): a device that has only its product's secret asks for its own, or for a token. */
#ifndef BROKER_REGISTRATION_H
#define BROKER_REGISTRATION_H

#include "lib/rules/connect_rules.h"
#include "registry.h"

struct broker;
struct connection;

/* Gives a new secret to a device that has not signed in yet, and the one before is worth nothing from now on; one whose secret is preset
 * gets that. Borrowed from the device. */
const char *registration_give_secret(struct broker *b, struct device *device);

/* The rulebook has accepted a registration over MQTT: CONNACK, the one PUBLISH that nobody has subscribed, and a limit on the time
 * that the device may stay. device is NULL for one that nobody has added before. */
void registration_over_mqtt(struct connection *c, const struct connect_verdict *verdict,
                            struct device *device);

#endif
