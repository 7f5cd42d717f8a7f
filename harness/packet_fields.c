#include "packet_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/matcher.h"
#include "harness/variable.h"
#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/hex.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { TEXT_MAX = 65535, PART_MAX = 8192, SHOWN_MAX = 400 };

enum use { WITH = 1, WHERE = 2, BOTH = WITH | WHERE };

enum kind {
    KIND_INT,     /* min..max */
    KIND_BOOL,    /* */
    KIND_TEXT,    /* at most max bytes */
    KIND_PART,    /* a text, a number, or null for "not sent" */
    KIND_HEX,     /* */
    KIND_FILTERS, /* SUBSCRIBE: [{"filter", "qos"}]; UNSUBSCRIBE: ["…"] */
    KIND_CODES,   /* [0, 128] */
    KIND_ITEMS,   /* an object of texts and numbers */
    KIND_WILL     /* {"topic", "payload", "qos", "retain"} */
};

#define TYPE(t) (1u << (t))
static const unsigned acks = TYPE(MQTT_PUBACK) | TYPE(MQTT_PUBREC) | TYPE(MQTT_PUBREL) | TYPE(MQTT_PUBCOMP) |
                             TYPE(MQTT_UNSUBACK) | TYPE(MQTT_SUBACK) | TYPE(MQTT_SUBSCRIBE) |
                             TYPE(MQTT_UNSUBSCRIBE) | TYPE(MQTT_PUBLISH);

struct field {
    const char *name;
    unsigned types; /* bit n: enum mqtt_type n */
    enum use use;
    enum kind kind;
    int64_t min, max;
};

static const struct field fields[] = {
    {"clientId", TYPE(MQTT_CONNECT), BOTH, KIND_PART, 0, PART_MAX},
    {"securemode", TYPE(MQTT_CONNECT), WITH, KIND_PART, 0, PART_MAX},
    {"signmethod", TYPE(MQTT_CONNECT), WITH, KIND_PART, 0, PART_MAX},
    {"timestamp", TYPE(MQTT_CONNECT), WITH, KIND_PART, 0, PART_MAX},
    {"extra", TYPE(MQTT_CONNECT), WITH, KIND_ITEMS, 0, PART_MAX},
    {"keepAlive", TYPE(MQTT_CONNECT), BOTH, KIND_INT, 0, 65535},
    {"cleanSession", TYPE(MQTT_CONNECT), BOTH, KIND_BOOL, 0, 0},
    {"protocolName", TYPE(MQTT_CONNECT), BOTH, KIND_TEXT, 0, TEXT_MAX},
    {"level", TYPE(MQTT_CONNECT), BOTH, KIND_INT, 0, 255},
    {"mqttClientId", TYPE(MQTT_CONNECT), BOTH, KIND_TEXT, 0, TEXT_MAX},
    {"username", TYPE(MQTT_CONNECT), BOTH, KIND_PART, 0, TEXT_MAX},
    {"password", TYPE(MQTT_CONNECT), WITH, KIND_PART, 0, TEXT_MAX},
    {"signClientId", TYPE(MQTT_CONNECT), WITH, KIND_PART, 0, PART_MAX},
    {"signTimestamp", TYPE(MQTT_CONNECT), WITH, KIND_PART, 0, PART_MAX},
    {"secret", TYPE(MQTT_CONNECT), WITH, KIND_TEXT, 0, PART_MAX},
    {"will", TYPE(MQTT_CONNECT), BOTH, KIND_WILL, 0, 0},
    {"returnCode", TYPE(MQTT_CONNACK), BOTH, KIND_INT, 0, 255},
    {"sessionPresent", TYPE(MQTT_CONNACK), BOTH, KIND_BOOL, 0, 0},
    {"topic", TYPE(MQTT_PUBLISH), BOTH, KIND_TEXT, 0, TEXT_MAX},
    {"payload", TYPE(MQTT_PUBLISH), BOTH, KIND_TEXT, 0, TEXT_MAX},
    {"payloadHex", TYPE(MQTT_PUBLISH), BOTH, KIND_HEX, 0, 0},
    {"qos", TYPE(MQTT_PUBLISH), BOTH, KIND_INT, 0, 3},
    {"retain", TYPE(MQTT_PUBLISH), BOTH, KIND_BOOL, 0, 0},
    {"dup", TYPE(MQTT_PUBLISH), BOTH, KIND_BOOL, 0, 0},
    {"packetId", acks, BOTH, KIND_INT, 0, 65535},
    {"filters", TYPE(MQTT_SUBSCRIBE) | TYPE(MQTT_UNSUBSCRIBE), BOTH, KIND_FILTERS, 0, 0},
    {"codes", TYPE(MQTT_SUBACK), BOTH, KIND_CODES, 0, 255},
};

static const struct field *find(enum mqtt_type type, const char *name, enum use use)
{
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if ((fields[i].types & TYPE(type)) && (fields[i].use & use) && strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

bool packet_fields_has(enum mqtt_type type, const char *name)
{
    return find(type, name, WHERE) != NULL;
}

static void no_such_field(enum mqtt_type type, const char *path, enum use use, struct problems *problems)
{
    struct buf names;
    buf_init(&names, 1024);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if ((fields[i].types & TYPE(type)) && (fields[i].use & use))
            buf_printf(&names, " %s", fields[i].name);
    problems_add(problems, path, "%s has no such field; it has:%s", mqtt_type_name(type),
                 names.len ? buf_cstr(&names) : " none");
    buf_fini(&names);
}

static void check_text(const cJSON *value, int64_t max, const char *path, struct problems *problems)
{
    if (!cJSON_IsString(value))
        problems_add(problems, path, "must be a text");
    else if (strlen(value->valuestring) > (size_t)max)
        problems_add(problems, path, "longer than %lld bytes", (long long)max);
}

static void check_int(const cJSON *value, int64_t min, int64_t max, const char *path,
                      struct problems *problems)
{
    int64_t number;
    if (!json_is_int(value, &number) || number < min || number > max)
        problems_add(problems, path, "must be a whole number from %lld to %lld", (long long)min,
                     (long long)max);
}

static void check_part(const cJSON *value, int64_t max, const char *path, struct problems *problems)
{
    int64_t number;
    if (!cJSON_IsNull(value) && !json_is_int(value, &number))
        check_text(value, max, path, problems);
}

static void check_hex(const cJSON *value, const char *path, struct problems *problems)
{
    struct buf bytes;
    size_t bad;
    if (!cJSON_IsString(value)) {
        problems_add(problems, path, "must be a text of hex digits");
        return;
    }
    buf_init(&bytes, 64 * 1024);
    if (!hex_decode(str_of(value->valuestring), &bytes, &bad))
        problems_add(problems, path, "not hex at character %zu", bad);
    buf_fini(&bytes);
}

static void check_filters(enum mqtt_type type, const cJSON *value, const char *path,
                          struct problems *problems)
{
    static const char *const keys[] = {"filter", "qos", NULL};
    int index = 0;
    if (!cJSON_IsArray(value))
        problems_add(problems, path, "must be an array");
    for (const cJSON *at = value->child; at; at = at->next, index++) {
        char place[JSON_PATH_SIZE];
        const cJSON *filter = at, *qos = NULL;
        json_path(place, sizeof place, path, NULL, index);
        if (variable_is_later(at))
            continue;
        if (type == MQTT_SUBSCRIBE) {
            if (!json_keys(at, place, keys, problems))
                continue;
            filter = cJSON_GetObjectItemCaseSensitive(at, "filter");
            qos = cJSON_GetObjectItemCaseSensitive(at, "qos");
        }
        if (!filter)
            problems_add(problems, place, "the filter is missing");
        else
            check_text(filter, TEXT_MAX, place, problems);
        if (qos && !variable_is_later(qos))
            check_int(qos, 0, 255, place, problems);
    }
}

static void check_codes(const cJSON *value, const char *path, struct problems *problems)
{
    if (!cJSON_IsArray(value))
        problems_add(problems, path, "must be an array");
    for (const cJSON *at = value->child; at; at = at->next)
        if (!variable_is_later(at))
            check_int(at, 0, 255, path, problems);
}

static void check_items(const cJSON *value, const char *path, struct problems *problems)
{
    if (!cJSON_IsObject(value))
        problems_add(problems, path, "must be an object");
    for (const cJSON *at = value->child; at; at = at->next)
        if (cJSON_IsNull(at))
            problems_add(problems, path, "%s must be a text or a number", at->string);
        else
            check_part(at, PART_MAX / 8, path, problems);
}

static void check_will(const cJSON *value, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"topic", "payload", "qos", "retain", NULL};
    const char *text;
    int64_t qos;
    bool retain;
    if (cJSON_IsNull(value) || !json_keys(value, path, keys, problems))
        return;
    json_string(value, path, "topic", JSON_REQUIRED, &text, problems);
    json_string(value, path, "payload", JSON_OPTIONAL, &text, problems);
    json_int(value, path, "qos", JSON_OPTIONAL, 0, 3, &qos, problems);
    json_bool(value, path, "retain", JSON_OPTIONAL, &retain, problems);
}

static void check_value(enum mqtt_type type, const struct field *f, const cJSON *value, const char *path,
                        struct problems *problems)
{
    switch (f->kind) {
    case KIND_INT:
        check_int(value, f->min, f->max, path, problems);
        return;
    case KIND_BOOL:
        if (!cJSON_IsBool(value))
            problems_add(problems, path, "must be true or false");
        return;
    case KIND_TEXT:
        check_text(value, f->max, path, problems);
        return;
    case KIND_PART:
        check_part(value, f->max, path, problems);
        return;
    case KIND_HEX:
        check_hex(value, path, problems);
        return;
    case KIND_FILTERS:
        check_filters(type, value, path, problems);
        return;
    case KIND_CODES:
        check_codes(value, path, problems);
        return;
    case KIND_ITEMS:
        check_items(value, path, problems);
        return;
    case KIND_WILL:
        check_will(value, path, problems);
        return;
    }
}

void packet_fields_check_with(enum mqtt_type type, const cJSON *with, const char *path,
                              struct problems *problems)
{
    if (!with)
        return;
    if (!cJSON_IsObject(with)) {
        problems_add(problems, path, "must be an object");
        return;
    }
    for (const cJSON *at = with->child; at; at = at->next) {
        char place[JSON_PATH_SIZE];
        json_path(place, sizeof place, path, at->string, 0);
        const struct field *f = find(type, at->string, WITH);
        if (!f)
            no_such_field(type, place, WITH, problems);
        else if (!variable_is_later(at))
            check_value(type, f, at, place, problems);
    }
    if (cJSON_HasObjectItem(with, "payload") && cJSON_HasObjectItem(with, "payloadHex"))
        problems_add(problems, path, "either payload or payloadHex");
}

void packet_fields_check_where(enum mqtt_type type, const cJSON *where, const char *path,
                               struct problems *problems)
{
    if (!where)
        return;
    if (!cJSON_IsObject(where)) {
        problems_add(problems, path, "must be an object");
        return;
    }
    for (const cJSON *at = where->child; at; at = at->next) {
        char place[JSON_PATH_SIZE];
        json_path(place, sizeof place, path, at->string, 0);
        if (!find(type, at->string, WHERE))
            no_such_field(type, place, WHERE, problems);
        matcher_check(at, place, problems);
    }
}

/* Text of a packet is well-formed UTF-8; cJSON ends it at a U+0000, which the decoder refuses. */
static void add_text(cJSON *out, const char *name, struct str text)
{
    char *copy = mem_dup(text.p, text.n);
    cJSON_AddStringToObject(out, name, copy);
    free(copy);
}

static void add_hex(cJSON *out, const char *name, struct str bytes)
{
    char *digits = mem_alloc(2 * bytes.n + 1);
    hex_encode((const uint8_t *)bytes.p, bytes.n, digits);
    cJSON_AddStringToObject(out, name, digits);
    free(digits);
}

static bool is_text(struct str bytes)
{
    return str_is_utf8(bytes, NULL) && str_find(bytes, '\0') == bytes.n;
}

static void connect_fields(cJSON *out, const struct mqtt_connect *c)
{
    struct str core = {c->client_id.p, str_find(c->client_id, '|')};
    add_text(out, "mqttClientId", c->client_id);
    add_text(out, "clientId", core);
    if (c->has_username)
        add_text(out, "username", c->username);
    if (c->has_password)
        cJSON_AddStringToObject(out, "password", "***");
    cJSON_AddNumberToObject(out, "keepAlive", c->keep_alive_s);
    cJSON_AddBoolToObject(out, "cleanSession", c->clean_session);
    add_text(out, "protocolName", c->protocol_name);
    cJSON_AddNumberToObject(out, "level", c->level);
    if (c->has_will) {
        cJSON *will = cJSON_AddObjectToObject(out, "will");
        add_text(will, "topic", c->will_topic);
        if (is_text(c->will_payload))
            add_text(will, "payload", c->will_payload);
        cJSON_AddNumberToObject(will, "qos", c->will_qos);
        cJSON_AddBoolToObject(will, "retain", c->will_retain);
    }
}

static void publish_fields(cJSON *out, const struct mqtt_publish *p)
{
    add_text(out, "topic", p->topic);
    if (is_text(p->payload))
        add_text(out, "payload", p->payload);
    add_hex(out, "payloadHex", p->payload);
    cJSON_AddNumberToObject(out, "qos", p->qos);
    cJSON_AddBoolToObject(out, "retain", p->retain);
    cJSON_AddBoolToObject(out, "dup", p->dup);
    if (p->qos > 0)
        cJSON_AddNumberToObject(out, "packetId", p->packet_id);
}

static void subscribe_fields(cJSON *out, const struct mqtt_packet *packet)
{
    const struct mqtt_subscribe *s = &packet->u.subscribe;
    cJSON_AddNumberToObject(out, "packetId", s->packet_id);
    cJSON *filters = cJSON_AddArrayToObject(out, "filters");
    struct str filter;
    uint8_t qos = 0;
    bool has_qos = packet->type == MQTT_SUBSCRIBE;
    for (size_t at = 0; mqtt_filter_next(s, &at, &filter, has_qos ? &qos : NULL);) {
        cJSON *item = cJSON_CreateObject();
        add_text(item, "filter", filter);
        if (has_qos)
            cJSON_AddNumberToObject(item, "qos", qos);
        else
            cJSON_AddItemToArray(filters, cJSON_DetachItemFromObject(item, "filter"));
        if (has_qos)
            cJSON_AddItemToArray(filters, item);
        else
            cJSON_Delete(item);
    }
}

cJSON *packet_fields_of(const struct mqtt_packet *packet)
{
    cJSON *out = cJSON_CreateObject();
    if (packet->type == MQTT_CONNECT) {
        connect_fields(out, &packet->u.connect);
    } else if (packet->type == MQTT_CONNACK) {
        cJSON_AddNumberToObject(out, "returnCode", packet->u.connack.return_code);
        cJSON_AddBoolToObject(out, "sessionPresent", packet->u.connack.session_present);
    } else if (packet->type == MQTT_PUBLISH) {
        publish_fields(out, &packet->u.publish);
    } else if (packet->type == MQTT_SUBSCRIBE || packet->type == MQTT_UNSUBSCRIBE) {
        subscribe_fields(out, packet);
    } else if (packet->type == MQTT_SUBACK) {
        cJSON_AddNumberToObject(out, "packetId", packet->u.suback.packet_id);
        cJSON *codes = cJSON_AddArrayToObject(out, "codes");
        for (size_t i = 0; i < packet->u.suback.codes.n; i++)
            cJSON_AddItemToArray(codes, cJSON_CreateNumber((uint8_t)packet->u.suback.codes.p[i]));
    } else if (acks & TYPE(packet->type)) {
        cJSON_AddNumberToObject(out, "packetId", packet->u.packet_id);
    }
    return out;
}

static void cut_long_texts(cJSON *object)
{
    for (cJSON *at = object->child; at; at = at->next) {
        if (!cJSON_IsString(at) || strlen(at->valuestring) <= SHOWN_MAX)
            continue;
        size_t n = SHOWN_MAX;
        while (n > 0 && ((uint8_t)at->valuestring[n] & 0xc0) == 0x80)
            n--;
        char *cut = mem_printf("%.*s… (%zu bytes)", (int)n, at->valuestring, strlen(at->valuestring));
        cJSON_SetValuestring(at, cut);
        free(cut);
    }
}

cJSON *packet_fields_shown(const struct mqtt_packet *packet)
{
    cJSON *out = packet_fields_of(packet);
    if (packet->type == MQTT_CONNECT)
        cJSON_DeleteItemFromObjectCaseSensitive(out, "clientId");
    if (packet->type == MQTT_PUBLISH && cJSON_HasObjectItem(out, "payload"))
        cJSON_DeleteItemFromObjectCaseSensitive(out, "payloadHex");
    cut_long_texts(out);
    return out;
}
