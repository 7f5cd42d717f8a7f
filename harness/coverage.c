#include "coverage.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/home.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

static bool holds(const cJSON *list, const char *word)
{
    const cJSON *at;
    cJSON_ArrayForEach(at, list)
    {
        if (cJSON_IsString(at) && strcmp(at->valuestring, word) == 0)
            return true;
    }
    return false;
}

/* Cases stand in the suite row by row and profile by profile; here each is named once. */
static void add_once(cJSON *list, const char *word)
{
    if (!holds(list, word))
        cJSON_AddItemToArray(list, cJSON_CreateString(word));
}

static void add_cases(cJSON *row, const char *id, const struct suite *suite)
{
    cJSON *cases = cJSON_AddArrayToObject(row, "cases"), *profiles = cJSON_AddArrayToObject(row, "profiles");
    for (size_t i = 0; i < suite->cases.count; i++) {
        const struct testcase *test = suite->cases.items[i];
        if (!holds(test->requires, id))
            continue;
        add_once(cases, test->base_id);
        add_once(profiles, test->profile->name);
    }
    for (size_t i = 0; i < suite->devices.count; i++)
        if (holds(suite->devices.items[i]->test.requires, id))
            add_once(cases, suite->devices.items[i]->test.base_id);
}

static void add_vectors(cJSON *row, const char *id, const struct vectors *vectors)
{
    cJSON *list = cJSON_AddArrayToObject(row, "vectors");
    for (size_t i = 0; i < vectors_count(vectors); i++) {
        const struct vector *vector = vectors_at(vectors, i);
        if (holds(json_get(vector->node, "requires"), id))
            cJSON_AddItemToArray(list, cJSON_CreateString(vector->id));
    }
}

/* Takes the text over. */
static void add_gap(cJSON *gaps, char *gap)
{
    cJSON_AddItemToArray(gaps, cJSON_CreateString(gap));
    free(gap);
}

/* An installation has no tests: there, nothing can be said of them. */
static bool is_missing(const char *path)
{
    char *tests = home_path("tests"), *file = home_path(path);
    bool missing = access(tests, F_OK) == 0 && access(file, F_OK) != 0;
    free(tests);
    free(file);
    return missing;
}

static void find_gaps(cJSON *row)
{
    cJSON *gaps = cJSON_AddArrayToObject(row, "gaps");
    const char *status = json_text_or(row, "status", "");
    const cJSON *cases = json_get(row, "cases"), *vectors = json_get(row, "vectors"), *at;
    const cJSON *proved_by = json_get(row, "proved_by");
    bool is_tested = strcmp(status, "tested") == 0;
    if (is_tested && !cases->child && !vectors->child && !proved_by->child)
        add_gap(gaps,
                mem_printf("it is said to be tested, but no case, no vector and no other test proves it"));
    if (!is_tested && !*json_text_or(row, "reason", ""))
        add_gap(gaps, mem_printf("it is %s, and no reason is given", status));
    cJSON_ArrayForEach(at, cases) if (!is_tested)
        add_gap(gaps, mem_printf("%s requires it, but it is %s", at->valuestring, status));
    cJSON_ArrayForEach(at, proved_by) if (is_missing(at->valuestring))
        add_gap(gaps, mem_printf("it is said to be proved by %s, which is not there", at->valuestring));
}

static cJSON *row_of(const cJSON *requirement, const struct suite *suite, const struct vectors *vectors)
{
    static const char *const copied[] = {"id", "level", "status", "reason"};
    cJSON *row = cJSON_CreateObject();
    for (size_t i = 0; i < sizeof copied / sizeof copied[0]; i++)
        if (json_get(requirement, copied[i]))
            cJSON_AddItemToObject(row, copied[i], cJSON_Duplicate(json_get(requirement, copied[i]), true));
    const cJSON *proved_by = json_get(requirement, "proved_by");
    cJSON_AddItemToObject(row, "proved_by",
                          proved_by ? cJSON_Duplicate(proved_by, true) : cJSON_CreateArray());
    add_cases(row, json_text_or(requirement, "id", ""), suite);
    add_vectors(row, json_text_or(requirement, "id", ""), vectors);
    find_gaps(row);
    return row;
}

cJSON *coverage_of(const struct suite *suite, const struct vectors *vectors)
{
    cJSON *coverage = cJSON_CreateObject(), *rows = cJSON_AddArrayToObject(coverage, "requirements");
    const cJSON *requirement;
    int passed = 0, failed = 0, skipped = 0;
    cJSON_ArrayForEach(requirement, ledger_rows(suite->ledger))
    {
        cJSON *row = row_of(requirement, suite, vectors);
        bool has_gap = json_get(row, "gaps")->child != NULL;
        if (!has_gap && !holds(json_get(requirement, "who"), "P")) {
            cJSON_Delete(row);
            continue;
        }
        cJSON_AddItemToArray(rows, row);
        if (has_gap)
            failed++;
        else if (strcmp(json_text_or(row, "status", ""), "tested") == 0)
            passed++;
        else
            skipped++;
    }
    cJSON_AddNumberToObject(coverage, "passed", passed);
    cJSON_AddNumberToObject(coverage, "failed", failed);
    cJSON_AddNumberToObject(coverage, "skipped", skipped);
    return coverage;
}

/* "  cases    KAL-001 KAL-002": nothing for an empty list. Of very many only the first and the number are said. */
static void print_list(FILE *to, const char *what, const cJSON *list)
{
    enum { SHOWN = 12 };
    int count = cJSON_GetArraySize(list), shown = 0;
    const cJSON *at;
    if (count == 0)
        return;
    fprintf(to, "  %-9s", what);
    cJSON_ArrayForEach(at, list) if (shown++ < SHOWN) fprintf(to, " %s", at->valuestring);
    if (count > SHOWN)
        fprintf(to, " and %d more", count - SHOWN);
    fputc('\n', to);
}

void coverage_print(const cJSON *coverage, FILE *to)
{
    const cJSON *row, *gap;
    cJSON_ArrayForEach(row, json_get(coverage, "requirements"))
    {
        const char *reason = json_text_or(row, "reason", "");
        fprintf(to, "%s  %s%s%s\n", json_text_or(row, "id", ""), json_text_or(row, "status", ""),
                *reason ? ": " : "", reason);
        print_list(to, "cases", json_get(row, "cases"));
        print_list(to, "in", json_get(row, "profiles"));
        print_list(to, "vectors", json_get(row, "vectors"));
        print_list(to, "also", json_get(row, "proved_by"));
        cJSON_ArrayForEach(gap, json_get(row, "gaps")) fprintf(to, "  FAILED: %s\n", gap->valuestring);
    }
    fprintf(to, "%d passed, %d failed, %d skipped\n", json_get(coverage, "passed")->valueint,
            json_get(coverage, "failed")->valueint, json_get(coverage, "skipped")->valueint);
}

bool coverage_has_gap(const cJSON *coverage)
{
    return json_get(coverage, "failed")->valueint > 0;
}
