#include "matcher.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/str.h"

static const char *const operators[] = {"min", "max", "one_of", "matches", NULL};

static bool is_operator(const char *key)
{
    for (size_t i = 0; operators[i]; i++)
        if (strcmp(operators[i], key) == 0)
            return true;
    return false;
}

/* An object of operators, told apart from an object of members by its first key. */
static bool has_operators(const cJSON *wanted)
{
    return cJSON_IsObject(wanted) && wanted->child && is_operator(wanted->child->string);
}

static void check_operators(const cJSON *wanted, const char *path, struct problems *problems)
{
    bool ranged = json_get(wanted, "min") || json_get(wanted, "max");
    int kinds = ranged + (json_get(wanted, "one_of") != NULL) + (json_get(wanted, "matches") != NULL);
    if (!json_keys(wanted, path, operators, problems))
        return;
    if (kinds != 1)
        problems_add(problems, path, "only one of min/max, one_of and matches");
    const cJSON *one_of = json_get(wanted, "one_of"), *matches = json_get(wanted, "matches");
    if (one_of && (!cJSON_IsArray(one_of) || !one_of->child))
        problems_add(problems, path, "one_of is an array of at least one value");
    if (matches && !cJSON_IsString(matches))
        problems_add(problems, path, "matches is a text");
    for (const cJSON *at = wanted->child; ranged && at; at = at->next)
        if (!cJSON_IsNumber(at) && !cJSON_IsString(at))
            problems_add(problems, path, "%s is a number", at->string);
}

void matcher_check(const cJSON *wanted, const char *path, struct problems *problems)
{
    if (has_operators(wanted)) {
        check_operators(wanted, path, problems);
        return;
    }
    int index = 0;
    for (const cJSON *at = wanted->child; at; at = at->next, index++) {
        char place[JSON_PATH_SIZE];
        json_path(place, sizeof place, path, at->string, index);
        matcher_check(at, place, problems);
    }
}

static void describe(const cJSON *node, struct buf *out)
{
    char *text = node ? cJSON_PrintUnformatted(node) : NULL;
    if (!node)
        buf_printf(out, "absent");
    else if (cJSON_IsString(node))
        buf_printf(out, "'%s'", node->valuestring);
    else
        buf_printf(out, "%s", text ? text : "?");
    cJSON_free(text);
}

static void describe_operators(const cJSON *wanted, struct buf *out)
{
    const cJSON *min = json_get(wanted, "min"), *max = json_get(wanted, "max"),
                *matches = json_get(wanted, "matches");
    if (matches) {
        buf_printf(out, "like '%s'", matches->valuestring);
    } else if (json_get(wanted, "one_of")) {
        for (const cJSON *at = json_get(wanted, "one_of")->child; at; at = at->next) {
            describe(at, out);
            buf_printf(out, "%s", at->next ? " or " : "");
        }
    } else if (min && max) {
        buf_printf(out, "between %.17g and %.17g", min->valuedouble, max->valuedouble);
    } else {
        buf_printf(out, min ? "at least %.17g" : "at most %.17g", (min ? min : max)->valuedouble);
    }
}

void matcher_describe(const cJSON *wanted, struct buf *out)
{
    if (has_operators(wanted)) {
        describe_operators(wanted, out);
    } else if (cJSON_IsObject(wanted)) {
        for (const cJSON *at = wanted->child; at; at = at->next) {
            buf_printf(out, "%s ", at->string);
            matcher_describe(at, out);
            buf_printf(out, "%s", at->next ? ", " : "");
        }
    } else {
        describe(wanted, out);
    }
}

static bool differ(const cJSON *wanted, const cJSON *actual, struct mismatch *out)
{
    struct buf text;
    out->field[0] = '\0';
    buf_init(&text, 64 * 1024);
    matcher_describe(wanted, &text);
    snprintf(out->expected, sizeof out->expected, "%.*s", STR_ARG(buf_str(&text)));
    buf_clear(&text);
    describe(actual, &text);
    snprintf(out->actual, sizeof out->actual, "%.*s", STR_ARG(buf_str(&text)));
    buf_fini(&text);
    return false;
}

static bool fits_operators(const cJSON *wanted, const cJSON *actual)
{
    const cJSON *min = json_get(wanted, "min"), *max = json_get(wanted, "max"),
                *matches = json_get(wanted, "matches");
    const cJSON *one_of = json_get(wanted, "one_of");
    struct mismatch ignored;
    if (!actual)
        return false;
    if (matches)
        return cJSON_IsString(actual) && str_glob(matches->valuestring, actual->valuestring);
    for (const cJSON *at = one_of ? one_of->child : NULL; at; at = at->next)
        if (matcher_fits(at, actual, &ignored))
            return true;
    if (one_of)
        return false;
    return cJSON_IsNumber(actual) && (!min || actual->valuedouble >= min->valuedouble) &&
           (!max || actual->valuedouble <= max->valuedouble);
}

static void put_field_before(struct mismatch *out, const char *field)
{
    char inner[sizeof out->field];
    memcpy(inner, out->field, sizeof inner);
    snprintf(out->field, sizeof out->field, "%.60s%s%.60s", field, inner[0] ? "/" : "", inner);
}

static bool fits_array(const cJSON *wanted, const cJSON *actual, struct mismatch *out)
{
    if (!cJSON_IsArray(actual) || cJSON_GetArraySize(wanted) != cJSON_GetArraySize(actual))
        return differ(wanted, actual, out);
    const cJSON *b = actual->child;
    int index = 0;
    for (const cJSON *a = wanted->child; a; a = a->next, b = b->next, index++) {
        if (!matcher_fits(a, b, out)) {
            char place[16];
            snprintf(place, sizeof place, "%d", index);
            put_field_before(out, place);
            return false;
        }
    }
    return true;
}

bool matcher_fits_object(const cJSON *wanted, const cJSON *actual, struct mismatch *out)
{
    if (!wanted)
        return true;
    if (!cJSON_IsObject(actual))
        return differ(wanted, actual, out);
    for (const cJSON *at = wanted->child; at; at = at->next) {
        if (!matcher_fits(at, json_get(actual, at->string), out)) {
            put_field_before(out, at->string);
            return false;
        }
    }
    return true;
}

bool matcher_fits(const cJSON *wanted, const cJSON *actual, struct mismatch *out)
{
    if (has_operators(wanted))
        return fits_operators(wanted, actual) || differ(wanted, actual, out);
    if (cJSON_IsObject(wanted))
        return matcher_fits_object(wanted, actual, out);
    if (cJSON_IsArray(wanted))
        return fits_array(wanted, actual, out);
    bool same = false;
    if (cJSON_IsString(wanted))
        same = cJSON_IsString(actual) && strcmp(wanted->valuestring, actual->valuestring) == 0;
    else if (cJSON_IsNumber(wanted))
        same = cJSON_IsNumber(actual) && wanted->valuedouble == actual->valuedouble;
    else if (cJSON_IsBool(wanted))
        same = cJSON_IsBool(actual) && cJSON_IsTrue(wanted) == cJSON_IsTrue(actual);
    else if (cJSON_IsNull(wanted))
        same = cJSON_IsNull(actual);
    return same || differ(wanted, actual, out);
}
