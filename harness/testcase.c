#include "testcase.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/case_head.h"
#include "harness/step.h"
#include "harness/transport_choice.h"
#include "harness/variable.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { TIMEOUT_MAX_MS = 600000, DEVICE_TEXT_MAX = 200 };

static const char builtin_device[] =
    "{\"productKey\":\"pk\",\"deviceName\":\"device\",\"deviceSecret\":\"secret\"}";

/* The case object while it is read: what is the same for all its rows and profiles. */
struct reader {
    const cJSON *object;
    const char *file, *path;
    const struct testcase_context *context;
    struct testcases *out;
    struct problems *problems;
    struct case_head head;
    int64_t timeout_ms;
    bool manual_clock, safe;
    unsigned transports; /* bits; 0: the default one */
    const cJSON *guards, *profiles, *broker_set, *steps;
    cJSON *devices; /* d1 among them; owned */
};

static const char *const case_keys[] = {"id",         "rev",    "level", "requires",   "title",  "profiles",
                                        "clock",      "guards", "safe",  "devices",    "broker", "for_each",
                                        "timeout_ms", "steps",  "note",  "transports", NULL};

static void member_path(char out[JSON_PATH_SIZE], const struct reader *r, const char *key)
{
    json_path(out, JSON_PATH_SIZE, r->path, key, 0);
}

static void read_words(struct reader *r)
{
    const char *clock = "manual";
    char path[JSON_PATH_SIZE];
    json_keys(r->object, r->path, case_keys, r->problems);
    json_int(r->object, r->path, "timeout_ms", JSON_OPTIONAL, 1, TIMEOUT_MAX_MS, &r->timeout_ms, r->problems);
    json_bool(r->object, r->path, "safe", JSON_OPTIONAL, &r->safe, r->problems);
    if (json_string(r->object, r->path, "clock", JSON_OPTIONAL, &clock, r->problems) &&
        strcmp(clock, "manual") != 0 && strcmp(clock, "real") != 0) {
        member_path(path, r, "clock");
        problems_add(r->problems, path, "manual or real");
    }
    r->manual_clock = strcmp(clock, "manual") == 0;
}

static bool is_profile_value(const void *context, const char *word)
{
    const struct testcase_context *known = context;
    cJSON *value = profile_get(&known->profiles[0], word);
    cJSON_Delete(value);
    return value != NULL;
}

static bool is_profile(const void *context, const char *word)
{
    const struct testcase_context *known = context;
    for (size_t i = 0; i < known->profile_count; i++)
        if (strcmp(known->profiles[i].name, word) == 0)
            return true;
    return false;
}

static void read_device(struct reader *r, const cJSON *device, const char *path)
{
    static const char *const keys[] = {"productKey", "deviceName", "deviceSecret", NULL};
    const char *text;
    if (!json_keys(device, path, keys, r->problems))
        return;
    for (size_t i = 0; keys[i]; i++)
        if (json_string(device, path, keys[i], JSON_REQUIRED, &text, r->problems) &&
            strlen(text) > DEVICE_TEXT_MAX)
            problems_add(r->problems, path, "%s is longer than %d bytes", keys[i], DEVICE_TEXT_MAX);
}

/* Who is played as this device: on a platform that is not ours the built-in one is the device that we have there. */
static cJSON *whom(const struct reader *r, const cJSON *device)
{
    cJSON *builtin = cJSON_Parse(builtin_device);
    bool stands_in = r->context->device && cJSON_Compare(device, builtin, true);
    cJSON_Delete(builtin);
    return cJSON_Duplicate(stands_in ? r->context->device : device, true);
}

static void read_devices(struct reader *r)
{
    const cJSON *given = NULL;
    char path[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    member_path(path, r, "devices");
    r->devices = cJSON_CreateObject();
    json_object(r->object, r->path, "devices", JSON_OPTIONAL, &given, r->problems);
    for (const cJSON *at = given ? given->child : NULL; at; at = at->next) {
        json_path(place, sizeof place, path, at->string, 0);
        read_device(r, at, place);
        cJSON_AddItemToObject(r->devices, at->string, whom(r, at));
    }
    cJSON *builtin = cJSON_Parse(builtin_device);
    if (!cJSON_GetObjectItemCaseSensitive(r->devices, "d1"))
        cJSON_AddItemToObject(r->devices, "d1", whom(r, builtin));
    cJSON_Delete(builtin);
}

static void read_broker(struct reader *r)
{
    static const char *const keys[] = {"set", NULL};
    const cJSON *broker;
    char path[JSON_PATH_SIZE];
    if (!json_object(r->object, r->path, "broker", JSON_OPTIONAL, &broker, r->problems))
        return;
    member_path(path, r, "broker");
    json_keys(broker, path, keys, r->problems);
    json_object(broker, path, "set", JSON_REQUIRED, &r->broker_set, r->problems);
}

/* "name=value" as --set takes it. */
static char *assignment(const cJSON *value)
{
    struct buf out;
    buf_init(&out, 4096);
    buf_printf(&out, "%s=", value->string);
    const cJSON *first = cJSON_IsArray(value) ? value->child : value;
    for (const cJSON *at = first; at; at = cJSON_IsArray(value) ? at->next : NULL) {
        char *text = cJSON_PrintUnformatted(at);
        buf_printf(&out, "%s%s", at == first ? "" : ",", cJSON_IsString(at) ? at->valuestring : text);
        cJSON_free(text);
    }
    char *result = mem_dup(out.data, out.len);
    buf_fini(&out);
    return result;
}

static void set_broker(struct testcase *test, const struct reader *r, struct problems *problems)
{
    char path[JSON_PATH_SIZE];
    struct profile copy = *test->profile;
    member_path(path, r, "broker/set");
    for (const cJSON *at = r->broker_set ? r->broker_set->child : NULL; at; at = at->next) {
        struct problems wrong = {0};
        test->set = mem_realloc(test->set, (test->set_count + 1) * sizeof *test->set);
        test->set[test->set_count] = assignment(at);
        if (!profile_set(&copy, test->set[test->set_count++], &wrong))
            problems_add(problems, path, "%s: %s", at->string, wrong.count ? wrong.items[0].text : "wrong");
        problems_fini(&wrong);
    }
}

/* What a step captures is known to those after it. */
static void note_captures(const cJSON *step, cJSON *names)
{
    const cJSON *capture = cJSON_GetObjectItemCaseSensitive(step, "capture");
    for (const cJSON *at = cJSON_IsObject(capture) ? capture->child : NULL; at; at = at->next)
        if (!cJSON_GetObjectItemCaseSensitive(names, at->string))
            cJSON_AddNullToObject(names, at->string);
    const cJSON *of = cJSON_GetObjectItemCaseSensitive(step, "of");
    for (const cJSON *at = cJSON_IsArray(of) ? of->child : NULL; at; at = at->next)
        note_captures(at, names);
}

static void expand_steps(struct testcase *test, const struct reader *r, struct variable_scope *scope,
                         struct problems *problems)
{
    char steps[JSON_PATH_SIZE], path[JSON_PATH_SIZE];
    const struct step_scope step_scope = {test->devices, test->manual_clock, test->transport,
                                          test->names_transports};
    cJSON *names = cJSON_CreateObject();
    int index = 0;
    scope->captured = names;
    scope->captured_later = true;
    member_path(steps, r, "steps");
    for (const cJSON *at = r->steps->child; at; at = at->next) {
        json_path(path, sizeof path, steps, NULL, index++);
        size_t before = problems->count;
        cJSON *step = variable_expand(at, scope, path, problems);
        if (problems->count == before)
            step_check(step, path, &step_scope, problems);
        note_captures(step, names);
        cJSON_AddItemToArray(test->steps, step);
    }
    cJSON_Delete(names);
}

static cJSON *duplicate_list(const cJSON *list)
{
    return list ? cJSON_Duplicate(list, true) : cJSON_CreateArray();
}

static char *expand_note(const struct reader *r, const cJSON *row, const struct variable_scope *scope,
                         struct problems *problems)
{
    const char *of_row = json_text(row, "note");
    if (!r->head.note && !of_row)
        return NULL;
    cJSON *text = cJSON_CreateString(r->head.note ? r->head.note : "");
    cJSON *expanded = variable_expand(text, scope, r->path, problems);
    const char *first = cJSON_IsString(expanded) ? expanded->valuestring : "";
    char *note = mem_printf("%s%s%s", first, *first && of_row ? "; " : "", of_row ? of_row : "");
    cJSON_Delete(text);
    cJSON_Delete(expanded);
    return note;
}

/* A row with its variables put in, but for captured ones: those are checked where the row's values are used. */
static cJSON *expand_row(const struct reader *r, const cJSON *row, const struct variable_scope *outer,
                         const char *path, struct problems *problems)
{
    struct variable_scope scope = *outer;
    cJSON *names = cJSON_CreateObject();
    for (const cJSON *at = r->steps->child; at; at = at->next)
        note_captures(at, names);
    scope.captured = names;
    scope.captured_later = true;
    cJSON *expanded = variable_expand(row, &scope, path, problems);
    cJSON_Delete(names);
    return expanded;
}

/* What makes one run of a case another than the next. */
struct variant {
    const cJSON *row; /* NULL: there are none */
    const char *row_path;
    const struct profile *profile;
    enum transport transport;
    bool is_first_transport;
};

static void name(struct testcase *test, const struct reader *r, const char *row_id)
{
    test->base_id = mem_strdup(r->head.id);
    test->row_id = row_id ? mem_printf("%s:%s", r->head.id, row_id) : mem_strdup(r->head.id);
    test->id = r->transports ? mem_printf("%s@%s", test->row_id, transport_name(test->transport))
                             : mem_strdup(test->row_id);
    test->key = mem_printf("%s@%s", test->id, test->profile->name);
}

/* One run. */
static void make(const struct reader *r, const struct variant *variant, struct problems *problems)
{
    const struct profile *profile = variant->profile;
    const cJSON *row = variant->row;
    struct testcase *test = mem_zalloc(1, sizeof *test);
    cJSON *transport = transport_choice_values(profile, variant->transport);
    struct variable_scope scope = {.profile = profile, .devices = r->devices, .transport = transport};
    cJSON *expanded_row = row ? expand_row(r, row, &scope, variant->row_path, problems) : NULL;
    const char *row_id = json_text(expanded_row, "id");
    char path[JSON_PATH_SIZE];
    scope.row = expanded_row;
    test->file = mem_strdup(r->file);
    test->path = mem_strdup(r->path);
    test->profile = profile;
    test->transport = variant->transport;
    test->names_transports = r->transports != 0;
    test->is_first_transport = variant->is_first_transport;
    name(test, r, row_id);
    test->rev = r->head.rev;
    test->timeout_ms = r->timeout_ms;
    test->level = r->head.level;
    test->manual_clock = r->manual_clock;
    test->safe = r->safe;
    member_path(path, r, "title");
    test->title = variable_expand(r->head.title, &scope, path, problems);
    test->note = expand_note(r, expanded_row, &scope, problems);
    test->requires = duplicate_list(r->head.requires);
    test->guards = duplicate_list(r->guards);
    test->devices = cJSON_Duplicate(r->devices, true);
    test->steps = cJSON_CreateArray();
    set_broker(test, r, problems);
    expand_steps(test, r, &scope, problems);
    test->used_transports = transport_choice_used(test->steps, test->transport);
    cJSON_Delete(transport);
    cJSON_Delete(expanded_row);
    r->out->items = mem_realloc(r->out->items, (r->out->count + 1) * sizeof *r->out->items);
    r->out->items[r->out->count++] = test;
}

static bool runs_in(const struct reader *r, const char *profile)
{
    for (const cJSON *at = r->profiles ? r->profiles->child : NULL; at; at = at->next)
        if (cJSON_IsString(at) && strcmp(at->valuestring, profile) == 0)
            return true;
    return r->profiles == NULL;
}

/* The same mistake shows in each row and profile; it is said once. */
static void merge(struct problems *all, struct problems *more)
{
    for (size_t i = 0; i < more->count; i++) {
        bool known = false;
        for (size_t j = 0; j < all->count && !known; j++)
            known = strcmp(all->items[j].path, more->items[i].path) == 0 &&
                    strcmp(all->items[j].text, more->items[i].text) == 0;
        if (!known)
            problems_add(all, more->items[i].path, "%s", more->items[i].text);
    }
    problems_fini(more);
}

/* The runs of one row in one profile: one for each transport. */
static void make_row(const struct reader *r, struct variant *variant, struct problems *problems)
{
    unsigned set = r->transports;
    variant->is_first_transport = true;
    variant->transport = transport_choice_default(variant->profile);
    if (!set)
        make(r, variant, problems);
    for (enum transport t = 0; t < TRANSPORTS; t++) {
        if (!(set & 1u << t) || !transport_choice_is_served(variant->profile, t))
            continue;
        variant->transport = t;
        make(r, variant, problems);
        variant->is_first_transport = false;
    }
}

static void make_all(const struct reader *r)
{
    char rows[JSON_PATH_SIZE], path[JSON_PATH_SIZE];
    member_path(rows, r, "for_each");
    for (size_t i = 0; i < r->context->profile_count; i++) {
        struct problems problems = {0};
        struct variant variant = {.row_path = path, .profile = &r->context->profiles[i]};
        if (!runs_in(r, variant.profile->name))
            continue;
        if (!r->head.rows)
            make_row(r, &variant, &problems);
        int index = 0;
        for (const cJSON *row = r->head.rows ? r->head.rows->child : NULL; row; row = row->next, index++) {
            json_path(path, sizeof path, rows, NULL, index);
            variant.row = row;
            make_row(r, &variant, &problems);
        }
        merge(r->problems, &problems);
    }
}

void testcase_load(const cJSON *object, const char *file, const char *path,
                   const struct testcase_context *context, struct testcases *out, struct problems *problems)
{
    struct reader r = {
        .object = object, .file = file, .path = path, .context = context, .out = out, .problems = problems};
    bool readable = case_head_read(&r.head, object, path, context->ledger, problems);
    read_words(&r);
    case_head_words(object, path, "guards", JSON_OPTIONAL, &r.guards, is_profile_value, context,
                    "profile value", problems);
    case_head_words(object, path, "profiles", JSON_OPTIONAL, &r.profiles, is_profile, context, "profile",
                    problems);
    read_devices(&r);
    read_broker(&r);
    r.transports = transport_choice_read(object, path, problems);
    if (json_array(object, path, "steps", JSON_REQUIRED, &r.steps, problems) && !r.steps->child)
        problems_add(problems, path, "there are no steps");
    if (r.steps && r.transports && !transport_choice_is_left_to_case(r.steps))
        problems_add(problems, path, "no step opens a connection over the case's transports");
    if (readable && r.steps)
        make_all(&r);
    cJSON_Delete(r.devices);
}

void testcase_fini(struct testcase *test)
{
    cJSON *trees[] = {test->title, test->requires, test->guards, test->devices, test->steps};
    for (size_t i = 0; i < sizeof trees / sizeof trees[0]; i++)
        cJSON_Delete(trees[i]);
    for (size_t i = 0; i < test->set_count; i++)
        free(test->set[i]);
    char *texts[] = {test->file, test->path, test->base_id, test->row_id, test->id, test->key, test->note};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free(texts[i]);
    free(test->set);
}

void testcases_fini(struct testcases *all)
{
    for (size_t i = 0; i < all->count; i++) {
        testcase_fini(all->items[i]);
        free(all->items[i]);
    }
    free(all->items);
    *all = (struct testcases){0};
}

int64_t testcase_longest_ms(const struct testcase *test)
{
    int64_t sum_ms = 0, limit_ms = test->timeout_ms ? test->timeout_ms : TESTCASE_TIMEOUT_DEFAULT_MS;
    for (const cJSON *step = test->steps->child; step; step = step->next)
        sum_ms += step_longest_ms(step);
    return sum_ms < limit_ms ? sum_ms : limit_ms;
}
