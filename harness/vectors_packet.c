#include "vectors_packet.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

/* Reads members of one object; with problems NULL everything is known to be good. */
struct reader {
    const cJSON *object;
    const char *path;
    struct texts *texts;
    struct problems *problems;
};

static void keys(const struct reader *r, const char *const allowed[])
{
    if (r->problems)
        json_keys(r->object, r->path, allowed, r->problems);
}

static const cJSON *find(const struct reader *r, const char *key, bool required)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(r->object, key);
    if (!value && required && r->problems)
        problems_add(r->problems, r->path, "'%s' is missing", key);
    return value;
}

static struct str text(const struct reader *r, const char *key, bool required)
{
    char path[JSON_PATH_SIZE];
    const cJSON *value = find(r, key, required);
    json_path(path, sizeof path, r->path, key, 0);
    return value ? vector_read(value, VECTOR_TEXT, r->texts, path, r->problems) : (struct str){NULL, 0};
}

static int64_t number(const struct reader *r, const char *key, int64_t max)
{
    int64_t out = 0;
    struct problems none = {0};
    json_int(r->object, r->path, key, JSON_REQUIRED, 0, max, &out, r->problems ? r->problems : &none);
    problems_fini(&none);
    return out;
}

static bool flag(const struct reader *r, const char *key)
{
    bool out = false;
    struct problems none = {0};
    json_bool(r->object, r->path, key, JSON_REQUIRED, &out, r->problems ? r->problems : &none);
    problems_fini(&none);
    return out;
}

static void read_will(const struct reader *r, struct mqtt_connect *connect)
{
    static const char *const allowed[] = {"topic", "payload", "qos", "retain", NULL};
    char path[JSON_PATH_SIZE];
    const cJSON *will = find(r, "will", false);
    connect->has_will = will != NULL;
    if (!will)
        return;
    json_path(path, sizeof path, r->path, "will", 0);
    struct reader inner = {will, path, r->texts, r->problems};
    keys(&inner, allowed);
    connect->will_topic = text(&inner, "topic", true);
    connect->will_payload = text(&inner, "payload", true);
    connect->will_qos = (uint8_t)number(&inner, "qos", 3);
    connect->will_retain = flag(&inner, "retain");
}

static bool level_is_read(uint8_t level)
{
    return level == MQTT_LEVEL_3_1 || level == MQTT_LEVEL_3_1_1;
}

static void read_connect(const struct reader *r, struct mqtt_connect *connect)
{
    static const char *const head[] = {"protocolName", "level", NULL};
    static const char *const all[] = {"protocolName", "level",    "cleanSession", "keepAlive", "mqttClientId",
                                      "username",     "password", "will",         NULL};
    connect->protocol_name = text(r, "protocolName", true);
    connect->level = (uint8_t)number(r, "level", 255);
    keys(r, level_is_read(connect->level) ? all : head);
    if (!level_is_read(connect->level))
        return;
    connect->clean_session = flag(r, "cleanSession");
    connect->keep_alive_s = (uint16_t)number(r, "keepAlive", UINT16_MAX);
    connect->client_id = text(r, "mqttClientId", true);
    connect->username = text(r, "username", false);
    connect->password = text(r, "password", false);
    connect->has_username = connect->username.p != NULL;
    connect->has_password = connect->password.p != NULL;
    read_will(r, connect);
}

static void read_publish(const struct reader *r, struct mqtt_publish *publish)
{
    static const char *const allowed[] = {"topic", "payload", "qos", "retain", "dup", "packetId", NULL};
    keys(r, allowed);
    *publish = (struct mqtt_publish){.dup = flag(r, "dup"),
                                     .retain = flag(r, "retain"),
                                     .qos = (uint8_t)number(r, "qos", 3),
                                     .packet_id = (uint16_t)number(r, "packetId", UINT16_MAX),
                                     .topic = text(r, "topic", true),
                                     .payload = text(r, "payload", true)};
}

/* The array of a member, bounded; NULL with a problem when it is none. */
static const cJSON *array(const struct reader *r, const char *key)
{
    const cJSON *out = find(r, key, true);
    if (out && cJSON_IsArray(out) && cJSON_GetArraySize(out) <= VECTOR_FILTERS_MAX)
        return out;
    if (out && r->problems)
        problems_add(r->problems, r->path, "'%s' wants an array of at most %d", key, VECTOR_FILTERS_MAX);
    return NULL;
}

static void read_filters(const struct reader *r, bool with_qos, struct vector_packet *out)
{
    static const char *const allowed[] = {"packetId", "filters", NULL};
    static const char *const inside[] = {"filter", "qos", NULL};
    char path[JSON_PATH_SIZE];
    const cJSON *all, *at;
    keys(r, allowed);
    out->packet.u.subscribe.packet_id = (uint16_t)number(r, "packetId", UINT16_MAX);
    all = array(r, "filters");
    json_path(path, sizeof path, r->path, "filters", 0);
    cJSON_ArrayForEach(at, all)
    {
        struct mqtt_filter *filter = &out->filters[out->filter_count++];
        struct reader inner = {at, path, r->texts, r->problems};
        if (!with_qos) {
            filter->filter = vector_read(at, VECTOR_TEXT, r->texts, path, r->problems);
            continue;
        }
        keys(&inner, inside);
        filter->filter = text(&inner, "filter", true);
        filter->qos = (uint8_t)number(&inner, "qos", 255);
    }
    out->packet.u.subscribe.count = out->filter_count;
}

static void read_suback(const struct reader *r, struct vector_packet *out)
{
    static const char *const allowed[] = {"packetId", "codes", NULL};
    const cJSON *all, *at;
    int64_t code;
    keys(r, allowed);
    out->packet.u.suback.packet_id = (uint16_t)number(r, "packetId", UINT16_MAX);
    all = array(r, "codes");
    cJSON_ArrayForEach(at, all)
    {
        if (json_is_int(at, &code) && code >= 0 && code <= 255)
            out->codes[out->code_count++] = (uint8_t)code;
        else if (r->problems)
            problems_add(r->problems, r->path, "a code is a number from 0 to 255");
    }
}

void vector_packet_read(const cJSON *fields, enum mqtt_type type, struct texts *texts,
                        struct vector_packet *out, const char *path, struct problems *problems)
{
    static const char *const connack[] = {"sessionPresent", "returnCode", NULL},
                             *const ack[] = {"packetId", NULL}, *const none[] = {NULL};
    struct reader r = {fields, path, texts, problems};
    *out = (struct vector_packet){.packet.type = type};
    switch (type) {
    case MQTT_CONNECT:
        read_connect(&r, &out->packet.u.connect);
        break;
    case MQTT_CONNACK:
        keys(&r, connack);
        out->packet.u.connack = (struct mqtt_connack){.session_present = flag(&r, "sessionPresent"),
                                                      .return_code = (uint8_t)number(&r, "returnCode", 255)};
        break;
    case MQTT_PUBLISH:
        read_publish(&r, &out->packet.u.publish);
        break;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
    case MQTT_UNSUBACK:
        keys(&r, ack);
        out->packet.u.packet_id = (uint16_t)number(&r, "packetId", UINT16_MAX);
        break;
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        read_filters(&r, type == MQTT_SUBSCRIBE, out);
        break;
    case MQTT_SUBACK:
        read_suback(&r, out);
        break;
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
    case MQTT_DISCONNECT:
        keys(&r, none);
        break;
    }
}

static void expect_connect(struct vector_run *run, const struct mqtt_connect *e, const struct mqtt_connect *a)
{
    vector_expect_text(run, "protocolName", e->protocol_name, a->protocol_name);
    vector_expect_int(run, "level", e->level, a->level);
    if (!level_is_read(e->level))
        return;
    vector_expect_bool(run, "cleanSession", e->clean_session, a->clean_session);
    vector_expect_int(run, "keepAlive", e->keep_alive_s, a->keep_alive_s);
    vector_expect_text(run, "mqttClientId", e->client_id, a->client_id);
    vector_expect_bool(run, "has a username", e->has_username, a->has_username);
    vector_expect_text(run, "username", e->username, a->username);
    vector_expect_bool(run, "has a password", e->has_password, a->has_password);
    vector_expect_text(run, "password", e->password, a->password);
    vector_expect_bool(run, "has a will", e->has_will, a->has_will);
    vector_expect_text(run, "will topic", e->will_topic, a->will_topic);
    vector_expect_text(run, "will payload", e->will_payload, a->will_payload);
    vector_expect_int(run, "will qos", e->will_qos, a->will_qos);
    vector_expect_bool(run, "will retain", e->will_retain, a->will_retain);
}

static void expect_publish(struct vector_run *run, const struct mqtt_publish *e, const struct mqtt_publish *a)
{
    vector_expect_text(run, "topic", e->topic, a->topic);
    vector_expect_text(run, "payload", e->payload, a->payload);
    vector_expect_int(run, "qos", e->qos, a->qos);
    vector_expect_bool(run, "retain", e->retain, a->retain);
    vector_expect_bool(run, "dup", e->dup, a->dup);
    vector_expect_int(run, "packetId", e->packet_id, a->packet_id);
}

static void expect_filters(struct vector_run *run, const struct vector_packet *wanted,
                           const struct mqtt_subscribe *actual)
{
    bool with_qos = wanted->packet.type == MQTT_SUBSCRIBE;
    size_t at = 0;
    vector_expect_int(run, "packetId", wanted->packet.u.subscribe.packet_id, actual->packet_id);
    vector_expect_int(run, "number of filters", (int64_t)wanted->filter_count, (int64_t)actual->count);
    for (size_t i = 0; i < wanted->filter_count; i++) {
        struct str filter = {NULL, 0};
        uint8_t qos = 0;
        char *what = mem_printf("filter %zu", i);
        mqtt_filter_next(actual, &at, &filter, with_qos ? &qos : NULL);
        vector_expect_text(run, what, wanted->filters[i].filter, filter);
        vector_expect_int(run, "qos of it", wanted->filters[i].qos, qos);
        free(what);
    }
    struct str rest;
    uint8_t qos;
    vector_expect_bool(run, "a filter more", false,
                       mqtt_filter_next(actual, &at, &rest, with_qos ? &qos : NULL));
}

void vector_packet_expect(struct vector_run *run, const struct vector_packet *wanted,
                          const struct mqtt_packet *actual)
{
    const struct mqtt_packet *e = &wanted->packet;
    vector_expect_word(run, "packet", mqtt_type_name(e->type), mqtt_type_name(actual->type));
    if (e->type != actual->type)
        return;
    switch (e->type) {
    case MQTT_CONNECT:
        expect_connect(run, &e->u.connect, &actual->u.connect);
        break;
    case MQTT_CONNACK:
        vector_expect_bool(run, "sessionPresent", e->u.connack.session_present,
                           actual->u.connack.session_present);
        vector_expect_int(run, "returnCode", e->u.connack.return_code, actual->u.connack.return_code);
        break;
    case MQTT_PUBLISH:
        expect_publish(run, &e->u.publish, &actual->u.publish);
        break;
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
    case MQTT_UNSUBACK:
        vector_expect_int(run, "packetId", e->u.packet_id, actual->u.packet_id);
        break;
    case MQTT_SUBSCRIBE:
    case MQTT_UNSUBSCRIBE:
        expect_filters(run, wanted, &actual->u.subscribe);
        break;
    case MQTT_SUBACK:
        vector_expect_int(run, "packetId", e->u.suback.packet_id, actual->u.suback.packet_id);
        vector_expect_text(run, "codes", (struct str){(const char *)wanted->codes, wanted->code_count},
                           actual->u.suback.codes);
        break;
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
    case MQTT_DISCONNECT:
        break;
    }
}

bool vector_packet_encode(const struct vector_packet *wanted, struct buf *out)
{
    const struct mqtt_packet *p = &wanted->packet;
    switch (p->type) {
    case MQTT_CONNECT:
        return mqtt_encode_connect(out, &p->u.connect);
    case MQTT_CONNACK:
        return mqtt_encode_connack(out, p->u.connack.session_present, p->u.connack.return_code);
    case MQTT_PUBLISH:
        return mqtt_encode_publish(out, &p->u.publish);
    case MQTT_PUBACK:
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
    case MQTT_UNSUBACK:
        return mqtt_encode_ack(out, p->type, p->u.packet_id);
    case MQTT_SUBSCRIBE:
        return mqtt_encode_subscribe(out, p->u.subscribe.packet_id, wanted->filters, wanted->filter_count);
    case MQTT_UNSUBSCRIBE:
        return mqtt_encode_unsubscribe(out, p->u.subscribe.packet_id, wanted->filters, wanted->filter_count);
    case MQTT_SUBACK:
        return mqtt_encode_suback(out, p->u.suback.packet_id, wanted->codes, wanted->code_count);
    case MQTT_PINGREQ:
    case MQTT_PINGRESP:
    case MQTT_DISCONNECT:
        return mqtt_encode_empty(out, p->type);
    }
    return false;
}
