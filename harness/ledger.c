#include "ledger.h"

#include <stdlib.h>

#include "lib/base/home.h"
#include "lib/base/json.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"

struct ledger {
    cJSON *file;
    const cJSON *rows;
    struct map *by_id;
};

static void add_row(struct ledger *l, cJSON *row, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"id",   "area",     "who",    "level",  "statement", "source",
                                       "date", "profiles", "status", "reason", "note",      NULL};
    const char *id, *level;
    const cJSON *statement;
    json_keys(row, path, keys, problems);
    json_string(row, path, "level", JSON_REQUIRED, &level, problems);
    json_object(row, path, "statement", JSON_REQUIRED, &statement, problems);
    if (json_string(row, path, "id", JSON_REQUIRED, &id, problems) && map_put(l->by_id, str_of(id), row))
        problems_add(problems, path, "the id '%s' stands twice", id);
}

struct ledger *ledger_load(struct problems *problems)
{
    static const char *const keys[] = {"schema", "note", "documents", "count", "requirements", NULL};
    static const char name[] = "suites/requirements.json#";
    char *file = home_path("suites/requirements.json");
    struct ledger *l = mem_zalloc(1, sizeof *l);
    size_t before = problems->count;
    l->by_id = map_new();
    l->file = json_parse_file(file, problems);
    free(file);
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
