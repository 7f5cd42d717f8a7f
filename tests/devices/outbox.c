#include "tests/devices/outbox.h"

#include <string.h>

static bool is_in_use(const struct outbox *o, uint16_t packet_id)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->items[i].packet_id == packet_id)
            return true;
    return false;
}

uint16_t outbox_packet_id(struct outbox *o)
{
    do
        o->latest_id = o->latest_id == UINT16_MAX ? 1 : (uint16_t)(o->latest_id + 1);
    while (is_in_use(o, o->latest_id));
    return o->latest_id;
}

struct outbox_message *outbox_put(struct outbox *o)
{
    if (o->count == OUTBOX_MAX)
        return NULL;
    struct outbox_message *message = &o->items[o->count];
    message->packet_id = outbox_packet_id(o);
    message->number = ++o->latest_number;
    message->greeting = NULL;
    o->count++;
    return message;
}

bool outbox_take(struct outbox *o, uint16_t packet_id, struct outbox_message *out)
{
    for (size_t i = 0; i < o->count; i++) {
        if (o->items[i].packet_id != packet_id)
            continue;
        *out = o->items[i];
        o->count--;
        memmove(&o->items[i], &o->items[i + 1], (o->count - i) * sizeof o->items[0]);
        return true;
    }
    return false;
}

void outbox_empty(struct outbox *o)
{
    o->count = 0;
    o->latest_id = 0;
}
