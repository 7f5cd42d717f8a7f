/* The platform's limits on a device: how often, how many, how large. Passing one is a line in the journal, at most one a second
 * for each limit and device; where the profile says so (limits.enforce), it is refused as well. */
#ifndef BROKER_LIMIT_H
#define BROKER_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct broker;
struct device;

/* Those up to LIMIT_RATES count events in a window of time; the others measure one thing. */
enum limit {
    LIMIT_CONNECT_PER_SECOND,
    LIMIT_CONNECT_PER_MINUTE,
    LIMIT_UPLINK_QOS0,
    LIMIT_UPLINK_QOS1,
    LIMIT_DOWNLINK,
    LIMIT_RATES,
    LIMIT_SUBSCRIPTIONS = LIMIT_RATES,
    LIMIT_FILTERS,
    LIMIT_TOPIC_BYTES,
    LIMIT_TOPIC_SLASHES,
    LIMIT_PAYLOAD,
    LIMIT_INFLIGHT, /* always enforced: the session holds messages back */
    LIMITS
};

/* What is counted for a device; zero-initialised nothing was. */
struct limit_state {
    struct {
        int64_t since_ms; /* the window began */
        uint32_t count;
    } rates[LIMIT_RATES];
    uint32_t reported_s[LIMITS]; /* the clock's second of the latest line, from 1 */
};

/* The name of the profile value: "limits.topic_bytes". */
const char *limit_name(enum limit which);

/* How much the profile allows. */
int64_t limit_max(const struct broker *b, enum limit which);

/* Measures one thing. False when it is to be refused. */
bool limit_allows(struct broker *b, struct device *device, enum limit which, int64_t value);

/* Counts one event of a rate. A window begins with the first event behind the last window. False when it is to be refused. */
bool limit_counts(struct broker *b, struct device *device, enum limit rate);

#endif
