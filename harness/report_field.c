#include "report_field.h"

#include <string.h>

#include "view.h"

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

static void check_field(const cJSON *node, const char *path, const struct report_field *field,
                        struct problems *problems)
{
    int64_t whole;
    switch (field->kind) {
    case FIELD_TEXT:
        check_text(node, path, field->words, problems);
        break;
    case FIELD_NUMBER:
        if (!cJSON_IsNumber(node) || !(node->valuedouble >= 0))
            problems_add(problems, path, "must be a number from 0");
        break;
    case FIELD_WHOLE:
        if (!json_is_int(node, &whole) || whole < 0)
            problems_add(problems, path, "must be a whole number from 0");
        break;
    case FIELD_TRUTH:
        if (!cJSON_IsBool(node))
            problems_add(problems, path, "must be true or false");
        break;
    case FIELD_TWO:
        check_two(node, path, problems);
        break;
    case FIELD_TEXTS:
        check_texts(node, path, problems);
        break;
    case FIELD_OBJECT:
        if (!cJSON_IsObject(node))
            problems_add(problems, path, "must be an object");
        break;
    case FIELD_ARRAY:
        if (!cJSON_IsArray(node))
            problems_add(problems, path, "must be an array");
        break;
    }
}

void report_field_object(const cJSON *node, const char *path, const struct report_field *fields,
                         struct problems *problems)
{
    if (!cJSON_IsObject(node))
        problems_add(problems, path, "must be an object");
    for (const cJSON *at = cJSON_IsObject(node) ? node->child : NULL; at; at = at->next) {
        char place[JSON_PATH_SIZE];
        const struct report_field *field = fields;
        json_path(place, sizeof place, path, at->string, 0);
        while (field->key && strcmp(field->key, at->string) != 0)
            field++;
        if (field->key)
            check_field(at, place, field, problems);
        else
            problems_add(problems, place, "unknown key");
    }
    for (const struct report_field *field = fields; cJSON_IsObject(node) && field->key; field++) {
        char place[JSON_PATH_SIZE];
        json_path(place, sizeof place, path, field->key, 0);
        if (field->need == JSON_REQUIRED && !cJSON_GetObjectItemCaseSensitive(node, field->key))
            problems_add(problems, place, "is required");
    }
}

void report_field_member(const cJSON *node, const char *path, const char *key,
                         const struct report_field *fields, struct problems *problems)
{
    const cJSON *member = view_member(node, key);
    char place[JSON_PATH_SIZE];
    json_path(place, sizeof place, path, key, 0);
    if (member)
        report_field_object(member, place, fields, problems);
}

void report_field_items(const cJSON *node, const char *path, const char *key,
                        const struct report_field *fields, struct problems *problems)
{
    char list[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    int index = 0;
    const cJSON *item;
    json_path(list, sizeof list, path, key, 0);
    cJSON_ArrayForEach(item, view_member(node, key))
    {
        json_path(place, sizeof place, list, NULL, index++);
        report_field_object(item, place, fields, problems);
    }
}
