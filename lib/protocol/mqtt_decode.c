#include "mqtt_decode.h"

#include "mqtt_text.h"
#include "topic.h"

/* Where the standard numbers no statement: a remaining length that its fields do not add up to. */
static const char length_clause[] = "section 2.2.3";

/* What the standard fixes for a type. */
struct rule {
    uint8_t flags;            /* the low bits of the first byte; PUBLISH has its own */
    int remaining;            /* the only remaining length there is, or -1 */
    const char *flags_clause; /* the general statement, unless the type has one of its own */
    const char *id_clause;    /* that a packet identifier 0 breaks; an answer repeats one that is not 0 */
};

static const struct rule rules[] = {
    [MQTT_CONNECT] = {0, -1, "MQTT-2.2.2-1", NULL},
    [MQTT_CONNACK] = {0, 2, "MQTT-2.2.2-1", NULL},
    [MQTT_PUBLISH] = {0, -1, NULL, "MQTT-2.3.1-1"},
    [MQTT_PUBACK] = {0, 2, "MQTT-2.2.2-1", "MQTT-2.3.1-6"},
    [MQTT_PUBREC] = {0, 2, "MQTT-2.2.2-1", "MQTT-2.3.1-6"},
    [MQTT_PUBREL] = {2, 2, "MQTT-3.6.1-1", "MQTT-2.3.1-6"},
    [MQTT_PUBCOMP] = {0, 2, "MQTT-2.2.2-1", "MQTT-2.3.1-1"},
    [MQTT_SUBSCRIBE] = {2, -1, "MQTT-3.8.1-1", "MQTT-2.3.1-1"},
    [MQTT_SUBACK] = {0, -1, "MQTT-2.2.2-1", "MQTT-2.3.1-7"},
    [MQTT_UNSUBSCRIBE] = {2, -1, "MQTT-3.10.1-1", "MQTT-2.3.1-1"},
    [MQTT_UNSUBACK] = {0, 2, "MQTT-2.2.2-1", "MQTT-2.3.1-7"},
    [MQTT_PINGREQ] = {0, 0, "MQTT-2.2.2-1", NULL},
    [MQTT_PINGRESP] = {0, 0, "MQTT-2.2.2-1", NULL},
    [MQTT_DISCONNECT] = {0, 0, "MQTT-3.14.1-1", NULL},
};

/* Reads the body of one complete packet from front to back. The first fault stays; after it every read gives nothing. */
struct cursor {
    const uint8_t *bytes;
    size_t at, end;
    size_t field;       /* where the field begins that is being read */
    const char *clause; /* that is broken when there is nothing of it */
    const struct rule *rule;
    struct mqtt_fault *fault;
    bool failed;
};

static void fail(struct cursor *c, const char *reason, size_t offset, const char *clause)
{
    if (!c->failed)
        *c->fault = (struct mqtt_fault){reason, offset, clause};
    c->failed = true;
}

/* The next reads are one field; a packet that has nothing of it breaks this clause. */
static void begin_field(struct cursor *c, const char *clause)
{
    c->field = c->at;
    c->clause = clause;
}

static bool has(struct cursor *c, size_t n)
{
    if (c->end - c->at < n)
        fail(c, "the packet ends inside a field", c->end, c->end == c->field ? c->clause : length_clause);
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
    size_t offset;
    const char *clause, *reason = mqtt_text_fault(text, &offset, &clause);
    if (reason)
        fail(c, reason, c->at - text.n + offset, clause);
    return text;
}

/* Text that is to be a topic name. A will's is held to the same: it becomes the PUBLISH that others get. */
static struct str read_topic(struct cursor *c)
{
    struct str topic = read_text(c);
    size_t offset;
    const char *clause, *reason = c->failed ? NULL : topic_name_fault(topic, &offset, &clause);
    if (reason)
        fail(c, topic.n ? reason : "the topic name is empty", c->at - topic.n + offset, clause);
    return topic;
}

static uint16_t read_packet_id(struct cursor *c)
{
    size_t start = c->at;
    begin_field(c, c->rule->id_clause);
    uint16_t id = read_u16(c);
    if (id == 0)
        fail(c, "the packet identifier is 0", start, c->rule->id_clause);
    return id;
}

static void read_connect_flags(struct cursor *c, struct mqtt_connect *connect)
{
    bool strict = connect->level != MQTT_LEVEL_3_1; /* 3.1 says of these bits that they are not looked at */
    size_t at = c->at;
    uint8_t flags = read_byte(c);
    connect->clean_session = (flags & 0x02) != 0;
    connect->has_will = (flags & 0x04) != 0;
    connect->will_qos = flags >> 3 & 3;
    connect->will_retain = (flags & 0x20) != 0;
    connect->has_password = (flags & 0x40) != 0;
    connect->has_username = (flags & 0x80) != 0;
    if (strict && (flags & 0x01))
        fail(c, "the reserved connect flag is set", at, "MQTT-3.1.2-3");
    if (strict && !connect->has_will && connect->will_qos != 0)
        fail(c, "a will QoS is given without a will", at, "MQTT-3.1.2-13");
    if (connect->has_will && connect->will_qos == 3)
        fail(c, "the will QoS is 3", at, "MQTT-3.1.2-14");
    if (strict && !connect->has_will && connect->will_retain)
        fail(c, "will retain is set without a will", at, "MQTT-3.1.2-15");
    if (connect->has_password && !connect->has_username)
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

/* The payload: what the flags announce, in this order [MQTT-3.1.3-1]. */
static void read_connect_payload(struct cursor *c, struct mqtt_connect *connect)
{
    begin_field(c, "MQTT-3.1.3-3");
    /* An empty client id with clean session 0 is well formed; [MQTT-3.1.3-8] wants it answered by CONNACK 2. */
    connect->client_id = read_text(c);
    if (connect->has_will) {
        begin_field(c, "MQTT-3.1.2-9");
        connect->will_topic = read_topic(c);
        begin_field(c, "MQTT-3.1.2-9");
        connect->will_payload = read_binary(c);
    }
    /* 3.1 lets the packet end where a username or password is announced: then there is none. */
    bool may_end = connect->level == MQTT_LEVEL_3_1;
    if (may_end && c->at == c->end)
        connect->has_username = connect->has_password = false;
    if (connect->has_username) {
        begin_field(c, "MQTT-3.1.2-19");
        connect->username = read_text(c);
    }
    if (may_end && c->at == c->end)
        connect->has_password = false;
    if (connect->has_password) {
        begin_field(c, "MQTT-3.1.2-21");
        connect->password = read_binary(c);
    }
    if (!c->failed && c->at != c->end)
        fail(c, "bytes are left behind the last field", c->at,
             !connect->has_username   ? "MQTT-3.1.2-18"
             : !connect->has_password ? "MQTT-3.1.2-20"
                                      : "section 3.1.3");
}

static void decode_connect(struct cursor *c, struct mqtt_connect *connect)
{
    *connect = (struct mqtt_connect){0};
    if (!read_protocol(c, connect))
        return;
    read_connect_flags(c, connect);
    connect->keep_alive_s = read_u16(c);
    read_connect_payload(c, connect);
}

static void decode_connack(struct cursor *c, struct mqtt_connack *connack)
{
    size_t start = c->at;
    uint8_t flags = read_byte(c);
    connack->session_present = (flags & 1) != 0;
    connack->return_code = read_byte(c);
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
    begin_field(c, "MQTT-3.3.2-1");
    publish->topic = read_topic(c);
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
        begin_field(c, length_clause);
        struct str filter = read_text(c);
        size_t offset;
        const char *clause, *reason = c->failed ? NULL : topic_filter_fault(filter, &offset, &clause);
        if (reason)
            fail(c, filter.n ? reason : "a topic filter is empty", c->at - filter.n + offset, clause);
        begin_field(c, "MQTT-3.8.3-3");
        if (with_qos && read_byte(c) > 2)
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
    const struct rule *rule = &rules[type];
    if (level == MQTT_LEVEL_3_1 && rule->flags == 2)
        flags &= 7; /* 3.1 has a DUP flag in PUBREL, SUBSCRIBE and UNSUBSCRIBE */
    if (flags != rule->flags)
        return refuse(fault, "reserved flags of the fixed header are wrong", 0, rule->flags_clause);
    return true;
}

/* All that a complete fixed header is enough to know, so that nobody waits for a body that cannot be good. */
static bool check_size(uint8_t first, size_t header, size_t size, size_t max, struct mqtt_fault *fault)
{
    const struct rule *rule = &rules[first >> 4];
    if (size > max)
        return refuse(fault, "the packet is larger than the maximum", 1, length_clause);
    if (rule->remaining < 0)
        return true;
    size_t wanted = header + (size_t)rule->remaining;
    if (size < wanted)
        return refuse(fault, "the packet ends inside a field", size, length_clause);
    if (size > wanted)
        return refuse(fault, "bytes are left behind the last field", wanted, length_clause);
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
            refuse(fault, "the remaining length has more than four bytes", 4, length_clause);
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
    size_t header = 2;
    while (bytes[header - 1] & 128)
        header++;
    if (!check_size(bytes[0], header, size, context->packet_max_bytes, fault))
        return MQTT_MALFORMED;
    if (size > n)
        return MQTT_PARTIAL;
    struct cursor c = {.bytes = bytes,
                       .at = header,
                       .end = size,
                       .field = header,
                       .clause = length_clause,
                       .rule = &rules[bytes[0] >> 4],
                       .fault = fault};
    packet->type = (enum mqtt_type)(bytes[0] >> 4);
    packet->size = size;
    decode_body(&c, bytes[0], packet);
    return c.failed ? MQTT_MALFORMED : MQTT_DECODED;
}
