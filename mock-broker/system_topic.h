/* The platform's own topics: one table, one row a topic class, with its direction and what the platform answers. */
#ifndef BROKER_SYSTEM_TOPIC_H
#define BROKER_SYSTEM_TOPIC_H

#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "topic_pattern.h"

/* What a device may do with the topics of a class. */
enum topic_right { TOPIC_PUB = 1, TOPIC_SUB = 2, TOPIC_BOTH = 3 };

/* Bits of the client id's extension key ext: what the device asked to be sent. */
enum system_ext { SYSTEM_EXT_RRPC = 1, SYSTEM_EXT_NOTIFY = 2 };

/* Where a row's pattern begins. */
enum system_family { SYSTEM_SYS, SYSTEM_WHOLE }; /* below /sys/{pk}/{dn}/; at the beginning of the topic */

struct system_topic {
    enum system_family family;
    const char *pattern;
    enum topic_right rights;
    unsigned ext;         /* a bit that the device must have asked for; it needs no subscription then */
    answer_maker *answer; /* NULL: the platform says nothing */
    const char *data;     /* for the answer: its data, as JSON */
};

/* The table; where two rows cover a topic, the first is its row. */
size_t system_topics(const struct system_topic **out);

/* The row of a topic, or NULL when it is none of the platform's. */
const struct system_topic *system_topic_of(const struct topic_names *names, struct str topic);

/* What the device may do with everything that the filter matches: the first row that covers it decides, and no row before
 * that may overlap it without the right to subscribe. NULL when it may not; else the row that covers it. */
const struct system_topic *system_topic_subscribable(const struct topic_names *names, unsigned ext,
                                                     struct str filter);

/* Behind /sys/, the device's names and a slash; p NULL when the topic does not begin so. */
struct str system_topic_rest(const struct topic_names *names, struct str topic);

#endif
