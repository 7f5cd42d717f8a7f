#include "message.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_encode.h"

#include <stdlib.h>

enum { DUP_BIT = 0x08 };

struct message *message_new(struct str topic, struct str payload)
{
    struct buf packet;
    buf_init(&packet, topic.n + payload.n + 16);
    const struct mqtt_publish publish = {.qos = 1, .topic = topic, .payload = payload};
    CHECK(mqtt_encode_publish(&packet, &publish));
    struct message *m = mem_alloc(sizeof *m + packet.len);
    *m = (struct message){.references = 1, .size = (uint32_t)packet.len};
    m->id_offset = (uint32_t)(packet.len - payload.n - 2);
    memcpy(m->bytes, packet.data, packet.len);
    buf_fini(&packet);
    return m;
}

struct message *message_share(struct message *m)
{
    m->references++;
    return m;
}

void message_drop(struct message *m)
{
    CHECK(m->references > 0);
    if (--m->references == 0)
        free(m);
}

bool message_send(const struct message *m, uint16_t packet_id, bool dup, const struct message_sink *sink)
{
    const uint8_t first = (uint8_t)(m->bytes[0] | (dup ? DUP_BIT : 0));
    const uint8_t id[2] = {(uint8_t)(packet_id >> 8), (uint8_t)packet_id};
    uint32_t behind = m->id_offset + 2;
    return sink->send(sink->ctx, &first, 1) && sink->send(sink->ctx, m->bytes + 1, m->id_offset - 1) &&
           sink->send(sink->ctx, id, 2) && sink->send(sink->ctx, m->bytes + behind, m->size - behind);
}

void delivery_init(struct delivery *d, struct str topic, struct str payload, uint8_t qos, struct buf *scratch)
{
    *d = (struct delivery){.topic = topic, .payload = payload, .qos = qos, .scratch = scratch};
}

void delivery_fini(struct delivery *d)
{
    if (d->message)
        message_drop(d->message);
    d->message = NULL;
}

struct str delivery_qos0(struct delivery *d)
{
    if (!d->encoded) {
        const struct mqtt_publish publish = {.topic = d->topic, .payload = d->payload};
        buf_clear(d->scratch);
        CHECK(mqtt_encode_publish(d->scratch, &publish));
        d->encoded = true;
    }
    return buf_str(d->scratch);
}

struct message *delivery_qos1(struct delivery *d)
{
    if (!d->message)
        d->message = message_new(d->topic, d->payload);
    return d->message;
}
