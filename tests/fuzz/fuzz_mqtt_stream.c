/* Any bytes, cut anywhere: the same packets and the same fault; what was decoded encodes to the same bytes. */
#include <string.h>

#include "lib/base/check.h"
#include "lib/protocol/mqtt_encode.h"
#include "lib/protocol/mqtt_stream.h"
#include "tests/fuzz/fuzz.h"

enum { PACKET_MAX = 4096 };

/* A run of the decoder: the raw packets one behind the other, and how it ended. */
struct outcome {
    struct buf packets;
    size_t count;
    enum mqtt_result result;
    struct mqtt_fault fault;
};

static void encode_again(const struct mqtt_packet *packet, struct str raw)
{
    struct buf out;
    buf_init(&out, 2 * PACKET_MAX);
    switch (packet->type) {
    case MQTT_PUBLISH:
        CHECK(mqtt_encode_publish(&out, &packet->u.publish));
        break;
    case MQTT_CONNACK:
        CHECK(mqtt_encode_connack(&out, packet->u.connack.session_present, packet->u.connack.return_code));
        break;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBCOMP:
    case MQTT_UNSUBACK:
        CHECK(mqtt_encode_ack(&out, packet->type, packet->u.packet_id));
        break;
    default:
        buf_fini(&out);
        return;
    }
    /* A remaining length may be padded with zero groups; then only the size differs. */
    CHECK(out.len > raw.n ? false : out.len < raw.n || str_eq(buf_str(&out), raw));
    buf_fini(&out);
}

static void walk_filters(const struct mqtt_packet *packet)
{
    size_t at = 0, count = 0;
    struct str filter;
    uint8_t qos;
    while (mqtt_filter_next(&packet->u.subscribe, &at, &filter, packet->type == MQTT_SUBSCRIBE ? &qos : NULL))
        count++;
    CHECK(count == packet->u.subscribe.count);
}

static bool on_packet(void *ctx, const struct mqtt_packet *packet, struct str raw)
{
    struct outcome *outcome = ctx;
    CHECK(packet->size == raw.n && raw.n <= PACKET_MAX);
    CHECK(buf_append_str(&outcome->packets, raw));
    outcome->count++;
    encode_again(packet, raw);
    if (packet->type == MQTT_SUBSCRIBE || packet->type == MQTT_UNSUBSCRIBE)
        walk_filters(packet);
    return true;
}

static void feed(struct outcome *outcome, const uint8_t *data, size_t size, uint8_t level, size_t piece)
{
    struct mqtt_stream stream;
    mqtt_stream_init(&stream, PACKET_MAX);
    stream.context.level = level;
    *outcome = (struct outcome){0};
    buf_init(&outcome->packets, size);
    for (size_t at = 0; at < size && outcome->result == MQTT_DECODED; at += piece) {
        size_t n = size - at < piece ? size - at : piece;
        outcome->result = mqtt_stream_feed(&stream, data + at, n, on_packet, outcome, &outcome->fault);
    }
    mqtt_stream_fini(&stream);
}

static void compare(const struct outcome *a, const struct outcome *b)
{
    CHECK(a->count == b->count && a->result == b->result);
    CHECK(str_eq(buf_str(&a->packets), buf_str(&b->packets)));
    if (a->result == MQTT_MALFORMED) {
        CHECK(a->fault.offset == b->fault.offset);
        CHECK(strcmp(a->fault.reason, b->fault.reason) == 0 && strcmp(a->fault.clause, b->fault.clause) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    uint8_t level = data[0] & 1 ? MQTT_LEVEL_3_1 : MQTT_LEVEL_3_1_1;
    size_t piece = 2 + (data[0] >> 1) % 61;
    struct outcome whole, bytes, pieces;
    feed(&whole, data + 1, size - 1, level, size);
    feed(&bytes, data + 1, size - 1, level, 1);
    feed(&pieces, data + 1, size - 1, level, piece);
    compare(&whole, &bytes);
    compare(&whole, &pieces);
    buf_fini(&whole.packets);
    buf_fini(&bytes.packets);
    buf_fini(&pieces.packets);
    return 0;
}
