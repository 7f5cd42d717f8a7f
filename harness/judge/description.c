#include "description.h"

#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

#include <stdlib.h>

enum kind { KIND_TEXT, KIND_BOOL, KIND_WORDS, KIND_NUMBERS, KIND_SECONDS, KIND_ONE_OR_MORE };

/* When the description says nothing of a time. */
enum { RECONNECT_S = 60, SUBSCRIBE_S = 5, PUBLISH_S = 10 };

static const char *const transports[] = {"tcp", "tls", "ws", "wss", NULL};
static const char *const auths[] = {"secret", "https", "registration", "regnwl", NULL};

/* A member: what it is, and (words) what may stand in it. A case may need those with can_need. */
static const struct member {
    const char *name;
    enum kind kind;
    const char *const *words;
    int64_t min, max;
    bool can_need;
} members[] = {
    {"name", KIND_TEXT, NULL, 0, 0, false},
    {"firmware", KIND_TEXT, NULL, 0, 0, false},
    {"note", KIND_TEXT, NULL, 0, 0, false},
    {"transports", KIND_WORDS, transports, 0, 0, true},
    {"auth", KIND_WORDS, auths, 0, 0, true},
    {"qos", KIND_NUMBERS, NULL, 0, 1, true},
    {"subscribes", KIND_BOOL, NULL, 0, 0, true},
    {"publishes", KIND_BOOL, NULL, 0, 0, true},
    {"pings", KIND_BOOL, NULL, 0, 0, true},
    {"reconnects", KIND_BOOL, NULL, 0, 0, true},
    {"stops", KIND_BOOL, NULL, 0, 0, true},
    {"cleanSession", KIND_BOOL, NULL, 0, 0, true},
    {"pipelines", KIND_BOOL, NULL, 0, 0, true},
    {"keepAlive", KIND_ONE_OR_MORE, NULL, 0, 65535, false},
    {"reconnect_within_s", KIND_SECONDS, NULL, 1, 3600, false},
    {"subscribe_within_s", KIND_SECONDS, NULL, 1, 3600, false},
    {"publish_within_s", KIND_SECONDS, NULL, 1, 3600, false},
};

static const struct member *find(const char *name)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

static bool is_word(const struct member *m, const cJSON *value)
{
    for (size_t i = 0; cJSON_IsString(value) && m->words[i]; i++)
        if (strcmp(m->words[i], value->valuestring) == 0)
            return true;
    return false;
}

static bool is_number(const struct member *m, const cJSON *value)
{
    int64_t number;
    return json_is_int(value, &number) && number >= m->min && number <= m->max;
}

/* What would be good, for who wrote something else. */
static void add_none(const struct member *m, const char *path, struct problems *problems)
{
    struct buf words;
    buf_init(&words, 256);
    for (size_t i = 0; m->words && m->words[i]; i++)
        buf_printf(&words, "%s%s", i ? ", " : "", m->words[i]);
    if (!m->words)
        buf_printf(&words, "whole numbers from %lld to %lld", (long long)m->min, (long long)m->max);
    problems_add(problems, path, "is none that a device can have: %s", buf_cstr(&words));
    buf_fini(&words);
}

static void check_list(const struct member *m, const cJSON *list, const char *path, struct problems *problems)
{
    int index = 0;
    if (!cJSON_IsArray(list) || !list->child)
        problems_add(problems, path, "must be an array of at least one");
    for (const cJSON *at = cJSON_IsArray(list) ? list->child : NULL; at; at = at->next, index++) {
        char place[JSON_PATH_SIZE];
        json_path(place, sizeof place, path, NULL, index);
        if (m->kind == KIND_WORDS ? !is_word(m, at) : !is_number(m, at))
            add_none(m, place, problems);
    }
}

static void check_member(const struct member *m, const cJSON *value, const char *path,
                         struct problems *problems)
{
    switch (m->kind) {
    case KIND_TEXT:
        if (!cJSON_IsString(value))
            problems_add(problems, path, "must be a text");
        return;
    case KIND_BOOL:
        if (!cJSON_IsBool(value))
            problems_add(problems, path, "must be true or false");
        return;
    case KIND_WORDS:
    case KIND_NUMBERS:
        check_list(m, value, path, problems);
        return;
    case KIND_ONE_OR_MORE:
        if (cJSON_IsArray(value)) {
            check_list(m, value, path, problems);
            return;
        }
        /* fall through */
    case KIND_SECONDS:
        if (!is_number(m, value))
            problems_add(problems, path, "must be a whole number from %lld to %lld", (long long)m->min,
                         (long long)m->max);
        return;
    }
}

bool description_check(const cJSON *description, const char *path, struct problems *problems)
{
    size_t before = problems->count;
    if (!cJSON_IsObject(description))
        problems_add(problems, path, "must be an object");
    for (const cJSON *at = cJSON_IsObject(description) ? description->child : NULL; at; at = at->next) {
        char place[JSON_PATH_SIZE];
        const struct member *m = find(at->string);
        json_path(place, sizeof place, path, at->string, 0);
        if (m)
            check_member(m, at, place, problems);
        else
            problems_add(problems, place, "unknown key");
    }
    return problems->count == before;
}

cJSON *description_load(const char *file, struct problems *problems)
{
    cJSON *tree = json_parse_file(file, problems);
    char *root = mem_printf("%s#", file);
    if (tree && !description_check(tree, root, problems)) {
        cJSON_Delete(tree);
        tree = NULL;
    }
    free(root);
    return tree;
}

void description_check_needs(const cJSON *needs, const char *path, struct problems *problems)
{
    for (const cJSON *at = needs->child; at; at = at->next) {
        char place[JSON_PATH_SIZE];
        const struct member *m = find(at->string);
        json_path(place, sizeof place, path, at->string, 0);
        if (!m || !m->can_need)
            problems_add(problems, place, "is nothing that a case can need");
        else
            check_member(m, at, place, problems);
    }
}

static bool holds_any(const cJSON *list, const cJSON *wanted)
{
    for (const cJSON *want = wanted->child; want; want = want->next)
        for (const cJSON *at = list->child; at; at = at->next)
            if (cJSON_Compare(at, want, true))
                return true;
    return false;
}

bool description_meets(const cJSON *description, const cJSON *needs, char **why)
{
    for (const cJSON *need = needs->child; need; need = need->next) {
        const cJSON *said = cJSON_GetObjectItemCaseSensitive(description, need->string);
        bool met = !said || (cJSON_IsArray(said) ? holds_any(said, need) : cJSON_Compare(said, need, true));
        if (met)
            continue;
        char *wanted = cJSON_PrintUnformatted(need), *is = cJSON_PrintUnformatted(said);
        *why = mem_printf("the description says %s: %s; this needs %s", need->string, is, wanted);
        cJSON_free(wanted);
        cJSON_free(is);
        return false;
    }
    return true;
}

bool description_allows_auth(const cJSON *description, const char *auth)
{
    const cJSON *said = cJSON_GetObjectItemCaseSensitive(description, "auth");
    bool found = false;
    for (const cJSON *at = said ? said->child : NULL; at; at = at->next)
        found = found || strcmp(at->valuestring, auth) == 0;
    return found || !said;
}

static int64_t time_ms(const cJSON *description, const char *member, int64_t otherwise_s)
{
    const cJSON *seconds = json_get(description, member);
    return 1000 * (cJSON_IsNumber(seconds) ? (int64_t)seconds->valuedouble : otherwise_s);
}

struct description_times description_times(const cJSON *description)
{
    return (struct description_times){time_ms(description, "reconnect_within_s", RECONNECT_S),
                                      time_ms(description, "subscribe_within_s", SUBSCRIBE_S),
                                      time_ms(description, "publish_within_s", PUBLISH_S)};
}
