/* The strict reader of results.json: a user's file like any other, so everything that is wrong is named with its place. */
#include "report.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/map.h"
#include "view.h"

enum kind { TEXT, NUMBER, WHOLE, TRUTH, TWO, TEXTS, OBJECT, ARRAY };

/* A member of an object; words, when given, are the only texts it may have. */
struct field {
    const char *key;
    enum kind kind;
    enum json_need need;
    const char *const *words;
};

static const char *const levels[] = {"must", "should", "info", NULL};
static const char *const overalls[] = {"CONFORMANT", "CONFORMANT WITH DEVIATIONS", "NOT CONFORMANT",
                                       "INCOMPLETE", NULL};
static const char *const verdicts[] = {"PASS",        "FAIL", "NONSTRICT", "INFO", "INCONCLUSIVE",
                                       "UNSUPPORTED", "SKIP", "ERROR",     NULL};
static const char *const requirement_verdicts[] = {
    "PASS", "FAIL", "NONSTRICT", "INFO", "INCONCLUSIVE", "UNSUPPORTED", "SKIP", "ERROR", "NOT RUN", NULL};
static const char *const directions[] = {"out", "in", "event", NULL};
static const char *const happenings[] = {"open",  "close",   "packet",  "bytes", "http", "frame",
                                         "clock", "journal", "control", "note",  NULL};

static const struct field root_fields[] = {{"schema", WHOLE, JSON_REQUIRED, NULL},
                                           {"tool", OBJECT, JSON_REQUIRED, NULL},
                                           {"started", TEXT, JSON_REQUIRED, NULL},
                                           {"finished", TEXT, JSON_REQUIRED, NULL},
                                           {"duration_ms", NUMBER, JSON_REQUIRED, NULL},
                                           {"target", OBJECT, JSON_REQUIRED, NULL},
                                           {"command", TEXT, JSON_REQUIRED, NULL},
                                           {"profiles", TEXTS, JSON_REQUIRED, NULL},
                                           {"overall", TEXT, JSON_REQUIRED, overalls},
                                           {"counts", OBJECT, JSON_REQUIRED, NULL},
                                           {"not_run", WHOLE, JSON_REQUIRED, NULL},
                                           {"requirements", ARRAY, JSON_REQUIRED, NULL},
                                           {"cases", ARRAY, JSON_REQUIRED, NULL},
                                           {"clients", OBJECT, JSON_OPTIONAL, NULL},
                                           {NULL, TEXT, JSON_OPTIONAL, NULL}};

/* The matrix of real clients, as tests/interop/run writes it. */
static const char *const cell_results[] = {"pass", "fail", "cannot", NULL};

static const struct field clients_fields[] = {
    {"matrix", WHOLE, JSON_REQUIRED, NULL},    {"time", TEXT, JSON_REQUIRED, NULL},
    {"counts", OBJECT, JSON_REQUIRED, NULL},   {"clients", ARRAY, JSON_REQUIRED, NULL},
    {"scenarios", ARRAY, JSON_REQUIRED, NULL}, {"cells", ARRAY, JSON_REQUIRED, NULL},
    {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field cell_count_fields[] = {{"pass", WHOLE, JSON_REQUIRED, NULL},
                                                 {"fail", WHOLE, JSON_REQUIRED, NULL},
                                                 {"cannot", WHOLE, JSON_REQUIRED, NULL},
                                                 {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field client_fields[] = {{"id", TEXT, JSON_REQUIRED, NULL},
                                             {"title", TEXT, JSON_REQUIRED, NULL},
                                             {"version", TEXT, JSON_REQUIRED, NULL},
                                             {"source", TEXT, JSON_REQUIRED, NULL},
                                             {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field scenario_fields[] = {{"id", TEXT, JSON_REQUIRED, NULL},
                                               {"title", TWO, JSON_REQUIRED, NULL},
                                               {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field cell_fields[] = {
    {"client", TEXT, JSON_REQUIRED, NULL},   {"transport", TEXT, JSON_REQUIRED, NULL},
    {"scenario", TEXT, JSON_REQUIRED, NULL}, {"result", TEXT, JSON_REQUIRED, cell_results},
    {"reason", TEXT, JSON_REQUIRED, NULL},   {"ms", NUMBER, JSON_REQUIRED, NULL},
    {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field tool_fields[] = {{"name", TEXT, JSON_REQUIRED, NULL},
                                           {"version", TEXT, JSON_REQUIRED, NULL},
                                           {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field target_fields[] = {
    {"kind", TEXT, JSON_REQUIRED, NULL},       {"name", TEXT, JSON_REQUIRED, NULL},
    {"version", TEXT, JSON_REQUIRED, NULL},    {"clock", TEXT, JSON_OPTIONAL, NULL},
    {"region", TEXT, JSON_OPTIONAL, NULL},     {"control", TRUTH, JSON_OPTIONAL, NULL},
    {"endpoints", ARRAY, JSON_OPTIONAL, NULL}, {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field count_fields[] = {{"PASS", WHOLE, JSON_REQUIRED, NULL},
                                            {"FAIL", WHOLE, JSON_REQUIRED, NULL},
                                            {"NONSTRICT", WHOLE, JSON_REQUIRED, NULL},
                                            {"INFO", WHOLE, JSON_REQUIRED, NULL},
                                            {"INCONCLUSIVE", WHOLE, JSON_REQUIRED, NULL},
                                            {"UNSUPPORTED", WHOLE, JSON_REQUIRED, NULL},
                                            {"SKIP", WHOLE, JSON_REQUIRED, NULL},
                                            {"ERROR", WHOLE, JSON_REQUIRED, NULL},
                                            {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field counts_fields[] = {{"must", OBJECT, JSON_REQUIRED, NULL},
                                             {"should", OBJECT, JSON_REQUIRED, NULL},
                                             {"info", OBJECT, JSON_REQUIRED, NULL},
                                             {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field requirement_fields[] = {
    {"id", TEXT, JSON_REQUIRED, NULL},     {"level", TEXT, JSON_REQUIRED, levels},
    {"who", TEXT, JSON_REQUIRED, NULL},    {"statement", TWO, JSON_REQUIRED, NULL},
    {"source", TEXT, JSON_REQUIRED, NULL}, {"verdict", TEXT, JSON_REQUIRED, requirement_verdicts},
    {"cases", TEXTS, JSON_REQUIRED, NULL}, {"reason", TEXT, JSON_OPTIONAL, NULL},
    {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field case_fields[] = {
    {"id", TEXT, JSON_REQUIRED, NULL},           {"rev", WHOLE, JSON_REQUIRED, NULL},
    {"profile", TEXT, JSON_REQUIRED, NULL},      {"key", TEXT, JSON_REQUIRED, NULL},
    {"transport", TEXT, JSON_OPTIONAL, NULL},    {"title", TWO, JSON_REQUIRED, NULL},
    {"note", TEXT, JSON_OPTIONAL, NULL},         {"requires", TEXTS, JSON_REQUIRED, NULL},
    {"guards", TEXTS, JSON_OPTIONAL, NULL},      {"level", TEXT, JSON_REQUIRED, levels},
    {"verdict", TEXT, JSON_REQUIRED, verdicts},  {"reason", TEXT, JSON_OPTIONAL, NULL},
    {"message", TEXT, JSON_OPTIONAL, NULL},      {"expected", TEXT, JSON_OPTIONAL, NULL},
    {"actual", TEXT, JSON_OPTIONAL, NULL},       {"step", TEXT, JSON_OPTIONAL, NULL},
    {"cause", TWO, JSON_OPTIONAL, NULL},         {"expectation", OBJECT, JSON_OPTIONAL, NULL},
    {"started_ms", NUMBER, JSON_REQUIRED, NULL}, {"duration_ms", NUMBER, JSON_REQUIRED, NULL},
    {"transcript", ARRAY, JSON_REQUIRED, NULL},  {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field endpoint_fields[] = {
    {"port", TEXT, JSON_REQUIRED, NULL},    {"transport", TEXT, JSON_REQUIRED, NULL},
    {"host", TEXT, JSON_REQUIRED, NULL},    {"address", TEXT, JSON_REQUIRED, NULL},
    {"tls", TEXT, JSON_OPTIONAL, NULL},     {"cipher", TEXT, JSON_OPTIONAL, NULL},
    {"subject", TEXT, JSON_OPTIONAL, NULL}, {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field expectation_fields[] = {{"verdict", TEXT, JSON_REQUIRED, verdicts},
                                                  {"reason", TEXT, JSON_REQUIRED, NULL},
                                                  {"until", TEXT, JSON_REQUIRED, NULL},
                                                  {"met", TRUTH, JSON_REQUIRED, NULL},
                                                  {NULL, TEXT, JSON_OPTIONAL, NULL}};

static const struct field entry_fields[] = {
    {"t_ms", NUMBER, JSON_REQUIRED, NULL},     {"clock_ms", NUMBER, JSON_OPTIONAL, NULL},
    {"device", TEXT, JSON_OPTIONAL, NULL},     {"dir", TEXT, JSON_REQUIRED, directions},
    {"what", TEXT, JSON_REQUIRED, happenings}, {"packet", TEXT, JSON_OPTIONAL, NULL},
    {"fields", OBJECT, JSON_OPTIONAL, NULL},   {"hex", TEXT, JSON_OPTIONAL, NULL},
    {"step", WHOLE, JSON_OPTIONAL, NULL},      {"diverges", TRUTH, JSON_OPTIONAL, NULL},
    {NULL, TEXT, JSON_OPTIONAL, NULL}};

static void check_text(const cJSON *node, const char *path, const char *const *words,
                       struct problems *problems)
{
    size_t i = 0;
    if (!cJSON_IsString(node)) {
        problems_add(problems, path, "must be a string");
        return;
    }
    while (words && words[i] && strcmp(words[i], node->valuestring) != 0)
        i++;
    if (words && !words[i])
        problems_add(problems, path, "is no word that may stand here");
}

static void check_texts(const cJSON *node, const char *path, struct problems *problems)
{
    const cJSON *item;
    int index = 0;
    if (!cJSON_IsArray(node))
        problems_add(problems, path, "must be an array");
    else
        cJSON_ArrayForEach(item, node)
        {
            char place[JSON_PATH_SIZE];
            json_path(place, sizeof place, path, NULL, index++);
            check_text(item, place, NULL, problems);
        }
}

static void check_two(const cJSON *node, const char *path, struct problems *problems)
{
    static const char *const languages[] = {"en", "zh", NULL};
    const char *text;
    if (!json_keys(node, path, languages, problems))
        return;
    for (size_t i = 0; languages[i]; i++)
        json_string(node, path, languages[i], JSON_REQUIRED, &text, problems);
}

static void check_field(const cJSON *node, const char *path, const struct field *field,
                        struct problems *problems)
{
    int64_t whole;
    switch (field->kind) {
    case TEXT:
        check_text(node, path, field->words, problems);
        break;
    case NUMBER:
        if (!cJSON_IsNumber(node) || !(node->valuedouble >= 0))
            problems_add(problems, path, "must be a number from 0");
        break;
    case WHOLE:
        if (!json_is_int(node, &whole) || whole < 0)
            problems_add(problems, path, "must be a whole number from 0");
        break;
    case TRUTH:
        if (!cJSON_IsBool(node))
            problems_add(problems, path, "must be true or false");
        break;
    case TWO:
        check_two(node, path, problems);
        break;
    case TEXTS:
        check_texts(node, path, problems);
        break;
    case OBJECT:
        if (!cJSON_IsObject(node))
            problems_add(problems, path, "must be an object");
        break;
    case ARRAY:
        if (!cJSON_IsArray(node))
            problems_add(problems, path, "must be an array");
        break;
    }
}

/* All fields of an object, and none besides. */
static void check_object(const cJSON *node, const char *path, const struct field *fields,
                         struct problems *problems)
{
    if (!cJSON_IsObject(node))
        problems_add(problems, path, "must be an object");
    for (const cJSON *at = cJSON_IsObject(node) ? node->child : NULL; at; at = at->next) {
        char place[JSON_PATH_SIZE];
        const struct field *field = fields;
        json_path(place, sizeof place, path, at->string, 0);
        while (field->key && strcmp(field->key, at->string) != 0)
            field++;
        if (field->key)
            check_field(at, place, field, problems);
        else
            problems_add(problems, place, "unknown key");
    }
    for (const struct field *field = fields; cJSON_IsObject(node) && field->key; field++) {
        char place[JSON_PATH_SIZE];
        json_path(place, sizeof place, path, field->key, 0);
        if (field->need == JSON_REQUIRED && !cJSON_GetObjectItemCaseSensitive(node, field->key))
            problems_add(problems, place, "is required");
    }
}

static void check_member(const cJSON *node, const char *path, const char *key, const struct field *fields,
                         struct problems *problems)
{
    const cJSON *member = view_member(node, key);
    char place[JSON_PATH_SIZE];
    json_path(place, sizeof place, path, key, 0);
    if (member)
        check_object(member, place, fields, problems);
}

/* Each item of an array member. */
static void check_items(const cJSON *node, const char *path, const char *key, const struct field *fields,
                        struct problems *problems)
{
    char list[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    int index = 0;
    const cJSON *item;
    json_path(list, sizeof list, path, key, 0);
    cJSON_ArrayForEach(item, view_member(node, key))
    {
        json_path(place, sizeof place, list, NULL, index++);
        check_object(item, place, fields, problems);
        if (fields != case_fields)
            continue;
        check_items(item, place, "transcript", entry_fields, problems);
        check_member(item, place, "expectation", expectation_fields, problems);
    }
}

static bool names_profile(const cJSON *results, const char *name)
{
    const cJSON *profile;
    cJSON_ArrayForEach(profile, view_member(results, "profiles"))
    {
        if (cJSON_IsString(profile) && strcmp(profile->valuestring, name) == 0)
            return true;
    }
    return false;
}

/* What the reports rely on beyond types: a run's key is its own, and its profile one of the run's. */
static void check_runs(const cJSON *results, const char *path, struct problems *problems)
{
    struct map *keys = map_new();
    const cJSON *run;
    int index = 0;
    char list[JSON_PATH_SIZE];
    json_path(list, sizeof list, path, "cases", 0);
    cJSON_ArrayForEach(run, view_member(results, "cases"))
    {
        char place[JSON_PATH_SIZE];
        json_path(place, sizeof place, list, NULL, index++);
        if (!cJSON_IsObject(run))
            continue;
        if (map_put(keys, str_of(view_text(run, "key")), (void *)run))
            problems_add(problems, place, "its key stands twice");
        if (!names_profile(results, view_text(run, "profile")))
            problems_add(problems, place, "its profile is not among the profiles");
    }
    map_free(keys);
}

static void check_version(const cJSON *node, const char *path, const char *key, struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    json_path(place, sizeof place, path, key, 0);
    if (view_number(node, key) != 1)
        problems_add(problems, place, "only version 1 is known");
}

static void check_clients(const cJSON *matrix, const char *path, struct problems *problems)
{
    check_object(matrix, path, clients_fields, problems);
    check_member(matrix, path, "counts", cell_count_fields, problems);
    check_items(matrix, path, "clients", client_fields, problems);
    check_items(matrix, path, "scenarios", scenario_fields, problems);
    check_items(matrix, path, "cells", cell_fields, problems);
    check_version(matrix, path, "matrix", problems);
}

bool report_check_clients(const cJSON *matrix, const char *name, struct problems *problems)
{
    size_t before = problems->count;
    char path[JSON_PATH_SIZE];
    snprintf(path, sizeof path, "%s#", name);
    check_clients(matrix, path, problems);
    return problems->count == before;
}

bool report_check(const cJSON *results, const char *name, struct problems *problems)
{
    size_t before = problems->count;
    char path[JSON_PATH_SIZE], target[JSON_PATH_SIZE];
    snprintf(path, sizeof path, "%s#", name);
    check_object(results, path, root_fields, problems);
    check_member(results, path, "tool", tool_fields, problems);
    check_member(results, path, "target", target_fields, problems);
    check_member(results, path, "counts", counts_fields, problems);
    json_path(target, sizeof target, path, "target", 0);
    check_items(view_member(results, "target"), target, "endpoints", endpoint_fields, problems);
    for (size_t i = 0; levels[i]; i++) {
        char counts[JSON_PATH_SIZE];
        json_path(counts, sizeof counts, path, "counts", 0);
        check_member(view_member(results, "counts"), counts, levels[i], count_fields, problems);
    }
    check_items(results, path, "requirements", requirement_fields, problems);
    check_items(results, path, "cases", case_fields, problems);
    check_runs(results, path, problems);
    if (view_member(results, "clients")) {
        char clients[JSON_PATH_SIZE];
        json_path(clients, sizeof clients, path, "clients", 0);
        check_clients(view_member(results, "clients"), clients, problems);
    }
    check_version(results, path, "schema", problems);
    return problems->count == before;
}
