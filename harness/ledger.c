#include "ledger.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/home.h"
#include "lib/base/json.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"

struct ledger {
    cJSON *file;
    const cJSON *rows;
    struct map *by_id;
};

static bool is_one_of(const char *word, const char *const words[])
{
    for (; *words; words++)
        if (strcmp(word, *words) == 0)
            return true;
    return false;
}

/* A list of texts, not empty, each once; words: the only ones there may be (NULL: any). */
static void check_list(const cJSON *row, const char *path, const char *key, enum json_need need,
                       const char *const words[], struct problems *problems)
{
    char at[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    const cJSON *list, *item;
    int index = 0;
    if (!json_array(row, path, key, need, &list, problems))
        return;
    json_path(at, sizeof at, path, key, 0);
    if (!list->child)
        problems_add(problems, at, "is empty");
    cJSON_ArrayForEach(item, list)
    {
        json_path(place, sizeof place, at, NULL, index++);
        if (!cJSON_IsString(item) || !*item->valuestring || (words && !is_one_of(item->valuestring, words)))
            problems_add(problems, place, words ? "P, D or K" : "must be a text");
        for (const cJSON *before = list->child; before != item; before = before->next)
            if (cJSON_Compare(before, item, true))
                problems_add(problems, place, "stands twice");
    }
}

/* What says whether a requirement is proved, and where. */
static void check_status(const cJSON *row, const char *path, struct problems *problems)
{
    static const char *const who[] = {"P", "D", "K", NULL};
    static const char *const statuses[] = {"tested", "planned", "not-testable", NULL};
    const char *status, *reason;
    char at[JSON_PATH_SIZE];
    check_list(row, path, "who", JSON_REQUIRED, who, problems);
    check_list(row, path, "proved_by", JSON_OPTIONAL, NULL, problems);
    json_string(row, path, "reason", JSON_OPTIONAL, &reason, problems);
    if (!json_string(row, path, "status", JSON_REQUIRED, &status, problems))
        return;
    json_path(at, sizeof at, path, "status", 0);
    if (!is_one_of(status, statuses))
        problems_add(problems, at, "tested, planned or not-testable");
    json_path(at, sizeof at, path, "proved_by", 0);
    if (strcmp(status, "tested") != 0 && cJSON_HasObjectItem(row, "proved_by"))
        problems_add(problems, at, "only what is tested is proved");
}

/* Where a requirement shows (default: on the wire), and with what a platform may refuse, by rule. */
static void check_outside(const cJSON *row, const char *path, struct problems *problems)
{
    static const char *const places[] = {"wire", "control", NULL};
    const char *seen = "wire";
    const cJSON *refusals = NULL;
    char at[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    json_string(row, path, "seen", JSON_OPTIONAL, &seen, problems);
    json_path(at, sizeof at, path, "seen", 0);
    if (!is_one_of(seen, places))
        problems_add(problems, at, "wire or control");
    json_path(at, sizeof at, path, "refusals", 0);
    json_object(row, path, "refusals", JSON_OPTIONAL, &refusals, problems);
    for (const cJSON *rule = refusals ? refusals->child : NULL; rule; rule = rule->next) {
        json_path(place, sizeof place, at, rule->string, 0);
        if (!cJSON_IsArray(rule) || !rule->child)
            problems_add(problems, place, "must be an array with something in it");
        for (const cJSON *one = cJSON_IsArray(rule) ? rule->child : NULL; one; one = one->next) {
            int64_t code;
            bool is_close = cJSON_IsString(one) && strcmp(one->valuestring, "close") == 0;
            if (!is_close && !(json_is_int(one, &code) && code >= 1 && code <= 5))
                problems_add(problems, place, "has something else in it than 1 to 5 or \"close\"");
        }
    }
}

static void add_row(struct ledger *l, cJSON *row, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"id",     "area", "who",      "level",  "statement",
                                       "source", "date", "profiles", "status", "proved_by",
                                       "reason", "seen", "refusals", "note",   NULL};
    const char *id, *level;
    const cJSON *statement;
    json_keys(row, path, keys, problems);
    json_string(row, path, "level", JSON_REQUIRED, &level, problems);
    json_object(row, path, "statement", JSON_REQUIRED, &statement, problems);
    check_status(row, path, problems);
    check_outside(row, path, problems);
    if (json_string(row, path, "id", JSON_REQUIRED, &id, problems) && map_put(l->by_id, str_of(id), row))
        problems_add(problems, path, "the id '%s' stands twice", id);
}

/* Takes the file over; it may be NULL. */
static struct ledger *read_file(cJSON *file, const char *name, struct problems *problems, size_t before)
{
    static const char *const keys[] = {"schema", "note", "documents", "count", "requirements", NULL};
    struct ledger *l = mem_zalloc(1, sizeof *l);
    l->by_id = map_new();
    l->file = file;
    if (l->file && json_keys(l->file, name, keys, problems) &&
        json_array(l->file, name, "requirements", JSON_REQUIRED, &l->rows, problems)) {
        char path[JSON_PATH_SIZE], rows[JSON_PATH_SIZE];
        int index = 0;
        json_path(rows, sizeof rows, name, "requirements", 0);
        for (cJSON *row = l->rows->child; row; row = row->next) {
            json_path(path, sizeof path, rows, NULL, index++);
            add_row(l, row, path, problems);
        }
    }
    if (problems->count == before)
        return l;
    ledger_free(l);
    return NULL;
}

struct ledger *ledger_load(struct problems *problems)
{
    char *file = home_path("suites/requirements.json");
    size_t before = problems->count;
    cJSON *json = json_parse_file(file, problems);
    free(file);
    return read_file(json, "suites/requirements.json#", problems, before);
}

struct ledger *ledger_load_text(struct str text, struct problems *problems)
{
    size_t before = problems->count;
    return read_file(json_parse(text, "ledger", problems), "ledger#", problems, before);
}

void ledger_free(struct ledger *l)
{
    if (!l)
        return;
    map_free(l->by_id);
    cJSON_Delete(l->file);
    free(l);
}

const cJSON *ledger_get(const struct ledger *l, const char *id)
{
    return map_get(l->by_id, str_of(id));
}

const cJSON *ledger_rows(const struct ledger *l)
{
    return l->rows;
}

const cJSON *ledger_refusals(const struct ledger *l, const char *rule)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, l->rows)
    {
        const cJSON *refusals = cJSON_GetObjectItemCaseSensitive(row, "refusals");
        const cJSON *found = cJSON_GetObjectItemCaseSensitive(refusals, rule);
        if (found)
            return found;
    }
    return NULL;
}

bool ledger_needs_control(const struct ledger *l, const char *id)
{
    const char *seen = json_text(ledger_get(l, id), "seen");
    return seen && strcmp(seen, "control") == 0;
}
