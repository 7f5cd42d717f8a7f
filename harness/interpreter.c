#include "interpreter.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/rate.h"
#include "harness/seen.h"
#include "harness/step.h"
#include "harness/target.h"
#include "harness/tls_choice.h"
#include "harness/variable.h"
#include "lib/base/check.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"

/* How long a broker under suspicion may take to show that it lives. */
enum { ALIVE_WITHIN_MS = 500 };

struct interpreter *interpreter_new(void)
{
    struct interpreter *in = mem_zalloc(1, sizeof *in);
    in->clock = clock_new_real();
    in->wires = wires_new();
    in->control = control_new();
    in->recorder = recorder_new(in->clock);
    in->events = events_new();
    in->tls_clients = map_new();
    return in;
}

void interpreter_free(struct interpreter *in)
{
    if (!in)
        return;
    tls_choice_free_cache(in->tls_clients);
    events_free(in->events);
    recorder_free(in->recorder);
    control_free(in->control);
    wires_free(in->wires);
    clock_free(in->clock);
    free(in);
}

/* --- what verbs call --- */

bool interpreter_has_ended(const struct interpreter *in)
{
    enum verdict v = in->outcome.verdict;
    bool goes_on = v == VERDICT_PASS || (in->outcome.reason && strcmp(in->outcome.reason, "remark") == 0);
    return !goes_on;
}

static void set_step(struct interpreter *in)
{
    bool is_end = in->step >= cJSON_GetArraySize(in->test->steps);
    char *path =
        is_end ? mem_printf("%s/end", in->test->path) : mem_printf("%s/steps/%d", in->test->path, in->step);
    outcome_set_step(&in->outcome, path);
    free(path);
}

void interpreter_deviation(struct interpreter *in, const char *reason, size_t entry, const char *expected,
                           const char *actual)
{
    char *masked_expected = recorder_masked(in->recorder, expected);
    char *masked_actual = recorder_masked(in->recorder, actual);
    enum verdict verdict = verdict_of_deviation(in->test->level, in->is_precondition);
    if (entry != OUTCOME_NOWHERE)
        recorder_mark(in->recorder, entry);
    outcome_set_deviation(&in->outcome, verdict, reason, masked_expected, masked_actual);
    set_step(in);
    free(masked_expected);
    free(masked_actual);
}

void interpreter_remark(struct interpreter *in, enum verdict verdict, const char *expected,
                        const char *actual)
{
    verdict = verdict_worse(in->outcome.verdict, verdict);
    outcome_set_deviation(&in->outcome, verdict, "remark", expected, actual);
    set_step(in);
}

void interpreter_error(struct interpreter *in, const char *reason, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    CHECK(vasprintf(&text, format, args) >= 0);
    va_end(args);
    char *masked = recorder_masked(in->recorder, text);
    outcome_set(&in->outcome, VERDICT_ERROR, reason, masked);
    set_step(in);
    free(masked);
    free(text);
}

void interpreter_unsupported(struct interpreter *in, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    CHECK(vasprintf(&text, format, args) >= 0);
    va_end(args);
    outcome_set(&in->outcome, VERDICT_UNSUPPORTED, "unsupported", text);
    set_step(in);
    free(text);
}

struct actor *interpreter_actor(struct interpreter *in, const cJSON *step)
{
    const char *name = json_text(step, "device");
    for (size_t i = 0; i < in->actor_count; i++)
        if (strcmp(in->actors[i].name, name) == 0)
            return &in->actors[i];
    CHECK(false && "a step's device is checked at load");
    return NULL;
}

static int64_t time_left_ms(const struct interpreter *in)
{
    int64_t left_ms = in->deadline_ms - clock_now_ms(in->clock);
    return left_ms > 1 ? left_ms : 1;
}

int64_t interpreter_patience_ms(const struct interpreter *in, const cJSON *step)
{
    int64_t default_ms = in->target ? in->target->patience_ms : STEP_WITHIN_DEFAULT_MS;
    const cJSON *within = step ? cJSON_GetObjectItemCaseSensitive(step, "within_ms") : NULL;
    int64_t wanted_ms = cJSON_IsNumber(within) ? (int64_t)within->valuedouble : default_ms;
    int64_t left_ms = time_left_ms(in);
    return wanted_ms < left_ms ? wanted_ms : left_ms;
}

int interpreter_control(struct interpreter *in, const char *method, const char *path, const cJSON *body,
                        cJSON **answer)
{
    int status = control_call(in->control, method, path, body, time_left_ms(in), answer);
    if (status < 0)
        interpreter_error(in, "control", "%s %s: %s", method, path, control_error(in->control));
    return status;
}

bool interpreter_has_control(const struct interpreter *in)
{
    return !in->target || in->target->control;
}

void interpreter_await_rate(struct interpreter *in)
{
    if (!in->rate)
        return;
    int64_t wait_ms = rate_wait_ms(in->rate, clock_now_ms(in->rate_clock));
    if (wait_ms > 0) {
        cJSON *fields = cJSON_CreateObject();
        cJSON_AddStringToObject(fields, "waits_for", "the cap on connections");
        cJSON_AddNumberToObject(fields, "ms", (double)wait_ms);
        recorder_event(in->recorder, NULL, "note", fields);
        in->deadline_ms += wait_ms;
        wires_pass(in->wires, wait_ms);
    }
    rate_note(in->rate, clock_now_ms(in->rate_clock));
}

bool interpreter_fetch_events(struct interpreter *in)
{
    if (!interpreter_has_control(in))
        return true;
    cJSON *answer;
    char path[64];
    snprintf(path, sizeof path, "/journal?since=%lld", (long long)events_next(in->events));
    int status = interpreter_control(in, "GET", path, NULL, &answer);
    if (status < 0)
        return false;
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(answer, "events");
    size_t first_entry = recorder_count(in->recorder);
    for (const cJSON *at = list ? list->child : NULL; at; at = at->next)
        recorder_event(in->recorder, NULL, "journal", cJSON_Duplicate(at, true));
    if (status == 200 && events_add(in->events, answer, first_entry))
        return true;
    interpreter_error(in, "control", "the journal call was answered with status %d", status);
    return false;
}

/* --- the devices --- */

static void on_sent(void *ctx, const void *bytes, size_t n)
{
    struct actor *actor = ctx;
    recorder_bytes(actor->in->recorder, actor->name, RECORDER_OUT, NULL, bytes, n);
}

static size_t on_received(void *ctx, const struct mqtt_packet *packet, const void *bytes, size_t n)
{
    struct actor *actor = ctx;
    return recorder_bytes(actor->in->recorder, actor->name, RECORDER_IN, packet, bytes, n);
}

static void on_ended(void *ctx, const struct channel_end *end)
{
    static const char *const kinds[] = {[CHANNEL_END_LOCAL] = "by the device",
                                        [CHANNEL_END_FIN] = "by the platform (FIN)",
                                        [CHANNEL_END_RESET] = "by the platform (reset)",
                                        [CHANNEL_END_TLS] = "TLS failure",
                                        [CHANNEL_END_WS] = "WebSocket failure",
                                        [CHANNEL_END_OVERFLOW] = "the platform does not read",
                                        [CHANNEL_END_FAILED] = "failed"};
    struct actor *actor = ctx;
    cJSON *fields = cJSON_CreateObject();
    cJSON_AddStringToObject(fields, "how", kinds[end->kind]);
    if (*end->detail)
        cJSON_AddStringToObject(fields, "detail", end->detail);
    actor->end_entry = recorder_event(actor->in->recorder, actor->name, "close", fields);
}

static const struct link_observer observer = {on_sent, on_received, on_ended};

static void make_actors(struct interpreter *in)
{
    const cJSON *devices = in->test->devices;
    in->actor_count = (size_t)cJSON_GetArraySize(devices);
    in->actors = mem_zalloc(in->actor_count, sizeof *in->actors);
    struct actor *actor = in->actors;
    for (const cJSON *at = devices->child; at; at = at->next, actor++) {
        actor->in = in;
        actor->name = at->string;
        actor->product_key = json_text(at, "productKey");
        actor->device_name = json_text(at, "deviceName");
        actor->device_secret = json_text(at, "deviceSecret");
        actor->link = link_new(in->wires, &observer, actor);
        actor->end_entry = OUTCOME_NOWHERE;
        recorder_add_secret(in->recorder, str_of(actor->device_secret));
    }
}

static void free_actors(struct interpreter *in)
{
    for (size_t i = 0; i < in->actor_count; i++) {
        websocket_free(in->actors[i].websocket);
        link_free(in->actors[i].link);
    }
    free(in->actors);
    in->actors = NULL;
    in->actor_count = 0;
}

/* --- running --- */

/* A step that only a control API can answer, where there is none: passed over, and told so. */
static bool is_passed_over(struct interpreter *in, const cJSON *step)
{
    if (interpreter_has_control(in) || !step_needs_control(step))
        return false;
    cJSON *fields = cJSON_CreateObject();
    char *summary = step_summary(step);
    cJSON_AddStringToObject(fields, "skipped", summary);
    cJSON_AddStringToObject(fields, "why", "the target has no control API");
    recorder_event(in->recorder, NULL, "note", fields);
    free(summary);
    return true;
}

static void run_step(struct interpreter *in, const cJSON *step)
{
    const struct step_scope step_scope = {in->test->devices, in->test->manual_clock, in->test->transport,
                                          in->test->names_transports};
    const struct variable_scope scope = {.captured = in->captured};
    struct problems problems = {0};
    cJSON *expanded = NULL;
    in->is_precondition = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(step, "precondition"));
    if (variable_has_later(step)) {
        expanded = variable_expand(step, &scope, "", &problems);
        step_check(expanded, "", &step_scope, &problems);
        step = expanded;
    }
    if (problems.count > 0)
        interpreter_error(in, "bad-case", "%s", problems.items[0].text);
    else if (!is_passed_over(in, step))
        step_verb(step)->run(in, step);
    problems_fini(&problems);
    cJSON_Delete(expanded);
}

/* A case ends quiet: nothing unread, no connection lost, no event that nobody expected. */
static void judge_connection(struct interpreter *in, struct actor *actor)
{
    enum link_event event = link_wait(actor->link, 0);
    if (event == LINK_PACKET) {
        const struct link_packet *p = link_peek(actor->link);
        char *actual = seen_packet(&p->packet);
        interpreter_deviation(in, "unread", p->mark, "no packet that no step has asked for", actual);
        free(actual);
    } else if (event == LINK_NOTE) {
        seen_deviation(in, actor, event, "nothing that no step has asked for", 0);
    } else if (link_end(actor->link) && !actor->end_is_seen) {
        seen_deviation(in, actor, LINK_END, "the connection to be open to the end", 0);
    } else if (link_is_open(actor->link) && event == LINK_GARBAGE) {
        seen_deviation(in, actor, event, "nothing that no step has asked for", 0);
    } else if (link_is_open(actor->link) && actor->is_accepted) {
        seen_fence(in, actor, interpreter_patience_ms(in, NULL), "unread");
    }
}

/* The journal is asked twice: its first answer says that the platform has sent all it had to send, the second one tells what the
 * fences brought. */
static void judge_end(struct interpreter *in)
{
    in->is_precondition = false;
    if (!interpreter_fetch_events(in))
        return;
    for (size_t i = 0; i < in->actor_count && !interpreter_has_ended(in); i++)
        judge_connection(in, &in->actors[i]);
    if (interpreter_has_ended(in) || !interpreter_fetch_events(in))
        return;
    const cJSON *left = events_left(in->events);
    if (!left)
        return;
    struct buf actual;
    buf_init(&actual, 64 * 1024);
    events_describe(left, &actual);
    interpreter_deviation(in, "journal", events_mark(in->events, left),
                          "no journal event that no step has asked for", buf_cstr(&actual));
    buf_fini(&actual);
}

/* A target that has died explains whatever else went wrong. */
static void judge_broker(struct interpreter *in)
{
    cJSON *answer;
    if (in->outcome.verdict == VERDICT_PASS || !in->broker)
        return;
    bool answers = control_call(in->control, "GET", "/health", NULL, ALIVE_WITHIN_MS, &answer) == 200;
    cJSON_Delete(answer);
    if (answers || !broker_process_wait_end(in->broker, ALIVE_WITHIN_MS))
        return;
    char *words = broker_process_last_words(in->broker);
    interpreter_error(in, "broker-died", "the broker has died during the case: %s", words);
    free(words);
}

/* A refused sign-in that the case did not expect has been explained by the platform: that is told with the failure. */
static void find_cause(struct interpreter *in)
{
    struct outcome before = in->outcome;
    if (before.verdict == VERDICT_PASS || before.verdict == VERDICT_ERROR ||
        before.verdict == VERDICT_UNSUPPORTED)
        return;
    in->outcome = (struct outcome){.verdict = VERDICT_PASS};
    interpreter_fetch_events(in);
    outcome_fini(&in->outcome);
    in->outcome = before;
    outcome_set_cause(&in->outcome, events_cause(in->events));
}

/* The case signs in with clean session 0, and so finds what an earlier one has left. */
static bool keeps_session(const struct testcase *test)
{
    const cJSON *step;
    cJSON_ArrayForEach(step, test->steps)
    {
        const cJSON *with = cJSON_GetObjectItemCaseSensitive(step, "with");
        if (cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(with, "cleanSession")))
            return true;
    }
    return false;
}

/* Where nothing can be reset the session is emptied by MQTT's own means: a sign-in with clean session 1. */
static void empty_session(struct interpreter *in)
{
    cJSON *steps = cJSON_Parse("[{\"device\":\"d1\",\"do\":\"connect\",\"precondition\":true},"
                               "{\"device\":\"d1\",\"do\":\"expect\",\"packet\":\"CONNACK\","
                               "\"where\":{\"returnCode\":0},\"precondition\":true},"
                               "{\"device\":\"d1\",\"do\":\"disconnect\",\"precondition\":true}]");
    for (const cJSON *step = steps->child; step && !interpreter_has_ended(in); step = step->next)
        run_step(in, step);
    cJSON_Delete(steps);
}

void interpreter_set_target(struct interpreter *in, const struct target *target, const struct ledger *ledger,
                            struct rate *rate, const struct clock *rate_clock)
{
    in->target = target;
    in->ledger = ledger;
    in->rate = rate;
    in->rate_clock = rate_clock;
    if (!target || !target->control)
        return;
    control_set_url(in->control, target->control, target->token);
    if (target->token)
        recorder_add_secret(in->recorder, str_of(target->token));
}

void interpreter_run(struct interpreter *in, const struct testcase *test, struct broker_process *broker,
                     int64_t timeout_ms, struct outcome *outcome)
{
    in->test = test;
    in->broker = broker;
    in->captured = cJSON_CreateObject();
    in->deadline_ms = clock_now_ms(in->clock) + timeout_ms;
    in->outcome = (struct outcome){.verdict = VERDICT_PASS};
    in->step = 0;
    recorder_start(in->recorder);
    events_clear(in->events);
    if (broker)
        control_set_port(in->control, broker_process_port(broker, "control"));
    make_actors(in);
    if (!interpreter_has_control(in) && keeps_session(test))
        empty_session(in);
    for (const cJSON *step = test->steps->child; step && !interpreter_has_ended(in); step = step->next) {
        recorder_set_step(in->recorder, in->step);
        run_step(in, step);
        in->step += !interpreter_has_ended(in);
    }
    if (!interpreter_has_ended(in)) {
        recorder_set_step(in->recorder, -1);
        judge_end(in);
    }
    judge_broker(in);
    find_cause(in);
    free_actors(in);
    cJSON_Delete(in->captured);
    in->captured = NULL;
    *outcome = in->outcome;
    in->outcome = (struct outcome){0};
}
