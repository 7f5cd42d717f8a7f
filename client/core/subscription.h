/* The filters of a handle and who is called for each, at most IOTX_MQTT_SUBSCRIPTIONS_MAX. A filter is there when the SUBSCRIBE is sent,
 * so that a message that comes before its answer finds its handler, and goes when the platform refuses or does not answer. */
#ifndef CLIENT_SUBSCRIPTION_H
#define CLIENT_SUBSCRIPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/include/iotclient/iot_export_mqtt.h"
#include "lib/base/list.h"
#include "lib/base/str.h"

struct subscription {
    struct list link;
    iotx_mqtt_event_handle_func_fpt handler;
    void *context;
    uint16_t subscribe_id;   /* of the SUBSCRIBE that waits for its answer; 0: none */
    uint16_t unsubscribe_id; /* the same for an UNSUBSCRIBE */
    uint8_t filter_bytes;
    char filter[];
};

struct subscriptions {
    struct list all; /* in the order in which they were made */
    uint8_t count;
};

void subscription_init(struct subscriptions *s);
void subscription_fini(struct subscriptions *s);

/* True when this filter is there, or could be added. */
bool subscription_fits(const struct subscriptions *s, const char *filter);

/* The SUBSCRIBE with this id is being sent: adds the filter (copied), which must be possible, or gives it another handler. */
void subscription_set(struct subscriptions *s, const char *filter, uint16_t subscribe_id,
                      iotx_mqtt_event_handle_func_fpt handler, void *context);

/* The UNSUBSCRIBE with this id is being sent; nothing when there is no such filter. */
void subscription_leave(struct subscriptions *s, const char *filter, uint16_t unsubscribe_id);

/* How the request ended. */
void subscription_granted(struct subscriptions *s, uint16_t subscribe_id);
void subscription_refused(struct subscriptions *s, uint16_t subscribe_id);
void subscription_left(struct subscriptions *s, uint16_t unsubscribe_id);

/* The next one behind after (NULL: the first) whose filter matches the topic, or NULL. */
const struct subscription *subscription_match(const struct subscriptions *s, struct str topic,
                                              const struct subscription *after);

bool subscription_is_none(const struct subscriptions *s);

#endif
