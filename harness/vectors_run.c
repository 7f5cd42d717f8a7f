#include "vectors_run.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/hex.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { VALUE_MAX_BYTES = 4 * 1024 * 1024, SHOWN_MAX_BYTES = 160 };

void texts_fini(struct texts *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        free(texts->items[i]);
    free(texts->items);
    *texts = (struct texts){0};
}

static struct str keep(struct texts *texts, struct str bytes)
{
    texts->items = mem_realloc(texts->items, (texts->count + 1) * sizeof *texts->items);
    char *copy = mem_dup(bytes.p, bytes.n);
    texts->items[texts->count++] = copy;
    return (struct str){copy, bytes.n};
}

static void tell(struct problems *problems, const char *path, const char *text)
{
    CHECK(problems);
    problems_add(problems, path, "%s", text);
}

static bool read_hex(const cJSON *node, struct buf *out)
{
    return cJSON_IsString(node) && hex_decode(str_of(node->valuestring), out, NULL);
}

/* {"repeat": "61", "times": 3} */
static bool read_repeat(const cJSON *node, struct buf *out)
{
    const cJSON *times = cJSON_GetObjectItemCaseSensitive(node, "times");
    int64_t count;
    struct buf once;
    buf_init(&once, VALUE_MAX_BYTES);
    bool good = cJSON_GetArraySize(node) == 2 && json_is_int(times, &count) && count >= 0 &&
                read_hex(cJSON_GetObjectItemCaseSensitive(node, "repeat"), &once);
    for (int64_t i = 0; good && i < count; i++)
        good = buf_append(out, once.data, once.len);
    buf_fini(&once);
    return good;
}

static bool read_text(const cJSON *node, struct buf *out)
{
    if (cJSON_IsString(node))
        return buf_append_str(out, str_of(node->valuestring));
    const cJSON *hex = cJSON_GetObjectItemCaseSensitive(node, "hex");
    if (hex)
        return cJSON_GetArraySize(node) == 1 && read_hex(hex, out);
    return cJSON_IsObject(node) && read_repeat(node, out);
}

static bool read_bytes(const cJSON *node, struct buf *out)
{
    if (!cJSON_IsArray(node))
        return read_hex(node, out);
    for (const cJSON *at = node->child; at; at = at->next)
        if (!(cJSON_IsString(at) ? read_hex(at, out) : cJSON_IsObject(at) && read_repeat(at, out)))
            return false;
    return true;
}

struct str vector_read(const cJSON *value, enum vector_type type, struct texts *texts, const char *path,
                       struct problems *problems)
{
    struct buf out;
    struct str text = {NULL, 0};
    buf_init(&out, VALUE_MAX_BYTES);
    if (type == VECTOR_TEXT ? read_text(value, &out) : read_bytes(value, &out))
        text = keep(texts, buf_str(&out));
    else
        tell(problems, path,
             type == VECTOR_TEXT ? "wants a text, {\"hex\"} or {\"repeat\", \"times\"}, of at most 4 MiB"
                                 : "wants hexadecimal digits, or an array of these and of repeats");
    buf_fini(&out);
    return text;
}

static const cJSON *member(const struct vector_run *run, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(run->node, key);
}

struct str vector_text(struct vector_run *run, const char *key)
{
    const cJSON *value = member(run, key);
    return value ? vector_read(value, VECTOR_TEXT, &run->texts, key, NULL) : (struct str){NULL, 0};
}

struct str vector_bytes(struct vector_run *run, const char *key)
{
    return vector_read(member(run, key), VECTOR_BYTES, &run->texts, key, NULL);
}

const char *vector_word(const struct vector_run *run, const char *key)
{
    const cJSON *value = member(run, key);
    return value ? value->valuestring : NULL;
}

int64_t vector_int(const struct vector_run *run, const char *key, int64_t absent)
{
    int64_t number;
    const cJSON *value = member(run, key);
    return value && json_is_int(value, &number) ? number : absent;
}

bool vector_bool(const struct vector_run *run, const char *key, bool absent)
{
    const cJSON *value = member(run, key);
    return value ? cJSON_IsTrue(value) : absent;
}

const struct profile *vector_profile(const struct vector_run *run)
{
    const struct profile *profile = map_get(run->profiles, str_of(vector_word(run, "profile")));
    CHECK(profile);
    return profile;
}

static void add_finding(struct vector_run *run, const char *what, const char *expected, const char *actual)
{
    cJSON *finding = cJSON_CreateObject();
    cJSON_AddStringToObject(finding, "what", what);
    cJSON_AddStringToObject(finding, "expected", expected);
    cJSON_AddStringToObject(finding, "actual", actual);
    cJSON_AddItemToArray(run->findings, finding);
}

/* Text in quotes when it can be shown as such, else its bytes; cut when long. */
static void show(struct str text, struct buf *out)
{
    bool printable = str_is_utf8(text, NULL);
    size_t n = text.n < SHOWN_MAX_BYTES ? text.n : SHOWN_MAX_BYTES;
    for (size_t i = 0; printable && i < text.n; i++)
        printable = (unsigned char)text.p[i] >= ' ';
    buf_init(out, 4 * SHOWN_MAX_BYTES + 64);
    if (!text.p) {
        buf_append_str(out, STR("absent"));
    } else if (printable && n == text.n) {
        buf_printf(out, "\"%.*s\"", STR_ARG(text));
    } else {
        buf_append_str(out, STR("bytes "));
        hex_append(out, (const uint8_t *)text.p, n, true);
    }
    if (n < text.n)
        buf_printf(out, " … (%zu bytes)", text.n);
}

void vector_expect_text(struct vector_run *run, const char *what, struct str expected, struct str actual)
{
    if (str_eq(expected, actual) && !expected.p == !actual.p)
        return;
    struct buf e, a;
    show(expected, &e);
    show(actual, &a);
    add_finding(run, what, buf_cstr(&e), buf_cstr(&a));
    buf_fini(&e);
    buf_fini(&a);
}

void vector_expect_word(struct vector_run *run, const char *what, const char *expected, const char *actual)
{
    if (strcmp(expected, actual) != 0)
        add_finding(run, what, expected, actual);
}

void vector_expect_int(struct vector_run *run, const char *what, int64_t expected, int64_t actual)
{
    if (expected == actual)
        return;
    char *e = mem_printf("%lld", (long long)expected), *a = mem_printf("%lld", (long long)actual);
    add_finding(run, what, e, a);
    free(e);
    free(a);
}

void vector_expect_bool(struct vector_run *run, const char *what, bool expected, bool actual)
{
    vector_expect_word(run, what, expected ? "true" : "false", actual ? "true" : "false");
}

bool vector_expect_taken(struct vector_run *run, bool taken, const char *why)
{
    if (taken && run->want == VECTOR_INVALID)
        add_finding(run, "result", "invalid", "valid");
    if (!taken && run->want == VECTOR_VALID) {
        char *text = mem_printf("invalid: %s", why);
        add_finding(run, "result", "valid", text);
        free(text);
    }
    return taken && run->want != VECTOR_INVALID;
}

static bool clause_fits(const cJSON *wanted, const char *clause)
{
    if (cJSON_IsString(wanted))
        return strcmp(wanted->valuestring, clause) == 0;
    for (const cJSON *at = wanted->child; at; at = at->next)
        if (strcmp(at->valuestring, clause) == 0)
            return true;
    return false;
}

void vector_expect_clause(struct vector_run *run, const char *how, const char *clause)
{
    const cJSON *wanted = member(run, "clause");
    if (!wanted || clause_fits(wanted, clause))
        return;
    char *text = cJSON_PrintUnformatted(wanted), *what = mem_printf("%sclause", how);
    add_finding(run, what, text, clause);
    free(what);
    cJSON_free(text);
}

void vector_expect_fault(struct vector_run *run, const char *how, const char *clause, size_t offset)
{
    char *what = mem_printf("%soffset", how);
    vector_expect_int(run, what, vector_int(run, "offset", 0), (int64_t)offset);
    free(what);
    vector_expect_clause(run, how, clause);
}

void vector_check_profile(const struct vector_load *load)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(load->node, "profile");
    if (!cJSON_IsString(name) || map_get(load->profiles, str_of(name->valuestring)))
        return;
    struct profile *profile = mem_zalloc(1, sizeof *profile);
    if (profile_load(profile, name->valuestring, load->problems)) {
        map_put(load->profiles, str_of(name->valuestring), profile);
        return;
    }
    problems_add(load->problems, load->path, "the profile '%s' cannot be loaded", name->valuestring);
    free(profile);
}

void vector_check_packet(const struct vector_load *load)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(load->node, "packet");
    if (cJSON_IsString(name) && !mqtt_type_named(name->valuestring))
        problems_add(load->problems, load->path, "'%s' is no packet of MQTT", name->valuestring);
}
