/* HTTP on a device port: the authentication endpoint. */
#include <stdlib.h>
#include <string.h>

#include "harness/capture.h"
#include "harness/http_exchange.h"
#include "harness/interpreter.h"
#include "harness/place.h"
#include "harness/verbs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { BODY_MAX_BYTES = 1024 * 1024, FENCE_WITHIN_MS = 1000 };

/* Members that are texts (or, with numbers, also whole numbers). */
static void check_texts(const cJSON *step, const char *path, const char *key, bool numbers,
                        struct problems *problems)
{
    const cJSON *object;
    char place[JSON_PATH_SIZE];
    if (!json_object(step, path, key, JSON_OPTIONAL, &object, problems))
        return;
    json_path(place, sizeof place, path, key, 0);
    for (const cJSON *at = object->child; at; at = at->next)
        if (!cJSON_IsString(at) && !(numbers && cJSON_IsNumber(at)))
            problems_add(problems, place, "%s is no text", at->string);
}

static void check_expect(const cJSON *step, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"status", "headers", "json", "text", "bytes", "failure", "note", NULL};
    const cJSON *expect;
    char place[JSON_PATH_SIZE];
    int64_t status;
    bool failure;
    if (!json_object(step, path, "expect", JSON_OPTIONAL, &expect, problems))
        return;
    json_path(place, sizeof place, path, "expect", 0);
    json_keys(expect, place, keys, problems);
    json_int(expect, place, "status", JSON_OPTIONAL, 100, 599, &status, problems);
    json_bool(expect, place, "failure", JSON_OPTIONAL, &failure, problems);
    if (json_get(expect, "failure") && expect->child->next)
        problems_add(problems, place, "failure stands alone: there is no answer");
    for (const cJSON *at = expect->child; at; at = at->next)
        matcher_check(at, place, problems);
}

void verb_http_check(const cJSON *step, const char *path, const struct step_scope *scope,
                     struct problems *problems)
{
    static const char *const ports[] = {"mqtt", "web", "mqtts"};
    const char *text;
    bool truth, known = false;
    int64_t repeat;
    (void)scope;
    if (json_string(step, path, "path", JSON_REQUIRED, &text, problems) && text[0] != '/')
        problems_add(problems, path, "the path begins with '/'");
    if (json_string(step, path, "port", JSON_OPTIONAL, &text, problems)) {
        for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++)
            known = known || strcmp(ports[i], text) == 0;
        if (!known)
            problems_add(problems, path, "port is mqtt, web or mqtts");
    }
    json_bool(step, path, "tls", JSON_OPTIONAL, &truth, problems);
    json_bool(step, path, "chunked", JSON_OPTIONAL, &truth, problems);
    json_string(step, path, "body", JSON_OPTIONAL, &text, problems);
    json_int(step, path, "repeat", JSON_OPTIONAL, 1, BODY_MAX_BYTES, &repeat, problems);
    check_texts(step, path, "form", true, problems);
    check_texts(step, path, "headers", false, problems);
    check_texts(step, path, "capture", false, problems);
    if (json_get(step, "form") && json_get(step, "body"))
        problems_add(problems, path, "either form or body");
    verb_within_check(step, path, scope, problems);
    check_expect(step, path, problems);
}

static size_t record(struct interpreter *in, const cJSON *step, const struct http_answer *answer,
                     const cJSON *json)
{
    static const char *const shown[] = {"http", "port", "path", "form", "body", NULL};
    cJSON *fields = cJSON_CreateObject();
    for (size_t i = 0; shown[i]; i++)
        if (json_get(step, shown[i]))
            cJSON_AddItemToObject(fields, shown[i], cJSON_Duplicate(json_get(step, shown[i]), true));
    cJSON_AddNumberToObject(fields, "status", answer->status);
    cJSON_AddItemToObject(fields, "headers", cJSON_Duplicate(answer->headers, true));
    if (json)
        cJSON_AddItemToObject(fields, "answer", cJSON_Duplicate(json, true));
    return recorder_event(in->recorder, json_text(step, "device"), "control", fields);
}

/* What expect may name, as one object. */
static cJSON *facts_of(const struct http_answer *answer, const cJSON *json)
{
    cJSON *facts = cJSON_CreateObject();
    char *text = mem_dup(answer->body.data, answer->body.len);
    cJSON_AddNumberToObject(facts, "status", answer->status);
    cJSON_AddItemToObject(facts, "headers", cJSON_Duplicate(answer->headers, true));
    cJSON_AddStringToObject(facts, "text", text);
    cJSON_AddNumberToObject(facts, "bytes", (double)answer->body.len);
    if (json)
        cJSON_AddItemToObject(facts, "json", cJSON_Duplicate(json, true));
    free(text);
    return facts;
}

static void judge(struct interpreter *in, const cJSON *step, const struct http_answer *answer)
{
    struct problems problems = {0};
    struct mismatch mismatch;
    cJSON *json = json_parse(buf_str(&answer->body), "answer", &problems);
    size_t entry = record(in, step, answer, json);
    cJSON *facts = facts_of(answer, json);
    if (!matcher_fits_object(json_get(step, "expect"), facts, &mismatch)) {
        char *expected = mem_printf("an answer with %s %s", mismatch.field, mismatch.expected);
        char *actual = mem_printf("%s %s", mismatch.field, mismatch.actual);
        interpreter_deviation(in, "http", entry, expected, actual);
        free(expected);
        free(actual);
    } else {
        capture_members(in, json_get(step, "capture"), json);
    }
    cJSON_Delete(facts);
    cJSON_Delete(json);
    problems_fini(&problems);
}

/* The body of a step, which may be none; false when it is none. */
static bool body_of(const cJSON *step, struct buf *out)
{
    const cJSON *form = json_get(step, "form"), *repeat = json_get(step, "repeat");
    const char *body = json_text_or(step, "body", NULL);
    int64_t times = cJSON_IsNumber(repeat) ? (int64_t)repeat->valuedouble : 1;
    char *encoded = form ? http_form(form) : NULL;
    buf_init(out, BODY_MAX_BYTES);
    buf_append_str(out, str_of(encoded ? encoded : ""));
    while (body && times-- > 0 && buf_append_str(out, str_of(body)))
        continue;
    free(encoded);
    return form || body;
}

/* With a clock that stands, nothing comes of itself any more when the platform has read all there is. */
static void fence(void *ctx)
{
    struct interpreter *in = ctx;
    cJSON *answer = NULL;
    control_call(in->control, "GET", "/journal?since=4294967295", NULL, FENCE_WITHIN_MS, &answer);
    cJSON_Delete(answer);
}

void verb_http(struct interpreter *in, const cJSON *step)
{
    const cJSON *tls = json_get(step, "tls");
    bool wants_failure = cJSON_IsTrue(json_get(json_get(step, "expect"), "failure"));
    char *error = NULL;
    struct buf body;
    struct place place;
    bool is_tls = !tls || cJSON_IsTrue(tls);
    if (!place_of_http(in, json_text_or(step, "port", "web"), is_tls, &place)) {
        interpreter_unsupported(in, "the target does not serve %s", is_tls ? "HTTPS" : "HTTP");
        return;
    }
    bool has_body = body_of(step, &body);
    const struct http_request request = {.method = json_text_or(step, "http", "POST"),
                                         .path = json_text_or(step, "path", "/"),
                                         .host = place.host,
                                         .port = place.port,
                                         .tls = is_tls,
                                         .ca = place.root,
                                         .headers = json_get(step, "headers"),
                                         .body = {has_body ? buf_cstr(&body) : NULL, body.len},
                                         .chunked = cJSON_IsTrue(json_get(step, "chunked")),
                                         .fence = wants_failure && in->test->manual_clock ? fence : NULL,
                                         .ctx = in};
    struct http_answer answer;
    bool answered = http_exchange(&request, interpreter_patience_ms(in, step), &answer, &error);
    if (answered == wants_failure)
        interpreter_deviation(in, "http", record(in, step, &answer, NULL),
                              wants_failure ? "no answer" : "an answer", answered ? "an answer" : error);
    else if (answered)
        judge(in, step, &answer);
    else
        record(in, step, &answer, NULL);
    http_answer_fini(&answer);
    free(error);
    buf_fini(&body);
}
