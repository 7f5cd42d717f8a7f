#include "case_head.h"

#include <ctype.h>
#include <string.h>

#include "lib/base/json.h"

bool case_head_is_id(const char *id)
{
    size_t letters = 0, digits = 0;
    while (isupper((unsigned char)id[letters]))
        letters++;
    if (letters == 0 || id[letters] != '-')
        return false;
    while (isdigit((unsigned char)id[letters + 1 + digits]))
        digits++;
    return digits > 0 && id[letters + 1 + digits] == '\0';
}

static bool is_row_id(const char *id)
{
    if (!*id)
        return false;
    for (const char *c = id; *c; c++)
        if (!isalnum((unsigned char)*c) && !strchr("-_.", *c))
            return false;
    return true;
}

static void read_words(struct case_head *h, const cJSON *object, const char *path, struct problems *problems)
{
    const char *level = NULL;
    char place[JSON_PATH_SIZE];
    if (json_string(object, path, "id", JSON_REQUIRED, &h->id, problems) && !case_head_is_id(h->id)) {
        json_path(place, sizeof place, path, "id", 0);
        problems_add(problems, place, "'%s' is not of the form AREA-number", h->id);
    }
    json_int(object, path, "rev", JSON_REQUIRED, 1, 1000000, &h->rev, problems);
    json_string(object, path, "note", JSON_OPTIONAL, &h->note, problems);
    json_path(place, sizeof place, path, "level", 0);
    if (json_string(object, path, "level", JSON_REQUIRED, &level, problems) &&
        !verdict_level_named(level, &h->level))
        problems_add(problems, place, "must, should or info");
}

static void read_title(struct case_head *h, const cJSON *object, const char *path, struct problems *problems)
{
    static const char *const languages[] = {"en", "zh", NULL};
    const char *text;
    char place[JSON_PATH_SIZE];
    if (!json_object(object, path, "title", JSON_REQUIRED, &h->title, problems))
        return;
    json_path(place, sizeof place, path, "title", 0);
    json_keys(h->title, place, languages, problems);
    for (size_t i = 0; languages[i]; i++)
        json_string(h->title, place, languages[i], JSON_REQUIRED, &text, problems);
}

static void read_requires(struct case_head *h, const cJSON *object, const char *path,
                          const struct ledger *ledger, struct problems *problems)
{
    char list[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    int index = 0;
    if (!json_array(object, path, "requires", JSON_REQUIRED, &h->requires, problems))
        return;
    json_path(list, sizeof list, path, "requires", 0);
    if (!h->requires->child)
        problems_add(problems, list, "is empty");
    for (const cJSON *at = h->requires->child; at; at = at->next) {
        json_path(place, sizeof place, list, NULL, index++);
        if (!cJSON_IsString(at) || !ledger_get(ledger, at->valuestring))
            problems_add(problems, place, "there is no requirement '%s'",
                         cJSON_IsString(at) ? at->valuestring : "?");
        for (const cJSON *before = h->requires->child; before != at; before = before->next)
            if (cJSON_Compare(before, at, true))
                problems_add(problems, place, "stands twice");
    }
}

static void read_row(const cJSON *rows, const cJSON *row, const char *path, struct problems *problems)
{
    const char *id;
    if (!json_string(row, path, "id", JSON_REQUIRED, &id, problems))
        return;
    if (!is_row_id(id))
        problems_add(problems, path, "the id '%s' has other characters than letters, digits, - _ .", id);
    for (const cJSON *before = rows->child; before != row; before = before->next) {
        const char *other = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(before, "id"));
        if (other && strcmp(other, id) == 0)
            problems_add(problems, path, "the id '%s' stands twice", id);
    }
}

static void read_rows(struct case_head *h, const cJSON *object, const char *path, struct problems *problems)
{
    char rows[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    int index = 0;
    if (!json_array(object, path, "for_each", JSON_OPTIONAL, &h->rows, problems))
        return;
    json_path(rows, sizeof rows, path, "for_each", 0);
    if (!h->rows->child)
        problems_add(problems, rows, "is empty");
    for (const cJSON *row = h->rows->child; row; row = row->next) {
        json_path(place, sizeof place, rows, NULL, index++);
        read_row(h->rows, row, place, problems);
    }
}

bool case_head_read(struct case_head *out, const cJSON *object, const char *path, const struct ledger *ledger,
                    struct problems *problems)
{
    *out = (struct case_head){.id = "?", .rev = 1};
    if (!cJSON_IsObject(object)) {
        problems_add(problems, path, "a case is an object");
        return false;
    }
    read_words(out, object, path, problems);
    read_title(out, object, path, problems);
    read_requires(out, object, path, ledger, problems);
    read_rows(out, object, path, problems);
    bool readable = out->title && out->requires;
    for (const cJSON *at = out->rows ? out->rows->child : NULL; at; at = at->next)
        readable = readable && cJSON_IsObject(at);
    return readable;
}
