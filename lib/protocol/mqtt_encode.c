#include "mqtt_encode.h"

#include "lib/base/check.h"

#include <string.h>

enum { HEADER_MAX = 5 };

/* Room for a whole packet with its fixed header written; NULL past the buffer's maximum. The caller fills and commits. */
static uint8_t *begin(struct buf *out, uint8_t first, size_t remaining, size_t *size)
{
    uint8_t header[HEADER_MAX] = {first};
    size_t n = 1, rest = remaining;
    CHECK(remaining < (size_t)1 << 28);
    do {
        header[n++] = (uint8_t)((rest & 127) | (rest > 127 ? 128 : 0));
        rest >>= 7;
    } while (rest);
    *size = n + remaining;
    uint8_t *p = buf_reserve(out, *size);
    if (!p)
        return NULL;
    memcpy(p, header, n);
    return p + n;
}

static uint8_t *put_u16(uint8_t *p, size_t value)
{
    p[0] = (uint8_t)(value >> 8);
    p[1] = (uint8_t)value;
    return p + 2;
}

static uint8_t *put_bytes(uint8_t *p, struct str bytes)
{
    if (bytes.n)
        memcpy(p, bytes.p, bytes.n);
    return p + bytes.n;
}

static uint8_t *put_text(uint8_t *p, struct str text)
{
    return put_bytes(put_u16(p, text.n), text);
}

static size_t text_size(struct str text)
{
    CHECK(text.n <= UINT16_MAX);
    return 2 + text.n;
}

static uint8_t connect_flags(const struct mqtt_connect *c)
{
    unsigned flags = 0;
    flags |= c->clean_session ? 0x02u : 0;
    flags |= c->has_will ? 0x04u : 0;
    flags |= (unsigned)(c->will_qos & 3) << 3;
    flags |= c->will_retain ? 0x20u : 0;
    flags |= c->has_password ? 0x40u : 0;
    flags |= c->has_username ? 0x80u : 0;
    return (uint8_t)flags;
}

bool mqtt_encode_connect(struct buf *out, const struct mqtt_connect *c)
{
    size_t remaining = text_size(c->protocol_name) + 4 + text_size(c->client_id);
    if (c->has_will)
        remaining += text_size(c->will_topic) + text_size(c->will_payload);
    if (c->has_username)
        remaining += text_size(c->username);
    if (c->has_password)
        remaining += text_size(c->password);
    size_t size;
    uint8_t *p = begin(out, MQTT_CONNECT << 4, remaining, &size);
    if (!p)
        return false;
    p = put_text(p, c->protocol_name);
    *p++ = c->level;
    *p++ = connect_flags(c);
    p = put_u16(p, c->keep_alive_s);
    p = put_text(p, c->client_id);
    if (c->has_will)
        p = put_text(put_text(p, c->will_topic), c->will_payload);
    if (c->has_username)
        p = put_text(p, c->username);
    if (c->has_password)
        put_text(p, c->password);
    buf_commit(out, size);
    return true;
}

bool mqtt_encode_connack(struct buf *out, bool session_present, uint8_t return_code)
{
    const uint8_t packet[] = {MQTT_CONNACK << 4, 2, session_present, return_code};
    return buf_append(out, packet, sizeof packet);
}

bool mqtt_encode_publish(struct buf *out, const struct mqtt_publish *publish)
{
    unsigned first = MQTT_PUBLISH << 4 | (publish->dup ? 8u : 0) | (unsigned)(publish->qos & 3) << 1 |
                     (publish->retain ? 1u : 0);
    size_t remaining = text_size(publish->topic) + (publish->qos ? 2 : 0) + publish->payload.n, size;
    uint8_t *p = begin(out, (uint8_t)first, remaining, &size);
    if (!p)
        return false;
    p = put_text(p, publish->topic);
    if (publish->qos)
        p = put_u16(p, publish->packet_id);
    put_bytes(p, publish->payload);
    buf_commit(out, size);
    return true;
}

bool mqtt_encode_ack(struct buf *out, enum mqtt_type type, uint16_t packet_id)
{
    unsigned first = (unsigned)type << 4 | (type == MQTT_PUBREL ? 2u : 0);
    const uint8_t packet[] = {(uint8_t)first, 2, (uint8_t)(packet_id >> 8), (uint8_t)packet_id};
    return buf_append(out, packet, sizeof packet);
}

static bool encode_filters(struct buf *out, uint8_t first, uint16_t packet_id,
                           const struct mqtt_filter *filters, size_t count, bool with_qos)
{
    size_t remaining = 2, size;
    for (size_t i = 0; i < count; i++)
        remaining += text_size(filters[i].filter) + with_qos;
    uint8_t *p = begin(out, first, remaining, &size);
    if (!p)
        return false;
    p = put_u16(p, packet_id);
    for (size_t i = 0; i < count; i++) {
        p = put_text(p, filters[i].filter);
        if (with_qos)
            *p++ = filters[i].qos;
    }
    buf_commit(out, size);
    return true;
}

bool mqtt_encode_subscribe(struct buf *out, uint16_t packet_id, const struct mqtt_filter *filters,
                           size_t count)
{
    return encode_filters(out, MQTT_SUBSCRIBE << 4 | 2, packet_id, filters, count, true);
}

bool mqtt_encode_unsubscribe(struct buf *out, uint16_t packet_id, const struct mqtt_filter *filters,
                             size_t count)
{
    return encode_filters(out, MQTT_UNSUBSCRIBE << 4 | 2, packet_id, filters, count, false);
}

bool mqtt_encode_suback(struct buf *out, uint16_t packet_id, const uint8_t *codes, size_t count)
{
    size_t size;
    uint8_t *p = begin(out, MQTT_SUBACK << 4, 2 + count, &size);
    if (!p)
        return false;
    put_bytes(put_u16(p, packet_id), (struct str){(const char *)codes, count});
    buf_commit(out, size);
    return true;
}

bool mqtt_encode_empty(struct buf *out, enum mqtt_type type)
{
    const uint8_t packet[] = {(uint8_t)(type << 4), 0};
    return buf_append(out, packet, sizeof packet);
}
