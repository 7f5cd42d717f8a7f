/* Vectors of the client id and its extended parameters (CID-01..04). */
#include <stdlib.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/protocol/client_id.h"
#include "vectors_run.h"

static struct str text_of(struct vector_run *run, const cJSON *item, const char *key)
{
    return vector_read(cJSON_GetObjectItemCaseSensitive(item, key), VECTOR_TEXT, &run->texts, key, NULL);
}

static void expect_item(struct vector_run *run, size_t index, const cJSON *wanted,
                        const struct client_id_item *item)
{
    static const char *const names[] = {"key", "value", "offset"};
    for (int i = 0; i < 3; i++) {
        char *what = mem_printf("item %zu, %s", index, names[i]);
        int64_t offset = 0;
        if (i < 2)
            vector_expect_text(run, what, text_of(run, wanted, names[i]), i ? item->value : item->key);
        else if (json_is_int(cJSON_GetObjectItemCaseSensitive(wanted, names[i]), &offset))
            vector_expect_int(run, what, offset, (int64_t)item->offset);
        free(what);
    }
}

void vector_run_client_id(struct vector_run *run)
{
    struct client_id id;
    struct client_id_fault fault = {"", 0};
    bool good = client_id_parse(vector_text(run, "clientId"), &id, &fault);
    bool compare = vector_expect_taken(run, good, fault.reason);
    if (!good && run->want == VECTOR_INVALID)
        vector_expect_fault(run, "", "", fault.offset);
    if (!compare || run->want != VECTOR_VALID)
        return;
    vector_expect_text(run, "core", vector_text(run, "core"), id.core);
    vector_expect_bool(run, "extension", vector_bool(run, "extension", true), id.has_extension);
    vector_expect_int(run, "ignored", vector_int(run, "ignored", 0), (int64_t)id.ignored);
    const cJSON *items = cJSON_GetObjectItemCaseSensitive(run->node, "items"), *at;
    vector_expect_int(run, "number of items", cJSON_GetArraySize(items), (int64_t)id.count);
    size_t index = 0;
    cJSON_ArrayForEach(at, items)
    {
        if (index < id.count)
            expect_item(run, index, at, &id.items[index]);
        index++;
    }
}

static void check_item(const struct vector_load *load, const cJSON *item, const char *path)
{
    static const char *const keys[] = {"key", "value", "offset", NULL};
    struct texts texts = {0};
    char place[JSON_PATH_SIZE];
    int64_t offset;
    if (!json_keys(item, path, keys, load->problems))
        return;
    for (int i = 0; i < 2; i++) {
        const cJSON *value = cJSON_GetObjectItemCaseSensitive(item, keys[i]);
        json_path(place, sizeof place, path, keys[i], 0);
        if (value)
            vector_read(value, VECTOR_TEXT, &texts, place, load->problems);
        else
            problems_add(load->problems, place, "is missing");
    }
    json_int(item, path, "offset", JSON_OPTIONAL, 0, INT32_MAX, &offset, load->problems);
    texts_fini(&texts);
}

void vector_check_client_id(const struct vector_load *load)
{
    char all[JSON_PATH_SIZE], path[JSON_PATH_SIZE];
    const cJSON *at;
    int index = 0;
    json_path(all, sizeof all, load->path, "items", 0);
    cJSON_ArrayForEach(at, cJSON_GetObjectItemCaseSensitive(load->node, "items"))
    {
        json_path(path, sizeof path, all, NULL, index++);
        check_item(load, at, path);
    }
}
