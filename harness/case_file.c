#include "case_file.h"

#include <stdio.h>

#include "lib/base/json.h"

void case_file_each(const cJSON *file, const char *name,
                    void (*take)(void *ctx, const cJSON *object, const char *path, struct problems *problems),
                    void *ctx, struct problems *problems)
{
    static const char *const keys[] = {"cases", "note", NULL};
    char root[JSON_PATH_SIZE], cases[JSON_PATH_SIZE], path[JSON_PATH_SIZE];
    const cJSON *list;
    const char *note;
    int index = 0;
    snprintf(root, sizeof root, "%.400s#", name);
    json_keys(file, root, keys, problems);
    json_string(file, root, "note", JSON_OPTIONAL, &note, problems);
    if (!json_array(file, root, "cases", JSON_REQUIRED, &list, problems))
        return;
    json_path(cases, sizeof cases, root, "cases", 0);
    for (const cJSON *at = list->child; at; at = at->next) {
        json_path(path, sizeof path, cases, NULL, index++);
        take(ctx, at, path, problems);
    }
}
