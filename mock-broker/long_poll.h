/* Questions that wait for something new (long poll): answered when it has happened, when their time on the broker's clock is over, or
 * when what they ask for was cleared. One for each thing that can be asked so. */
#ifndef BROKER_LONG_POLL_H
#define BROKER_LONG_POLL_H

#include <stdbool.h>
#include <stdint.h>

struct broker;
struct http_call;
struct long_poll;

/* With a manual clock a question may wait for ever: so many do at once, and no more. */
enum { LONG_POLLS_MAX = 16, LONG_POLL_MAX_MS = 60000 };

/* What is asked for. */
struct long_poll_source {
    /* Has then(ctx) called after each change; NULL: no more. */
    void (*watch)(struct broker *broker, void (*then)(void *ctx), void *ctx);
    /* Answers the call with what is behind since. */
    void (*answer)(struct broker *broker, struct http_call *call, uint64_t since);
};

/* The source is borrowed and has this one watcher. */
struct long_poll *long_poll_new(struct broker *broker, const struct long_poll_source *source);

/* Forgets all questions, unanswered; before the loop is freed. */
void long_poll_stop(struct long_poll *w);
void long_poll_free(struct long_poll *w);

/* Answers the call later. False when LONG_POLLS_MAX wait already. */
bool long_poll_add(struct long_poll *w, struct http_call *call, uint64_t since, int64_t wait_ms);

#endif
