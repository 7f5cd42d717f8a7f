/* A session in short, to be drawn: connections, what was sent when, what the platform did, which case was under way. */
#ifndef HARNESS_JUDGE_TIMELINE_H
#define HARNESS_JUDGE_TIMELINE_H

#include <cjson/cJSON.h>

#include "harness/judge/stream.h"

/* What is kept of a device that dials or sends without end. Marks of one kind on one connection within TIMELINE_JOIN_MS are one, with
 * their number. */
enum { TIMELINE_CONNECTIONS_MAX = 1000, TIMELINE_MARKS_MAX = 4000, TIMELINE_JOIN_MS = 200 };

/* {"from_ms", "to_ms", "connections", "marks", "cases", "left_out"} as suites/schema/results.schema.json has it; the caller frees.
 * The times are those of the platform's clock. */
cJSON *timeline_of(const struct stream *stream);

#endif
