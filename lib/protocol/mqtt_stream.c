#include "mqtt_stream.h"

#include "lib/base/check.h"

void mqtt_stream_init(struct mqtt_stream *s, size_t packet_max_bytes)
{
    *s = (struct mqtt_stream){.context = {.packet_max_bytes = packet_max_bytes}};
    buf_init(&s->tail, packet_max_bytes + 8); /* a packet, or the header of one that is too large */
}

void mqtt_stream_fini(struct mqtt_stream *s)
{
    buf_fini(&s->tail);
}

/* Gives the complete packets at the front of bytes; *used is what they took. */
static enum mqtt_result give(struct mqtt_stream *s, const uint8_t *bytes, size_t n, size_t *used,
                             mqtt_stream_packet *on_packet, void *ctx, struct mqtt_fault *fault)
{
    *used = 0;
    while (*used < n) {
        struct mqtt_packet packet;
        enum mqtt_result result = mqtt_decode(bytes + *used, n - *used, &s->context, &packet, fault);
        if (result == MQTT_PARTIAL)
            break;
        if (result == MQTT_MALFORMED) {
            s->failed = true;
            return MQTT_MALFORMED;
        }
        struct str raw = {(const char *)bytes + *used, packet.size};
        *used += packet.size;
        if (!on_packet(ctx, &packet, raw))
            return MQTT_PARTIAL;
    }
    return MQTT_DECODED;
}

/* How many of the n new bytes the packet in the tail still needs, as far as is known: the rest of it, or one more byte of
 * its fixed header. So the tail never holds more than one packet. */
static size_t missing(const struct mqtt_stream *s, size_t n)
{
    size_t size;
    struct mqtt_fault ignored;
    if (mqtt_packet_size(s->tail.data, s->tail.len, &size, &ignored) != MQTT_DECODED)
        return 1;
    size_t rest = size - s->tail.len;
    return rest < n ? rest : n;
}

enum mqtt_result mqtt_stream_feed(struct mqtt_stream *s, const uint8_t *bytes, size_t n,
                                  mqtt_stream_packet *on_packet, void *ctx, struct mqtt_fault *fault)
{
    if (s->failed)
        return MQTT_DECODED;
    while (s->tail.len && n) {
        size_t piece = missing(s, n), used;
        CHECK(buf_append(&s->tail, bytes, piece));
        bytes += piece;
        n -= piece;
        enum mqtt_result result = give(s, s->tail.data, s->tail.len, &used, on_packet, ctx, fault);
        if (used || result != MQTT_DECODED)
            buf_fini(&s->tail);
        if (result != MQTT_DECODED)
            return result;
    }
    size_t used = 0;
    enum mqtt_result result = give(s, bytes, n, &used, on_packet, ctx, fault);
    if (result == MQTT_DECODED && used < n)
        CHECK(buf_append(&s->tail, bytes + used, n - used));
    return result;
}
