/* Topic names and topic filters (MQTT 3.1.1, section 4.7): validation, matching, levels. */
#ifndef PROTOCOL_TOPIC_H
#define PROTOCOL_TOPIC_H

#include "lib/base/str.h"

/* NULL when good, else the reason with *clause and *offset set (either may be NULL): empty, a wildcard, U+0000,
 * ill-formed UTF-8, over 65535 bytes. */
const char *topic_name_fault(struct str topic, size_t *offset, const char **clause);

/* The same for a filter: wildcards only as a whole level, '#' only last [MQTT-4.7.1-2, -3]. */
const char *topic_filter_fault(struct str filter, size_t *offset, const char **clause);

/* True when a valid filter matches a valid topic name. A wildcard at the first level does not match a topic that begins
 * with '$' [MQTT-4.7.2-1]. */
bool topic_matches(struct str filter, struct str topic);

/* Levels of a topic: "/a/b" has three, the first one empty. */
size_t topic_levels(struct str topic);

/* Walks the levels: start with *at = 0; false after the last one. */
bool topic_next_level(struct str topic, size_t *at, struct str *level);

/* True when the filter has a wildcard level. */
bool topic_has_wildcard(struct str filter);

#endif
