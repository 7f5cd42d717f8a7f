/* Signing in: the rulebook of lib/rules asked about one CONNECT, with the registry behind it, and what follows from its
 * verdict: CONNACK, session, take-over, heartbeat, journal; or the refusal. */
#ifndef BROKER_SIGN_IN_H
#define BROKER_SIGN_IN_H

#include "lib/protocol/mqtt_packet.h"

struct connection;

/* Judges the CONNECT of a connection that waits for one. Afterwards the connection is online or closing. */
void sign_in(struct connection *c, const struct mqtt_connect *packet);

#endif
