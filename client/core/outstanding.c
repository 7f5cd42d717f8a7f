#include "outstanding.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/mem.h"

enum { DUP_FLAG = 0x08 };

void outstanding_fini(struct outstanding *o)
{
    for (size_t i = 0; i < o->count; i++)
        free(o->items[i]);
    o->count = 0;
}

static size_t find(const struct outstanding *o, uint16_t id)
{
    size_t i = 0;
    while (i < o->count && o->items[i]->id != id)
        i++;
    return i;
}

bool outstanding_has(const struct outstanding *o, uint16_t id)
{
    return find(o, id) < o->count;
}

void outstanding_add(struct outstanding *o, uint16_t id, const void *packet, size_t n, int64_t due_ms)
{
    CHECK(!outstanding_is_full(o));
    struct outstanding_item *item = mem_alloc(sizeof *item + n);
    item->id = id;
    item->sendings = 1;
    item->due_ms = due_ms;
    item->n = n;
    memcpy(item->packet, packet, n);
    o->items[o->count++] = item;
}

bool outstanding_remove(struct outstanding *o, uint16_t id)
{
    size_t i = find(o, id);
    if (i == o->count)
        return false;
    free(o->items[i]);
    o->count--;
    memmove(&o->items[i], &o->items[i + 1], (o->count - i) * sizeof o->items[0]);
    return true;
}

struct outstanding_item *outstanding_due(struct outstanding *o, int64_t now_ms)
{
    for (size_t i = 0; i < o->count; i++) {
        if (o->items[i]->due_ms <= now_ms)
            return o->items[i];
    }
    return NULL;
}

void outstanding_again(struct outstanding_item *item, int64_t due_ms)
{
    item->packet[0] |= DUP_FLAG;
    item->sendings++;
    item->due_ms = due_ms;
}

int64_t outstanding_next_ms(const struct outstanding *o)
{
    int64_t next_ms = INT64_MAX;
    for (size_t i = 0; i < o->count; i++) {
        if (o->items[i]->due_ms < next_ms)
            next_ms = o->items[i]->due_ms;
    }
    return next_ms;
}
