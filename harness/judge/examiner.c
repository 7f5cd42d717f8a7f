#include "examiner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/judge/device_action.h"
#include "harness/judge/downtime.h"
#include "harness/judge/examination.h"
#include "harness/judge/first_case.h"
#include "harness/judge/platform.h"
#include "harness/judge/roster.h"
#include "harness/judge/second_sign_in.h"
#include "harness/judge/session_head.h"
#include "lib/base/mem.h"

/* How long a question to a real platform waits for something new. */
enum { POLL_MS = 50, SETTLE_ROUNDS_MAX = 20, STALL_MS = 1000 };

/* How long a trigger may take to end (real time) whose device is gone; whose it is of several is not known. */
enum { END_MS = 1000, END_ONE_OF_MANY_MS = 50 };

static const char flood[] = "the device sent more than the judge keeps";

struct examiner {
    struct examiner_options options;
    cJSON *config; /* of the platform */
    struct platform *platform;
    struct stream *stream;
    struct shared_clock *clock;  /* NULL: real time */
    struct examination *running; /* at_once of them; test NULL: free */
    size_t running_count;
    int64_t now_ms;
    bool has_news, has_failed;
    char *error;
    const struct examiner_calls *calls;
};

static void fail(struct examiner *e, char *why)
{
    if (e->has_failed)
        free(why);
    else
        e->error = why;
    e->has_failed = true;
}

static bool open_files(struct examiner *e, char **error)
{
    const struct examiner_options *o = &e->options;
    char *file = mem_printf("%s/" STREAM_FILE, o->dir), *triggers = mem_printf("%s/trigger", o->dir);
    cJSON *head = session_head(o);
    bool good = !o->trigger || mkdir(triggers, 0777) == 0 || errno == EEXIST;
    if (!good)
        *error = mem_printf("%s: %s", triggers, strerror(errno));
    e->stream = good ? stream_new(file, head, error) : NULL;
    if (e->stream && o->platform.manual_clock)
        e->clock = shared_clock_new(o->dir, error);
    cJSON_Delete(head);
    free(triggers);
    free(file);
    return e->stream && (e->clock || !o->platform.manual_clock);
}

struct examiner *examiner_new(const struct examiner_options *options, char **error)
{
    struct examiner *e = mem_zalloc(1, sizeof *e);
    e->options = *options;
    e->running_count = options->at_once;
    e->running = mem_zalloc(e->running_count, sizeof *e->running);
    e->options.platform.config = e->config = roster_config(options);
    if (open_files(e, error))
        e->platform = platform_start(&e->options.platform, error);
    if (e->platform)
        return e;
    examiner_free(e, NULL);
    return NULL;
}

bool examiner_free(struct examiner *e, char **error)
{
    for (size_t i = 0; i < e->running_count; i++)
        if (e->running[i].judgement)
            examination_fini(&e->running[i]);
    bool good = !e->platform || platform_stop(e->platform, error);
    int unwritten = e->stream ? stream_write_error(e->stream) : 0;
    if (unwritten && good && error)
        *error = mem_printf("%s/" STREAM_FILE " is not whole: %s", e->options.dir, strerror(unwritten));
    good = good && !unwritten;
    shared_clock_free(e->clock);
    stream_free(e->stream);
    cJSON_Delete(e->config);
    free(e->running);
    free(e->error);
    free(e);
    return good;
}

const struct platform *examiner_platform(const struct examiner *e)
{
    return e->platform;
}

const struct stream *examiner_stream(const struct examiner *e)
{
    return e->stream;
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

static void note_action(struct examiner *e, const struct examination *x, const char *name, cJSON *fields)
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
        fail(e, error);
    return NULL;
}

static char *act(struct examiner *e, struct examination *x, const cJSON *step)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(step, "do"));
    if (device_action_named(name)->by == BY_CONTROL)
        return device_action_perform(e->platform, step, x->device);
    if (strcmp(name, "restart") == 0)
        return restart(e, x);
    if (strcmp(name, "renew") == 0)
        return examination_renew(x, e->platform);
    if (strcmp(name, "stop") == 0)
        return examination_stop(x);
    return second_sign_in(e->platform, e->options.profile, x->device, e->options.device_secret);
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

static void look(struct examiner *e, int64_t *next_ms)
{
    int64_t now_ms, wait_ms = earliest_deadline(e) - e->now_ms;
    wait_ms = e->has_news || wait_ms < 0 ? 0 : wait_ms < POLL_MS ? wait_ms : POLL_MS;
    e->has_news = false;
    /* The time first: all that happened before it is in the trace then. */
    if (!platform_fetch(e->platform, wait_ms, take_entry, e) ||
        !platform_now(e->platform, &now_ms, next_ms) || !platform_fetch(e->platform, 0, take_entry, e))
        fail(e, mem_printf("the platform does not answer: %s", platform_error(e->platform)));
    else
        e->now_ms = now_ms;
}

/* What became of the trigger, for judgements that tell a crash from a connection that was closed. */
static void tell_trigger(struct examiner *e, struct examination *x, int64_t patience_ms)
{
    if (examination_has_started(x))
        note_action(e, x, "start", NULL);
    if (!examination_has_lost_trigger(x, patience_ms))
        return;
    cJSON *fields = cJSON_CreateObject();
    cJSON_AddStringToObject(fields, "how", trigger_end(x->trigger));
    note_action(e, x, "ended-by-itself", fields);
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
            tell_trigger(e, &e->running[i], e->running_count > 1 ? END_ONE_OF_MANY_MS : END_MS);
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
        const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(step, "do"));
        cJSON *fields = cJSON_CreateObject();
        /* Others' doings have taken time: what counts from here must not have begun before. */
        if (!e->clock && !platform_now(e->platform, &e->now_ms, &(int64_t){0}))
            fail(e, mem_printf("the platform does not answer: %s", platform_error(e->platform)));
        cJSON_AddItemToObject(fields, "step", cJSON_Duplicate(step, true));
        char *why = act(e, x, step);
        if (why)
            cJSON_AddStringToObject(fields, "problem", why);
        note_action(e, x, name, fields);
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
        fail(e, mem_printf("the clock cannot be moved: %s", platform_error(e->platform)));
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

/* One round: do what is wanted, see what has come, let time pass. */
static void turn(struct examiner *e)
{
    int64_t next_ms = INT64_MAX;
    char *error = NULL;
    for (size_t i = 0; i < e->running_count && !e->has_failed; i++) {
        struct examination *x = &e->running[i];
        if (!x->judgement || judgement_has_ended(x->judgement))
            continue;
        serve(e, x);
        tell_trigger(e, x, 0);
        if (!examination_keep_dialling(x, e->platform, e->clock, e->now_ms, &error))
            fail(e, error);
        tell_trigger(e, x, 0);
        tell_progress(e, x);
    }
    int64_t ignored_ms;
    bool all_there = !e->clock || e->has_failed || tell_clock(e, &ignored_ms);
    if (!e->has_failed)
        look(e, &next_ms);
    for (size_t i = 0; i < e->running_count && !e->has_failed; i++)
        if (e->running[i].judgement)
            judgement_time(e->running[i].judgement, e->now_ms);
    if (e->clock && !e->has_failed && !e->has_news && !is_wanted(e) && all_there)
        move_on(e, next_ms);
}

/* --- cases --- */

static void begin(struct examiner *e, struct examination *x, const struct device_case *test)
{
    int64_t next_ms;
    look(e, &next_ms); /* the case before has ended the device it started: that is to be known first */
    examination_init(x, &e->options, test, e->stream, e->now_ms);
    cJSON *fields = cJSON_CreateObject();
    cJSON_AddItemToObject(fields, "device", cJSON_Duplicate(x->device, true));
    note_action(e, x, "begin", fields);
    judgement_time(x->judgement, e->now_ms);
}

static void give(struct examiner *e, struct examination *x)
{
    size_t entry;
    const struct outcome *outcome = judgement_outcome(x->judgement, &entry);
    struct examiner_result result = {.test = x->test,
                                     .outcome = outcome,
                                     .started_ms = x->begun_ms,
                                     .duration_ms = e->now_ms - x->begun_ms};
    size_t from = x->test->is_observer && entry != OUTCOME_NOWHERE && entry < x->first
                      ? (entry > 20 ? entry - 20 : 0)
                      : x->first;
    result.transcript =
        stream_transcript(e->stream, from, stream_count(e->stream), examination_keeps, x, entry);
    e->calls->done(e->calls->ctx, &result);
}

static void finish(struct examiner *e, struct examination *x)
{
    cJSON *answer = NULL, *fields = cJSON_CreateObject();
    size_t entry;
    /* The end of a connection is seen before the end of the program that had it. */
    tell_trigger(e, x, e->clock || judgement_has_connection(x->judgement) ? 0 : END_ONE_OF_MANY_MS);
    cJSON_AddStringToObject(fields, "verdict",
                            verdict_name(judgement_outcome(x->judgement, &entry)->verdict));
    note_action(e, x, "end", fields);
    give(e, x);
    if (!e->has_failed && (e->running_count <= 1 || x->test->is_alone))
        platform_call(e->platform, "DELETE", "/faults", NULL, &answer);
    cJSON_Delete(answer);
    examination_fini(x);
    if (e->clock)
        shared_clock_forget_gone(e->clock);
}

static bool is_flooded(const struct examiner *e)
{
    return stream_is_full(e->stream) || platform_has_lost(e->platform);
}

static bool is_over(const struct examiner *e)
{
    return e->has_failed || e->calls->is_interrupted(e->calls->ctx) || is_flooded(e);
}

/* Cases of one kind, at_once of them beside each other. */
static void run_some(struct examiner *e, size_t at_once,
                     bool (*is_meant)(const struct examiner *e, const struct device_case *c))
{
    struct device_case *const *cases = e->options.cases;
    size_t next = 0, running = 0, count = e->options.case_count;
    do {
        for (size_t i = 0; i < at_once; i++) {
            struct examination *x = &e->running[i];
            if (x->judgement && judgement_has_ended(x->judgement)) {
                finish(e, x);
                running--;
            }
            while (next < count && !is_meant(e, cases[next]))
                next++;
            if (x->judgement || next == count || is_over(e))
                continue;
            begin(e, x, cases[next++]);
            running++;
        }
        if (running > 0)
            turn(e);
    } while (running > 0 && !is_over(e));
}

/* What is under way when the run ends early. */
static void abandon(struct examiner *e, const char *reason, const char *message)
{
    for (size_t i = 0; i < e->running_count; i++) {
        struct examination *x = &e->running[i];
        if (!x->judgement)
            continue;
        judgement_end(x->judgement, reason, message);
        finish(e, x);
    }
}

static bool is_parallel(const struct examiner *e, const struct device_case *c)
{
    return e->running_count > 1 && !c->is_observer && !c->is_alone;
}

static bool is_sequential(const struct examiner *e, const struct device_case *c)
{
    return !c->is_observer && !is_parallel(e, c);
}

static bool is_observing(const struct examiner *e, const struct device_case *c)
{
    (void)e;
    return c->is_observer;
}

enum examiner_end examiner_run(struct examiner *e, const struct examiner_calls *calls, char **why)
{
    e->calls = calls;
    run_some(e, e->running_count, is_parallel);
    if (!is_over(e))
        run_some(e, 1, is_sequential);
    bool was_interrupted = calls->is_interrupted(calls->ctx), is_full = is_flooded(e);
    if (was_interrupted)
        abandon(e, "interrupted", "the run was interrupted");
    else
        abandon(e, is_full ? "flood" : "platform", is_full ? flood : "the platform failed");
    if (!e->has_failed && !is_full && !was_interrupted)
        run_some(e, 1, is_observing);
    was_interrupted = was_interrupted || calls->is_interrupted(calls->ctx);
    if (!was_interrupted && (e->has_failed || is_full))
        *why = mem_strdup(e->has_failed ? e->error : flood);
    return was_interrupted ? EXAMINER_INTERRUPTED : *why ? EXAMINER_FAILED : EXAMINER_DONE;
}

/* --- the first connection --- */

enum examiner_end examiner_await_device(struct examiner *e, const struct examiner_calls *calls, char **why)
{
    struct device_case first;
    struct examination *x = &e->running[0];
    first_case_init(&first, e->options.patience_ms, e->options.watch_ms);
    e->calls = calls;
    examination_init(x, &e->options, &first, e->stream, e->now_ms);
    judgement_time(x->judgement, e->now_ms);
    while (!is_over(e) && !judgement_has_ended(x->judgement) && !examination_is_hopeless(x) &&
           e->now_ms - x->begun_ms < e->options.patience_ms + e->options.watch_ms)
        turn(e);
    size_t entry;
    bool online =
        judgement_has_ended(x->judgement) && judgement_outcome(x->judgement, &entry)->verdict == VERDICT_PASS;
    bool was_interrupted = calls->is_interrupted(calls->ctx);
    bool has_failed = e->has_failed || is_flooded(e);
    if (has_failed)
        *why = mem_strdup(e->has_failed ? e->error : flood);
    else if (!online && !was_interrupted)
        *why = examination_diagnosis(x, e->stream);
    examination_fini(x);
    if (e->clock)
        shared_clock_forget_gone(e->clock);
    first_case_fini(&first);
    return has_failed        ? EXAMINER_FAILED
           : was_interrupted ? EXAMINER_INTERRUPTED
           : online          ? EXAMINER_DONE
                             : EXAMINER_NO_DEVICE;
}
