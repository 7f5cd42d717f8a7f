#include "inflight.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "message.h"

#include <stdlib.h>
#include <string.h>

/* An array this small is kept when it runs empty, so that a steady trickle does not allocate. */
enum { KEPT_CAPACITY = 8 };

void inflight_fini(struct inflight *f)
{
    for (uint32_t i = 0; i < f->count; i++)
        message_drop(f->items[f->first + i].message);
    free(f->items);
    *f = (struct inflight){0};
}

static void make_room(struct inflight *f)
{
    if (f->first + f->count < f->capacity)
        return;
    if (f->first > f->capacity / 2) {
        memmove(f->items, f->items + f->first, f->count * sizeof *f->items);
        f->first = 0;
        return;
    }
    f->capacity = f->capacity ? f->capacity * 2 : 4;
    f->items = mem_realloc(f->items, f->capacity * sizeof *f->items);
}

bool inflight_push(struct inflight *f, struct message *message, int64_t now_ms,
                   const struct inflight_limits *limits)
{
    bool goes_at_once = f->sent == f->count && f->sent < limits->sent_max;
    if (!goes_at_once && inflight_queued(f) >= limits->queued_max)
        return false;
    if (message->size > INFLIGHT_BYTES_MAX - f->bytes)
        return false;
    make_room(f);
    f->items[f->first + f->count++] = (struct inflight_item){message_share(message), now_ms, 0};
    f->bytes += message->size;
    return true;
}

static bool in_use(const struct inflight *f, uint16_t packet_id)
{
    for (uint32_t i = 0; i < f->sent; i++)
        if (f->items[f->first + i].packet_id == packet_id)
            return true;
    return false;
}

const struct inflight_item *inflight_next(struct inflight *f, const struct inflight_limits *limits)
{
    if (f->sent == f->count || f->sent >= limits->sent_max || f->sent >= UINT16_MAX)
        return NULL;
    do
        f->last_id++;
    while (f->last_id == 0 || in_use(f, f->last_id));
    struct inflight_item *item = &f->items[f->first + f->sent++];
    item->packet_id = f->last_id;
    return item;
}

/* The i-th of all; one that waits is only ever removed when none is in flight. */
static void remove_at(struct inflight *f, uint32_t i)
{
    struct inflight_item *item = &f->items[f->first + i];
    f->bytes -= item->message->size;
    message_drop(item->message);
    if (i == 0) /* the usual case: devices acknowledge in order */
        f->first++;
    else
        memmove(item, item + 1, (f->count - i - 1) * sizeof *item);
    f->count--;
    if (f->sent > 0)
        f->sent--;
    if (f->count > 0)
        return;
    f->first = 0;
    if (f->capacity > KEPT_CAPACITY) {
        free(f->items);
        f->items = NULL;
        f->capacity = 0;
    }
}

bool inflight_acknowledge(struct inflight *f, uint16_t packet_id)
{
    for (uint32_t i = 0; i < f->sent; i++)
        if (f->items[f->first + i].packet_id == packet_id) {
            remove_at(f, i);
            return true;
        }
    return false;
}

bool inflight_oldest(const struct inflight *f, int64_t *since_ms)
{
    if (f->count > 0)
        *since_ms = f->items[f->first].since_ms;
    return f->count > 0;
}

uint32_t inflight_expire(struct inflight *f, int64_t until_ms)
{
    uint32_t dropped = 0;
    int64_t since_ms;
    for (; inflight_oldest(f, &since_ms) && since_ms <= until_ms; dropped++)
        remove_at(f, 0);
    return dropped;
}

const struct inflight_item *inflight_sent(const struct inflight *f, uint32_t i)
{
    CHECK(i < f->sent);
    return &f->items[f->first + i];
}
