/* Whether a device's connection is still there, and how it ended. */
#include <stdlib.h>
#include <string.h>

#include "harness/interpreter.h"
#include "harness/seen.h"
#include "harness/variable.h"
#include "harness/verbs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

static bool is_word(const cJSON *node, const char *word)
{
    return cJSON_IsString(node) && strcmp(node->valuestring, word) == 0;
}

void verb_expect_closed_check(const cJSON *step, const char *path, const struct step_scope *scope,
                              struct problems *problems)
{
    const cJSON *how = json_get(step, "how"), *bytes = json_get(step, "bytes");
    verb_within_check(step, path, scope, problems);
    if (how && !is_word(how, "fin") && !is_word(how, "reset") && !is_word(how, "any"))
        problems_add(problems, path, "how is fin, reset or any");
    if (bytes && !is_word(bytes, "any"))
        problems_add(problems, path, "bytes is any, or not there");
}

void verb_expect_open(struct interpreter *in, const cJSON *step)
{
    struct actor *actor = interpreter_actor(in, step);
    static const char expected[] = "an open connection with nothing to read";
    enum link_event event = LINK_TIMEOUT;
    /* The journal answers when the platform has handled and answered all that was sent before. */
    if (!seen_settled(in, actor))
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
    const char *how = json_text(step, "how");
    bool anything = json_get(step, "bytes") != NULL;
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
