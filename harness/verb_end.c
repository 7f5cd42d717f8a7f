/* Whether a device's connection is still there, and how it ended. */
#include <stdlib.h>
#include <string.h>

#include "harness/interpreter.h"
#include "harness/seen.h"
#include "harness/variable.h"
#include "harness/verbs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static bool is_word(const cJSON *node, const char *word)
{
    return cJSON_IsString(node) && strcmp(node->valuestring, word) == 0;
}

void verb_expect_closed_check(const cJSON *step, const char *path, const struct step_scope *scope,
                              struct problems *problems)
{
    const cJSON *how = get(step, "how"), *bytes = get(step, "bytes");
    verb_within_check(step, path, scope, problems);
    if (how && !is_word(how, "fin") && !is_word(how, "reset") && !is_word(how, "any"))
        problems_add(problems, path, "how is fin, reset or any");
    if (bytes && !is_word(bytes, "any"))
        problems_add(problems, path, "bytes is any, or not there");
}

void verb_expect_refused_check(const cJSON *step, const char *path, const struct step_scope *scope,
                               struct problems *problems)
{
    const cJSON *code = get(step, "code");
    const char *rule;
    int64_t number;
    verb_within_check(step, path, scope, problems);
    json_string(step, path, "rule", JSON_REQUIRED, &rule, problems);
    if (!code || !(is_word(code, "close") || variable_is_later(code) ||
                   (json_is_int(code, &number) && number >= 1 && number <= 5)))
        problems_add(problems, path, "code is 1 to 5 or \"close\"");
}

void verb_expect_open(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    static const char expected[] = "an open connection with nothing to read";
    enum link_event event = LINK_TIMEOUT;
    /* The journal answers when the platform has handled and answered all that was sent before. */
    if (!interpreter_fetch_events(in))
        return;
    /* The end of a connection may come a turn of the loop behind its last bytes. */
    for (int turns = 0; turns < 2 && event == LINK_TIMEOUT; turns++)
        event = link_wait(actor->link, 0);
    if (event == LINK_PACKET) {
        const struct link_packet *p = link_peek(actor->link);
        char *actual = seen_packet(&p->packet);
        interpreter_deviation(in, "unexpected-packet", p->mark, expected, actual);
        free(actual);
    } else if (event != LINK_TIMEOUT) {
        seen_deviation(in, actor, event, expected, 0);
    }
}

/* Waits for the end; a packet before it is a deviation unless anything may come. */
static void await_end(struct interpreter *in, struct actor *actor, int64_t patience_ms, bool anything,
                      const char *expected)
{
    enum link_event event = link_wait(actor->link, patience_ms);
    if (anything && (event == LINK_PACKET || event == LINK_NOTE || event == LINK_GARBAGE))
        event = link_wait_end(actor->link, patience_ms) ? LINK_END : LINK_TIMEOUT;
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

void verb_expect_closed(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    const char *how = cJSON_GetStringValue(get(step, "how"));
    bool anything = get(step, "bytes") != NULL;
    if (!link_is_open(actor->link) && !link_end(actor->link)) {
        interpreter_error(in, "bad-case", "device %s was never opened", actor->name);
        return;
    }
    await_end(in, actor, interpreter_patience_ms(in, step), anything, "the end of the connection");
    if (anything)
        link_drop(actor->link); /* what a step does not want to look at is not unread either */
    if (interpreter_has_ended(in) || !how || strcmp(how, "any") == 0)
        return;
    bool is_reset = link_end(actor->link)->kind == CHANNEL_END_RESET;
    if (is_reset != (strcmp(how, "reset") == 0)) {
        char *actual = seen_end(actor->link);
        char *expected = mem_printf("the end of the connection by %s", how);
        interpreter_deviation(in, "wrong-end", actor->end_entry, expected, actual);
        free(expected);
        free(actual);
    }
}

/* The CONNACK of a refusal. False after a deviation. */
static bool refused_by_connack(struct interpreter *in, struct actor *actor, int code, int64_t patience_ms)
{
    char *expected = mem_printf("CONNACK with returnCode %d, then the end of the connection", code);
    enum link_event event = link_wait(actor->link, patience_ms);
    if (event != LINK_PACKET) {
        seen_deviation(in, actor, event, expected, patience_ms);
    } else {
        struct link_packet *p = link_take(actor->link);
        char *actual = seen_packet(&p->packet);
        if (p->packet.type != MQTT_CONNACK)
            interpreter_deviation(in, "wrong-packet", p->mark, expected, actual);
        else if (p->packet.u.connack.return_code != code || p->packet.u.connack.session_present)
            interpreter_deviation(in, "wrong-field", p->mark, expected, actual);
        free(actual);
        free(p);
    }
    if (!interpreter_has_ended(in))
        await_end(in, actor, patience_ms, false, expected);
    free(expected);
    return !interpreter_has_ended(in);
}

void verb_expect_refused(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    const cJSON *code = get(step, "code");
    const char *rule = cJSON_GetStringValue(get(step, "rule"));
    int64_t patience_ms = interpreter_patience_ms(in, step);
    if (cJSON_IsNumber(code))
        refused_by_connack(in, actor, (int)code->valuedouble, patience_ms);
    else
        await_end(in, actor, patience_ms, false, "the end of the connection without a CONNACK");
    if (interpreter_has_ended(in) || !interpreter_fetch_events(in))
        return;
    cJSON *where = cJSON_CreateObject();
    cJSON_AddStringToObject(where, "rule", rule);
    seen_event(in, "refused", where);
    cJSON_Delete(where);
}
