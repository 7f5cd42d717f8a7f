/* The strict reader of results.json: a user's file like any other, so everything that is wrong is named with its place. */
#include "report.h"

#include <stdio.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/map.h"
#include "report_field.h"
#include "view.h"

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

static const struct report_field root_fields[] = {{"schema", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                  {"tool", FIELD_OBJECT, JSON_REQUIRED, NULL},
                                                  {"started", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                  {"finished", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                  {"duration_ms", FIELD_NUMBER, JSON_REQUIRED, NULL},
                                                  {"target", FIELD_OBJECT, JSON_REQUIRED, NULL},
                                                  {"command", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                  {"profiles", FIELD_TEXTS, JSON_REQUIRED, NULL},
                                                  {"overall", FIELD_TEXT, JSON_REQUIRED, overalls},
                                                  {"counts", FIELD_OBJECT, JSON_REQUIRED, NULL},
                                                  {"not_run", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                  {"requirements", FIELD_ARRAY, JSON_REQUIRED, NULL},
                                                  {"cases", FIELD_ARRAY, JSON_REQUIRED, NULL},
                                                  {"clients", FIELD_OBJECT, JSON_OPTIONAL, NULL},
                                                  {"device", FIELD_OBJECT, JSON_OPTIONAL, NULL},
                                                  {"interrupted", FIELD_TRUTH, JSON_OPTIONAL, NULL},
                                                  {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

/* The matrix of real clients, as tests/interop/run writes it. */
static const char *const cell_results[] = {"pass", "fail", "cannot", NULL};

static const struct report_field clients_fields[] = {
    {"matrix", FIELD_WHOLE, JSON_REQUIRED, NULL},    {"time", FIELD_TEXT, JSON_REQUIRED, NULL},
    {"counts", FIELD_OBJECT, JSON_REQUIRED, NULL},   {"clients", FIELD_ARRAY, JSON_REQUIRED, NULL},
    {"scenarios", FIELD_ARRAY, JSON_REQUIRED, NULL}, {"cells", FIELD_ARRAY, JSON_REQUIRED, NULL},
    {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field cell_count_fields[] = {{"pass", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                        {"fail", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                        {"cannot", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                        {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field client_fields[] = {{"id", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                    {"title", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                    {"version", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                    {"source", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                    {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field scenario_fields[] = {{"id", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                      {"title", FIELD_TWO, JSON_REQUIRED, NULL},
                                                      {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field cell_fields[] = {
    {"client", FIELD_TEXT, JSON_REQUIRED, NULL},   {"transport", FIELD_TEXT, JSON_REQUIRED, NULL},
    {"scenario", FIELD_TEXT, JSON_REQUIRED, NULL}, {"result", FIELD_TEXT, JSON_REQUIRED, cell_results},
    {"reason", FIELD_TEXT, JSON_REQUIRED, NULL},   {"ms", FIELD_NUMBER, JSON_REQUIRED, NULL},
    {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field tool_fields[] = {{"name", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                  {"version", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                  {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field target_fields[] = {
    {"kind", FIELD_TEXT, JSON_REQUIRED, NULL},       {"name", FIELD_TEXT, JSON_REQUIRED, NULL},
    {"version", FIELD_TEXT, JSON_REQUIRED, NULL},    {"clock", FIELD_TEXT, JSON_OPTIONAL, NULL},
    {"region", FIELD_TEXT, JSON_OPTIONAL, NULL},     {"control", FIELD_TRUTH, JSON_OPTIONAL, NULL},
    {"endpoints", FIELD_ARRAY, JSON_OPTIONAL, NULL}, {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field count_fields[] = {{"PASS", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                   {"FAIL", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                   {"NONSTRICT", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                   {"INFO", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                   {"INCONCLUSIVE", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                   {"UNSUPPORTED", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                   {"SKIP", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                   {"ERROR", FIELD_WHOLE, JSON_REQUIRED, NULL},
                                                   {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field counts_fields[] = {{"must", FIELD_OBJECT, JSON_REQUIRED, NULL},
                                                    {"should", FIELD_OBJECT, JSON_REQUIRED, NULL},
                                                    {"info", FIELD_OBJECT, JSON_REQUIRED, NULL},
                                                    {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field requirement_fields[] = {
    {"id", FIELD_TEXT, JSON_REQUIRED, NULL},     {"level", FIELD_TEXT, JSON_REQUIRED, levels},
    {"who", FIELD_TEXT, JSON_REQUIRED, NULL},    {"statement", FIELD_TWO, JSON_REQUIRED, NULL},
    {"source", FIELD_TEXT, JSON_REQUIRED, NULL}, {"verdict", FIELD_TEXT, JSON_REQUIRED, requirement_verdicts},
    {"cases", FIELD_TEXTS, JSON_REQUIRED, NULL}, {"reason", FIELD_TEXT, JSON_OPTIONAL, NULL},
    {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field case_fields[] = {
    {"id", FIELD_TEXT, JSON_REQUIRED, NULL},           {"rev", FIELD_WHOLE, JSON_REQUIRED, NULL},
    {"profile", FIELD_TEXT, JSON_REQUIRED, NULL},      {"key", FIELD_TEXT, JSON_REQUIRED, NULL},
    {"transport", FIELD_TEXT, JSON_OPTIONAL, NULL},    {"title", FIELD_TWO, JSON_REQUIRED, NULL},
    {"note", FIELD_TEXT, JSON_OPTIONAL, NULL},         {"requires", FIELD_TEXTS, JSON_REQUIRED, NULL},
    {"guards", FIELD_TEXTS, JSON_OPTIONAL, NULL},      {"level", FIELD_TEXT, JSON_REQUIRED, levels},
    {"verdict", FIELD_TEXT, JSON_REQUIRED, verdicts},  {"reason", FIELD_TEXT, JSON_OPTIONAL, NULL},
    {"message", FIELD_TEXT, JSON_OPTIONAL, NULL},      {"expected", FIELD_TEXT, JSON_OPTIONAL, NULL},
    {"actual", FIELD_TEXT, JSON_OPTIONAL, NULL},       {"step", FIELD_TEXT, JSON_OPTIONAL, NULL},
    {"cause", FIELD_TWO, JSON_OPTIONAL, NULL},         {"change", FIELD_TWO, JSON_OPTIONAL, NULL},
    {"needs", FIELD_OBJECT, JSON_OPTIONAL, NULL},      {"then", FIELD_TEXT, JSON_OPTIONAL, verdicts},
    {"observes", FIELD_TRUTH, JSON_OPTIONAL, NULL},    {"expectation", FIELD_OBJECT, JSON_OPTIONAL, NULL},
    {"started_ms", FIELD_NUMBER, JSON_REQUIRED, NULL}, {"duration_ms", FIELD_NUMBER, JSON_REQUIRED, NULL},
    {"transcript", FIELD_ARRAY, JSON_REQUIRED, NULL},  {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field endpoint_fields[] = {
    {"port", FIELD_TEXT, JSON_REQUIRED, NULL},    {"transport", FIELD_TEXT, JSON_REQUIRED, NULL},
    {"host", FIELD_TEXT, JSON_REQUIRED, NULL},    {"address", FIELD_TEXT, JSON_REQUIRED, NULL},
    {"tls", FIELD_TEXT, JSON_OPTIONAL, NULL},     {"cipher", FIELD_TEXT, JSON_OPTIONAL, NULL},
    {"subject", FIELD_TEXT, JSON_OPTIONAL, NULL}, {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field expectation_fields[] = {{"verdict", FIELD_TEXT, JSON_REQUIRED, verdicts},
                                                         {"reason", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                         {"until", FIELD_TEXT, JSON_REQUIRED, NULL},
                                                         {"met", FIELD_TRUTH, JSON_REQUIRED, NULL},
                                                         {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

static const struct report_field entry_fields[] = {
    {"t_ms", FIELD_NUMBER, JSON_REQUIRED, NULL},     {"clock_ms", FIELD_NUMBER, JSON_OPTIONAL, NULL},
    {"device", FIELD_TEXT, JSON_OPTIONAL, NULL},     {"dir", FIELD_TEXT, JSON_REQUIRED, directions},
    {"what", FIELD_TEXT, JSON_REQUIRED, happenings}, {"packet", FIELD_TEXT, JSON_OPTIONAL, NULL},
    {"fields", FIELD_OBJECT, JSON_OPTIONAL, NULL},   {"hex", FIELD_TEXT, JSON_OPTIONAL, NULL},
    {"step", FIELD_WHOLE, JSON_OPTIONAL, NULL},      {"diverges", FIELD_TRUTH, JSON_OPTIONAL, NULL},
    {NULL, FIELD_TEXT, JSON_OPTIONAL, NULL}};

/* What hangs below a run. */
static void check_run(const cJSON *run, const char *path, struct problems *problems)
{
    report_field_items(run, path, "transcript", entry_fields, problems);
    report_field_member(run, path, "expectation", expectation_fields, problems);
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
        check_run(run, place, problems);
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
    report_field_object(matrix, path, clients_fields, problems);
    report_field_member(matrix, path, "counts", cell_count_fields, problems);
    report_field_items(matrix, path, "clients", client_fields, problems);
    report_field_items(matrix, path, "scenarios", scenario_fields, problems);
    report_field_items(matrix, path, "cells", cell_fields, problems);
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
    report_field_object(results, path, root_fields, problems);
    report_field_member(results, path, "tool", tool_fields, problems);
    report_field_member(results, path, "target", target_fields, problems);
    report_field_member(results, path, "counts", counts_fields, problems);
    json_path(target, sizeof target, path, "target", 0);
    report_field_items(view_member(results, "target"), target, "endpoints", endpoint_fields, problems);
    for (size_t i = 0; levels[i]; i++) {
        char counts[JSON_PATH_SIZE];
        json_path(counts, sizeof counts, path, "counts", 0);
        report_field_member(view_member(results, "counts"), counts, levels[i], count_fields, problems);
    }
    report_field_items(results, path, "requirements", requirement_fields, problems);
    report_field_items(results, path, "cases", case_fields, problems);
    check_runs(results, path, problems);
    if (view_member(results, "device")) {
        char device[JSON_PATH_SIZE];
        json_path(device, sizeof device, path, "device", 0);
        report_check_device(view_member(results, "device"), device, problems);
    }
    if (view_member(results, "clients")) {
        char clients[JSON_PATH_SIZE];
        json_path(clients, sizeof clients, path, "clients", 0);
        check_clients(view_member(results, "clients"), clients, problems);
    }
    check_version(results, path, "schema", problems);
    return problems->count == before;
}
