/* The transports of a case: which ones it names, which of them a profile serves, and which its steps use (NET-07). Sets of
 * transports are bits: 1u << transport. */
#ifndef HARNESS_TRANSPORT_CHOICE_H
#define HARNESS_TRANSPORT_CHOICE_H

#include <cjson/cJSON.h>

#include "lib/base/problem.h"
#include "lib/protocol/transport.h"
#include "lib/rules/profile.h"

/* The member "transports" of a case: "all" or an array of names. 0 when there is none, or nothing but problems. */
unsigned transport_choice_read(const cJSON *object, const char *path, struct problems *problems);

/* False for plain transports where TLS is demanded (NET-09), and for ws and wss where there is no WebSocket. */
bool transport_choice_is_served(const struct profile *profile, enum transport transport);

/* The transport of a case that names none: TCP, or TLS where there is no plain TCP. */
enum transport transport_choice_default(const struct profile *profile);

/* How a step that opens a connection does it: its own transport before the case's. A step that speaks WebSocket itself does so
 * inside TLS when the case's transport is encrypted. */
enum transport transport_choice_of_step(const cJSON *step, enum transport of_case);

/* The transports of all connections that the steps open. */
unsigned transport_choice_used(const cJSON *steps, enum transport of_case);

/* True when a step opens a connection and leaves it to the case by which transport. */
bool transport_choice_is_left_to_case(const cJSON *steps);

/* What ${transport.x} may name: {"name": "ws", "securemode": 3}. The caller frees. */
cJSON *transport_choice_values(const struct profile *profile, enum transport transport);

#endif
