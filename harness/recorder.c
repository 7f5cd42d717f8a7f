#include "recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/packet_fields.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_decode.h"

enum { SECRET_MIN_BYTES = 4, SECRET_TEXT_MIN_BYTES = 8, PACKET_MAX_BYTES = 8 * 1024 * 1024 };

struct recorder {
    const struct clock *clock;
    int64_t started_us, clock_ms;
    int step;
    cJSON *entries;
    size_t count, bytes;
    bool is_marked;
    struct str *secrets; /* owned texts */
    size_t secret_count;
};

static const char *const secret_names[] = {"deviceSecret", "productSecret", "password", "secret", "token",
                                           "iotToken",     "deviceToken",   "sign",     NULL};

struct recorder *recorder_new(const struct clock *clock)
{
    struct recorder *r = mem_zalloc(1, sizeof *r);
    r->clock = clock;
    recorder_start(r);
    return r;
}

static void forget_secrets(struct recorder *r)
{
    for (size_t i = 0; i < r->secret_count; i++) {
        mem_wipe((void *)r->secrets[i].p, r->secrets[i].n);
        free((void *)r->secrets[i].p);
    }
    free(r->secrets);
    r->secrets = NULL;
    r->secret_count = 0;
}

void recorder_free(struct recorder *r)
{
    if (!r)
        return;
    forget_secrets(r);
    cJSON_Delete(r->entries);
    free(r);
}

void recorder_start(struct recorder *r)
{
    forget_secrets(r);
    cJSON_Delete(r->entries);
    r->entries = cJSON_CreateArray();
    r->count = r->bytes = 0;
    r->clock_ms = 0;
    r->step = -1;
    r->is_marked = false;
    r->started_us = clock_now_us(r->clock);
}

void recorder_set_step(struct recorder *r, int step)
{
    r->step = step;
}

void recorder_set_clock(struct recorder *r, int64_t clock_ms)
{
    r->clock_ms = clock_ms;
}

void recorder_add_secret(struct recorder *r, struct str secret)
{
    if (secret.n < SECRET_MIN_BYTES)
        return;
    for (size_t i = 0; i < r->secret_count; i++)
        if (str_eq(r->secrets[i], secret))
            return;
    r->secrets = mem_realloc(r->secrets, (r->secret_count + 1) * sizeof *r->secrets);
    r->secrets[r->secret_count++] = (struct str){mem_dup(secret.p, secret.n), secret.n};
}

/* What the platform gives out as a secret is one from then on, wherever it comes again. */
static void learn(struct recorder *r, const cJSON *node)
{
    static const char *const issued[] = {"deviceSecret", "iotToken", "deviceToken"};
    for (const cJSON *at = node ? node->child : NULL; at; at = at->next) {
        for (size_t i = 0; at->string && cJSON_IsString(at) && i < sizeof issued / sizeof issued[0]; i++)
            if (strcmp(at->string, issued[i]) == 0)
                recorder_add_secret(r, str_of(at->valuestring));
        learn(r, at);
    }
}

/* The answer to a dynamic registration holds a secret. */
static void learn_of_publish(struct recorder *r, const struct mqtt_publish *publish)
{
    struct problems problems = {0};
    if (!str_starts(publish->topic, STR("/ext/reg")))
        return;
    cJSON *payload = json_parse(publish->payload, "payload", &problems);
    learn(r, payload);
    cJSON_Delete(payload);
    problems_fini(&problems);
}

static cJSON *new_entry(struct recorder *r, const char *device, const char *direction, const char *what)
{
    cJSON *entry = cJSON_CreateObject();
    cJSON_AddNumberToObject(entry, "t_ms", (double)(clock_now_us(r->clock) - r->started_us) / 1000);
    cJSON_AddNumberToObject(entry, "clock_ms", (double)r->clock_ms);
    if (device)
        cJSON_AddStringToObject(entry, "device", device);
    cJSON_AddStringToObject(entry, "dir", direction);
    cJSON_AddStringToObject(entry, "what", what);
    if (r->step >= 0)
        cJSON_AddNumberToObject(entry, "step", r->step);
    cJSON_AddItemToArray(r->entries, entry);
    r->count++;
    return entry;
}

/* Where in bytes[0..n) something must not be seen: hidden[i] is set. */
static void hide(const struct recorder *r, const struct mqtt_packet *packet, const uint8_t *bytes, size_t n,
                 bool *hidden)
{
    if (packet && packet->type == MQTT_CONNECT && packet->u.connect.has_password) {
        struct str password = packet->u.connect.password;
        size_t at = (size_t)(password.p - (const char *)bytes);
        for (size_t i = 0; i < password.n && at + i < n; i++)
            hidden[at + i] = true;
    }
    for (size_t s = 0; s < r->secret_count; s++) {
        struct str secret = r->secrets[s];
        for (size_t at = 0; at + secret.n <= n; at++)
            if (bytes[at] == (uint8_t)secret.p[0] && memcmp(bytes + at, secret.p, secret.n) == 0)
                memset(hidden + at, 1, secret.n);
    }
}

static void add_hex(struct recorder *r, cJSON *entry, const struct mqtt_packet *packet, const uint8_t *bytes,
                    size_t n)
{
    static const char digits[] = "0123456789abcdef";
    size_t left = RECORDER_BYTES_MAX - r->bytes, shown = n < left ? n : left;
    char *text = mem_alloc(3 * shown + 64), *out = text;
    bool *hidden = mem_zalloc(n + 1, sizeof *hidden);
    hide(r, packet, bytes, n, hidden);
    for (size_t i = 0; i < shown; i++) {
        *out++ = hidden[i] ? '*' : digits[bytes[i] >> 4];
        *out++ = hidden[i] ? '*' : digits[bytes[i] & 15];
        *out++ = ' ';
    }
    out -= shown > 0;
    *out = '\0';
    if (shown < n)
        snprintf(out, 48, "%s… (+%zu bytes)", shown ? " " : "", n - shown);
    cJSON_AddStringToObject(entry, "hex", text);
    r->bytes += shown;
    free(hidden);
    free(text);
}

static void mask_text(const struct recorder *r, cJSON *node)
{
    char *masked = recorder_masked(r, node->valuestring);
    if (strcmp(masked, node->valuestring) != 0)
        cJSON_SetValuestring(node, masked);
    free(masked);
}

static void mask_members(const struct recorder *r, cJSON *node)
{
    for (cJSON *at = node->child; at; at = at->next) {
        for (size_t i = 0; at->string && cJSON_IsString(at) && secret_names[i]; i++)
            if (strcmp(at->string, secret_names[i]) == 0)
                cJSON_SetValuestring(at, "***");
        if (cJSON_IsString(at))
            mask_text(r, at);
        mask_members(r, at);
    }
}

static void add_wire(struct recorder *r, const char *device, enum recorder_direction direction,
                     const struct mqtt_packet *packet, const uint8_t *bytes, size_t n)
{
    cJSON *entry =
        new_entry(r, device, direction == RECORDER_OUT ? "out" : "in", packet ? "packet" : "bytes");
    if (packet) {
        cJSON *fields = packet_fields_shown(packet);
        mask_members(r, fields);
        cJSON_AddStringToObject(entry, "packet", mqtt_type_name(packet->type));
        cJSON_AddItemToObject(entry, "fields", fields);
    }
    add_hex(r, entry, packet, bytes, n);
}

size_t recorder_bytes(struct recorder *r, const char *device, enum recorder_direction direction,
                      const struct mqtt_packet *packet, const void *bytes, size_t n)
{
    const struct mqtt_context context = {.level = MQTT_LEVEL_3_1_1, .packet_max_bytes = PACKET_MAX_BYTES};
    const uint8_t *at = bytes;
    size_t first = r->count;
    struct mqtt_packet found;
    struct mqtt_fault fault;
    if (packet && packet->type == MQTT_PUBLISH)
        learn_of_publish(r, &packet->u.publish);
    if (packet) {
        add_wire(r, device, direction, packet, at, n);
        return first;
    }
    while (direction == RECORDER_OUT && n > 0 &&
           mqtt_decode(at, n, &context, &found, &fault) == MQTT_DECODED) {
        add_wire(r, device, direction, &found, at, found.size);
        at += found.size;
        n -= found.size;
    }
    if (n > 0)
        add_wire(r, device, direction, NULL, at, n);
    return first;
}

size_t recorder_layer(struct recorder *r, const char *device, enum recorder_direction direction,
                      const char *what, cJSON *fields, const void *bytes, size_t n)
{
    cJSON *entry = new_entry(r, device, direction == RECORDER_OUT ? "out" : "in", what);
    mask_members(r, fields);
    cJSON_AddItemToObject(entry, "fields", fields);
    if (n > 0)
        add_hex(r, entry, NULL, bytes, n);
    return r->count - 1;
}

size_t recorder_event(struct recorder *r, const char *device, const char *what, cJSON *fields)
{
    cJSON *entry = new_entry(r, device, "event", what);
    if (fields) {
        learn(r, fields);
        mask_members(r, fields);
        cJSON_AddItemToObject(entry, "fields", fields);
    }
    return r->count - 1;
}

void recorder_mark(struct recorder *r, size_t entry)
{
    cJSON *item = cJSON_GetArrayItem(r->entries, (int)entry);
    if (item && !r->is_marked) {
        cJSON_AddTrueToObject(item, "diverges");
        r->is_marked = true;
    }
}

size_t recorder_count(const struct recorder *r)
{
    return r->count;
}

char *recorder_masked(const struct recorder *r, const char *text)
{
    struct buf out;
    buf_init(&out, 1024 * 1024);
    for (const char *at = text; *at;) {
        size_t skip = 0;
        for (size_t i = 0; i < r->secret_count && !skip; i++)
            if (r->secrets[i].n >= SECRET_TEXT_MIN_BYTES &&
                strncmp(at, r->secrets[i].p, r->secrets[i].n) == 0)
                skip = r->secrets[i].n;
        if (skip)
            buf_append_str(&out, STR("***"));
        else
            buf_append_byte(&out, (uint8_t)*at);
        at += skip ? skip : 1;
    }
    char *result = mem_dup(out.data, out.len);
    buf_fini(&out);
    return result;
}

cJSON *recorder_take(struct recorder *r)
{
    cJSON *entries = r->entries;
    r->entries = NULL;
    recorder_start(r);
    return entries;
}
