#include "worker.h"

#include <stdlib.h>
#include <string.h>

#include "harness/broker_process.h"
#include "harness/interpreter.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"

/* A broker that does not start in one case does not start in the next one either; after so many tries nobody waits for it. */
enum { VERSION_WITHIN_MS = 1000, START_TRIES_MAX = 2 };

struct worker {
    const struct worker_options *options;
    struct interpreter *interpreter;
    struct broker_process *broker; /* the shared one, or NULL */
    const struct profile *profile; /* it runs with */
    bool is_used;                  /* it has to be reset before the next case */
    char *target;                  /* JSON: name and version of the last broker */
    char *complaint;               /* the first broker that did not end well */
    unsigned failed_starts;        /* one after the other */
    char *start_error;             /* of the last of them */
};

void *worker_begin(void *ctx)
{
    struct worker *w = mem_zalloc(1, sizeof *w);
    w->options = ctx;
    w->interpreter = interpreter_new();
    const struct target_plan *plan = w->options->plan;
    if (plan)
        interpreter_set_target(w->interpreter, plan->target, w->options->ledger, plan->rate,
                               w->options->clock);
    return w;
}

static void stop_broker(struct worker *w, struct broker_process *broker)
{
    char *error = NULL;
    if (!broker || broker_process_stop(broker, WORKER_BROKER_STOP_MS, &error))
        return;
    if (w->complaint)
        free(error);
    else
        w->complaint = error;
}

char *worker_end(void *state)
{
    struct worker *w = state;
    interpreter_free(w->interpreter);
    stop_broker(w, w->broker);
    char *complaint = w->complaint ? mem_printf("a broker did not end well: %s", w->complaint) : NULL;
    for (char *c = complaint; c && *c; c++)
        if (*c == '\n')
            *c = ' ';
    free(w->complaint);
    free(w->start_error);
    free(w->target);
    free(w);
    return complaint;
}

int64_t worker_timeout_ms(const struct worker_options *options, const struct testcase *test)
{
    if (options->timeout_ms)
        return options->timeout_ms;
    return test->timeout_ms ? test->timeout_ms : TESTCASE_TIMEOUT_DEFAULT_MS;
}

/* {"name", "version"} of a broker that has just started, for the report. */
static void ask_version(struct worker *w, struct broker_process *broker)
{
    cJSON *answer;
    struct control *control = w->interpreter->control;
    control_set_port(control, broker_process_port(broker, "control"));
    if (control_call(control, "GET", "/version", NULL, VERSION_WITHIN_MS, &answer) == 200) {
        cJSON_DeleteItemFromObjectCaseSensitive(answer, "profile");
        char *text = cJSON_PrintUnformatted(answer);
        free(w->target);
        w->target = mem_strdup(text);
        cJSON_free(text);
    }
    cJSON_Delete(answer);
}

/* A broker for a test; with the test's own values after those of the run. NULL with *error. */
static struct broker_process *start_broker(struct worker *w, const struct testcase *test, char **error)
{
    struct words set = {0};
    if (w->failed_starts >= START_TRIES_MAX) {
        *error = mem_strdup(w->start_error);
        return NULL;
    }
    for (size_t i = 0; i < test->set_count; i++)
        words_add(&set, test->set[i]);
    for (size_t i = 0; i < w->options->broker_set.count; i++)
        words_add(&set, w->options->broker_set.items[i]);
    const struct broker_process_options options = {.program = w->options->broker,
                                                   .profile = test->profile->name,
                                                   .manual_clock = test->manual_clock,
                                                   .set = set.items,
                                                   .set_count = set.count,
                                                   .without = w->options->broker_without.items,
                                                   .without_count = w->options->broker_without.count};
    struct broker_process *broker = broker_process_start(&options, WORKER_BROKER_START_MS, error);
    words_fini(&set);
    w->failed_starts = broker ? 0 : w->failed_starts + 1;
    if (broker) {
        ask_version(w, broker);
    } else {
        free(w->start_error);
        w->start_error = mem_strdup(*error);
    }
    return broker;
}

static bool has_own_broker(const struct testcase *test)
{
    return test->set_count > 0 || !test->manual_clock;
}

static bool call_reset(struct worker *w)
{
    cJSON *answer;
    struct control *control = w->interpreter->control;
    int status = control_call(control, "POST", "/reset", NULL, WORKER_BROKER_STOP_MS, &answer);
    cJSON_Delete(answer);
    return status == 200;
}

static bool reset_broker(struct worker *w)
{
    control_set_port(w->interpreter->control, broker_process_port(w->broker, "control"));
    return call_reset(w);
}

/* The shared broker of the test's profile, as new. NULL with *error. */
static struct broker_process *shared_broker(struct worker *w, const struct testcase *test, char **error)
{
    bool fits = w->broker && w->profile == test->profile && broker_process_is_alive(w->broker);
    if (fits && (!w->is_used || reset_broker(w)))
        return w->broker;
    stop_broker(w, w->broker);
    w->profile = test->profile;
    w->broker = start_broker(w, test, error);
    return w->broker;
}

static char *result_line(struct worker *w, const struct outcome *o, int64_t started_us, cJSON *transcript)
{
    const struct clock *clock = w->options->clock;
    cJSON *line = cJSON_CreateObject();
    cJSON_AddStringToObject(line, "verdict", verdict_name(o->verdict));
    const struct {
        const char *key, *text;
    } texts[] = {{"reason", o->reason},
                 {"message", o->message},
                 {"expected", o->expected},
                 {"actual", o->actual},
                 {"step", o->step}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].text)
            cJSON_AddStringToObject(line, texts[i].key, texts[i].text);
    if (o->cause)
        cJSON_AddItemToObject(line, "cause", cJSON_Duplicate(o->cause, true));
    cJSON_AddNumberToObject(line, "started_ms", (double)(started_us / 1000));
    cJSON_AddNumberToObject(line, "duration_ms", (double)(clock_now_us(clock) - started_us) / 1000);
    cJSON_AddItemToObject(line, "transcript", transcript ? transcript : cJSON_CreateArray());
    if (w->target)
        cJSON_AddRawToObject(line, "target", w->target);
    char *text = cJSON_PrintUnformatted(line), *owned = mem_strdup(text);
    cJSON_free(text);
    cJSON_Delete(line);
    return owned;
}

/* A case against a platform that is not ours. */
static char *run_at_target(struct worker *w, const struct testcase *test)
{
    struct outcome outcome = {0};
    cJSON *transcript = NULL;
    int64_t started_us = clock_now_us(w->options->clock);
    if (w->options->plan->target->control && !call_reset(w)) {
        outcome_set(&outcome, VERDICT_ERROR, "control", control_error(w->interpreter->control));
        outcome_set_step(&outcome, test->path);
    } else {
        interpreter_run(w->interpreter, test, NULL, worker_timeout_ms(w->options, test), &outcome);
        transcript = recorder_take(w->interpreter->recorder);
    }
    char *line = result_line(w, &outcome, started_us, transcript);
    outcome_fini(&outcome);
    return line;
}

char *worker_run(void *state, size_t job)
{
    struct worker *w = state;
    const struct testcase *test = w->options->tests[job];
    if (w->options->plan)
        return run_at_target(w, test);
    struct outcome outcome = {0};
    char *error = NULL;
    cJSON *transcript = NULL;
    bool own = has_own_broker(test);
    struct broker_process *broker = own ? start_broker(w, test, &error) : shared_broker(w, test, &error);
    int64_t started_us = clock_now_us(w->options->clock);
    if (broker) {
        interpreter_run(w->interpreter, test, broker, worker_timeout_ms(w->options, test), &outcome);
        transcript = recorder_take(w->interpreter->recorder);
    } else {
        outcome_set(&outcome, VERDICT_ERROR, "no-broker", error);
        outcome_set_step(&outcome, test->path);
    }
    w->is_used = true;
    char *line = result_line(w, &outcome, started_us, transcript);
    if (own)
        stop_broker(w, broker);
    free(error);
    outcome_fini(&outcome);
    return line;
}
