/* SUBSCRIBE and UNSUBSCRIBE requests that wait for their answer, at most 30, and when each is given up (SDK-05). */
#ifndef CLIENT_PENDING_H
#define CLIENT_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/include/iotclient/iot_export_mqtt.h"

enum pending_kind { PENDING_SUBSCRIBE, PENDING_UNSUBSCRIBE };

struct pending_item {
    uint16_t id;
    enum pending_kind kind;
    int64_t due_ms;
};

/* Zero-initialised: empty. In the order of their due times. */
struct pending {
    size_t count;
    struct pending_item items[IOTX_MQTT_REQUESTS_MAX];
};

static inline bool pending_is_full(const struct pending *p)
{
    return p->count == IOTX_MQTT_REQUESTS_MAX;
}

bool pending_has(const struct pending *p, uint16_t id);

/* There must be room, and due_ms is not before that of any other. */
void pending_add(struct pending *p, enum pending_kind kind, uint16_t id, int64_t due_ms);

/* The answer has come. False when no such request waits. */
bool pending_remove(struct pending *p, enum pending_kind kind, uint16_t id);

/* Takes out the first one that is due by now; false when none is. */
bool pending_expire(struct pending *p, int64_t now_ms, struct pending_item *out);

/* When the earliest is due; INT64_MAX when there is none. */
int64_t pending_next_ms(const struct pending *p);

#endif
