#include "case_head.h"

#include <string.h>

#include "harness/case_id.h"
#include "lib/base/json.h"

static void read_words(struct case_head *h, const cJSON *object, const char *path, struct problems *problems)
{
    const char *level = NULL;
    char place[JSON_PATH_SIZE];
    if (json_string(object, path, "id", JSON_REQUIRED, &h->id, problems) && !case_id_is_good(h->id)) {
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

bool case_head_texts(const cJSON *object, const char *path, const char *key, enum json_need need,
                     const cJSON **out, struct problems *problems)
{
    static const char *const languages[] = {"en", "zh", NULL};
    const char *text;
    char place[JSON_PATH_SIZE];
    if (!json_object(object, path, key, need, out, problems))
        return false;
    json_path(place, sizeof place, path, key, 0);
    json_keys(*out, place, languages, problems);
    for (size_t i = 0; languages[i]; i++)
        json_string(*out, place, languages[i], JSON_REQUIRED, &text, problems);
    return true;
}

void case_head_words(const cJSON *object, const char *path, const char *key, enum json_need need,
                     const cJSON **out, bool (*is_known)(const void *whom, const char *word),
                     const void *whom, const char *what, struct problems *problems)
{
    char list[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    int index = 0;
    if (!json_array(object, path, key, need, out, problems))
        return;
    json_path(list, sizeof list, path, key, 0);
    if (!(*out)->child)
        problems_add(problems, list, "is empty");
    for (const cJSON *at = (*out)->child; at; at = at->next) {
        json_path(place, sizeof place, list, NULL, index++);
        if (!cJSON_IsString(at))
            problems_add(problems, place, "must be a text");
        else if (!is_known(whom, at->valuestring))
            problems_add(problems, place, "there is no %s '%s'", what, at->valuestring);
        for (const cJSON *before = (*out)->child; before != at; before = before->next)
            if (cJSON_Compare(before, at, true))
                problems_add(problems, place, "stands twice");
    }
}

static bool is_requirement(const void *ledger, const char *word)
{
    return ledger_get(ledger, word) != NULL;
}

static void read_row(const cJSON *rows, const cJSON *row, const char *path, struct problems *problems)
{
    const char *id;
    if (!json_string(row, path, "id", JSON_REQUIRED, &id, problems))
        return;
    if (!case_id_is_good_row(id))
        problems_add(problems, path, "the id '%s' has other characters than letters, digits, - _ .", id);
    for (const cJSON *before = rows->child; before != row; before = before->next) {
        const char *other = json_text(before, "id");
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
    case_head_texts(object, path, "title", JSON_REQUIRED, &out->title, problems);
    case_head_words(object, path, "requires", JSON_REQUIRED, &out->requires, is_requirement, ledger,
                    "requirement", problems);
    read_rows(out, object, path, problems);
    bool readable = out->title != NULL;
    for (const cJSON *at = out->rows ? out->rows->child : NULL; at; at = at->next)
        readable = readable && cJSON_IsObject(at);
    return readable;
}
