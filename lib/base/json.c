#include "json.h"

#include "buf.h"
#include "check.h"
#include "log.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_path(char *out, size_t size, const char *parent, const char *key, int index)
{
    if (key)
        snprintf(out, size, "%s/%s", parent, key);
    else
        snprintf(out, size, "%s/%d", parent, index);
}

/* cJSON recurses; so the depth is bounded before it sees the text. */
static bool too_deep(struct str text)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > JSON_DEPTH_MAX)
                return true;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return false;
}

static void check_duplicates(const cJSON *node, const char *path, struct problems *problems)
{
    int index = 0;
    for (const cJSON *at = node->child; at; at = at->next, index++) {
        char place[JSON_PATH_SIZE];
        json_path(place, sizeof place, path, cJSON_IsObject(node) ? at->string : NULL, index);
        if (cJSON_IsObject(node))
            for (const cJSON *before = node->child; before != at; before = before->next)
                if (strcmp(before->string, at->string) == 0)
                    problems_add(problems, place, "the key is given twice");
        check_duplicates(at, place, problems);
    }
}

static void syntax_problem(struct str text, const char *name, const char *at, struct problems *problems)
{
    int line = 1, column = 1;
    for (const char *p = text.p; p < at && p < text.p + text.n; p++) {
        column = *p == '\n' ? 1 : column + 1;
        line += *p == '\n';
    }
    char place[JSON_PATH_SIZE];
    snprintf(place, sizeof place, "%s:%d:%d", name, line, column);
    problems_add(problems, place, "not JSON here");
}

/* One complete text. *end is where reading stopped. */
static cJSON *parse_text(struct str text, const char **end)
{
    *end = text.p;
    cJSON *node = cJSON_ParseWithLengthOpts(text.p, text.n, end, 0);
    const char *stop = text.p + text.n;
    while (node && *end < stop && strchr(" \t\r\n", **end) && **end)
        (*end)++;
    if (node && *end == stop)
        return node;
    cJSON_Delete(node);
    return NULL;
}

cJSON *json_parse_peer(struct str text)
{
    const char *end;
    return text.n == 0 || !str_is_utf8(text, NULL) || too_deep(text) ? NULL : parse_text(text, &end);
}

cJSON *json_parse(struct str text, const char *name, struct problems *problems)
{
    size_t bad;
    if (text.n == 0) {
        problems_add(problems, name, "is empty");
        return NULL;
    }
    if (!str_is_utf8(text, &bad)) {
        problems_add(problems, name, "not UTF-8 at byte %zu", bad);
        return NULL;
    }
    if (too_deep(text)) {
        problems_add(problems, name, "more than %d levels deep", JSON_DEPTH_MAX);
        return NULL;
    }
    const char *end;
    cJSON *node = parse_text(text, &end);
    if (!node) {
        syntax_problem(text, name, end ? end : text.p, problems);
        return NULL;
    }
    size_t before = problems->count;
    char root[JSON_PATH_SIZE];
    snprintf(root, sizeof root, "%s#", name);
    check_duplicates(node, root, problems);
    if (problems->count > before) {
        cJSON_Delete(node);
        return NULL;
    }
    return node;
}

cJSON *json_parse_stream(FILE *stream, const char *name, struct problems *problems)
{
    struct buf text;
    buf_init(&text, JSON_FILE_MAX);
    uint8_t chunk[16384];
    size_t n;
    bool fits = true;
    while (fits && (n = fread(chunk, 1, sizeof chunk, stream)) > 0)
        fits = buf_append(&text, chunk, n);
    cJSON *node = NULL;
    if (ferror(stream))
        problems_add(problems, name, "cannot be read: %s", strerror(errno));
    else if (!fits)
        problems_add(problems, name, "larger than %d bytes", JSON_FILE_MAX);
    else
        node = json_parse(buf_str(&text), name, problems);
    buf_fini(&text);
    return node;
}

cJSON *json_parse_file(const char *file, struct problems *problems)
{
    FILE *f = fopen(file, "rb");
    if (!f) {
        problems_add(problems, file, "cannot be read: %s", strerror(errno));
        return NULL;
    }
    cJSON *node = json_parse_stream(f, file, problems);
    fclose(f);
    return node;
}

const cJSON *json_get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

const char *json_text(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(json_get(object, key));
}

const char *json_text_or(const cJSON *object, const char *key, const char *otherwise)
{
    const char *text = json_text(object, key);
    return text ? text : otherwise;
}

bool json_keys(const cJSON *node, const char *path, const char *const allowed[], struct problems *problems)
{
    if (!cJSON_IsObject(node)) {
        problems_add(problems, path, "must be an object");
        return false;
    }
    bool good = true;
    for (const cJSON *at = node->child; at; at = at->next) {
        size_t i = 0;
        while (allowed[i] && strcmp(allowed[i], at->string) != 0)
            i++;
        if (!allowed[i]) {
            char place[JSON_PATH_SIZE];
            json_path(place, sizeof place, path, at->string, 0);
            problems_add(problems, place, "unknown key");
            good = false;
        }
    }
    return good;
}

/* The member, or NULL; adds the problem when it is needed and absent. */
static const cJSON *member(const cJSON *object, const char *path, const char *key, enum json_need need,
                           char *place, struct problems *problems)
{
    json_path(place, JSON_PATH_SIZE, path, key, 0);
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!node && need == JSON_REQUIRED)
        problems_add(problems, place, "is required");
    return node;
}

bool json_string(const cJSON *object, const char *path, const char *key, enum json_need need,
                 const char **out, struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    const cJSON *node = member(object, path, key, need, place, problems);
    if (!node)
        return false;
    if (!cJSON_IsString(node)) {
        problems_add(problems, place, "must be a string");
        return false;
    }
    *out = node->valuestring;
    return true;
}

bool json_is_int(const cJSON *node, int64_t *out)
{
    if (!cJSON_IsNumber(node) || fabs(node->valuedouble) > 9007199254740992.0 ||
        floor(node->valuedouble) != node->valuedouble)
        return false;
    *out = (int64_t)node->valuedouble;
    return true;
}

bool json_int(const cJSON *object, const char *path, const char *key, enum json_need need, int64_t min,
              int64_t max, int64_t *out, struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    const cJSON *node = member(object, path, key, need, place, problems);
    if (!node)
        return false;
    int64_t value;
    if (!json_is_int(node, &value) || value < min || value > max) {
        problems_add(problems, place, "must be a whole number from %lld to %lld", (long long)min,
                     (long long)max);
        return false;
    }
    *out = value;
    return true;
}

bool json_bool(const cJSON *object, const char *path, const char *key, enum json_need need, bool *out,
               struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    const cJSON *node = member(object, path, key, need, place, problems);
    if (!node)
        return false;
    if (!cJSON_IsBool(node)) {
        problems_add(problems, place, "must be true or false");
        return false;
    }
    *out = cJSON_IsTrue(node);
    return true;
}

bool json_object(const cJSON *object, const char *path, const char *key, enum json_need need,
                 const cJSON **out, struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    const cJSON *node = member(object, path, key, need, place, problems);
    if (!node)
        return false;
    if (!cJSON_IsObject(node)) {
        problems_add(problems, place, "must be an object");
        return false;
    }
    *out = node;
    return true;
}

bool json_array(const cJSON *object, const char *path, const char *key, enum json_need need,
                const cJSON **out, struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    const cJSON *node = member(object, path, key, need, place, problems);
    if (!node)
        return false;
    if (!cJSON_IsArray(node)) {
        problems_add(problems, place, "must be an array");
        return false;
    }
    *out = node;
    return true;
}

int json_write_file(const cJSON *node, const char *file, bool pretty)
{
    char *text = pretty ? cJSON_Print(node) : cJSON_PrintUnformatted(node);
    CHECK(text != NULL);
    FILE *f = fopen(file, "wb");
    bool written = f && fputs(text, f) >= 0 && fputc('\n', f) >= 0;
    bool closed = f && fclose(f) == 0;
    cJSON_free(text);
    if (written && closed)
        return 0;
    log_line(LOG_ERROR, "%s: cannot be written: %s", file, strerror(errno));
    return -1;
}
