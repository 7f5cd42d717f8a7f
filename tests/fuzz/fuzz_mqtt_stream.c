/* Any bytes, cut anywhere: the same packets and the same fault; what was decoded encodes to the same bytes. The first byte says
 * the level (bit 0) and how the bytes are cut (the rest). */
#include <string.h>

#include "lib/base/check.h"
#include "lib/protocol/mqtt_encode.h"
#include "lib/protocol/mqtt_stream.h"
#include "lib/protocol/topic.h"
#include "tests/fuzz/fuzz.h"

enum { PACKET_MAX = 256 }; /* small, so that mutations come near it */

/* A run of the decoder: the raw packets one behind the other, and how it ended. */
struct outcome {
    struct buf packets;
    size_t count;
    enum mqtt_result result;
    struct mqtt_fault fault;
};

static bool encode_filters(struct buf *out, const struct mqtt_packet *packet)
{
    const struct mqtt_subscribe *subscribe = &packet->u.subscribe;
    struct mqtt_filter filters[PACKET_MAX / 3];
    bool with_qos = packet->type == MQTT_SUBSCRIBE;
    size_t at = 0, count = 0;
    CHECK(subscribe->count > 0 && subscribe->count <= PACKET_MAX / 3);
    while (mqtt_filter_next(subscribe, &at, &filters[count].filter, with_qos ? &filters[count].qos : NULL)) {
        CHECK(!topic_filter_fault(filters[count].filter, NULL, NULL));
        CHECK(++count <= subscribe->count);
    }
    CHECK(count == subscribe->count);
    return with_qos ? mqtt_encode_subscribe(out, subscribe->packet_id, filters, count)
                    : mqtt_encode_unsubscribe(out, subscribe->packet_id, filters, count);
}

static bool encode(struct buf *out, const struct mqtt_packet *packet)
{
    switch (packet->type) {
    case MQTT_CONNECT:
        return mqtt_encode_connect(out, &packet->u.connect);
    case MQTT_CONNACK:
        return mqtt_encode_connack(out, packet->u.connack.session_present, packet->u.connack.return_code);
    case MQTT_PUBLISH:
        CHECK(!topic_name_fault(packet->u.publish.topic, NULL, NULL));
        return mqtt_encode_publish(out, &packet->u.publish);
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
    case MQTT_UNSUBACK:
        return mqtt_encode_ack(out, packet->type, packet->u.packet_id);
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        return encode_filters(out, packet);
    case MQTT_SUBACK:
        return mqtt_encode_suback(out, packet->u.suback.packet_id, (const uint8_t *)packet->u.suback.codes.p,
                                  packet->u.suback.codes.n);
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
    case MQTT_DISCONNECT:
        return mqtt_encode_empty(out, packet->type);
    }
    CHECK(!"a type");
    return false;
}

/* The bytes behind the fixed header. */
static struct str body(struct str raw)
{
    size_t header = 2;
    while (raw.p[header - 1] & 0x80)
        header++;
    return (struct str){raw.p + header, raw.n - header};
}

static void encode_again(const struct mqtt_packet *packet, struct str raw)
{
    struct buf out;
    buf_init(&out, 2 * PACKET_MAX);
    CHECK(encode(&out, packet));
    uint8_t connect_level = packet->type == MQTT_CONNECT ? packet->u.connect.level : MQTT_LEVEL_3_1_1;
    /* Not all is kept of a CONNECT of 3.1 (flags without meaning) and of an unknown level. A remaining length may be longer
     * than it needs to be, and 3.1 has a DUP flag of its own: the first byte and the body decide. */
    if (connect_level == MQTT_LEVEL_3_1_1) {
        CHECK(str_eq(body(buf_str(&out)), body(raw)));
        CHECK(((out.data[0] ^ raw.p[0]) & 0xf7) == 0);
    }
    buf_fini(&out);
}

static bool on_packet(void *ctx, const struct mqtt_packet *packet, struct str raw)
{
    struct outcome *outcome = ctx;
    CHECK(packet->size == raw.n && raw.n <= PACKET_MAX);
    CHECK(buf_append_str(&outcome->packets, raw));
    outcome->count++;
    encode_again(packet, raw);
    const struct mqtt_context lenient = {MQTT_LEVEL_3_1, PACKET_MAX};
    struct mqtt_packet again;
    struct mqtt_fault fault;
    CHECK(mqtt_decode((const uint8_t *)raw.p, raw.n, &lenient, &again, &fault) == MQTT_DECODED);
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
        CHECK(stream.tail.len <= PACKET_MAX && stream.tail.cap <= PACKET_MAX + 8);
        CHECK(stream.tail.len > 0 || stream.tail.cap == 0);
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
