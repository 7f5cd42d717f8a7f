/* Timers on a clock: a heap ordered by due time, ties in the order they were set. */
#ifndef BASE_TIMERQ_H
#define BASE_TIMERQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock;
struct timerq;

/* Embedded in its owner; zero-initialised means "not set". The owner cancels it before it is freed. */
struct timer {
    int64_t due_ms; /* on the queue's clock */
    uint64_t order;
    size_t place; /* 1 + index in the heap; 0: not set */
    void (*fire)(struct timer *timer, void *ctx);
    void *ctx;
};

/* A queue on a borrowed clock, which must outlive it. */
struct timerq *timerq_new(const struct clock *clock);

/* All timers must be cancelled before. */
void timerq_free(struct timerq *q);

/* Sets (or moves) a timer to fire once at due_ms of the queue's clock, also when that has passed already. */
void timerq_set(struct timerq *q, struct timer *timer, int64_t due_ms, void (*fire)(struct timer *, void *),
                void *ctx);

/* Takes a timer out; one that is not set is left alone. */
void timerq_cancel(struct timerq *q, struct timer *timer);

static inline bool timer_is_set(const struct timer *timer)
{
    return timer->place != 0;
}

/* Fires, in order, what is due by now, also what the fired ones set for now. Returns how many fired. */
size_t timerq_run(struct timerq *q);

/* True with the earliest due time, false when no timer is set. */
bool timerq_next(const struct timerq *q, int64_t *due_ms);

/* Moves a manual clock forward by ms, stopping at each due time on the way to fire what is due there, so that every timer
 * sees its own moment as "now". */
void timerq_advance(struct timerq *q, struct clock *clock, int64_t ms);

#endif
