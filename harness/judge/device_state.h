/* What is known of the device under judgement at a moment: whether it is online, how it signed in, what it has subscribed. Follows from
 * the observations alone. */
#ifndef HARNESS_JUDGE_DEVICE_STATE_H
#define HARNESS_JUDGE_DEVICE_STATE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/judge/observation.h"
#include "lib/base/map.h"

struct device_state {
    const char *product_key, *device_name; /* borrowed */
    bool is_named; /* connections of other devices, and those not known yet, are not looked at */
    unsigned conn; /* the latest one with a CONNECT of ours; 0: none yet */
    bool is_open, is_online;
    int64_t keep_alive_s; /* of the latest CONNECT */
    size_t connects;
    cJSON *connect, *tls, *ws,
        *online;          /* fields of the latest ones, or NULL; online is the journal's event */
    cJSON *subscriptions; /* granted ones of the session: [{"filter", "qos", "topic"}] */
    cJSON *wanted; /* {filter: true}: each that was ever granted, and not unsubscribed or refused since */
    cJSON *asked;  /* SUBSCRIBEs under way: {packetId: filters} */
    cJSON *resubscription; /* what device_state_named gives */
    struct map *owners;    /* whose a connection is: number to a word of this file's own */
};

/* The client id (before the bar) by which the judge itself signs in; its connections are nobody's. */
#define DEVICE_STATE_JUDGES_CLIENT_ID "iotconform-judge"

void device_state_init(struct device_state *s, const char *product_key, const char *device_name,
                       bool is_named);
void device_state_fini(struct device_state *s);

/* False when the observation is none of this device: it is to be passed over. */
bool device_state_observe(struct device_state *s, const struct observation *o);

/* What a subscription of the device can be tried with: of those to its own topics the one with the highest QoS, of these rather a custom topic
 * than a system topic (whose messages have a form), as {"filter", "qos",
 * "topic"} (a topic that fits the filter), borrowed; NULL when there is none. */
const cJSON *device_state_subscription(const struct device_state *s);

/* "subscription": device_state_subscription; "resubscription": an object ({"count"}: of how many) when each filter that was ever granted, and was
 * not unsubscribed or refused since, is there, though perhaps with another QoS, borrowed until the next call. NULL: not so. */
const cJSON *device_state_named(struct device_state *s, const char *name);

#endif
