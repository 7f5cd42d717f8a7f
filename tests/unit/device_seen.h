/* Small streams of what was seen of a device, written by hand: a line each, "MS CONN WHAT NAME {fields}", ' for ".
 * WHAT is in, out, withheld (NAME a packet, or malformed), event, action (NAME theirs), end (NAME device or platform), or another entry's
 * name with - for NAME. */
#ifndef TESTS_UNIT_DEVICE_SEEN_H
#define TESTS_UNIT_DEVICE_SEEN_H

#include <stddef.h>

#include "harness/judge/device_check.h"
#include "harness/judge/observation.h"
#include "harness/judge/stream.h"

enum { DEVICE_SEEN_MAX = 128 };

struct device_seen {
    struct observation *items[DEVICE_SEEN_MAX];
    size_t count;
};

/* Reads lines; a line that is none fails the test. */
void device_seen_init(struct device_seen *s, const char *lines);
void device_seen_fini(struct device_seen *s);

/* The same as the stream of a session, without a file; stream_free is due. */
struct stream *device_seen_stream(const char *lines);

/* What a check finds; description (JSON, ' for ") may be NULL. device_finding_fini is due. */
void device_seen_check(const struct device_seen *s, const char *check, const char *description,
                       struct device_finding *finding);

/* JSON with ' for "; the caller frees with cJSON_Delete. */
cJSON *device_seen_json(const char *text);

#endif
