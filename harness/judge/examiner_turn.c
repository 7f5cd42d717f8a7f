#include "harness/judge/examiner_inner.h"

#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_action.h"
#include "harness/judge/downtime.h"
#include "harness/judge/second_sign_in.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

/* How long a question to a real platform waits for something new. */
enum { POLL_MS = 50, SETTLE_ROUNDS_MAX = 20, STALL_MS = 1000 };

void examiner_fail(struct examiner *e, char *why)
{
    if (e->has_failed)
        free(why);
    else
        e->error = why;
    e->has_failed = true;
}

/* --- what is seen --- */

static void take_entry(void *ctx, cJSON *entry)
{
    struct examiner *e = ctx;
    const struct observation *o = stream_add(e->stream, entry);
    e->has_news = true;
    for (size_t i = 0; o && i < e->running_count; i++)
        if (e->running[i].judgement)
            examination_observe(&e->running[i], o);
}

void examiner_note(struct examiner *e, const struct examination *x, const char *name, cJSON *fields)
{
    cJSON *entry = fields ? fields : cJSON_CreateObject();
    cJSON_AddStringToObject(entry, "case", x->test->test.key);
    const struct observation *o = stream_add_action(e->stream, e->now_ms, name, entry);
    if (o && x->judgement)
        judgement_observe(x->judgement, o);
}

/* --- what is done --- */

static char *restart(struct examiner *e, const struct examination *x)
{
    char *error = NULL;
    if (strcmp(judgement_login(x->judgement), "deviceToken") == 0)
        return mem_strdup(
            "the device signs in by a deviceToken, which a platform that was started again does not know");
    bool halted = platform_halt(e->platform, take_entry, e, &error);
    if (halted)
        downtime_pass(e->clock, e->now_ms, e->calls->is_interrupted, e->calls->ctx);
    if (!halted || !platform_resume(e->platform, e->now_ms + DOWNTIME_MS, &error))
        examiner_fail(e, error);
    return NULL;
}

static char *act(struct examiner *e, struct examination *x, const cJSON *step)
{
    const char *name = json_text(step, "do");
    switch (device_action_named(name)->by) {
    case BY_CONTROL:
        return device_action_perform(e->platform, step, x->device);
    case BY_TAKEOVER:
        return second_sign_in(e->platform, e->options.profile, x->device, e->options.device_secret);
    case BY_RESTART:
        return restart(e, x);
    case BY_RENEWAL:
        return examination_renew(x, e->platform);
    case BY_STOPPING:
        return examination_stop(x);
    }
    return NULL;
}

static int64_t earliest_deadline(const struct examiner *e)
{
    int64_t earliest_ms = INT64_MAX;
    for (size_t i = 0; i < e->running_count; i++) {
        int64_t deadline_ms = examination_deadline_ms(&e->running[i], e->now_ms);
        earliest_ms = deadline_ms < earliest_ms ? deadline_ms : earliest_ms;
    }
    return earliest_ms;
}

void examiner_look(struct examiner *e, int64_t *next_ms)
{
    int64_t now_ms, wait_ms = earliest_deadline(e) - e->now_ms;
    wait_ms = e->has_news || wait_ms < 0 ? 0 : wait_ms < POLL_MS ? wait_ms : POLL_MS;
    e->has_news = false;
    /* The time first: all that happened before it is in the trace then. */
    if (!platform_fetch(e->platform, wait_ms, take_entry, e) ||
        !platform_now(e->platform, &now_ms, next_ms) || !platform_fetch(e->platform, 0, take_entry, e))
        examiner_fail(e, mem_printf("the platform does not answer: %s", platform_error(e->platform)));
    else
        e->now_ms = now_ms;
}

void examiner_tell_trigger(struct examiner *e, struct examination *x, int64_t patience_ms)
{
    if (examination_has_started(x))
        examiner_note(e, x, "start", NULL);
    if (!examination_has_lost_trigger(x, patience_ms))
        return;
    cJSON *fields = cJSON_CreateObject();
    cJSON_AddStringToObject(fields, "how", trigger_end(x->trigger));
    examiner_note(e, x, "ended-by-itself", fields);
}

/* Tells the devices the time. One that does not answer any more is about to end: that is told at once, and
 * time does not move (false). */
static bool tell_clock(struct examiner *e, int64_t *next_ms)
{
    size_t before = shared_clock_devices(e->clock);
    shared_clock_tell(e->clock, e->now_ms, next_ms);
    bool is_lost = shared_clock_devices(e->clock) < before;
    for (size_t i = 0; is_lost && i < e->running_count; i++)
        if (e->running[i].judgement)
            examiner_tell_trigger(e, &e->running[i],
                                  e->running_count > 1 ? EXAMINER_END_ONE_OF_MANY_MS : EXAMINER_END_MS);
    return !is_lost;
}

/* By the shared clock nobody acts while somebody has something left to do: what a device does at the very moment would be before the
 * action or behind it as the machine happens to be busy. */
static void settle(struct examiner *e)
{
    int64_t ignored_ms;
    bool all_there = true;
    for (int i = 0; i < SETTLE_ROUNDS_MAX && all_there && !e->has_failed && (i == 0 || e->has_news); i++) {
        e->has_news = false;
        all_there = tell_clock(e, &ignored_ms);
        platform_fetch(e->platform, 0, take_entry, e); /* when it does not answer, the next look tells */
    }
    e->has_news = true; /* for the next look, which is not to wait */
}

/* All that the judgement wants to be done now. */
static void serve(struct examiner *e, struct examination *x)
{
    const cJSON *step;
    if (e->clock && judgement_wants(x->judgement))
        settle(e);
    while (!e->has_failed && (step = judgement_wants(x->judgement))) {
        const char *name = json_text(step, "do");
        cJSON *fields = cJSON_CreateObject();
        /* Others' doings have taken time: what counts from here must not have begun before. */
        if (!e->clock && !platform_now(e->platform, &e->now_ms, &(int64_t){0}))
            examiner_fail(e, mem_printf("the platform does not answer: %s", platform_error(e->platform)));
        cJSON_AddItemToObject(fields, "step", cJSON_Duplicate(step, true));
        char *why = act(e, x, step);
        if (why)
            cJSON_AddStringToObject(fields, "problem", why);
        examiner_note(e, x, name, fields);
        judgement_done(x->judgement, why, e->now_ms);
        e->has_news = true;
        free(why);
    }
}

/* Nobody has anything left to do: on to the next thing that will happen. */
static void move_on(struct examiner *e, int64_t platform_next_ms)
{
    int64_t device_next_ms, to_ms = earliest_deadline(e);
    bool all_there = tell_clock(e, &device_next_ms);
    platform_fetch(e->platform, 0, take_entry, e);
    if (e->has_news || !all_there)
        return;
    to_ms = device_next_ms < to_ms ? device_next_ms : to_ms;
    to_ms = platform_next_ms < to_ms ? platform_next_ms : to_ms;
    if (to_ms == INT64_MAX)
        to_ms = e->now_ms + STALL_MS;
    if (to_ms > e->now_ms && !platform_advance(e->platform, to_ms - e->now_ms))
        examiner_fail(e, mem_printf("the clock cannot be moved: %s", platform_error(e->platform)));
    if (to_ms > e->now_ms)
        e->now_ms = to_ms;
    tell_clock(e, &device_next_ms);
}

static void tell_progress(struct examiner *e, struct examination *x)
{
    char *waits_for = judgement_waits_for(x->judgement);
    int64_t deadline_ms = judgement_deadline_ms(x->judgement);
    if (!x->waited_for || strcmp(x->waited_for, waits_for) != 0) {
        e->calls->progress(e->calls->ctx, x->test, waits_for,
                           deadline_ms == INT64_MAX ? 0 : deadline_ms - e->now_ms);
        free(x->waited_for);
        x->waited_for = waits_for;
    } else {
        free(waits_for);
    }
}

/* A judgement wants something of us: time may not pass. */
static bool is_wanted(const struct examiner *e)
{
    for (size_t i = 0; i < e->running_count; i++) {
        const struct judgement *j = e->running[i].judgement;
        if (j && (judgement_wants(j) || judgement_has_ended(j)))
            return true;
    }
    return false;
}

void examiner_turn(struct examiner *e)
{
    int64_t next_ms = INT64_MAX;
    char *error = NULL;
    for (size_t i = 0; i < e->running_count && !e->has_failed; i++) {
        struct examination *x = &e->running[i];
        if (!x->judgement || judgement_has_ended(x->judgement))
            continue;
        serve(e, x);
        examiner_tell_trigger(e, x, 0);
        if (!examination_keep_dialling(x, e->platform, e->clock, e->now_ms, &error))
            examiner_fail(e, error);
        examiner_tell_trigger(e, x, 0);
        tell_progress(e, x);
    }
    int64_t ignored_ms;
    bool all_there = !e->clock || e->has_failed || tell_clock(e, &ignored_ms);
    if (!e->has_failed)
        examiner_look(e, &next_ms);
    for (size_t i = 0; i < e->running_count && !e->has_failed; i++)
        if (e->running[i].judgement)
            judgement_time(e->running[i].judgement, e->now_ms);
    if (e->clock && !e->has_failed && !e->has_news && !is_wanted(e) && all_there)
        move_on(e, next_ms);
}
