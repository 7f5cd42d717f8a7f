/* The connections of a device, as far as they can be told from what was seen: what the checks walk over. */
#ifndef HARNESS_JUDGE_DEVICE_CONNECTION_H
#define HARNESS_JUDGE_DEVICE_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/judge/device_check.h"

/* All borrowed; NULL: not seen. */
struct device_connection {
    unsigned conn;
    const struct observation *begun; /* the first thing seen of it */
    const struct observation *tls, *tls_failed, *connect, *connack, *refused, *online;
    const struct observation *ended; /* may be the judge's restart of the platform */
    size_t first, last;              /* in the stream: of its first observation, and behind its last */
    bool is_accepted;                /* the device has got a CONNACK 0 */
    bool is_registering;             /* authType=register or regnwl: it comes for a secret, not to stay */
    bool is_first_of_start; /* a trigger has just started the device: this dial is not its own doing */
};

struct device_connections {
    struct device_connection *items;
    size_t count;
};

/* In the order in which they began. */
void device_connections_init(struct device_connections *all, const struct device_stream *stream);
void device_connections_fini(struct device_connections *all);

/* A member of an observation's fields, "" when it is not there. */
const char *device_connection_text(const struct observation *o, const char *key);

/* True when a CONNECT asks for registration. */
bool device_connection_registers(const cJSON *connect);

#endif
