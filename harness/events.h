/* The platform's journal as a case sees it: events in the order they came, each to be taken once. */
#ifndef HARNESS_EVENTS_H
#define HARNESS_EVENTS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/matcher.h"
#include "lib/base/problem.h"

struct events;

struct events *events_new(void);
void events_free(struct events *e);

/* Forgets everything: a new journal begins. */
void events_clear(struct events *e);

/* The sequence number up to which events are known; what the next query asks for. */
int64_t events_next(const struct events *e);

/* Adds an answer of the control API's journal, {"events": […], "next": N}, taking it over. False when it is none. first_mark is a
 * number that the caller gives the first of the new events, the next ones count on: events_mark. */
bool events_add(struct events *e, cJSON *answer, size_t first_mark);

/* The number of an event of this journal. */
size_t events_mark(const struct events *e, const cJSON *event);

/* The first event of this name that nobody took and that fits where (NULL: any), now taken; NULL when there is none. */
const cJSON *events_take(struct events *e, const char *name, const cJSON *where);

/* The first event of this name that nobody took, with what does not fit in *out; NULL when there is none of the name. */
const cJSON *events_near(const struct events *e, const char *name, const cJSON *where, struct mismatch *out);

/* The first event that nobody took and that a case must not leave behind (refused, malformed, denied, flapping, offline). */
const cJSON *events_left(const struct events *e);

/* What the latest refused sign-in that nobody took was explained with: a new {"en","zh"}, or NULL. The caller frees. */
cJSON *events_cause(const struct events *e);

/* An event as one line: "offline reason 'keepalive-timeout', idle_ms 110000". */
void events_describe(const cJSON *event, struct buf *out);

/* Problems with an event's name and the members that a case asks for: both must be in the table of events.c. */
void events_check(const char *name, const cJSON *where, const char *path, struct problems *problems);

#endif
