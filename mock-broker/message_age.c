#include "message_age.h"

#include "broker.h"
#include "session.h"

#include "lib/base/mem.h"

#include <stdio.h>
#include <stdlib.h>

/* Apart from its session: most sessions never keep a message, and each byte of theirs is held a thousand times. */
struct message_age {
    struct timer timer; /* when the oldest message may be too old */
    struct timerq *timers;
    struct session *session;
};

static int64_t lifetime_ms(const struct broker *b)
{
    return b->profile.session_message_lifetime_s * 1000;
}

/* Drops what is too old by now. */
static void drop_old(struct broker *b, struct session *s)
{
    const struct inflight_limits limits = broker_limits(b);
    uint32_t dropped = session_expire(s, clock_now_ms(b->clock) - lifetime_ms(b), &limits);
    if (dropped == 0)
        return;
    char text[120];
    snprintf(text, sizeof text, "%u QoS 1 message%s dropped, not acknowledged within %lld s", dropped,
             dropped == 1 ? "" : "s", (long long)b->profile.session_message_lifetime_s);
    struct journal_event event = {.kind = JOURNAL_NOTE};
    event.u.note.text = str_of(text);
    event.u.note.product_key = str_of(s->device->product->key);
    event.u.note.device_name = str_of(s->device->name);
    journal_append(b->journal, &event);
}

static void on_timer(struct timer *timer, void *ctx)
{
    struct session *s = LIST_ITEM(timer, struct message_age, timer)->session;
    drop_old(ctx, s);
    message_age_watch(ctx, s);
}

/* A timer that is set is left alone: whatever has been acknowledged since, it fires no later than the oldest needs it. */
void message_age_watch(struct broker *b, struct session *s)
{
    int64_t since_ms;
    if ((s->age && timer_is_set(&s->age->timer)) || !inflight_oldest(&s->inflight, &since_ms))
        return;
    if (!s->age) {
        s->age = mem_zalloc(1, sizeof *s->age);
        s->age->timers = b->timers;
        s->age->session = s;
    }
    timerq_set(b->timers, &s->age->timer, since_ms + lifetime_ms(b), on_timer, b);
}

void message_age_free(struct message_age *age)
{
    if (age)
        timerq_cancel(age->timers, &age->timer);
    free(age);
}
