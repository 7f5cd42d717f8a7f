#include "unanswered.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

enum { DUP_FLAG = 0x08 };

static struct unanswered_item *item_at(const struct list *link)
{
    return LIST_ITEM((uintptr_t)link, struct unanswered_item, link);
}

static bool is_publication(const struct unanswered_item *item)
{
    return item->kind == UNANSWERED_PUBLISH;
}

void unanswered_init(struct unanswered *u)
{
    *u = (struct unanswered){0};
    list_init(&u->items);
}

void unanswered_fini(struct unanswered *u)
{
    while (!list_is_empty(&u->items))
        unanswered_drop(u, item_at(u->items.next));
}

bool unanswered_is_full(const struct unanswered *u, enum unanswered_kind kind)
{
    return kind == UNANSWERED_PUBLISH ? u->publications == IOTX_MQTT_OUTSTANDING_MAX
                                      : u->requests == IOTX_MQTT_REQUESTS_MAX;
}

static struct unanswered_item *find(const struct unanswered *u, uint16_t id)
{
    for (const struct list *at = u->items.next; at != &u->items; at = at->next) {
        if (item_at(at)->id == id)
            return item_at(at);
    }
    return NULL;
}

bool unanswered_has(const struct unanswered *u, uint16_t id)
{
    return find(u, id) != NULL;
}

void unanswered_add(struct unanswered *u, enum unanswered_kind kind, uint16_t id, const void *packet,
                    size_t n, int64_t due_ms)
{
    CHECK(!unanswered_is_full(u, kind));
    struct unanswered_item *item = mem_alloc(sizeof *item + n);
    item->due_ms = due_ms;
    item->id = id;
    item->kind = (uint8_t)kind;
    item->sendings = 1;
    item->n = n;
    if (n > 0)
        memcpy(item->packet, packet, n);
    list_add_last(&u->items, &item->link);
    if (kind == UNANSWERED_PUBLISH)
        u->publications++;
    else
        u->requests++;
}

bool unanswered_remove(struct unanswered *u, enum unanswered_kind kind, uint16_t id)
{
    struct unanswered_item *item = find(u, id);
    if (!item || item->kind != kind)
        return false;
    unanswered_drop(u, item);
    return true;
}

void unanswered_drop(struct unanswered *u, struct unanswered_item *item)
{
    if (is_publication(item))
        u->publications--;
    else
        u->requests--;
    list_remove(&item->link);
    free(item);
}

/* The earliest of its like, the first of those that are due together; NULL when there is none. */
static struct unanswered_item *earliest(const struct unanswered *u, bool publication)
{
    struct unanswered_item *found = NULL;
    for (const struct list *at = u->items.next; at != &u->items; at = at->next) {
        struct unanswered_item *item = item_at(at);
        if (is_publication(item) == publication && (!found || item->due_ms < found->due_ms))
            found = item;
    }
    return found;
}

static struct unanswered_item *due(struct unanswered *u, bool publication, int64_t now_ms)
{
    struct unanswered_item *item = earliest(u, publication);
    return item && item->due_ms <= now_ms ? item : NULL;
}

struct unanswered_item *unanswered_due_publication(struct unanswered *u, int64_t now_ms)
{
    return due(u, true, now_ms);
}

struct unanswered_item *unanswered_due_request(struct unanswered *u, int64_t now_ms)
{
    return due(u, false, now_ms);
}

void unanswered_again(struct unanswered_item *item, int64_t due_ms)
{
    item->packet[0] |= DUP_FLAG;
    item->sendings++;
    item->due_ms = due_ms;
}

void unanswered_start_again(struct unanswered *u)
{
    LIST_EACH(&u->items, at)
    {
        struct unanswered_item *item = item_at(at);
        if (is_publication(item)) {
            item->sendings = 0;
            item->due_ms = 0;
        }
    }
}

static int64_t next_ms(const struct unanswered *u, bool publication)
{
    const struct unanswered_item *item = earliest(u, publication);
    return item ? item->due_ms : INT64_MAX;
}

int64_t unanswered_next_publication_ms(const struct unanswered *u)
{
    return next_ms(u, true);
}

int64_t unanswered_next_request_ms(const struct unanswered *u)
{
    return next_ms(u, false);
}
