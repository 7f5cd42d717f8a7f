/* A sign-in that is to be refused. Our mock is held to the profile's own answer; another platform may give any that the documents
 * allow, and which one it gave is recorded. */
#include <stdlib.h>
#include <string.h>

#include "harness/interpreter.h"
#include "harness/ledger.h"
#include "harness/seen.h"
#include "harness/variable.h"
#include "harness/verbs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

void verb_expect_refused_check(const cJSON *step, const char *path, const struct step_scope *scope,
                               struct problems *problems)
{
    const cJSON *code = json_get(step, "code");
    const char *rule;
    int64_t number;
    bool is_close = cJSON_IsString(code) && strcmp(code->valuestring, "close") == 0;
    verb_within_check(step, path, scope, problems);
    json_string(step, path, "rule", JSON_REQUIRED, &rule, problems);
    if (!code ||
        !(is_close || variable_is_later(code) || (json_is_int(code, &number) && number >= 1 && number <= 5)))
        problems_add(problems, path, "code is 1 to 5 or \"close\"");
}

/* The answers that are right: the case's own, or those of the ledger. An array; the caller frees. */
static cJSON *answers_to(const struct interpreter *in, const cJSON *step)
{
    const char *rule = json_text(step, "rule");
    const cJSON *documented = in->target ? ledger_refusals(in->ledger, rule) : NULL;
    if (documented)
        return cJSON_Duplicate(documented, true);
    cJSON *one = cJSON_CreateArray();
    cJSON_AddItemToArray(one, cJSON_Duplicate(json_get(step, "code"), true));
    return one;
}

static bool holds_close(const cJSON *answers)
{
    for (const cJSON *at = answers->child; at; at = at->next)
        if (cJSON_IsString(at))
            return true;
    return false;
}

static bool holds_code(const cJSON *answers, int code)
{
    for (const cJSON *at = answers->child; at; at = at->next)
        if (cJSON_IsNumber(at) && (int)at->valuedouble == code)
            return true;
    return false;
}

static char *expected_text(const cJSON *answers)
{
    struct buf codes;
    buf_init(&codes, 256);
    for (const cJSON *at = answers->child; at; at = at->next)
        if (cJSON_IsNumber(at))
            buf_printf(&codes, "%s%d", codes.len ? " or " : "", (int)at->valuedouble);
    bool closes = holds_close(answers);
    char *text = !codes.len ? mem_strdup("the end of the connection without a CONNACK")
                            : mem_printf("CONNACK with returnCode %s, then the end of the connection%s",
                                         buf_cstr(&codes), closes ? "; or its end without a CONNACK" : "");
    buf_fini(&codes);
    return text;
}

/* Which of the documented answers it was. */
static void note_answer(struct interpreter *in, const struct actor *actor, const cJSON *step,
                        const cJSON *answers, cJSON *answer)
{
    cJSON *fields = cJSON_CreateObject();
    cJSON_AddItemToObject(fields, "refused_with", answer);
    cJSON_AddItemToObject(fields, "rule", cJSON_Duplicate(json_get(step, "rule"), true));
    cJSON_AddItemToObject(fields, "documented", cJSON_Duplicate(answers, true));
    recorder_event(in->recorder, actor->name, "note", fields);
}

static void await_close(struct interpreter *in, struct actor *actor, int64_t patience_ms,
                        const char *expected)
{
    enum link_event event = link_wait(actor->link, patience_ms);
    if (event == LINK_PACKET) {
        const struct link_packet *p = link_peek(actor->link);
        char *actual = seen_packet(&p->packet);
        interpreter_deviation(in, "unexpected-packet", p->mark, expected, actual);
        free(actual);
    } else if (event != LINK_END) {
        seen_deviation(in, actor, event, expected, patience_ms);
    } else {
        actor->end_is_seen = true;
    }
}

/* The answer that comes; the code it was, or 0 for an end without one. -1 after a deviation. */
static int take_answer(struct interpreter *in, struct actor *actor, const cJSON *answers, int64_t patience_ms,
                       const char *expected)
{
    enum link_event event = link_wait(actor->link, patience_ms);
    if (event == LINK_END && holds_close(answers)) {
        actor->end_is_seen = true;
        return 0;
    }
    if (event != LINK_PACKET) {
        seen_deviation(in, actor, event, expected, patience_ms);
        return -1;
    }
    struct link_packet *p = link_take(actor->link);
    char *actual = seen_packet(&p->packet);
    int code = p->packet.type == MQTT_CONNACK ? p->packet.u.connack.return_code : -1;
    bool is_only_close = holds_close(answers) && !answers->child->next;
    if (is_only_close)
        interpreter_deviation(in, "unexpected-packet", p->mark, expected, actual);
    else if (p->packet.type != MQTT_CONNACK)
        interpreter_deviation(in, "wrong-packet", p->mark, expected, actual);
    else if (!holds_code(answers, code) || p->packet.u.connack.session_present)
        interpreter_deviation(in, "wrong-field", p->mark, expected, actual);
    free(actual);
    free(p);
    if (!interpreter_has_ended(in))
        await_close(in, actor, patience_ms, expected);
    return interpreter_has_ended(in) ? -1 : code;
}

void verb_expect_refused(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    int64_t patience_ms = interpreter_patience_ms(in, step);
    cJSON *answers = answers_to(in, step);
    char *expected = expected_text(answers);
    int code = take_answer(in, actor, answers, patience_ms, expected);
    if (code >= 0 && in->target)
        note_answer(in, actor, step, answers, code ? cJSON_CreateNumber(code) : cJSON_CreateString("close"));
    free(expected);
    cJSON_Delete(answers);
    if (code < 0 || !interpreter_has_control(in) || !interpreter_fetch_events(in))
        return;
    cJSON *where = cJSON_CreateObject();
    cJSON_AddItemToObject(where, "rule", cJSON_Duplicate(json_get(step, "rule"), true));
    seen_event(in, "refused", where);
    cJSON_Delete(where);
}
