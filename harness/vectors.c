#include "vectors.h"

#include <dirent.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/home.h"
#include "lib/base/json.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"
#include "vectors_run.h"

struct source_file {
    char *name;
    cJSON *root;
};

struct vectors {
    const struct ledger *ledger;
    struct vector *items;
    size_t count;
    struct source_file *files;
    size_t file_count;
    struct map *by_id;    /* vector ids, to the name of the file they stand in */
    struct map *profiles; /* struct profile by name */
};

struct vectors *vectors_new(const struct ledger *ledger)
{
    struct vectors *v = mem_zalloc(1, sizeof *v);
    v->ledger = ledger;
    v->by_id = map_new();
    v->profiles = map_new();
    return v;
}

void vectors_free(struct vectors *v)
{
    if (!v)
        return;
    size_t at = 0;
    struct str name;
    void *profile;
    while (map_next(v->profiles, &at, &name, &profile))
        free(profile);
    map_free(v->profiles);
    map_free(v->by_id);
    for (size_t i = 0; i < v->count; i++)
        free((char *)v->items[i].path);
    for (size_t i = 0; i < v->file_count; i++) {
        free(v->files[i].name);
        cJSON_Delete(v->files[i].root);
    }
    free(v->files);
    free(v->items);
    free(v);
}

/* What a vector of any kind has. */
static const struct vector_key common_keys[] = {
    {"id", VECTOR_WORD, VECTOR_MUST},        {"kind", VECTOR_WORD, VECTOR_MUST},
    {"comment", VECTOR_WORD, VECTOR_MUST},   {"origin", VECTOR_WORD, VECTOR_MUST},
    {"source", VECTOR_WORD, VECTOR_MUST},    {"computed_with", VECTOR_WORD, VECTOR_MAY},
    {"requires", VECTOR_WORDS, VECTOR_MUST}, {"flags", VECTOR_WORDS, VECTOR_MAY},
    {"result", VECTOR_WORD, VECTOR_MUST},    {NULL, VECTOR_WORD, VECTOR_MAY}};

static const struct vector_key *key_of(const struct vector_key *keys, const char *name)
{
    for (; keys->name; keys++)
        if (strcmp(keys->name, name) == 0)
            return keys;
    return NULL;
}

static bool are_strings(const cJSON *value)
{
    for (const cJSON *at = value->child; at; at = at->next)
        if (!cJSON_IsString(at))
            return false;
    return cJSON_IsArray(value);
}

static bool is_lower_hex(const cJSON *value)
{
    if (!cJSON_IsString(value) || strlen(value->valuestring) % 2)
        return false;
    return strspn(value->valuestring, "0123456789abcdef") == strlen(value->valuestring);
}

static void check_type(const cJSON *value, enum vector_type type, const char *path, struct problems *problems)
{
    struct texts texts = {0};
    int64_t number;
    const char *wants = NULL;
    switch (type) {
    case VECTOR_TEXT:
    case VECTOR_BYTES:
        vector_read(value, type, &texts, path, problems);
        texts_fini(&texts);
        break;
    case VECTOR_WORD:
        wants = cJSON_IsString(value) ? NULL : "wants a text";
        break;
    case VECTOR_DIGITS:
        wants = is_lower_hex(value) ? NULL : "wants lower-case hexadecimal digits";
        break;
    case VECTOR_INT:
        wants = json_is_int(value, &number) && number >= 0 ? NULL : "wants a whole number from 0";
        break;
    case VECTOR_BOOL:
        wants = cJSON_IsBool(value) ? NULL : "wants true or false";
        break;
    case VECTOR_CLAUSES:
        wants = cJSON_IsString(value) || (are_strings(value) && value->child)
                    ? NULL
                    : "wants a text or an array of texts";
        break;
    case VECTOR_WORDS:
        wants = are_strings(value) ? NULL : "wants an array of texts";
        break;
    case VECTOR_ARRAY:
        wants = cJSON_IsArray(value) ? NULL : "wants an array";
        break;
    case VECTOR_OBJECT:
        wants = cJSON_IsObject(value) ? NULL : "wants an object";
        break;
    }
    if (wants)
        problems_add(problems, path, "%s", wants);
}

/* One side of VECTOR_IF_VALID and VECTOR_IF_INVALID. */
static bool belongs(enum vector_need need, enum vector_want want)
{
    return !(need == VECTOR_IF_VALID && want == VECTOR_INVALID) &&
           !(need == VECTOR_IF_INVALID && want == VECTOR_VALID);
}

static bool is_needed(enum vector_need need, enum vector_want want)
{
    return need == VECTOR_MUST || (need == VECTOR_IF_VALID && want == VECTOR_VALID) ||
           (need == VECTOR_IF_INVALID && want == VECTOR_INVALID);
}

static void check_missing(const struct vector_key *keys, const struct vector_load *load)
{
    for (; keys->name; keys++)
        if (is_needed(keys->need, load->want) && !cJSON_GetObjectItemCaseSensitive(load->node, keys->name))
            problems_add(load->problems, load->path, "'%s' is missing", keys->name);
}

static void check_members(const struct vector_load *load, const struct vector_kind *kind)
{
    char path[JSON_PATH_SIZE];
    for (const cJSON *at = load->node->child; at; at = at->next) {
        const struct vector_key *key = key_of(common_keys, at->string);
        if (!key && kind)
            key = key_of(kind->keys, at->string);
        json_path(path, sizeof path, load->path, at->string, 0);
        if (!key && kind)
            problems_add(load->problems, path, "unknown key");
        else if (key && !belongs(key->need, load->want))
            problems_add(load->problems, path, "does not go with this result");
        else if (key)
            check_type(at, key->type, path, load->problems);
    }
    check_missing(common_keys, load);
    if (kind)
        check_missing(kind->keys, load);
}

static const char *word_of(const cJSON *node, const char *key)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(node, key);
    return cJSON_IsString(value) ? value->valuestring : "";
}

static void check_one_of(const struct vector_load *load, const char *key, const char *const words[])
{
    const char *word = word_of(load->node, key);
    for (size_t i = 0; words[i]; i++)
        if (strcmp(words[i], word) == 0)
            return;
    problems_add(load->problems, load->path, "'%s' is not '%s'", key, word);
}

static void check_references(const struct vectors *v, const struct vector_load *load, const cJSON *notes)
{
    const cJSON *requires = cJSON_GetObjectItemCaseSensitive(load->node, "requires"), *at;
    const cJSON *flags = cJSON_GetObjectItemCaseSensitive(load->node, "flags");
    if (cJSON_IsArray(requires) && !requires->child)
        problems_add(load->problems, load->path, "'requires' is empty");
    cJSON_ArrayForEach(at, requires)
    {
        if (v->ledger && cJSON_IsString(at) && !ledger_get(v->ledger, at->valuestring))
            problems_add(load->problems, load->path, "there is no requirement '%s'", at->valuestring);
    }
    cJSON_ArrayForEach(at, flags)
    {
        if (cJSON_IsString(at) && !cJSON_GetObjectItemCaseSensitive(notes, at->valuestring))
            problems_add(load->problems, load->path, "the file's notes have no flag '%s'", at->valuestring);
    }
    if (load->want == VECTOR_EITHER && !cJSON_GetArraySize(flags))
        problems_add(load->problems, load->path, "'either' needs a flag that says why");
}

static enum vector_want want_of(const cJSON *node)
{
    const char *word = word_of(node, "result");
    return strcmp(word, "valid") == 0    ? VECTOR_VALID
           : strcmp(word, "either") == 0 ? VECTOR_EITHER
                                         : VECTOR_INVALID;
}

static const struct vector_kind *kind_of(const cJSON *node)
{
    const struct vector_kind *kind = vector_kinds;
    while (kind->name && strcmp(kind->name, word_of(node, "kind")) != 0)
        kind++;
    return kind->name ? kind : NULL;
}

/* "SIG-V001": area, number; once and for all. */
static void check_id(struct vectors *v, const char *id, const char *file, const char *path,
                     struct problems *problems)
{
    if (fnmatch("[A-Z][A-Z][A-Z]-V[0-9][0-9][0-9]", id, 0) != 0)
        problems_add(problems, path, "the id '%s' has not the form SIG-V001", id);
    const char *other = map_put(v->by_id, str_of(id), (void *)file);
    if (other)
        problems_add(problems, path, "the id '%s' stands twice, also in %s", id, other);
}

static void add_vector(struct vectors *v, const cJSON *node, const char *path, const struct source_file *file,
                       struct problems *problems)
{
    static const char *const origins[] = {"documented", "derived", "observed", NULL};
    static const char *const results[] = {"valid", "invalid", "either", NULL};
    if (!cJSON_IsObject(node)) {
        problems_add(problems, path, "wants an object");
        return;
    }
    const struct vector_kind *kind = kind_of(node);
    struct vector_load load = {node, path, want_of(node), v->profiles, problems};
    size_t before = problems->count;
    check_members(&load, kind);
    if (!kind)
        problems_add(problems, path, "there is no kind '%s'", word_of(node, "kind"));
    check_one_of(&load, "origin", origins);
    check_one_of(&load, "result", results);
    check_references(v, &load, cJSON_GetObjectItemCaseSensitive(file->root, "notes"));
    if (kind && kind->check && problems->count == before)
        kind->check(&load);
    const char *id = word_of(node, "id");
    check_id(v, id, file->name, path, problems);
    v->items = mem_realloc(v->items, (v->count + 1) * sizeof *v->items);
    v->items[v->count++] =
        (struct vector){node, id, word_of(node, "comment"), file->name, mem_strdup(path), kind, load.want};
}

static void check_source(const cJSON *root, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"name", "url", "revision", NULL};
    const cJSON *source;
    const char *name;
    char at[JSON_PATH_SIZE];
    if (!json_object(root, path, "source", JSON_REQUIRED, &source, problems))
        return;
    json_path(at, sizeof at, path, "source", 0);
    json_keys(source, at, keys, problems);
    json_string(source, at, "name", JSON_REQUIRED, &name, problems);
}

static void check_notes(const cJSON *root, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"effect", "bug", "links", NULL};
    const cJSON *notes, *at;
    const char *effect;
    char all[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    if (!json_object(root, path, "notes", JSON_REQUIRED, &notes, problems))
        return;
    json_path(all, sizeof all, path, "notes", 0);
    cJSON_ArrayForEach(at, notes)
    {
        json_path(place, sizeof place, all, at->string, 0);
        if (json_keys(at, place, keys, problems))
            json_string(at, place, "effect", JSON_REQUIRED, &effect, problems);
    }
}

static void add_root(struct vectors *v, cJSON *root, const char *name, struct problems *problems)
{
    static const char *const keys[] = {"schema", "note", "source", "notes", "count", "vectors", NULL};
    char path[JSON_PATH_SIZE], all[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    int64_t schema, count;
    const char *note;
    const cJSON *array, *at;
    v->files = mem_realloc(v->files, (v->file_count + 1) * sizeof *v->files);
    struct source_file file = {mem_strdup(name), root};
    v->files[v->file_count++] = file;
    snprintf(path, sizeof path, "%s#", name);
    if (!json_keys(root, path, keys, problems) && !cJSON_IsObject(root))
        return;
    json_int(root, path, "schema", JSON_REQUIRED, 1, 1, &schema, problems);
    json_string(root, path, "note", JSON_REQUIRED, &note, problems);
    check_source(root, path, problems);
    check_notes(root, path, problems);
    bool counted = json_int(root, path, "count", JSON_REQUIRED, 0, INT32_MAX, &count, problems);
    if (!json_array(root, path, "vectors", JSON_REQUIRED, &array, problems))
        return;
    if (counted && count != cJSON_GetArraySize(array))
        problems_add(problems, path, "count is %lld, but there are %d vectors", (long long)count,
                     cJSON_GetArraySize(array));
    int index = 0;
    json_path(all, sizeof all, path, "vectors", 0);
    cJSON_ArrayForEach(at, array)
    {
        json_path(place, sizeof place, all, NULL, index++);
        add_vector(v, at, place, &file, problems);
    }
}

void vectors_add_text(struct vectors *v, struct str text, const char *name, struct problems *problems)
{
    cJSON *root = json_parse(text, name, problems);
    if (root)
        add_root(v, root, name, problems);
}

void vectors_add_file(struct vectors *v, const char *file, struct problems *problems)
{
    cJSON *root = json_parse_file(file, problems);
    const char *slash = strrchr(file, '/');
    if (root)
        add_root(v, root, slash ? slash + 1 : file, problems);
}

static int is_json(const struct dirent *entry)
{
    return str_ends(str_of(entry->d_name), STR(".json"));
}

void vectors_add_all(struct vectors *v, struct problems *problems)
{
    char *dir = home_path("vectors");
    struct dirent **entries = NULL;
    int count = scandir(dir, &entries, is_json, alphasort);
    if (count < 0)
        problems_add(problems, dir, "cannot be read");
    for (int i = 0; i < count; i++) {
        char *file = mem_printf("%s/%s", dir, entries[i]->d_name);
        vectors_add_file(v, file, problems);
        free(file);
        free(entries[i]);
    }
    free(entries);
    free(dir);
}

size_t vectors_count(const struct vectors *v)
{
    return v->count;
}

const struct vector *vectors_at(const struct vectors *v, size_t index)
{
    CHECK(index < v->count);
    return &v->items[index];
}

bool vector_is_selected(const struct vector *vector, const char *glob)
{
    if (fnmatch(glob, vector->id, 0) == 0)
        return true;
    const cJSON *at;
    cJSON_ArrayForEach(at, cJSON_GetObjectItemCaseSensitive(vector->node, "requires"))
    {
        if (strcmp(at->valuestring, glob) == 0)
            return true;
    }
    return false;
}

const char *vector_kind_name(const struct vector *vector)
{
    return vector->kind->name;
}

cJSON *vector_run(const struct vectors *v, const struct vector *vector)
{
    struct vector_run run = {
        .node = vector->node, .want = vector->want, .profiles = v->profiles, .findings = cJSON_CreateArray()};
    vector->kind->run(&run);
    texts_fini(&run.texts);
    return run.findings;
}
