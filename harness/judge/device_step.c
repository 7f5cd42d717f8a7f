#include "device_step.h"

#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_action.h"
#include "harness/judge/device_check.h"
#include "harness/matcher.h"
#include "harness/variable.h"
#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { DURATION_MAX_MS = 24 * 3600 * 1000, TEXT_MAX_BYTES = 4096 };

static const char *const do_keys[] = {NULL}; /* device_action.h knows them */
static const char *const await_keys[] = {"await", "from",    "where", "within_ms", "as",
                                         "else",  "missing", "note",  "already",   NULL};
static const char *const never_keys[] = {"never", "from", "where", "for_ms", "until", "note", NULL};
static const char *const count_keys[] = {"count", "from", "where", "for_ms", "min", "max", "note", NULL};
static const char *const check_keys[] = {"check", "note", NULL};

static void check_observed(const cJSON *step, const char *key, const char *path, struct problems *problems);
static void check_await(const cJSON *step, const char *path, struct problems *problems);
static void check_never(const cJSON *step, const char *path, struct problems *problems);
static void check_count(const cJSON *step, const char *path, struct problems *problems);
static void check_check(const cJSON *step, const char *path, struct problems *problems);

static const struct kind {
    const char *head;
    const char *const *keys;
    void (*check)(const cJSON *step, const char *path, struct problems *problems);
} kinds[] = {
    [STEP_DO] = {"do", do_keys, device_action_check},  [STEP_AWAIT] = {"await", await_keys, check_await},
    [STEP_NEVER] = {"never", never_keys, check_never}, [STEP_COUNT] = {"count", count_keys, check_count},
    [STEP_CHECK] = {"check", check_keys, check_check},
};

enum { KINDS = sizeof kinds / sizeof kinds[0] };

static int find(const cJSON *step)
{
    for (int i = 0; i < KINDS; i++)
        if (json_get(step, kinds[i].head))
            return i;
    return -1;
}

enum device_step_kind device_step_kind(const cJSON *step)
{
    int kind = find(step);
    CHECK(kind >= 0);
    return (enum device_step_kind)kind;
}

void device_step_check(const cJSON *step, const char *path, struct problems *problems)
{
    int kind = cJSON_IsObject(step) ? find(step) : -1;
    if (kind < 0) {
        problems_add(problems, path, "a step is an object with one of do, await, never, count, check");
        return;
    }
    if (kind != STEP_DO)
        json_keys(step, path, kinds[kind].keys, problems);
    kinds[kind].check(step, path, problems);
}

static enum observation_from from_of(const cJSON *step)
{
    enum observation_from from = FROM_DEVICE;
    const char *word = json_text(step, "from");
    if (word)
        observation_from_named(word, &from);
    return from;
}

bool device_step_is_state(const char *name)
{
    return strcmp(name, "subscription") == 0 || strcmp(name, "resubscription") == 0;
}

static void check_name(const cJSON *name, enum observation_from from, const char *path,
                       struct problems *problems)
{
    if (!cJSON_IsString(name))
        problems_add(problems, path, "must be a text, or an array of texts");
    else if (!device_step_is_state(name->valuestring) && !observation_is_name(name->valuestring, from))
        problems_add(problems, path, "'%s' is nothing that is seen from there", name->valuestring);
}

static void check_observed(const cJSON *step, const char *key, const char *path, struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    const char *word = json_text(step, "from");
    enum observation_from from;
    const cJSON *names = json_get(step, key), *where = json_get(step, "where");
    if (json_get(step, "from") && (!word || !observation_from_named(word, &from))) {
        json_path(place, sizeof place, path, "from", 0);
        problems_add(problems, place, "device, platform, fault, journal or judge");
        return;
    }
    json_path(place, sizeof place, path, key, 0);
    if (cJSON_IsArray(names) && !names->child)
        problems_add(problems, place, "is empty");
    if (!cJSON_IsArray(names))
        check_name(names, from_of(step), place, problems);
    for (const cJSON *at = cJSON_IsArray(names) ? names->child : NULL; at; at = at->next)
        check_name(at, from_of(step), place, problems);
    json_path(place, sizeof place, path, "where", 0);
    if (where && !cJSON_IsObject(where))
        problems_add(problems, place, "must be an object");
    else if (where)
        matcher_check(where, place, problems);
}

static void check_duration(const cJSON *step, const char *key, enum json_need need, const char *path,
                           struct problems *problems)
{
    static const char *const parts[] = {"keepAlive", "reconnect", "subscribe", "publish", "plus_ms", NULL};
    char place[JSON_PATH_SIZE];
    const cJSON *duration = json_get(step, key);
    int64_t number;
    json_path(place, sizeof place, path, key, 0);
    if (!duration && need == JSON_REQUIRED)
        problems_add(problems, place, "is missing");
    if (!duration || (cJSON_IsObject(duration) && !json_keys(duration, place, parts, problems)))
        return;
    if (cJSON_IsObject(duration)) {
        for (const cJSON *at = duration->child; at; at = at->next)
            if (!cJSON_IsNumber(at) ||
                at->valuedouble < (strcmp(at->string, "plus_ms") == 0 ? -DURATION_MAX_MS : 0))
                problems_add(problems, place, "%s is a number", at->string);
    } else if (!json_is_int(duration, &number) || number < 0 || number > DURATION_MAX_MS) {
        problems_add(
            problems, place,
            "must be milliseconds, or an object of keepAlive, reconnect, subscribe, publish, plus_ms");
    }
}

static void check_texts(const cJSON *step, const char *key, const char *path, struct problems *problems)
{
    static const char *const languages[] = {"en", "zh", NULL};
    char place[JSON_PATH_SIZE];
    const cJSON *texts;
    const char *text;
    if (!json_object(step, path, key, JSON_OPTIONAL, &texts, problems))
        return;
    json_path(place, sizeof place, path, key, 0);
    json_keys(texts, place, languages, problems);
    for (size_t i = 0; languages[i]; i++)
        json_string(texts, place, languages[i], JSON_REQUIRED, &text, problems);
}

static void check_await(const cJSON *step, const char *path, struct problems *problems)
{
    const char *word = "fail", *name;
    char place[JSON_PATH_SIZE];
    bool already;
    check_observed(step, "await", path, problems);
    check_duration(step, "within_ms", JSON_OPTIONAL, path, problems);
    json_string(step, path, "as", JSON_OPTIONAL, &name, problems);
    json_bool(step, path, "already", JSON_OPTIONAL, &already, problems);
    check_texts(step, "missing", path, problems);
    json_path(place, sizeof place, path, "else", 0);
    if (json_string(step, path, "else", JSON_OPTIONAL, &word, problems) && strcmp(word, "fail") != 0 &&
        strcmp(word, "inconclusive") != 0)
        problems_add(problems, place, "fail or inconclusive");
    if (strcmp(word, "inconclusive") == 0 && !json_get(step, "missing"))
        problems_add(problems, path, "missing says what was not there, when a case ends so");
}

static void check_never(const cJSON *step, const char *path, struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    check_observed(step, "never", path, problems);
    check_duration(step, "for_ms", JSON_REQUIRED, path, problems);
    json_path(place, sizeof place, path, "until", 0);
    if (json_get(step, "until"))
        check_name(json_get(step, "until"), FROM_DEVICE, place, problems);
}

static void check_count(const cJSON *step, const char *path, struct problems *problems)
{
    int64_t number;
    check_observed(step, "count", path, problems);
    check_duration(step, "for_ms", JSON_REQUIRED, path, problems);
    bool bounded = json_int(step, path, "min", JSON_OPTIONAL, 0, 1000000, &number, problems);
    bounded = json_int(step, path, "max", JSON_OPTIONAL, 0, 1000000, &number, problems) || bounded;
    if (!bounded)
        problems_add(problems, path, "min or max is needed");
}

static void check_check(const cJSON *step, const char *path, struct problems *problems)
{
    const char *name;
    char place[JSON_PATH_SIZE];
    json_path(place, sizeof place, path, "check", 0);
    if (json_string(step, path, "check", JSON_REQUIRED, &name, problems) && !device_check_named(name))
        problems_add(problems, place, "there is no check '%s'", name);
}

static const cJSON *names_of(const cJSON *step)
{
    return json_get(step, kinds[device_step_kind(step)].head);
}

bool device_step_fits(const cJSON *step, const struct observation *o)
{
    const cJSON *names = names_of(step);
    struct mismatch ignored;
    bool named = cJSON_IsString(names) && strcmp(names->valuestring, o->name) == 0;
    for (const cJSON *at = cJSON_IsArray(names) ? names->child : NULL; at && !named; at = at->next)
        named = strcmp(at->valuestring, o->name) == 0;
    return named && o->from == from_of(step) &&
           matcher_fits_object(json_get(step, "where"), o->fields, &ignored);
}

char *device_step_text(const cJSON *step)
{
    struct buf out;
    const cJSON *names = names_of(step), *where = json_get(step, "where");
    const char *from = json_text(step, "from");
    buf_init(&out, TEXT_MAX_BYTES);
    if (cJSON_IsString(names))
        buf_printf(&out, "%s", names->valuestring);
    for (const cJSON *at = cJSON_IsArray(names) ? names->child : NULL; at; at = at->next)
        buf_printf(&out, "%s%s", at == names->child ? "" : " or ", at->valuestring);
    if (from)
        buf_printf(&out, " (%s)", from);
    if (where) {
        buf_append_byte(&out, ' ');
        matcher_describe(where, &out);
    }
    char *text = mem_dup(out.data, out.len);
    buf_fini(&out);
    return text;
}

int64_t device_step_duration_ms(const cJSON *duration, int64_t keep_alive_s,
                                const struct description_times *times)
{
    const struct {
        const char *name;
        int64_t ms;
    } parts[] = {{"keepAlive", 1000 * keep_alive_s},
                 {"reconnect", times->reconnect_ms},
                 {"subscribe", times->subscribe_ms},
                 {"publish", times->publish_ms},
                 {"plus_ms", 1}};
    if (!duration)
        return DEVICE_STEP_WITHIN_DEFAULT_MS;
    if (cJSON_IsNumber(duration))
        return (int64_t)duration->valuedouble;
    double sum = 0;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const cJSON *part = json_get(duration, parts[i].name);
        sum += part ? part->valuedouble * (double)parts[i].ms : 0;
    }
    return sum <= 0 ? 0 : sum < DURATION_MAX_MS ? (int64_t)sum : DURATION_MAX_MS;
}
