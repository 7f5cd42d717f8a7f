#include "pieces.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/variable.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { PIECE_MAX_BYTES = 8 * 1024 * 1024, PIECES_MAX = 100000 };

void pieces_check(const cJSON *step, const char *path, const char *key, struct problems *problems)
{
    const cJSON *cut = cJSON_GetObjectItemCaseSensitive(step, key);
    char place[JSON_PATH_SIZE];
    json_path(place, sizeof place, path, key, 0);
    if (!cut || variable_has_later(cut) || (cJSON_IsString(cut) && strcmp(cut->valuestring, "each") == 0))
        return;
    if (!cJSON_IsArray(cut))
        problems_add(problems, place, "\"each\" or an array of sizes");
    for (const cJSON *at = cJSON_IsArray(cut) ? cut->child : NULL; at; at = at->next) {
        int64_t size;
        if (!json_is_int(at, &size) || size < 1 || size > PIECE_MAX_BYTES)
            problems_add(problems, place, "a size is a whole number from 1");
    }
}

struct pieces pieces_of(const cJSON *step, const char *key, size_t n)
{
    const cJSON *cut = cJSON_GetObjectItemCaseSensitive(step, key);
    struct pieces pieces = {NULL, 0};
    if (cJSON_IsString(cut)) {
        pieces.count = n < PIECES_MAX ? n : PIECES_MAX;
        pieces.sizes = mem_alloc(pieces.count * sizeof *pieces.sizes + 1);
        for (size_t i = 0; i < pieces.count; i++)
            pieces.sizes[i] = 1;
    } else if (cJSON_IsArray(cut)) {
        pieces.sizes = mem_alloc((size_t)cJSON_GetArraySize(cut) * sizeof *pieces.sizes + 1);
        for (const cJSON *at = cut->child; at; at = at->next)
            pieces.sizes[pieces.count++] = (size_t)at->valuedouble;
    }
    return pieces;
}

void pieces_fini(struct pieces *pieces)
{
    free(pieces->sizes);
    *pieces = (struct pieces){NULL, 0};
}
