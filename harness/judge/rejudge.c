#include "rejudge.h"

#include <string.h>

#include "harness/judge/device_action.h"
#include "harness/judge/fleet.h"
#include "harness/judge/judgement.h"
#include "lib/base/json.h"

/* One case's part of the session. */
struct part {
    size_t first, last; /* its begin, and its end or the session's */
    const char *then;   /* NULL: it has no end */
};

static bool is_action_of(const struct observation *o, const char *key, const char *name)
{
    const char *of = json_text(o->fields, "case");
    return o->from == FROM_JUDGE && of && strcmp(of, key) == 0 && (!name || strcmp(o->name, name) == 0);
}

/* False when the session did not begin this case. */
static bool find(const struct stream *stream, const char *key, struct part *out)
{
    struct observation *const *items = stream_items(stream);
    size_t count = stream_count(stream), at = 0;
    while (at < count && !is_action_of(items[at], key, "begin"))
        at++;
    if (at == count)
        return false;
    *out = (struct part){.first = at, .last = count};
    while (at < count && !is_action_of(items[at], key, "end"))
        at++;
    if (at == count)
        return true;
    out->last = at + 1;
    out->then = json_text(items[at]->fields, "verdict");
    return true;
}

/* An action of then is the one that is wanted now, or the case has changed and does without it. */
static void replay_action(struct judgement *j, const struct observation *o)
{
    const cJSON *wanted = judgement_wants(j);
    const char *name = json_text(wanted, "do");
    if (name && strcmp(name, o->name) == 0)
        judgement_done(j, json_text(o->fields, "problem"), o->at_ms);
}

static void feed(struct judgement *j, const struct stream *stream, const struct part *part, const char *key)
{
    struct observation *const *items = stream_items(stream);
    for (size_t i = part->first; i < part->last && !judgement_has_ended(j); i++) {
        bool is_own_action = is_action_of(items[i], key, NULL);
        /* What was done for a case beside this one is not its business: live, it was not told of it either. */
        if (items[i]->from != FROM_JUDGE || is_own_action)
            judgement_observe(j, items[i]);
        if (!is_own_action || !device_action_named(items[i]->name))
            continue;
        /* What was seen by then is judged before anything is done: an action may be due at the very moment a wait is over. */
        judgement_time(j, items[i]->at_ms);
        replay_action(j, items[i]);
    }
    if (part->last > part->first)
        judgement_time(j, items[part->last - 1]->at_ms);
    judgement_end(j, "transcript-ends", "the transcript ends before the case does");
}

static bool keeps(void *ctx, const struct observation *o)
{
    return judgement_has_seen(ctx, o);
}

static void give(struct judgement *j, const struct device_case *test, const struct stream *stream,
                 const struct part *part, void (*done)(void *ctx, const struct rejudged *result), void *ctx)
{
    struct observation *const *items = stream_items(stream);
    size_t entry;
    struct examiner_result now = {
        .test = test, .outcome = judgement_outcome(j, &entry), .started_ms = items[part->first]->at_ms};
    now.duration_ms = items[part->last - 1]->at_ms - now.started_ms;
    now.transcript = stream_transcript(stream, part->first, part->last, keeps, j, entry);
    const struct rejudged result = {&now, part->then};
    done(ctx, &result);
}

void rejudge(const struct stream *stream, const cJSON *head, struct device_case *const *cases, size_t count,
             void (*done)(void *ctx, const struct rejudged *result), void *ctx)
{
    const cJSON *description = cJSON_GetObjectItemCaseSensitive(head, "description");
    bool is_mapped = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(head, "identityMapped"));
    for (size_t i = 0; i < count; i++) {
        struct part part;
        if (!find(stream, cases[i]->test.key, &part))
            continue;
        const struct observation *begin = stream_items(stream)[part.first];
        const cJSON *device = cJSON_GetObjectItemCaseSensitive(begin->entry, "device");
        const struct judgement_setup setup = {
            .test = cases[i],
            .description = description,
            .device = device ? device : head,
            .is_named = device_case_is_named(cases[i], is_mapped),
            .can_stop = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(head, "canStop"))};
        if (is_mapped && cases[i]->is_observer) {
            struct judgement *all = fleet_judge(&setup, stream, part.first, begin->at_ms);
            give(all, cases[i], stream, &part, done, ctx);
            judgement_free(all);
            continue;
        }
        struct judgement *j = judgement_new(&setup, begin->at_ms);
        judgement_set_before(j, (const struct observation *const *)(const void *)stream_items(stream),
                             part.first);
        feed(j, stream, &part, cases[i]->test.key);
        give(j, cases[i], stream, &part, done, ctx);
        judgement_free(j);
    }
}
