#include "observation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/matcher.h"
#include "harness/packet_fields.h"
#include "lib/base/hex.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_decode.h"

enum { PACKET_BYTES_MAX = 64 * 1024, TEXT_MAX_BYTES = 4096 };

static const char *const from_names[] = {"device", "platform", "fault", "journal", "judge"};

bool observation_from_named(const char *name, enum observation_from *out)
{
    for (size_t i = 0; i < sizeof from_names / sizeof from_names[0]; i++) {
        if (strcmp(from_names[i], name) != 0)
            continue;
        *out = (enum observation_from)i;
        return true;
    }
    return false;
}

/* What an entry's "what" means. */
static const struct {
    const char *what;
    enum observation_from from;
} kinds[] = {
    {"accept", FROM_DEVICE}, {"tls", FROM_DEVICE},   {"tls-failed", FROM_DEVICE}, {"ws", FROM_DEVICE},
    {"in", FROM_DEVICE},     {"out", FROM_PLATFORM}, {"withheld", FROM_FAULT},    {"event", FROM_JOURNAL},
    {"ended", FROM_DEVICE},  {"action", FROM_JUDGE},
};

static const char *const events[] = {
    "online",      "offline", "refused", "flapping", "malformed",  "no-connect", "denied", "limit",
    "alink-error", "rrpc",    "note",    "fault",    "registered", "auth",       "resent", "ws-error"};

bool observation_is_name(const char *name, enum observation_from from)
{
    if (from == FROM_JOURNAL) {
        for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
            if (strcmp(events[i], name) == 0)
                return true;
        return false;
    }
    if (mqtt_type_named(name) || strcmp(name, "bytes") == 0)
        return from != FROM_JUDGE;
    if (strcmp(name, "malformed") == 0)
        return from == FROM_DEVICE;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].what, name) == 0)
            return from == kinds[i].from && strcmp(name, "in") != 0;
    return strcmp(name, "ended") == 0 && from == FROM_PLATFORM;
}

/* The packet's fields; NULL when the entry holds only its beginning. */
static cJSON *decoded(const cJSON *entry)
{
    struct buf bytes;
    struct mqtt_packet packet;
    struct mqtt_fault fault;
    cJSON *fields = NULL;
    size_t bad;
    const char *digits = json_text(entry, "hex"), *name = json_text(entry, "packet");
    buf_init(&bytes, PACKET_BYTES_MAX);
    if (digits && name && hex_decode(str_of(digits), &bytes, &bad)) {
        uint8_t level = mqtt_type_named(name) == MQTT_CONNECT ? 0 : MQTT_LEVEL_3_1;
        const struct mqtt_context context = {level, PACKET_BYTES_MAX};
        if (mqtt_decode(bytes.data, bytes.len, &context, &packet, &fault) == MQTT_DECODED)
            fields = packet_fields_of(&packet);
    }
    buf_fini(&bytes);
    return fields;
}

/* Bytes that were injected are a packet when they are just one; its name, or NULL. */
static const char *injected_packet(const cJSON *entry)
{
    struct buf bytes;
    struct mqtt_packet packet;
    struct mqtt_fault fault;
    const char *digits = json_text(entry, "hex"), *name = NULL;
    const struct mqtt_context context = {MQTT_LEVEL_3_1, PACKET_BYTES_MAX};
    size_t bad;
    buf_init(&bytes, PACKET_BYTES_MAX);
    if (digits && hex_decode(str_of(digits), &bytes, &bad) && bytes.len > 0 &&
        bytes.data[0] >> 4 != MQTT_CONNECT &&
        mqtt_decode(bytes.data, bytes.len, &context, &packet, &fault) == MQTT_DECODED &&
        packet.size == bytes.len)
        name = mqtt_type_name(packet.type);
    buf_fini(&bytes);
    return name;
}

/* What a where of a packet looks at: its fields, its size, and what was wrong with it. */
static cJSON *packet_fields(const cJSON *entry)
{
    cJSON *fields = decoded(entry);
    if (!fields)
        fields = cJSON_CreateObject();
    static const char *const kept[] = {"bytes", "fault"};
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
        const cJSON *member = cJSON_GetObjectItemCaseSensitive(entry, kept[i]);
        if (member)
            cJSON_AddItemToObject(fields, kept[i], cJSON_Duplicate(member, true));
    }
    return fields;
}

static void set_number(cJSON *fields, const char *key, double value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(fields, key);
    cJSON_AddNumberToObject(fields, key, value);
}

/* Name and fields of an entry of this kind. False when it has none. */
static bool read_kind(struct observation *o, const char *what)
{
    const cJSON *event = cJSON_GetObjectItemCaseSensitive(o->entry, "event");
    const char *by = json_text(o->entry, "by");
    o->name = what;
    if (strcmp(what, "in") == 0 || strcmp(what, "out") == 0 || strcmp(what, "withheld") == 0) {
        bool is_fault = cJSON_HasObjectItem(o->entry, "fault");
        const char *packet = json_text(o->entry, "packet");
        if (!packet && !is_fault && strcmp(what, "out") == 0 && (packet = injected_packet(o->entry))) {
            cJSON_DeleteItemFromObjectCaseSensitive(o->entry, "packet");
            cJSON_AddStringToObject(o->entry, "packet", packet);
        }
        o->name = packet ? packet : is_fault ? "malformed" : "bytes";
        o->fields = packet_fields(o->entry);
    } else if (strcmp(what, "event") == 0) {
        o->name = json_text(event, "event");
        o->fields = cJSON_Duplicate(event, true);
    } else if (strcmp(what, "action") == 0) {
        o->name = json_text(o->entry, "action");
        o->fields = cJSON_Duplicate(o->entry, true);
    } else {
        o->from = by && strcmp(by, "platform") == 0 ? FROM_PLATFORM : o->from;
        o->fields = cJSON_Duplicate(o->entry, true);
    }
    return o->name && o->fields;
}

struct observation *observation_new(cJSON *entry, size_t number, const char *path, struct problems *problems)
{
    struct observation *o = mem_zalloc(1, sizeof *o);
    int64_t conn = 0;
    size_t before = problems->count, kind = 0;
    const char *what = "";
    o->number = number;
    o->entry = entry;
    json_int(entry, path, "clock_ms", JSON_REQUIRED, 0, INT64_C(1) << 52, &o->at_ms, problems);
    json_int(entry, path, "conn", JSON_OPTIONAL, 1, UINT32_MAX, &conn, problems);
    json_string(entry, path, "what", JSON_REQUIRED, &what, problems);
    if (strcmp(what, "end") == 0)
        what = "ended";
    while (kind < sizeof kinds / sizeof kinds[0] && strcmp(kinds[kind].what, what) != 0)
        kind++;
    if (kind == sizeof kinds / sizeof kinds[0])
        problems_add(problems, path, "'%s' is nothing that is seen", what);
    else
        o->from = kinds[kind].from;
    o->conn = (unsigned)conn;
    if (problems->count == before && !read_kind(o, kinds[kind].what))
        problems_add(problems, path, "has no name");
    if (problems->count > before) {
        observation_free(o);
        return NULL;
    }
    set_number(o->fields, "at_ms", (double)o->at_ms);
    set_number(o->fields, "conn", o->conn);
    return o;
}

bool observation_is_deed(const struct observation *o, const char *action)
{
    return o->from == FROM_JUDGE && strcmp(o->name, action) == 0 && !json_get(o->fields, "problem");
}

struct str observation_key(unsigned conn, char out[OBSERVATION_KEY_SIZE])
{
    snprintf(out, OBSERVATION_KEY_SIZE, "%u", conn);
    return str_of(out);
}

void observation_free(struct observation *o)
{
    if (!o)
        return;
    cJSON_Delete(o->fields);
    cJSON_Delete(o->entry);
    free(o);
}

char *observation_text(const struct observation *o)
{
    static const char *const left_out[] = {"at_ms", "conn",        "seq",  "clock_ms", "time", "what",
                                           "event", "explanation", "peer", "hex",      NULL};
    struct buf text;
    buf_init(&text, TEXT_MAX_BYTES);
    cJSON *shown = cJSON_Duplicate(o->fields, true);
    for (size_t i = 0; left_out[i]; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(shown, left_out[i]);
    buf_printf(&text, "%s", o->name);
    if (shown->child) {
        buf_append_byte(&text, ' ');
        matcher_describe(shown, &text);
    }
    char *result = mem_dup(text.data, text.len);
    cJSON_Delete(shown);
    buf_fini(&text);
    return result;
}
