/* What the library lets through as a topic: the SDK's rules, which are stricter than MQTT's. */
#ifndef CLIENT_TOPIC_CHECK_H
#define CLIENT_TOPIC_CHECK_H

#include <stdbool.h>

/* 1 to 128 bytes, a slash first, printable ASCII only; and no wildcard. */
bool topic_check_name(const char *topic);

/* The same, with + as a whole level and # as the whole last one. */
bool topic_check_filter(const char *filter);

#endif
