#include "variable.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { TEXT_MAX = 64 * 1024, NAME_MAX_BYTES = 128 };

static const char captured_prefix[] = "${captured.";

/* One variable as written between the braces: a name and, if there is any arithmetic, what is added. */
struct reference {
    char name[NAME_MAX_BYTES];
    bool adds;
    int64_t addend;
};

static bool reference_parse(struct str inside, struct reference *out)
{
    *out = (struct reference){0};
    size_t end = str_find(inside, ' ');
    if (end == 0 || end >= sizeof out->name)
        return false;
    memcpy(out->name, inside.p, end);
    if (end == inside.n)
        return true;
    struct str rest = {inside.p + end, inside.n - end};
    bool minus = str_starts(rest, STR(" - "));
    if (!minus && !str_starts(rest, STR(" + ")))
        return false;
    struct str number = {rest.p + 3, rest.n - 3};
    out->adds = true;
    if (number.n == 0 || number.p[0] == '-' || !str_to_int(number, &out->addend) || out->addend > 1000000000)
        return false;
    if (minus)
        out->addend = -out->addend;
    return true;
}

static const cJSON *member(const cJSON *object, const char *key)
{
    return object ? cJSON_GetObjectItemCaseSensitive(object, key) : NULL;
}

static cJSON *device_value(const cJSON *devices, const char *name)
{
    char device[NAME_MAX_BYTES];
    size_t dot = str_find(str_of(name), '.');
    if (name[dot] == '\0')
        return NULL;
    snprintf(device, sizeof device, "%.*s", (int)dot, name);
    const cJSON *found = member(member(devices, device), name + dot + 1);
    return found ? cJSON_Duplicate(found, true) : NULL;
}

/* The value of a name, owned by the caller; NULL when there is none. */
static cJSON *look_up(const struct variable_scope *scope, const char *name)
{
    static const char row[] = "row.", profile[] = "profile.", device[] = "device.", captured[] = "captured.",
                      transport[] = "transport.";
    const cJSON *found = NULL;
    if (strncmp(name, row, sizeof row - 1) == 0)
        found = member(scope->row, name + sizeof row - 1);
    else if (strncmp(name, transport, sizeof transport - 1) == 0)
        found = member(scope->transport, name + sizeof transport - 1);
    else if (strncmp(name, captured, sizeof captured - 1) == 0)
        found = member(scope->captured, name + sizeof captured - 1);
    else if (strncmp(name, device, sizeof device - 1) == 0)
        return device_value(scope->devices, name + sizeof device - 1);
    else if (strncmp(name, profile, sizeof profile - 1) == 0)
        return scope->profile ? profile_get(scope->profile, name + sizeof profile - 1) : NULL;
    return found ? cJSON_Duplicate(found, true) : NULL;
}

static bool as_int(const cJSON *node, int64_t *out)
{
    return json_is_int(node, out) || (cJSON_IsString(node) && str_to_int(str_of(node->valuestring), out));
}

/* The value of what stands between the braces; NULL and a problem when it has none. */
static cJSON *evaluate(struct str inside, const struct variable_scope *scope, const char *path,
                       struct problems *problems)
{
    struct reference reference;
    if (!reference_parse(inside, &reference)) {
        problems_add(problems, path, "'${%.*s}' is not a variable", STR_ARG(inside));
        return NULL;
    }
    cJSON *value = look_up(scope, reference.name);
    if (!value) {
        problems_add(problems, path, "there is no variable '%s'", reference.name);
        return NULL;
    }
    int64_t number;
    if (!reference.adds)
        return value;
    if (!as_int(value, &number)) {
        problems_add(problems, path, "'%s' is not a whole number", reference.name);
        cJSON_Delete(value);
        return NULL;
    }
    cJSON_Delete(value);
    return cJSON_CreateNumber((double)(number + reference.addend));
}

static void append_value(struct buf *out, const cJSON *value, const char *path, struct problems *problems)
{
    bool fits = true;
    if (cJSON_IsString(value)) {
        fits = buf_append_str(out, str_of(value->valuestring));
    } else if (cJSON_IsNumber(value) || cJSON_IsBool(value)) {
        char *text = cJSON_PrintUnformatted(value);
        fits = buf_append_str(out, str_of(text));
        cJSON_free(text);
    } else {
        problems_add(problems, path, "an object, array or null cannot be put into a text");
    }
    if (!fits)
        problems_add(problems, path, "the text becomes longer than %d bytes", TEXT_MAX);
}

/* Where the next "${" begins, or s.n. */
static size_t find_opening(struct str s)
{
    for (size_t i = 0; i + 1 < s.n; i++)
        if (s.p[i] == '$' && s.p[i + 1] == '{')
            return i;
    return s.n;
}

static bool is_kept(struct str variable, const struct variable_scope *scope)
{
    return scope->captured_later && str_starts(variable, str_of(captured_prefix));
}

/* Checks the name of a variable that is kept for later. */
static void check_kept(struct str inside, const struct variable_scope *scope, const char *path,
                       struct problems *problems)
{
    struct reference reference;
    if (!reference_parse(inside, &reference))
        problems_add(problems, path, "'${%.*s}' is not a variable", STR_ARG(inside));
    else if (!member(scope->captured, reference.name + sizeof captured_prefix - 3))
        problems_add(problems, path, "no step before this one captures '%s'", reference.name);
}

static cJSON *expand_text(struct str text, const struct variable_scope *scope, const char *path,
                          struct problems *problems)
{
    struct buf out;
    cJSON *whole = NULL;
    buf_init(&out, TEXT_MAX);
    struct str rest = text;
    for (;;) {
        size_t open = find_opening(rest);
        buf_append(&out, rest.p, open);
        if (open == rest.n)
            break;
        rest = (struct str){rest.p + open, rest.n - open};
        size_t close = str_find(rest, '}');
        if (close == rest.n) {
            problems_add(problems, path, "'${' without '}'");
            break;
        }
        struct str variable = {rest.p, close + 1}, inside = {rest.p + 2, close - 2};
        rest = (struct str){rest.p + close + 1, rest.n - close - 1};
        if (is_kept(variable, scope)) {
            check_kept(inside, scope, path, problems);
            buf_append_str(&out, variable);
            continue;
        }
        cJSON *value = evaluate(inside, scope, path, problems);
        if (variable.n == text.n) {
            whole = value ? value : cJSON_CreateNull();
            break;
        }
        if (value)
            append_value(&out, value, path, problems);
        cJSON_Delete(value);
    }
    cJSON *result = whole ? whole : cJSON_CreateString(out.len ? buf_cstr(&out) : "");
    buf_fini(&out);
    return result;
}

cJSON *variable_expand(const cJSON *node, const struct variable_scope *scope, const char *path,
                       struct problems *problems)
{
    if (cJSON_IsString(node))
        return expand_text(str_of(node->valuestring), scope, path, problems);
    if (!cJSON_IsObject(node) && !cJSON_IsArray(node))
        return cJSON_Duplicate(node, false);
    cJSON *copy = cJSON_IsObject(node) ? cJSON_CreateObject() : cJSON_CreateArray();
    int index = 0;
    for (const cJSON *at = node->child; at; at = at->next, index++) {
        char place[JSON_PATH_SIZE];
        json_path(place, sizeof place, path, at->string, index);
        cJSON *value = variable_expand(at, scope, place, problems);
        if (at->string)
            cJSON_AddItemToObject(copy, at->string, value);
        else
            cJSON_AddItemToArray(copy, value);
    }
    return copy;
}

bool variable_is_later(const cJSON *node)
{
    return cJSON_IsString(node) && strstr(node->valuestring, captured_prefix) != NULL;
}

bool variable_has_later(const cJSON *node)
{
    if (variable_is_later(node))
        return true;
    for (const cJSON *at = node->child; at; at = at->next)
        if (variable_has_later(at))
            return true;
    return false;
}
