#include "long_poll.h"

#include "broker.h"
#include "http_server.h"

#include "lib/base/mem.h"

#include <stdlib.h>

struct long_poll {
    struct broker *broker;
    const struct long_poll_source *source;
    struct list questions;
    size_t count;
    bool is_scheduled; /* the loop will call answer_due */
};

struct question {
    struct list link;
    struct timer timer;
    struct long_poll *owner;
    struct http_call *call;
    uint64_t since;
    bool is_due;
};

static void drop(struct question *q)
{
    timerq_cancel(q->owner->broker->timers, &q->timer);
    q->owner->count--;
    list_remove(&q->link);
    free(q);
}

static void answer_due(void *ctx)
{
    struct long_poll *w = ctx;
    w->is_scheduled = false;
    LIST_EACH(&w->questions, at)
    {
        struct question *q = LIST_ITEM(at, struct question, link);
        if (!q->is_due)
            continue;
        struct http_call *call = q->call;
        uint64_t since = q->since;
        drop(q);
        w->source->answer(w->broker, call, since);
    }
}

/* Not from here: whoever made the change is in the midst of its work. */
static void schedule(struct long_poll *w)
{
    if (w->is_scheduled)
        return;
    w->is_scheduled = true;
    loop_when_quiet(w->broker->loop, answer_due, w);
}

static void on_change(void *ctx)
{
    struct long_poll *w = ctx;
    LIST_EACH(&w->questions, at)
    LIST_ITEM(at, struct question, link)->is_due = true;
    if (w->count > 0)
        schedule(w);
}

static void on_time(struct timer *timer, void *ctx)
{
    (void)timer;
    struct question *q = ctx;
    q->is_due = true;
    schedule(q->owner);
}

struct long_poll *long_poll_new(struct broker *broker, const struct long_poll_source *source)
{
    struct long_poll *w = mem_zalloc(1, sizeof *w);
    w->broker = broker;
    w->source = source;
    list_init(&w->questions);
    source->watch(broker, on_change, w);
    return w;
}

void long_poll_stop(struct long_poll *w)
{
    w->source->watch(w->broker, NULL, NULL);
    LIST_EACH(&w->questions, at)
    drop(LIST_ITEM(at, struct question, link));
}

void long_poll_free(struct long_poll *w)
{
    free(w);
}

bool long_poll_add(struct long_poll *w, struct http_call *call, uint64_t since, int64_t wait_ms)
{
    if (w->count >= LONG_POLLS_MAX)
        return false;
    struct question *q = mem_zalloc(1, sizeof *q);
    q->owner = w;
    q->call = call;
    q->since = since;
    list_add_last(&w->questions, &q->link);
    w->count++;
    timerq_set(w->broker->timers, &q->timer, clock_now_ms(w->broker->clock) + wait_ms, on_time, q);
    return true;
}
