#include "capture.h"

#include <stdlib.h>
#include <string.h>

#include "harness/interpreter.h"
#include "lib/base/mem.h"

/* A member at the end of a way of names with dots between. */
static const cJSON *member_at(const cJSON *json, const char *way)
{
    char *rest = mem_strdup(way), *name = rest, *dot;
    const cJSON *at = json;
    do {
        dot = strchr(name, '.');
        if (dot)
            *dot = '\0';
        at = cJSON_GetObjectItemCaseSensitive(at, name);
        name = dot ? dot + 1 : name;
    } while (at && dot);
    free(rest);
    return at;
}

void capture_members(struct interpreter *in, const cJSON *names, const cJSON *json)
{
    for (const cJSON *at = names ? names->child : NULL; at; at = at->next) {
        const cJSON *value = member_at(json, at->valuestring);
        if (!value) {
            interpreter_error(in, "bad-case", "the answer has no %s to capture", at->valuestring);
            return;
        }
        cJSON_DeleteItemFromObjectCaseSensitive(in->captured, at->string);
        cJSON_AddItemToObject(in->captured, at->string, cJSON_Duplicate(value, true));
    }
}
