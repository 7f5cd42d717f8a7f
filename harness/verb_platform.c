/* The platform's side: clock, journal, sessions and the control API. */
#include <stdlib.h>
#include <string.h>

#include "harness/capture.h"
#include "harness/interpreter.h"
#include "harness/seen.h"
#include "harness/variable.h"
#include "harness/verbs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { ADVANCE_MAX_MS = 2000000000 };

/* --- clock --- */

void verb_clock_check(const cJSON *step, const char *path, const struct step_scope *scope,
                      struct problems *problems)
{
    int64_t ms;
    if (!scope->manual_clock)
        problems_add(problems, path, "the case's clock is real");
    if (!json_get(step, "ms") || !variable_is_later(json_get(step, "ms")))
        json_int(step, path, "ms", JSON_REQUIRED, 0, ADVANCE_MAX_MS, &ms, problems);
}

/* now_ms of an answer; -1 after an error. */
static int64_t clock_answer(struct interpreter *in, int status, cJSON *answer)
{
    int64_t now_ms = -1;
    if (status < 0)
        return -1;
    if (status != 200 || !json_is_int(json_get(answer, "now_ms"), &now_ms)) {
        interpreter_error(in, "control", "the clock call was answered with status %d", status);
        return -1;
    }
    recorder_set_clock(in->recorder, now_ms);
    return now_ms;
}

void verb_clock_advance(struct interpreter *in, const cJSON *step)
{
    cJSON *body = cJSON_CreateObject(), *answer;
    cJSON_AddNumberToObject(body, "advance_ms", json_get(step, "ms")->valuedouble);
    int status = interpreter_control(in, "POST", "/clock", body, &answer);
    if (clock_answer(in, status, answer) >= 0)
        recorder_event(in->recorder, NULL, "clock", cJSON_Duplicate(body, true));
    cJSON_Delete(body);
    cJSON_Delete(answer);
}

void verb_clock_expect(struct interpreter *in, const cJSON *step)
{
    cJSON *answer;
    int64_t wanted_ms = (int64_t)json_get(step, "ms")->valuedouble;
    int status = interpreter_control(in, "GET", "/clock", NULL, &answer);
    int64_t now_ms = clock_answer(in, status, answer);
    if (now_ms >= 0 && now_ms != wanted_ms) {
        char *expected = mem_printf("the clock at %lld ms", (long long)wanted_ms);
        char *actual = mem_printf("%lld ms", (long long)now_ms);
        size_t entry = recorder_event(in->recorder, NULL, "clock", cJSON_Duplicate(answer, true));
        interpreter_deviation(in, "clock", entry, expected, actual);
        free(expected);
        free(actual);
    }
    cJSON_Delete(answer);
}

/* --- journal --- */

void verb_journal_check(const cJSON *step, const char *path, const struct step_scope *scope,
                        struct problems *problems)
{
    const char *event;
    (void)scope;
    if (json_string(step, path, "event", JSON_REQUIRED, &event, problems))
        events_check(event, json_get(step, "where"), path, problems);
}

void verb_journal_expect(struct interpreter *in, const cJSON *step)
{
    if (interpreter_fetch_events(in))
        seen_event(in, json_text_or(step, "event", ""), json_get(step, "where"));
}

void verb_journal_none(struct interpreter *in, const cJSON *step)
{
    const char *name = json_text_or(step, "event", "");
    if (!interpreter_fetch_events(in))
        return;
    const cJSON *event = events_take(in->events, name, json_get(step, "where"));
    if (!event)
        return;
    struct buf actual;
    char *expected = mem_printf("no journal event '%s' of this kind", name);
    buf_init(&actual, 64 * 1024);
    events_describe(event, &actual);
    interpreter_deviation(in, "journal", events_mark(in->events, event), expected, buf_cstr(&actual));
    buf_fini(&actual);
    free(expected);
}

/* --- sessions --- */

void verb_session_check(const cJSON *step, const char *path, const struct step_scope *scope,
                        struct problems *problems)
{
    static const char *const members[] = {
        "productKey",   "deviceName",    "clientId", "online", "transport",    "peer", "keepAlive",
        "cleanSession", "subscriptions", "inflight", "queued", "seconds_left", NULL};
    const char *device;
    const cJSON *where;
    (void)scope;
    json_string(step, path, "device", JSON_REQUIRED, &device, problems);
    if (!json_object(step, path, "where", JSON_OPTIONAL, &where, problems))
        return;
    json_keys(where, path, members, problems);
    matcher_check(where, path, problems);
}

/* The session of a device in an answer of /sessions, or NULL. */
static const cJSON *find_session(const cJSON *answer, const struct actor *actor)
{
    const cJSON *list = json_get(answer, "sessions");
    for (const cJSON *at = list ? list->child : NULL; at; at = at->next)
        if (strcmp(json_text_or(at, "productKey", ""), actor->product_key) == 0 &&
            strcmp(json_text_or(at, "deviceName", ""), actor->device_name) == 0)
            return at;
    return NULL;
}

/* The answer of /sessions, the caller's; NULL after an error. */
static cJSON *fetch_sessions(struct interpreter *in)
{
    cJSON *answer;
    int status = interpreter_control(in, "GET", "/sessions", NULL, &answer);
    if (status == 200 && cJSON_IsArray(json_get(answer, "sessions")))
        return answer;
    if (status >= 0)
        interpreter_error(in, "control", "the sessions call was answered with status %d", status);
    cJSON_Delete(answer);
    return NULL;
}

void verb_session_expect(struct interpreter *in, const cJSON *step)
{
    const struct actor *actor = interpreter_actor(in, step);
    cJSON *answer = fetch_sessions(in);
    if (!answer)
        return;
    const cJSON *session = find_session(answer, actor);
    size_t entry =
        recorder_event(in->recorder, actor->name, "control", session ? cJSON_Duplicate(session, true) : NULL);
    struct mismatch mismatch;
    if (!session) {
        interpreter_deviation(in, "session", entry, "a session of the device", "none");
    } else if (!matcher_fits_object(json_get(step, "where"), session, &mismatch)) {
        char *expected = mem_printf("a session with %s %s", mismatch.field, mismatch.expected);
        char *actual = mem_printf("%s %s", mismatch.field, mismatch.actual);
        interpreter_deviation(in, "session", entry, expected, actual);
        free(expected);
        free(actual);
    }
    cJSON_Delete(answer);
}

void verb_session_none(struct interpreter *in, const cJSON *step)
{
    const struct actor *actor = interpreter_actor(in, step);
    cJSON *answer = fetch_sessions(in);
    const cJSON *session = answer ? find_session(answer, actor) : NULL;
    if (session) {
        size_t entry = recorder_event(in->recorder, actor->name, "control", cJSON_Duplicate(session, true));
        interpreter_deviation(in, "session", entry, "no session of the device", "one");
    }
    cJSON_Delete(answer);
}

/* --- control API --- */

void verb_control_check(const cJSON *step, const char *path, const struct step_scope *scope,
                        struct problems *problems)
{
    static const char *const keys[] = {"status", "body", "note", NULL};
    const char *call;
    const cJSON *expect, *body, *capture;
    int64_t status;
    char place[JSON_PATH_SIZE];
    (void)scope;
    if (json_string(step, path, "path", JSON_REQUIRED, &call, problems) && call[0] != '/')
        problems_add(problems, path, "the path begins with '/'");
    json_object(step, path, "body", JSON_OPTIONAL, &body, problems);
    if (json_object(step, path, "capture", JSON_OPTIONAL, &capture, problems))
        for (const cJSON *at = capture->child; at; at = at->next)
            if (!cJSON_IsString(at))
                problems_add(problems, path, "capture: %s is no text", at->string);
    if (!json_object(step, path, "expect", JSON_OPTIONAL, &expect, problems))
        return;
    json_path(place, sizeof place, path, "expect", 0);
    json_keys(expect, place, keys, problems);
    json_int(expect, place, "status", JSON_OPTIONAL, 100, 599, &status, problems);
    if (json_get(expect, "body"))
        matcher_check(json_get(expect, "body"), place, problems);
}

static size_t record_call(struct interpreter *in, const cJSON *step, int status, const cJSON *answer)
{
    cJSON *fields = cJSON_CreateObject();
    cJSON_AddStringToObject(fields, "method", json_text_or(step, "control", ""));
    cJSON_AddStringToObject(fields, "path", json_text_or(step, "path", ""));
    if (json_get(step, "body"))
        cJSON_AddItemToObject(fields, "body", cJSON_Duplicate(json_get(step, "body"), true));
    cJSON_AddNumberToObject(fields, "status", status);
    if (answer)
        cJSON_AddItemToObject(fields, "answer", cJSON_Duplicate(answer, true));
    return recorder_event(in->recorder, NULL, "control", fields);
}

static void judge_call(struct interpreter *in, const cJSON *expect, size_t entry, int status,
                       const cJSON *answer)
{
    const cJSON *wanted = json_get(expect, "status");
    struct mismatch mismatch;
    char *expected = NULL, *actual = NULL;
    int wanted_status = cJSON_IsNumber(wanted) ? (int)wanted->valuedouble : 0;
    if (wanted_status ? status != wanted_status : status < 200 || status > 299) {
        expected = wanted_status ? mem_printf("status %d", wanted_status) : mem_strdup("a status of success");
        actual = mem_printf("status %d", status);
    } else if (!matcher_fits_object(json_get(expect, "body"), answer, &mismatch)) {
        expected = mem_printf("an answer with %s %s", mismatch.field, mismatch.expected);
        actual = mem_printf("%s %s", mismatch.field, mismatch.actual);
    }
    if (expected)
        interpreter_deviation(in, "control", entry, expected, actual);
    free(expected);
    free(actual);
}

void verb_control(struct interpreter *in, const cJSON *step)
{
    cJSON *answer;
    const char *path = json_text_or(step, "path", "");
    int status =
        interpreter_control(in, json_text_or(step, "control", ""), path, json_get(step, "body"), &answer);
    if (status >= 0) {
        size_t entry = record_call(in, step, status, answer);
        if (strcmp(path, "/reset") == 0)
            events_clear(in->events);
        judge_call(in, json_get(step, "expect"), entry, status, answer);
        if (!interpreter_has_ended(in))
            capture_members(in, json_get(step, "capture"), answer);
    }
    cJSON_Delete(answer);
}
