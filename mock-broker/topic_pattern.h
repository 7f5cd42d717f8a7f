/* A pattern of topics, as the platform's tables and a product's classes write them, held against topics and filters. In a
 * pattern {pk} and {dn} stand for a device's names, '+' for one level, '#' at the end for all levels that follow. */
#ifndef BROKER_TOPIC_PATTERN_H
#define BROKER_TOPIC_PATTERN_H

#include "lib/base/str.h"

struct topic_names {
    struct str product_key, device_name;
};

/* APART: no topic in common. COVERS: every topic that the filter matches is one of the pattern's. OVERLAPS: some are. */
enum topic_relation { TOPIC_APART, TOPIC_OVERLAPS, TOPIC_COVERS };

/* filter: a valid filter or a topic name; of a name TOPIC_OVERLAPS never comes out. */
enum topic_relation topic_pattern_relation(struct str pattern, const struct topic_names *names,
                                           struct str filter);

#endif
