#include "mqtt_decode.h"

#include "topic.h"

/* Reads the body of one complete packet from front to back. The first fault stays; after it every read gives nothing. */
struct cursor {
    const uint8_t *bytes;
    size_t at, end;
    struct mqtt_fault *fault;
    bool failed;
};

static void fail(struct cursor *c, const char *reason, size_t offset, const char *clause)
{
    if (!c->failed)
        *c->fault = (struct mqtt_fault){reason, offset, clause};
    c->failed = true;
}

static bool has(struct cursor *c, size_t n)
{
    if (c->end - c->at < n)
        fail(c, "the packet ends inside a field", c->end, "section 2.2.3");
    return !c->failed;
}

static uint8_t read_byte(struct cursor *c)
{
    return has(c, 1) ? c->bytes[c->at++] : 0;
}

static uint16_t read_u16(struct cursor *c)
{
    if (!has(c, 2))
        return 0;
    c->at += 2;
    return (uint16_t)(c->bytes[c->at - 2] << 8 | c->bytes[c->at - 1]);
}

/* A length of two bytes, then so many bytes. */
static struct str read_binary(struct cursor *c)
{
    size_t n = read_u16(c);
    if (!has(c, n))
        return (struct str){NULL, 0};
    c->at += n;
    return (struct str){(const char *)c->bytes + c->at - n, n};
}

static struct str read_text(struct cursor *c)
{
    struct str text = read_binary(c);
    size_t start = c->at - text.n, bad = 0;
    if (!c->failed && !str_is_utf8(text, &bad))
        fail(c, "text is not well-formed UTF-8", start + bad, "MQTT-1.5.3-1");
    else if (!c->failed && (bad = str_find(text, '\0')) < text.n)
        fail(c, "text holds the character U+0000", start + bad, "MQTT-1.5.3-2");
    return text;
}

static uint16_t read_packet_id(struct cursor *c)
{
    size_t start = c->at;
    uint16_t id = read_u16(c);
    if (!c->failed && id == 0)
        fail(c, "the packet identifier is 0", start, "MQTT-2.3.1-1");
    return id;
}

static void read_end(struct cursor *c, const char *clause)
{
    if (!c->failed && c->at != c->end)
        fail(c, "bytes are left behind the last field", c->at, clause);
}

static void check_connect_flags(struct cursor *c, uint8_t flags, uint8_t level)
{
    size_t at = c->at - 1;
    bool will = (flags & 0x04) != 0;
    unsigned will_qos = flags >> 3 & 3;
    if (level == MQTT_LEVEL_3_1_1 && (flags & 0x01))
        fail(c, "the reserved connect flag is set", at, "MQTT-3.1.2-3");
    if (!will && will_qos != 0)
        fail(c, "a will QoS is given without a will", at, "MQTT-3.1.2-13");
    if (will_qos == 3)
        fail(c, "the will QoS is 3", at, "MQTT-3.1.2-14");
    if (!will && (flags & 0x20))
        fail(c, "will retain is set without a will", at, "MQTT-3.1.2-15");
    if (!(flags & 0x80) && (flags & 0x40))
        fail(c, "a password is announced without a username", at, "MQTT-3.1.2-22");
}

/* Name and level, which must go together. False when the level is one that only its CONNACK is known of. */
static bool read_protocol(struct cursor *c, struct mqtt_connect *connect)
{
    size_t start = c->at;
    connect->protocol_name = read_text(c);
    connect->level = read_byte(c);
    bool mqtt = str_is(connect->protocol_name, "MQTT"), mqisdp = str_is(connect->protocol_name, "MQIsdp");
    if (!c->failed && !mqtt && !mqisdp)
        fail(c, "the protocol name is not MQTT", start, "MQTT-3.1.2-1");
    if (connect->level != MQTT_LEVEL_3_1 && connect->level != MQTT_LEVEL_3_1_1)
        return false;
    if (!c->failed && mqisdp != (connect->level == MQTT_LEVEL_3_1))
        fail(c, "protocol name and level do not go together", start, "MQTT-3.1.2-1");
    return true;
}

static void decode_connect(struct cursor *c, struct mqtt_connect *connect)
{
    *connect = (struct mqtt_connect){0};
    if (!read_protocol(c, connect))
        return;
    uint8_t flags = read_byte(c);
    check_connect_flags(c, flags, connect->level);
    connect->clean_session = (flags & 0x02) != 0;
    connect->has_will = (flags & 0x04) != 0;
    connect->will_qos = flags >> 3 & 3;
    connect->will_retain = (flags & 0x20) != 0;
    connect->has_password = (flags & 0x40) != 0;
    connect->has_username = (flags & 0x80) != 0;
    connect->keep_alive_s = read_u16(c);
    /* An empty client id with clean session 0 is well formed; [MQTT-3.1.3-8] wants it answered by CONNACK 2. */
    connect->client_id = read_text(c);
    if (connect->has_will) {
        connect->will_topic = read_text(c);
        connect->will_payload = read_binary(c);
    }
    if (connect->has_username)
        connect->username = read_text(c);
    if (connect->has_password)
        connect->password = read_binary(c);
    read_end(c, "MQTT-3.1.3-1");
}

static void decode_connack(struct cursor *c, struct mqtt_connack *connack)
{
    size_t start = c->at;
    uint8_t flags = read_byte(c);
    connack->session_present = (flags & 1) != 0;
    connack->return_code = read_byte(c);
    read_end(c, "section 3.2.1");
    if (c->failed)
        return;
    if (flags & 0xfe)
        fail(c, "reserved CONNACK flags are set", start, "section 3.2.2.1");
    else if (connack->return_code > MQTT_NOT_AUTHORIZED)
        fail(c, "the return code is reserved", start + 1, "section 3.2.2.3");
    else if (connack->session_present && connack->return_code != 0)
        fail(c, "a refusal says that a session is present", start, "MQTT-3.2.2-4");
}

static void decode_publish(struct cursor *c, uint8_t first, struct mqtt_publish *publish)
{
    *publish =
        (struct mqtt_publish){.dup = (first & 8) != 0, .qos = first >> 1 & 3, .retain = (first & 1) != 0};
    publish->topic = read_text(c);
    if (!c->failed) {
        size_t offset, start = c->at - publish->topic.n;
        const char *clause, *reason = topic_name_fault(publish->topic, &offset, &clause);
        if (reason)
            fail(c, publish->topic.n ? reason : "the topic name is empty", start + offset, clause);
    }
    if (publish->qos)
        publish->packet_id = read_packet_id(c);
    if (!c->failed)
        publish->payload = (struct str){(const char *)c->bytes + c->at, c->end - c->at};
}

static void decode_filters(struct cursor *c, bool with_qos, struct mqtt_subscribe *subscribe)
{
    *subscribe = (struct mqtt_subscribe){.packet_id = read_packet_id(c)};
    size_t start = c->at;
    if (!c->failed && start == c->end)
        fail(c, "there is no topic filter", start, with_qos ? "MQTT-3.8.3-3" : "MQTT-3.10.3-2");
    while (!c->failed && c->at < c->end) {
        struct str filter = read_text(c);
        size_t offset;
        const char *clause, *reason = c->failed ? NULL : topic_filter_fault(filter, &offset, &clause);
        if (reason)
            fail(c, filter.n ? reason : "a topic filter is empty", c->at - filter.n + offset, clause);
        if (with_qos && (read_byte(c) > 2) && !c->failed)
            fail(c, "a requested QoS is above 2 or has reserved bits set", c->at - 1, "MQTT-3-8.3-4");
        subscribe->count++;
    }
    if (!c->failed)
        subscribe->list = (struct str){(const char *)c->bytes + start, c->end - start};
}

static void decode_suback(struct cursor *c, struct mqtt_suback *suback)
{
    suback->packet_id = read_packet_id(c);
    if (!c->failed && c->at == c->end)
        fail(c, "there is no return code", c->at, "MQTT-3.8.4-5");
    for (size_t i = c->at; !c->failed && i < c->end; i++)
        if (c->bytes[i] > 2 && c->bytes[i] != MQTT_SUBACK_FAILURE)
            fail(c, "a SUBACK return code is reserved", i, "MQTT-3.9.3-2");
    if (!c->failed)
        suback->codes = (struct str){(const char *)c->bytes + c->at, c->end - c->at};
}

static bool refuse(struct mqtt_fault *fault, const char *reason, size_t offset, const char *clause)
{
    *fault = (struct mqtt_fault){reason, offset, clause};
    return false;
}

/* The clause that fixes the flags of a type; those without one of their own fall under the general statement. */
static const char *flags_clause(unsigned type)
{
    switch (type) {
    case MQTT_PUBREL:
        return "MQTT-3.6.1-1";
    case MQTT_SUBSCRIBE:
        return "MQTT-3.8.1-1";
    case MQTT_UNSUBSCRIBE:
        return "MQTT-3.10.1-1";
    case MQTT_DISCONNECT:
        return "MQTT-3.14.1-1";
    default:
        return "MQTT-2.2.2-2";
    }
}

static bool check_first_byte(uint8_t first, uint8_t level, struct mqtt_fault *fault)
{
    unsigned type = first >> 4, flags = first & 15;
    if (!mqtt_type_name(type))
        return refuse(fault, "the packet type is reserved", 0, "section 2.2.1");
    if (type == MQTT_PUBLISH) {
        if ((flags & 6) == 6)
            return refuse(fault, "the QoS is 3", 0, "MQTT-3.3.1-4");
        if ((flags & 8) && (flags & 6) == 0)
            return refuse(fault, "DUP is set on a QoS 0 message", 0, "MQTT-3.3.1-2");
        return true;
    }
    bool two = type == MQTT_PUBREL || type == MQTT_SUBSCRIBE || type == MQTT_UNSUBSCRIBE;
    if (two && level == MQTT_LEVEL_3_1)
        flags &= 7u; /* 3.1 has a DUP flag in these */
    if (flags != (two ? 2u : 0u))
        return refuse(fault, "reserved flags of the fixed header are wrong", 0, flags_clause(type));
    return true;
}

enum mqtt_result mqtt_packet_size(const uint8_t *bytes, size_t n, size_t *size, struct mqtt_fault *fault)
{
    size_t remaining = 0;
    for (size_t i = 1; i < n; i++) {
        remaining |= (size_t)(bytes[i] & 127) << (7 * (i - 1));
        if (!(bytes[i] & 128)) {
            *size = 1 + i + remaining;
            return MQTT_DECODED;
        }
        if (i == 4) {
            refuse(fault, "the remaining length has more than four bytes", 4, "section 2.2.3");
            return MQTT_MALFORMED;
        }
    }
    return MQTT_PARTIAL;
}

static void decode_body(struct cursor *c, uint8_t first, struct mqtt_packet *packet)
{
    switch (packet->type) {
    case MQTT_CONNECT:
        decode_connect(c, &packet->u.connect);
        break;
    case MQTT_CONNACK:
        decode_connack(c, &packet->u.connack);
        break;
    case MQTT_PUBLISH:
        decode_publish(c, first, &packet->u.publish);
        break;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
    case MQTT_UNSUBACK:
        packet->u.packet_id = read_packet_id(c);
        read_end(c, "section 2.2.3");
        break;
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        decode_filters(c, packet->type == MQTT_SUBSCRIBE, &packet->u.subscribe);
        break;
    case MQTT_SUBACK:
        decode_suback(c, &packet->u.suback);
        break;
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
    case MQTT_DISCONNECT:
        read_end(c, "section 2.2.3");
        break;
    }
}

enum mqtt_result mqtt_decode(const uint8_t *bytes, size_t n, const struct mqtt_context *context,
                             struct mqtt_packet *packet, struct mqtt_fault *fault)
{
    /* In this order, so that a fault is the same however much of the packet is there already. */
    if (n == 0)
        return MQTT_PARTIAL;
    if (!check_first_byte(bytes[0], context->level, fault))
        return MQTT_MALFORMED;
    size_t size;
    enum mqtt_result known = mqtt_packet_size(bytes, n, &size, fault);
    if (known != MQTT_DECODED)
        return known;
    if (size > context->packet_max_bytes) {
        refuse(fault, "the packet is larger than the maximum", 1, "section 2.2.3");
        return MQTT_MALFORMED;
    }
    if (size > n)
        return MQTT_PARTIAL;
    size_t header = 2;
    while (bytes[header - 1] & 128)
        header++;
    struct cursor c = {.bytes = bytes, .at = header, .end = size, .fault = fault};
    packet->type = (enum mqtt_type)(bytes[0] >> 4);
    packet->size = size;
    decode_body(&c, bytes[0], packet);
    return c.failed ? MQTT_MALFORMED : MQTT_DECODED;
}
