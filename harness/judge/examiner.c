#include "examiner.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/judge/description.h"
#include "harness/judge/device_check.h"
#include "harness/judge/examiner_inner.h"
#include "harness/judge/first_case.h"
#include "harness/judge/roster.h"
#include "harness/judge/session_head.h"
#include "lib/base/mem.h"

static const char flood[] = "the device sent more than the judge keeps",
                  silence[] = "the device has not dialled any more for three cases: it may need a new start; "
                              "--select judges the rest";

enum { SILENT_CASES_MAX = 3 };

/* Of a session before, which this one replaces: what its triggers wrote, and the manifest, which is not true any more. */
static void remove_old(const char *folder, const char *triggers)
{
    char *manifest = mem_printf("%s/manifest.json", folder);
    unlink(manifest);
    free(manifest);
    DIR *dir = opendir(triggers);
    for (const struct dirent *entry; dir && (entry = readdir(dir));)
        if (str_ends(str_of(entry->d_name), STR(".log")))
            unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
}

static bool open_files(struct examiner *e, char **error)
{
    const struct examiner_options *o = &e->options;
    char *file = mem_printf("%s/" STREAM_FILE, o->dir), *triggers = mem_printf("%s/trigger", o->dir);
    cJSON *head = session_head(o);
    if (o->keeps_session)
        remove_old(o->dir, triggers);
    bool good = !o->trigger || mkdir(triggers, 0777) == 0 || errno == EEXIST;
    if (!good)
        *error = mem_printf("%s: %s", triggers, strerror(errno));
    e->stream = good ? stream_new(o->keeps_session ? file : NULL, head, error) : NULL;
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

/* --- cases --- */

static void begin(struct examiner *e, struct examination *x, const struct device_case *test)
{
    int64_t next_ms;
    examiner_look(e,
                  &next_ms); /* the case before has ended the device it started: that is to be known first */
    examination_init(x, &e->options, test, e->stream, e->now_ms);
    cJSON *fields = cJSON_CreateObject();
    cJSON_AddItemToObject(fields, "device", cJSON_Duplicate(x->device, true));
    examiner_note(e, x, "begin", fields);
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

/* A device that nobody starts again, and that is not there: each further case would wait for it in vain. */
static void note_silence(struct examiner *e, const struct examination *x)
{
    size_t entry;
    bool is_seen = judgement_outcome(x->judgement, &entry)->verdict != VERDICT_INCONCLUSIVE ||
                   judgement_has_connection(x->judgement);
    bool has_waited = e->now_ms - x->begun_ms >= description_times(e->options.description).reconnect_ms;
    if (x->test->is_observer || e->options.trigger || e->options.is_mapped || (!is_seen && !has_waited))
        return;
    for (size_t i = x->first; i < stream_count(e->stream) && !is_seen; i++)
        is_seen = device_stream_is(stream_items(e->stream)[i], "accept", FROM_DEVICE);
    e->silent = is_seen ? 0 : e->silent + 1;
}

static bool is_gone(const struct examiner *e)
{
    return e->silent >= SILENT_CASES_MAX;
}

static void finish(struct examiner *e, struct examination *x)
{
    cJSON *answer = NULL, *fields = cJSON_CreateObject();
    size_t entry;
    note_silence(e, x);
    /* The end of a connection is seen before the end of the program that had it. */
    examiner_tell_trigger(
        e, x, e->clock || judgement_has_connection(x->judgement) ? 0 : EXAMINER_END_ONE_OF_MANY_MS);
    cJSON_AddStringToObject(fields, "verdict",
                            verdict_name(judgement_outcome(x->judgement, &entry)->verdict));
    examiner_note(e, x, "end", fields);
    give(e, x);
    if (!e->has_failed && (e->running_count <= 1 || x->test->is_alone))
        platform_call(e->platform, "DELETE", "/faults", NULL, &answer);
    cJSON_Delete(answer);
    if (!e->has_failed && x->test->forgets_after && !e->options.is_mapped)
        platform_forget_session(e->platform, x->device);
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
            bool is_left_out = next < count && is_gone(e) && !cases[next]->is_observer;
            e->has_left_out = e->has_left_out || is_left_out;
            if (x->judgement || next == count || is_over(e) || is_left_out)
                continue;
            begin(e, x, cases[next++]);
            running++;
        }
        if (running > 0)
            examiner_turn(e);
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
    if (!was_interrupted && (e->has_failed || is_full || e->has_left_out))
        *why = mem_strdup(e->has_failed ? e->error : is_full ? flood : silence);
    if (!was_interrupted && !*why)
        stream_close(e->stream, e->now_ms);
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
        examiner_turn(e);
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
