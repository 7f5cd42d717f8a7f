#include "journal_wait.h"

#include "broker.h"
#include "http_server.h"

#include "lib/base/mem.h"

#include <stdlib.h>

struct journal_wait {
    struct broker *broker;
    struct list questions;
    size_t count;
    bool is_scheduled; /* the loop will call answer_due */
};

struct question {
    struct list link;
    struct timer timer;
    struct journal_wait *owner;
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
    struct journal_wait *w = ctx;
    w->is_scheduled = false;
    LIST_EACH(&w->questions, at)
    {
        struct question *q = LIST_ITEM(at, struct question, link);
        if (!q->is_due)
            continue;
        struct http_call *call = q->call;
        cJSON *answer = journal_render(w->broker->journal, q->since);
        drop(q);
        http_call_answer(call, 200, answer);
    }
}

/* Not from here: whoever wrote the event is in the midst of its work. */
static void schedule(struct journal_wait *w)
{
    if (w->is_scheduled)
        return;
    w->is_scheduled = true;
    loop_when_quiet(w->broker->loop, answer_due, w);
}

static void on_change(void *ctx)
{
    struct journal_wait *w = ctx;
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

struct journal_wait *journal_wait_new(struct broker *broker)
{
    struct journal_wait *w = mem_zalloc(1, sizeof *w);
    w->broker = broker;
    list_init(&w->questions);
    journal_on_change(broker->journal, on_change, w);
    return w;
}

void journal_wait_stop(struct journal_wait *w)
{
    journal_on_change(w->broker->journal, NULL, NULL);
    LIST_EACH(&w->questions, at)
    drop(LIST_ITEM(at, struct question, link));
}

void journal_wait_free(struct journal_wait *w)
{
    free(w);
}

bool journal_wait_add(struct journal_wait *w, struct http_call *call, uint64_t since, int64_t wait_ms)
{
    if (w->count >= JOURNAL_WAITS_MAX)
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
