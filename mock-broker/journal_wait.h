/* Questions to the journal that wait for an event (long poll): answered when something has happened, when their time on the
 * broker's clock is over, or when the journal was cleared. */
#ifndef BROKER_JOURNAL_WAIT_H
#define BROKER_JOURNAL_WAIT_H

#include <stdbool.h>
#include <stdint.h>

struct broker;
struct http_call;
struct journal_wait;

/* With a manual clock a question may wait for ever: so many do at once, and no more. */
enum { JOURNAL_WAITS_MAX = 16, JOURNAL_WAIT_MAX_MS = 60000 };

/* Takes the journal's on_change. */
struct journal_wait *journal_wait_new(struct broker *broker);

/* Forgets all questions, unanswered; before the loop is freed. */
void journal_wait_stop(struct journal_wait *w);
void journal_wait_free(struct journal_wait *w);

/* Answers the call later with the events behind since. False when JOURNAL_WAITS_MAX wait already. */
bool journal_wait_add(struct journal_wait *w, struct http_call *call, uint64_t since, int64_t wait_ms);

#endif
