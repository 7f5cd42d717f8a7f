/* QoS 1 publications that wait for their PUBACK, at most 20, in the order they were made: each is kept as the packet that was sent,
 * to be sent again with DUP (SDK-05). Times are those of the handle's clock. */
#ifndef CLIENT_OUTSTANDING_H
#define CLIENT_OUTSTANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/include/iotclient/iot_export_mqtt.h"

/* Sent so often without an answer on one connection, a publication is given up. */
enum { OUTSTANDING_SENDINGS_MAX = 4 };

struct outstanding_item {
    uint16_t id;
    uint8_t sendings; /* on this connection */
    int64_t due_ms;   /* when it is sent again, or given up */
    size_t n;
    uint8_t packet[];
};

/* Zero-initialised: empty. */
struct outstanding {
    size_t count;
    struct outstanding_item *items[IOTX_MQTT_OUTSTANDING_MAX];
};

void outstanding_fini(struct outstanding *o);

static inline bool outstanding_is_full(const struct outstanding *o)
{
    return o->count == IOTX_MQTT_OUTSTANDING_MAX;
}

bool outstanding_has(const struct outstanding *o, uint16_t id);

/* Keeps a copy of the packet, which is being sent for the first time. There must be room. */
void outstanding_add(struct outstanding *o, uint16_t id, const void *packet, size_t n, int64_t due_ms);

/* It is acknowledged or given up. False when there is no such id. */
bool outstanding_remove(struct outstanding *o, uint16_t id);

/* The first one that is due by now, or NULL; good until the next change. */
struct outstanding_item *outstanding_due(struct outstanding *o, int64_t now_ms);

/* It is being sent once more: sets DUP in its packet. */
void outstanding_again(struct outstanding_item *item, int64_t due_ms);

/* When the earliest is due; INT64_MAX when there is none. */
int64_t outstanding_next_ms(const struct outstanding *o);

#endif
