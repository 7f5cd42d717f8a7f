#include "expectation.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { DATE_LENGTH = 10, NO_ROW = -1 };

struct row {
    const char *runs, *reason, *until;
    enum verdict verdict;
    size_t matches;
};

struct expectations {
    cJSON *file; /* the rows' texts live in it */
    char *name;
    struct row *rows;
    int count;
    int *row_of; /* by run, after expectations_match */
    size_t runs;
};

/* YYYY-MM-DD, a day that there is. */
static bool is_date(const char *text)
{
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t year, month, day;
    if (strlen(text) != DATE_LENGTH || text[4] != '-' || text[7] != '-')
        return false;
    for (int i = 0; i < DATE_LENGTH; i++)
        if (i != 4 && i != 7 && !isdigit((unsigned char)text[i]))
            return false;
    str_to_int((struct str){text, 4}, &year);
    str_to_int((struct str){text + 5, 2}, &month);
    str_to_int((struct str){text + 8, 2}, &day);
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] &&
           (month != 2 || day != 29 || leap);
}

static void read_row(struct row *row, const cJSON *object, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"runs", "verdict", "reason", "until", "note", NULL};
    const char *verdict = NULL, *note;
    char place[JSON_PATH_SIZE];
    if (!json_keys(object, path, keys, problems) && !cJSON_IsObject(object))
        return;
    json_string(object, path, "note", JSON_OPTIONAL, &note, problems);
    if (json_string(object, path, "runs", JSON_REQUIRED, &row->runs, problems) && !*row->runs)
        problems_add(problems, path, "runs is empty");
    if (json_string(object, path, "reason", JSON_REQUIRED, &row->reason, problems) && !*row->reason)
        problems_add(problems, path, "reason is empty");
    json_path(place, sizeof place, path, "until", 0);
    if (json_string(object, path, "until", JSON_REQUIRED, &row->until, problems) && !is_date(row->until))
        problems_add(problems, place, "'%s' is no day of the form YYYY-MM-DD", row->until);
    json_path(place, sizeof place, path, "verdict", 0);
    if (json_string(object, path, "verdict", JSON_REQUIRED, &verdict, problems) &&
        (!verdict_named(verdict, &row->verdict) || row->verdict == VERDICT_PASS ||
         row->verdict == VERDICT_ERROR))
        problems_add(problems, place, "FAIL, NONSTRICT, INFO, INCONCLUSIVE, UNSUPPORTED or SKIP");
}

static void read_rows(struct expectations *e, struct problems *problems)
{
    static const char *const keys[] = {"expectations", "note", NULL};
    const cJSON *list, *object;
    const char *note;
    char path[JSON_PATH_SIZE], all[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    snprintf(path, sizeof path, "%.400s#", e->name);
    json_keys(e->file, path, keys, problems);
    json_string(e->file, path, "note", JSON_OPTIONAL, &note, problems);
    if (!json_array(e->file, path, "expectations", JSON_REQUIRED, &list, problems))
        return;
    json_path(all, sizeof all, path, "expectations", 0);
    e->rows = mem_zalloc((size_t)cJSON_GetArraySize(list) + 1, sizeof *e->rows);
    cJSON_ArrayForEach(object, list)
    {
        json_path(place, sizeof place, all, NULL, e->count);
        read_row(&e->rows[e->count++], object, place, problems);
    }
}

struct expectations *expectations_load(const char *file, struct problems *problems)
{
    size_t before = problems->count;
    cJSON *json = json_parse_file(file, problems);
    if (!json)
        return NULL;
    struct expectations *e = mem_zalloc(1, sizeof *e);
    e->file = json;
    e->name = mem_strdup(file);
    read_rows(e, problems);
    if (problems->count == before)
        return e;
    expectations_free(e);
    return NULL;
}

void expectations_free(struct expectations *e)
{
    if (!e)
        return;
    cJSON_Delete(e->file);
    free(e->name);
    free(e->rows);
    free(e->row_of);
    free(e);
}

static void match(struct expectations *e, size_t run, const struct testcase *test, struct problems *problems)
{
    e->row_of[run] = NO_ROW;
    for (int i = 0; i < e->count; i++) {
        if (!str_glob(e->rows[i].runs, test->key))
            continue;
        e->rows[i].matches++;
        if (e->row_of[run] == NO_ROW) {
            e->row_of[run] = i;
            continue;
        }
        char place[JSON_PATH_SIZE];
        snprintf(place, sizeof place, "%.400s#/expectations/%d", e->name, i);
        problems_add(problems, place, "%s has a row already: expectations/%d", test->key, e->row_of[run]);
    }
}

void expectations_match(struct expectations *e, struct testcase *const *tests, size_t count,
                        struct problems *problems)
{
    e->row_of = mem_zalloc(count + 1, sizeof *e->row_of);
    e->runs = count;
    for (size_t i = 0; i < count; i++)
        match(e, i, tests[i], problems);
}

static const struct row *row_of(const struct expectations *e, size_t run)
{
    return e && run < e->runs && e->row_of[run] != NO_ROW ? e->rows + e->row_of[run] : NULL;
}

enum expectation_fit expectations_fit(const struct expectations *e, size_t run, enum verdict verdict)
{
    const struct row *row = row_of(e, run);
    if (!row)
        return EXPECTATION_NONE;
    if (verdict == row->verdict)
        return EXPECTATION_MET;
    return verdict == VERDICT_PASS ? EXPECTATION_UNEXPECTED_PASS : EXPECTATION_OTHER;
}

cJSON *expectations_note(const struct expectations *e, size_t run, enum verdict verdict)
{
    const struct row *row = row_of(e, run);
    if (!row)
        return NULL;
    cJSON *note = cJSON_CreateObject();
    cJSON_AddStringToObject(note, "verdict", verdict_name(row->verdict));
    cJSON_AddStringToObject(note, "reason", row->reason);
    cJSON_AddStringToObject(note, "until", row->until);
    cJSON_AddBoolToObject(note, "met", verdict == row->verdict);
    return note;
}

size_t expectations_complain(const struct expectations *e, int64_t wall_ms)
{
    size_t count = 0;
    char today[CLOCK_TEXT_SIZE];
    clock_text(wall_ms, today);
    today[DATE_LENGTH] = '\0';
    for (int i = 0; e && i < e->count; i++) {
        const struct row *row = &e->rows[i];
        if (row->matches == 0)
            printf("UNEXPECTED   %s#/expectations/%d: '%s' matches no run\n", e->name, i, row->runs);
        if (strcmp(row->until, today) < 0)
            printf("UNEXPECTED   %s#/expectations/%d: '%s' has expired on %s\n", e->name, i, row->runs,
                   row->until);
        count += row->matches == 0;
        count += strcmp(row->until, today) < 0;
    }
    return count;
}
