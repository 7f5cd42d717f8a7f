/* The filters of a handle and who is called for each: 30 slots. A slot is taken when the SUBSCRIBE is sent, so that a message that
 * comes before its answer finds its handler, and given back when the platform refuses or does not answer. */
#ifndef CLIENT_SUBSCRIPTION_H
#define CLIENT_SUBSCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/include/iotclient/iot_export_mqtt.h"
#include "lib/base/str.h"

struct subscription {
    iotx_mqtt_event_handle_func_fpt handler;
    void *context;
    uint16_t subscribe_id;   /* of the SUBSCRIBE that waits for its answer; 0: none */
    uint16_t unsubscribe_id; /* the same for an UNSUBSCRIBE */
    uint8_t filter_bytes;
    char filter[];
};

/* Zero-initialised: empty. A slot costs nothing while it is free. */
struct subscriptions {
    struct subscription *slots[IOTX_MQTT_SUBSCRIPTIONS_MAX];
};

void subscription_fini(struct subscriptions *s);

/* True when this filter has a slot, or could get one. */
bool subscription_fits(struct subscriptions *s, const char *filter);

/* The SUBSCRIBE with this id is being sent: gives the filter (copied) its slot, which must be possible. */
void subscription_set(struct subscriptions *s, const char *filter, uint16_t subscribe_id,
                      iotx_mqtt_event_handle_func_fpt handler, void *context);

/* The UNSUBSCRIBE with this id is being sent; nothing when the filter has no slot. */
void subscription_leave(struct subscriptions *s, const char *filter, uint16_t unsubscribe_id);

/* How the request ended. */
void subscription_granted(struct subscriptions *s, uint16_t subscribe_id);
void subscription_refused(struct subscriptions *s, uint16_t subscribe_id);
void subscription_left(struct subscriptions *s, uint16_t unsubscribe_id);

/* The next slot from *at on whose filter matches the topic, *at behind it; NULL at the end. Start with 0. */
const struct subscription *subscription_match(const struct subscriptions *s, struct str topic, size_t *at);

/* True when no slot is taken. */
bool subscription_is_none(const struct subscriptions *s);

#endif
