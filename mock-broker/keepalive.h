/* The heartbeat supervisor (KAL-03..11): one timer per device online, which is moved only when it fires early. */
#ifndef BROKER_KEEPALIVE_H
#define BROKER_KEEPALIVE_H

#include <stdint.h>

#include "lib/protocol/mqtt_packet.h"

struct connection;

/* CONNACK is being sent: fixes the limit (factor x keep alive + wait) and starts the timer. */
void keepalive_start(struct connection *c, uint16_t keep_alive_s);

/* A complete packet came from the device: stores the time when the profile says that this type resets the timer. */
void keepalive_heard(struct connection *c, enum mqtt_type type);

/* Since the last reset. */
int64_t keepalive_idle_ms(const struct connection *c);

#endif
