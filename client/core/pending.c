#include "pending.h"

#include <string.h>

#include "lib/base/check.h"

static size_t find(const struct pending *p, uint16_t id)
{
    size_t i = 0;
    while (i < p->count && p->items[i].id != id)
        i++;
    return i;
}

bool pending_has(const struct pending *p, uint16_t id)
{
    return find(p, id) < p->count;
}

void pending_add(struct pending *p, enum pending_kind kind, uint16_t id, int64_t due_ms)
{
    CHECK(!pending_is_full(p));
    p->items[p->count++] = (struct pending_item){id, kind, due_ms};
}

static void take_out(struct pending *p, size_t i)
{
    p->count--;
    memmove(&p->items[i], &p->items[i + 1], (p->count - i) * sizeof p->items[0]);
}

bool pending_remove(struct pending *p, enum pending_kind kind, uint16_t id)
{
    size_t i = find(p, id);
    if (i == p->count || p->items[i].kind != kind)
        return false;
    take_out(p, i);
    return true;
}

bool pending_expire(struct pending *p, int64_t now_ms, struct pending_item *out)
{
    if (p->count == 0 || p->items[0].due_ms > now_ms)
        return false;
    *out = p->items[0];
    take_out(p, 0);
    return true;
}

int64_t pending_next_ms(const struct pending *p)
{
    return p->count ? p->items[0].due_ms : INT64_MAX;
}
