#include "packet_reader.h"

#include <string.h>

#include "lib/base/check.h"

void packet_reader_init(struct packet_reader *r, void *buffer, size_t size)
{
    CHECK(size >= PACKET_READER_MIN_BYTES);
    *r = (struct packet_reader){.buffer = buffer, .size = size};
}

void packet_reader_reset(struct packet_reader *r)
{
    packet_reader_init(r, r->buffer, r->size);
}

/* The packet id of a PUBLISH whose front is in bytes, when it is QoS 1 and its topic is short enough to see it; else 0. */
static uint16_t publish_id(const uint8_t *bytes, size_t n)
{
    size_t at = 1;
    if (bytes[0] >> 4 != MQTT_PUBLISH || (bytes[0] >> 1 & 3) != 1)
        return 0;
    while (bytes[at] & 0x80)
        at++;
    at++;
    at += 2 + ((size_t)bytes[at] << 8 | bytes[at + 1]);
    if (at + 2 > n)
        return 0;
    return (uint16_t)(bytes[at] << 8 | bytes[at + 1]);
}

static enum packet_result skip(struct packet_reader *r)
{
    size_t here = r->end - r->start;
    size_t n = here < r->to_skip ? here : r->to_skip;
    r->start += n;
    r->to_skip -= n;
    return r->to_skip ? PACKET_NONE : PACKET_SKIPPED;
}

static void move_to_front(struct packet_reader *r)
{
    if (r->start > 0)
        memmove(r->buffer, r->buffer + r->start, r->end - r->start);
    r->end -= r->start;
    r->start = 0;
}

/* The front of a packet that is too large is looked at once it fills the buffer. */
static enum packet_result begin_to_skip(struct packet_reader *r, size_t size)
{
    move_to_front(r);
    if (r->end < r->size)
        return PACKET_NONE;
    r->skipped = (struct packet_skipped){size, publish_id(r->buffer, r->size)};
    r->to_skip = size;
    return skip(r);
}

enum packet_result packet_reader_next(struct packet_reader *r, struct mqtt_packet *packet,
                                      struct mqtt_fault *fault)
{
    size_t size, n = r->end - r->start;
    const uint8_t *bytes = r->buffer + r->start;
    if (r->to_skip)
        return skip(r);
    if (n == 0)
        return PACKET_NONE;
    enum mqtt_result result = mqtt_packet_size(bytes, n, &size, fault);
    if (result == MQTT_DECODED && size > r->size)
        return begin_to_skip(r, size);
    if (result != MQTT_MALFORMED) {
        struct mqtt_context context = {.level = MQTT_LEVEL_3_1_1, .packet_max_bytes = r->size};
        result = mqtt_decode(bytes, n, &context, packet, fault);
    }
    if (result == MQTT_DECODED)
        r->start += packet->size;
    return result == MQTT_DECODED ? PACKET_READY : result == MQTT_PARTIAL ? PACKET_NONE : PACKET_MALFORMED;
}

void *packet_reader_room(struct packet_reader *r, size_t *n)
{
    move_to_front(r);
    *n = r->size - r->end;
    return r->buffer + r->end;
}

void packet_reader_came(struct packet_reader *r, size_t n)
{
    CHECK(n <= r->size - r->end);
    r->end += n;
}
