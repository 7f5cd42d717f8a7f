/* Who has subscribed what: exact filters in a hash map, filters with wildcards in a tree of levels. Knows no session and no
 * connection, only subscribers. */
#ifndef BROKER_ROUTER_H
#define BROKER_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/str.h"

struct router;
struct subscription;

/* Embedded in whoever subscribes; zero-initialised has no subscription. */
struct subscriber {
    struct subscription *first; /* all of its subscriptions */
    uint32_t count;
    uint32_t target;  /* the router's: place among the targets of the publication … */
    uint64_t matched; /* … with this number */
};

/* A filter may have so many levels; a longer one is not accepted (ROUTER_REFUSED). The platform itself allows eight. */
enum { ROUTER_LEVELS_MAX = 128 };

/* Subscriptions of one subscriber; more are not accepted. */
enum { ROUTER_SUBSCRIPTIONS_MAX = 1000 };

enum router_result { ROUTER_ADDED, ROUTER_REPLACED, ROUTER_REFUSED };

struct router *router_new(void);

/* All subscribers must have left before. */
void router_free(struct router *r);

/* Adds a valid filter with the QoS granted, or changes the QoS when the subscriber has it already. */
enum router_result router_subscribe(struct router *r, struct subscriber *who, struct str filter, uint8_t qos);

/* False when the subscriber had no such filter. */
bool router_unsubscribe(struct router *r, struct subscriber *who, struct str filter);

/* Drops all subscriptions of a subscriber. */
void router_leave(struct router *r, struct subscriber *who);

/* Calls deliver() once for each subscriber that a filter of matches the topic, with the highest QoS granted among its matching
 * filters. deliver() must not change subscriptions. Returns how many. */
size_t router_match(struct router *r, struct str topic,
                    void (*deliver)(void *ctx, struct subscriber *who, uint8_t qos), void *ctx);

/* True when a filter of the subscriber's matches the topic, with the highest QoS granted among those that do. */
bool router_granted(const struct subscriber *who, struct str topic, uint8_t *qos);

/* Walks the subscriptions of a subscriber, newest first: start with *at = NULL; false at the end. Text is borrowed. */
bool router_next(const struct subscriber *who, const struct subscription **at, struct str *filter,
                 uint8_t *qos);

/* Different filters known; for tests and memory checks. */
size_t router_filters(const struct router *r);

#endif
