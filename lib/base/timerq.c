#include "timerq.h"

#include "check.h"
#include "clock.h"
#include "mem.h"

#include <stdlib.h>

struct timerq {
    const struct clock *clock;
    struct timer **heap;
    size_t count, capacity;
    uint64_t orders;
};

struct timerq *timerq_new(const struct clock *clock)
{
    struct timerq *q = mem_zalloc(1, sizeof *q);
    q->clock = clock;
    return q;
}

void timerq_free(struct timerq *q)
{
    if (!q)
        return;
    CHECK(q->count == 0);
    free(q->heap);
    free(q);
}

static bool earlier(const struct timer *a, const struct timer *b)
{
    return a->due_ms != b->due_ms ? a->due_ms < b->due_ms : a->order < b->order;
}

static void put(struct timerq *q, size_t i, struct timer *timer)
{
    q->heap[i] = timer;
    timer->place = i + 1;
}

static void sift(struct timerq *q, size_t i, struct timer *timer)
{
    while (i > 0 && earlier(timer, q->heap[(i - 1) / 2])) {
        put(q, i, q->heap[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    for (;;) {
        size_t child = 2 * i + 1;
        if (child + 1 < q->count && earlier(q->heap[child + 1], q->heap[child]))
            child++;
        if (child >= q->count || !earlier(q->heap[child], timer))
            break;
        put(q, i, q->heap[child]);
        i = child;
    }
    put(q, i, timer);
}

void timerq_set(struct timerq *q, struct timer *timer, int64_t due_ms, void (*fire)(struct timer *, void *),
                void *ctx)
{
    timer->due_ms = due_ms;
    timer->order = q->orders++;
    timer->fire = fire;
    timer->ctx = ctx;
    if (!timer->place) {
        if (q->count == q->capacity) {
            q->capacity = q->capacity ? q->capacity * 2 : 16;
            q->heap = mem_realloc(q->heap, q->capacity * sizeof *q->heap);
        }
        put(q, q->count, timer);
        q->count++;
    }
    sift(q, timer->place - 1, timer);
}

void timerq_cancel(struct timerq *q, struct timer *timer)
{
    if (!timer->place)
        return;
    size_t hole = timer->place - 1;
    CHECK(hole < q->count && q->heap[hole] == timer);
    timer->place = 0;
    struct timer *last = q->heap[--q->count];
    if (last != timer)
        sift(q, hole, last);
}

size_t timerq_run(struct timerq *q)
{
    size_t fired = 0;
    int64_t now_ms = clock_now_ms(q->clock);
    while (q->count && q->heap[0]->due_ms <= now_ms) {
        struct timer *timer = q->heap[0];
        timerq_cancel(q, timer);
        timer->fire(timer, timer->ctx);
        fired++;
    }
    return fired;
}

bool timerq_next(const struct timerq *q, int64_t *due_ms)
{
    if (q->count == 0)
        return false;
    *due_ms = q->heap[0]->due_ms;
    return true;
}

void timerq_advance(struct timerq *q, struct clock *clock, int64_t ms)
{
    CHECK(clock == q->clock && ms >= 0);
    int64_t end_ms = clock_now_ms(clock) + ms, due_ms;
    while (timerq_next(q, &due_ms) && due_ms <= end_ms) {
        int64_t now_ms = clock_now_ms(clock);
        if (due_ms > now_ms)
            clock_advance(clock, due_ms - now_ms);
        timerq_run(q);
    }
    clock_advance(clock, end_ms - clock_now_ms(clock));
}
