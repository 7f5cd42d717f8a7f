#include "device_case.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/case_file.h"
#include "harness/case_head.h"
#include "harness/judge/description.h"
#include "harness/judge/device_action.h"
#include "harness/judge/device_step.h"
#include "harness/variable.h"
#include "lib/base/home.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { LONGEST_MAX_MS = 24 * 3600 * 1000, TYPICAL_KEEP_ALIVE_S = 60 };

static const struct description_times typical = {
    .reconnect_ms = 3000, .subscribe_ms = 5000, .publish_ms = 10000};

static const char *const case_keys[] = {
    "id",    "rev",     "role",   "level",      "requires", "title", "note",         "needs", "start",
    "steps", "observe", "change", "longest_ms", "for_each", "alone", "forget_after", NULL};

/* The case object while it is read. */
struct reader {
    const cJSON *object;
    const char *file, *path;
    const struct device_case_context *context;
    struct problems *problems;
    struct device_cases *out;
    struct case_head head;
    enum device_start start;
    bool is_observer, is_alone, forgets_after;
    int64_t longest_ms;
    const cJSON *needs, *change, *steps;
};

static void member_path(char out[JSON_PATH_SIZE], const struct reader *r, const char *key)
{
    json_path(out, JSON_PATH_SIZE, r->path, key, 0);
}

static void read_start(struct reader *r)
{
    static const char *const words[] = {"any", "online", "offline"};
    const char *word = "any";
    char path[JSON_PATH_SIZE];
    json_string(r->object, r->path, "start", JSON_OPTIONAL, &word, r->problems);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i], word) != 0)
            continue;
        r->start = (enum device_start)i;
        return;
    }
    member_path(path, r, "start");
    problems_add(r->problems, path, "any, online or offline");
}

static void read_rest(struct reader *r)
{
    const char *role = "";
    char path[JSON_PATH_SIZE];
    json_keys(r->object, r->path, case_keys, r->problems);
    member_path(path, r, "role");
    if (json_string(r->object, r->path, "role", JSON_REQUIRED, &role, r->problems) &&
        strcmp(role, "device") != 0)
        problems_add(r->problems, path, "is device in this folder");
    json_bool(r->object, r->path, "observe", JSON_OPTIONAL, &r->is_observer, r->problems);
    json_bool(r->object, r->path, "alone", JSON_OPTIONAL, &r->is_alone, r->problems);
    json_bool(r->object, r->path, "forget_after", JSON_OPTIONAL, &r->forgets_after, r->problems);
    json_int(r->object, r->path, "longest_ms", JSON_OPTIONAL, 1, LONGEST_MAX_MS, &r->longest_ms, r->problems);
    read_start(r);
    case_head_texts(r->object, r->path, "change", JSON_OPTIONAL, &r->change, r->problems);
    member_path(path, r, "needs");
    if (json_object(r->object, r->path, "needs", JSON_OPTIONAL, &r->needs, r->problems))
        description_check_needs(r->needs, path, r->problems);
    member_path(path, r, "steps");
    if (json_array(r->object, r->path, "steps", JSON_REQUIRED, &r->steps, r->problems) && !r->steps->child)
        problems_add(r->problems, path, "there are no steps");
}

/* Names like "msg.packetId" that a text takes from what a step before captured as "msg". */
static void note_references(const char *text, const cJSON *known, cJSON *names)
{
    static const char opening[] = "${captured.";
    for (const char *at = text; (at = strstr(at, opening));) {
        at += sizeof opening - 1;
        char *name = mem_dup(at, strcspn(at, " }"));
        size_t dot = str_find(str_of(name), '.');
        char *of = mem_dup(name, dot);
        if (name[dot] == '.' && cJSON_HasObjectItem(known, of) && !cJSON_HasObjectItem(names, name))
            cJSON_AddNullToObject(names, name);
        free(of);
        free(name);
    }
}

static void note_all_references(const cJSON *node, const cJSON *known, cJSON *names)
{
    if (cJSON_IsString(node))
        note_references(node->valuestring, known, names);
    for (const cJSON *at = node->child; at; at = at->next)
        note_all_references(at, known, names);
}

static void note_capture(const cJSON *step, cJSON *known)
{
    const char *as = json_text(step, "as");
    if (as && !cJSON_HasObjectItem(known, as))
        cJSON_AddNullToObject(known, as);
}

static bool is_action(const cJSON *step, const char *name)
{
    const char *action = json_text(step, "do");
    return action && strcmp(action, name) == 0;
}

static void check_observer(const struct reader *r, const cJSON *step, const char *path)
{
    if (r->is_observer && !cJSON_HasObjectItem(step, "check"))
        problems_add(r->problems, path, "a case that observes has checks only");
    const char *action = json_text(step, "do");
    const struct device_action *row = action ? device_action_named(action) : NULL;
    if (row && row->strikes_all && !r->is_alone)
        problems_add(r->problems, path, "%s strikes every device: the case needs \"alone\": true", action);
}

static void make_steps(struct device_case *c, const struct reader *r, struct variable_scope *scope)
{
    char steps[JSON_PATH_SIZE], path[JSON_PATH_SIZE];
    cJSON *known = cJSON_CreateObject(), *names = cJSON_CreateObject();
    int index = 0;
    scope->captured = names;
    scope->captured_later = true;
    member_path(steps, r, "steps");
    for (const cJSON *at = r->steps->child; at; at = at->next) {
        json_path(path, sizeof path, steps, NULL, index++);
        size_t before = r->problems->count;
        note_all_references(at, known, names);
        cJSON *step = variable_expand(at, scope, path, r->problems);
        if (r->problems->count == before)
            device_step_check(step, path, r->problems);
        if (r->problems->count == before)
            check_observer(r, step, path);
        note_capture(step, known);
        c->is_nameless = c->is_nameless || is_action(step, "certificate");
        cJSON_AddItemToArray(c->test.steps, step);
    }
    cJSON_Delete(names);
    cJSON_Delete(known);
}

/* What its steps can take at most, for a device with a keep alive of a minute that is back in three seconds. */
static int64_t longest_ms(const struct device_case *c)
{
    int64_t sum_ms = c->start == START_ANY ? 0 : typical.reconnect_ms;
    for (const cJSON *step = c->test.steps->child; step; step = step->next) {
        const cJSON *within = cJSON_GetObjectItemCaseSensitive(step, "within_ms");
        const cJSON *duration = within ? within : cJSON_GetObjectItemCaseSensitive(step, "for_ms");
        if (duration || cJSON_HasObjectItem(step, "await"))
            sum_ms += device_step_duration_ms(duration, TYPICAL_KEEP_ALIVE_S, &typical);
    }
    return sum_ms;
}

static void make(struct reader *r, const cJSON *raw_row)
{
    struct device_case *c = mem_zalloc(1, sizeof *c);
    struct testcase *test = &c->test;
    cJSON *devices = cJSON_CreateObject();
    cJSON_AddItemToObject(devices, "d1", cJSON_Duplicate(r->context->device, true));
    struct variable_scope scope = {.profile = r->context->profile, .devices = devices};
    cJSON *row = raw_row ? variable_expand(raw_row, &scope, r->path, r->problems) : NULL;
    scope.row = row;
    const char *row_id = json_text(row, "id");
    char path[JSON_PATH_SIZE];
    test->file = mem_strdup(r->file);
    test->path = mem_strdup(r->path);
    test->base_id = mem_strdup(r->head.id);
    test->id = row_id ? mem_printf("%s:%s", r->head.id, row_id) : mem_strdup(r->head.id);
    test->row_id = mem_strdup(test->id);
    test->key = mem_printf("%s@%s", test->id, r->context->profile->name);
    test->profile = r->context->profile;
    test->rev = r->head.rev;
    test->level = r->head.level;
    test->note = r->head.note ? mem_strdup(r->head.note) : NULL;
    member_path(path, r, "title");
    test->title = variable_expand(r->head.title, &scope, path, r->problems);
    test->requires = r->head.requires ? cJSON_Duplicate(r->head.requires, true) : cJSON_CreateArray();
    test->guards = cJSON_CreateArray();
    test->devices = devices;
    test->steps = cJSON_CreateArray();
    c->start = r->start;
    c->is_observer = r->is_observer;
    c->is_alone = r->is_alone;
    c->forgets_after = r->forgets_after;
    c->needs = r->needs ? cJSON_Duplicate(r->needs, true) : cJSON_CreateObject();
    member_path(path, r, "change");
    c->change = r->change ? variable_expand(r->change, &scope, path, r->problems) : NULL;
    make_steps(c, r, &scope);
    c->longest_ms = r->longest_ms ? r->longest_ms : longest_ms(c);
    cJSON_Delete(row);
    r->out->items = mem_realloc(r->out->items, (r->out->count + 1) * sizeof *r->out->items);
    r->out->items[r->out->count++] = c;
}

/* A file's cases are read into this list. */
struct loading {
    struct device_cases *all;
    const char *name;
    const struct device_case_context *context;
};

static void load_case(void *ctx, const cJSON *object, const char *path, struct problems *problems)
{
    const struct loading *l = ctx;
    struct reader r = {.object = object,
                       .file = l->name,
                       .path = path,
                       .context = l->context,
                       .problems = problems,
                       .out = l->all};
    if (!case_head_read(&r.head, object, path, l->context->ledger, problems))
        return;
    read_rest(&r);
    if (!r.steps)
        return;
    if (!r.head.rows)
        make(&r, NULL);
    for (const cJSON *row = r.head.rows ? r.head.rows->child : NULL; row; row = row->next)
        make(&r, row);
}

static void load_tree(struct device_cases *all, const cJSON *file, const char *name,
                      const struct device_case_context *context, struct problems *problems)
{
    struct loading loading = {all, name, context};
    case_file_each(file, name, load_case, &loading, problems);
}

void device_cases_load_text(struct device_cases *all, struct str text, const char *name,
                            const struct device_case_context *context, struct problems *problems)
{
    cJSON *file = json_parse(text, name, problems);
    if (file)
        load_tree(all, file, name, context, problems);
    cJSON_Delete(file);
}

static void check_ids(const struct device_cases *all, struct problems *problems)
{
    for (size_t i = 1; i < all->count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(all->items[i]->test.base_id, all->items[j]->test.base_id) == 0 &&
                strcmp(all->items[i]->test.path, all->items[j]->test.path) != 0)
                problems_add(problems, all->items[i]->test.path, "the id '%s' is that of %s",
                             all->items[i]->test.base_id, all->items[j]->test.path);
}

static int is_json(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && str_ends(str_of(entry->d_name), STR(".json"));
}

bool device_cases_load(struct device_cases *all, const char *dir, const struct device_case_context *context,
                       struct problems *problems)
{
    char *folder = dir ? mem_strdup(dir) : home_path("suites/device");
    struct dirent **names;
    size_t before = problems->count;
    int count = scandir(folder, &names, is_json, alphasort);
    if (count < 0)
        problems_add(problems, folder, "cannot be read: %s", strerror(errno));
    for (int i = 0; i < count; i++) {
        char *file = mem_printf("%s/%s", folder, names[i]->d_name);
        char *shown = dir ? mem_strdup(file) : mem_printf("suites/device/%s", names[i]->d_name);
        cJSON *tree = json_parse_file(file, problems);
        if (tree)
            load_tree(all, tree, shown, context, problems);
        cJSON_Delete(tree);
        free(shown);
        free(file);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    free(folder);
    check_ids(all, problems);
    return problems->count == before;
}

void device_cases_fini(struct device_cases *all)
{
    for (size_t i = 0; i < all->count; i++) {
        struct device_case *c = all->items[i];
        testcase_fini(&c->test);
        cJSON_Delete(c->needs);
        cJSON_Delete(c->change);
        free(c);
    }
    free(all->items);
    *all = (struct device_cases){0};
}

bool device_case_is_named(const struct device_case *c, bool is_mapped)
{
    return is_mapped && !c->is_nameless;
}
