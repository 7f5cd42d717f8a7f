/* What the device has sent at QoS 1 and the platform has not acknowledged; it outlives connections. */
#ifndef DEVICES_OUTBOX_H
#define DEVICES_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OUTBOX_MAX = 8 };

struct outbox_message {
    uint16_t packet_id;
    unsigned number;      /* of the message, from 1; its payload */
    const char *greeting; /* the end of the system topic that it is for; NULL: for the device's own topic */
};

struct outbox {
    struct outbox_message items[OUTBOX_MAX]; /* oldest first */
    size_t count;
    uint16_t latest_id;
    unsigned latest_number;
};

/* A packet identifier that is not in use. */
uint16_t outbox_packet_id(struct outbox *o);

/* A new message; NULL when too many wait. */
struct outbox_message *outbox_put(struct outbox *o);

/* The oldest one with this identifier was acknowledged; false when there is none. *out: a copy of it. */
bool outbox_take(struct outbox *o, uint16_t packet_id, struct outbox_message *out);

/* Forgets all, and begins with identifier 1 again. */
void outbox_empty(struct outbox *o);

#endif
