#include "results.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

struct result {
    cJSON *json;
    enum verdict verdict;
};

struct results {
    struct testcase *const *tests;
    struct result *items;
    size_t count;
    struct verdict_counts counts;
    cJSON *target; /* name and version as the last worker saw it, or NULL */
};

struct results *results_new(struct testcase *const *tests, size_t count)
{
    struct results *r = mem_zalloc(1, sizeof *r);
    r->tests = tests;
    r->count = count;
    r->items = mem_zalloc(count + 1, sizeof *r->items);
    return r;
}

void results_free(struct results *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->count; i++)
        cJSON_Delete(r->items[i].json);
    cJSON_Delete(r->target);
    free(r->items);
    free(r);
}

static void keep(struct results *r, size_t test, cJSON *json, enum verdict verdict)
{
    CHECK(test < r->count && !r->items[test].json);
    r->items[test] = (struct result){json, verdict};
    r->counts.of[r->tests[test]->level][verdict]++;
}

static void keep_made(struct results *r, size_t test, enum verdict verdict, const char *reason,
                      const char *message)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "verdict", verdict_name(verdict));
    cJSON_AddStringToObject(json, "reason", reason);
    cJSON_AddStringToObject(json, "message", message);
    cJSON_AddStringToObject(json, "step", r->tests[test]->path);
    cJSON_AddNumberToObject(json, "started_ms", 0);
    cJSON_AddNumberToObject(json, "duration_ms", 0);
    cJSON_AddArrayToObject(json, "transcript");
    keep(r, test, json, verdict);
}

void results_add(struct results *r, size_t test, const char *line, const char *why)
{
    struct problems problems = {0};
    cJSON *json = line ? json_parse(str_of(line), "answer", &problems) : NULL;
    const char *word = json_text(json, "verdict");
    enum verdict verdict;
    if (word && verdict_named(word, &verdict)) {
        cJSON *target = cJSON_DetachItemFromObjectCaseSensitive(json, "target");
        if (target) {
            cJSON_Delete(r->target);
            r->target = target;
        }
        keep(r, test, json, verdict);
    } else {
        char *message = mem_printf("the worker %s", why ? why : "gave an answer that cannot be read");
        keep_made(r, test, VERDICT_ERROR, "worker", message);
        free(message);
        cJSON_Delete(json);
    }
    problems_fini(&problems);
}

void results_skip(struct results *r, size_t test, const char *reason, const char *message)
{
    keep_made(r, test, VERDICT_SKIP, reason, message);
}

void results_set_aside(struct results *r, size_t test, enum verdict verdict, const char *reason,
                       const char *message)
{
    keep_made(r, test, verdict, reason, message);
}

void results_add_member(struct results *r, size_t test, const char *key, cJSON *value)
{
    if (value)
        cJSON_AddItemToObject(r->items[test].json, key, value);
}

const cJSON *results_get(const struct results *r, size_t test, enum verdict *verdict)
{
    *verdict = r->items[test].verdict;
    return r->items[test].json;
}

const struct verdict_counts *results_counts(const struct results *r)
{
    return &r->counts;
}

const char *results_requirement_verdict(const enum verdict *verdicts, size_t count)
{
    static const enum verdict order[] = {VERDICT_FAIL, VERDICT_ERROR, VERDICT_INCONCLUSIVE, VERDICT_NONSTRICT,
                                         VERDICT_PASS, VERDICT_INFO,  VERDICT_UNSUPPORTED,  VERDICT_SKIP};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        for (size_t j = 0; j < count; j++)
            if (verdicts[j] == order[i])
                return verdict_name(order[i]);
    return NULL;
}

static void add_time(cJSON *document, const char *key, int64_t wall_ms)
{
    char text[CLOCK_TEXT_SIZE];
    clock_text(wall_ms, text);
    cJSON_AddStringToObject(document, key, text);
}

static void add_profiles(const struct results *r, cJSON *document)
{
    cJSON *list = cJSON_AddArrayToObject(document, "profiles");
    for (size_t i = 0; i < r->count; i++) {
        const char *name = r->tests[i]->profile->name;
        bool known = false;
        for (const cJSON *at = list->child; at && !known; at = at->next)
            known = strcmp(at->valuestring, name) == 0;
        if (!known)
            cJSON_AddItemToArray(list, cJSON_CreateString(name));
    }
}

static void add_counts(const struct results *r, cJSON *document)
{
    cJSON *counts = cJSON_AddObjectToObject(document, "counts");
    for (int level = 0; level < LEVELS; level++) {
        cJSON *of = cJSON_AddObjectToObject(counts, verdict_level_name((enum level)level));
        for (int v = 0; v < VERDICTS; v++)
            cJSON_AddNumberToObject(of, verdict_name((enum verdict)v), (double)r->counts.of[level][v]);
    }
}

static bool names(const cJSON *list, const char *word)
{
    for (const cJSON *at = list->child; at; at = at->next)
        if (strcmp(at->valuestring, word) == 0)
            return true;
    return false;
}

/* A list of texts, or of {"document", "section"}, as one text. */
static void add_joined(cJSON *out, const char *key, const cJSON *list, const char *between)
{
    struct buf text;
    buf_init(&text, 64 * 1024);
    for (const cJSON *at = list ? list->child : NULL; at; at = at->next) {
        const char *document = json_text(at, "document");
        const char *section = json_text(at, "section");
        buf_printf(&text, "%s", at == list->child ? "" : between);
        if (cJSON_IsString(at))
            buf_printf(&text, "%s", at->valuestring);
        else
            buf_printf(&text, "%s%s%s", document ? document : "", section ? " " : "", section ? section : "");
    }
    cJSON_AddStringToObject(out, key, text.len ? buf_cstr(&text) : "");
    buf_fini(&text);
}

static cJSON *requirement(const struct results *r, const struct results_frame *frame, const cJSON *row)
{
    const char *id = json_text(row, "id");
    const char *reason = json_text(row, "reason");
    enum verdict *verdicts = mem_zalloc(r->count + 1, sizeof *verdicts);
    size_t count = 0;
    cJSON *out = cJSON_CreateObject(), *cases = cJSON_CreateArray();
    for (size_t i = 0; i < r->count; i++) {
        if (!r->items[i].json || !names(r->tests[i]->requires, id))
            continue;
        verdicts[count++] = r->items[i].verdict;
        cJSON_AddItemToArray(cases, cJSON_CreateString(r->tests[i]->key));
    }
    const char *verdict = results_requirement_verdict(verdicts, count);
    if (count > 0 && cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(frame->target, "control")) &&
        ledger_needs_control(frame->ledger, id)) {
        verdict = verdict_name(VERDICT_UNSUPPORTED);
        cJSON_AddStringToObject(out, "reason", "it shows by the control API only, and the target has none");
    }
    cJSON_AddStringToObject(out, "id", id);
    cJSON_AddItemToObject(out, "level",
                          cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(row, "level"), true));
    add_joined(out, "who", cJSON_GetObjectItemCaseSensitive(row, "who"), "+");
    cJSON_AddItemToObject(out, "statement",
                          cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(row, "statement"), true));
    add_joined(out, "source", cJSON_GetObjectItemCaseSensitive(row, "source"), "; ");
    cJSON_AddStringToObject(out, "verdict", verdict ? verdict : "NOT RUN");
    cJSON_AddItemToObject(out, "cases", cases);
    if (reason && !verdict)
        cJSON_AddStringToObject(out, "reason", reason);
    free(verdicts);
    return out;
}

/* The static side of a case joined with what the worker said of it. */
static cJSON *whole_case(const struct testcase *test, cJSON *answer)
{
    cJSON *out = cJSON_CreateObject();
    cJSON_AddStringToObject(out, "id", test->id);
    cJSON_AddNumberToObject(out, "rev", (double)test->rev);
    cJSON_AddStringToObject(out, "profile", test->profile->name);
    cJSON_AddStringToObject(out, "key", test->key);
    if (test->names_transports)
        cJSON_AddStringToObject(out, "transport", transport_name(test->transport));
    cJSON_AddItemToObject(out, "title", cJSON_Duplicate(test->title, true));
    if (test->note)
        cJSON_AddStringToObject(out, "note", test->note);
    cJSON_AddItemToObject(out, "requires", cJSON_Duplicate(test->requires, true));
    cJSON_AddItemToObject(out, "guards", cJSON_Duplicate(test->guards, true));
    cJSON_AddStringToObject(out, "level", verdict_level_name(test->level));
    while (answer->child) {
        cJSON *member = cJSON_DetachItemViaPointer(answer, answer->child);
        cJSON_AddItemToObject(out, member->string, member);
    }
    return out;
}

/* Our mock, as the last worker saw it. */
static void add_mock(const struct results *r, cJSON *document)
{
    cJSON *target = cJSON_AddObjectToObject(document, "target");
    const char *name = json_text(r->target, "name");
    const char *version = json_text(r->target, "version");
    cJSON_AddStringToObject(target, "kind", "mock");
    cJSON_AddStringToObject(target, "name", name ? name : "mock-broker");
    cJSON_AddStringToObject(target, "version", version ? version : "unknown");
}

/* A platform's duties are none of a device's. */
static bool is_of_target(const struct results_frame *frame, const cJSON *row)
{
    return !frame->device || names(cJSON_GetObjectItemCaseSensitive(row, "who"), "D");
}

cJSON *results_document(struct results *r, const struct results_frame *frame)
{
    cJSON *document = cJSON_CreateObject(), *tool, *list;
    cJSON_AddNumberToObject(document, "schema", 1);
    tool = cJSON_AddObjectToObject(document, "tool");
    cJSON_AddStringToObject(tool, "name", "iotconform");
    cJSON_AddStringToObject(tool, "version", "0.1.0");
    add_time(document, "started", frame->started_wall_ms);
    add_time(document, "finished", frame->finished_wall_ms);
    cJSON_AddNumberToObject(document, "duration_ms", frame->duration_ms);
    if (frame->target)
        cJSON_AddItemToObject(document, "target", cJSON_Duplicate(frame->target, true));
    else
        add_mock(r, document);
    if (frame->device)
        cJSON_AddItemToObject(document, "device", cJSON_Duplicate(frame->device, true));
    cJSON_AddStringToObject(document, "command", frame->command);
    add_profiles(r, document);
    cJSON_AddStringToObject(document, "overall",
                            verdict_overall(&r->counts, frame->interrupted, frame->strict));
    if (frame->interrupted)
        cJSON_AddTrueToObject(document, "interrupted");
    add_counts(r, document);
    cJSON_AddNumberToObject(document, "not_run", (double)frame->not_run);
    list = cJSON_AddArrayToObject(document, "requirements");
    for (const cJSON *row = ledger_rows(frame->ledger)->child; row; row = row->next)
        if (is_of_target(frame, row))
            cJSON_AddItemToArray(list, requirement(r, frame, row));
    list = cJSON_AddArrayToObject(document, "cases");
    for (size_t i = 0; i < r->count; i++)
        if (r->items[i].json)
            cJSON_AddItemToArray(list, whole_case(r->tests[i], r->items[i].json));
    return document;
}
