#include "judgement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_action.h"
#include "harness/judge/device_check.h"
#include "harness/judge/device_step.h"
#include "harness/judge/observations.h"
#include "harness/matcher.h"
#include "harness/variable.h"
#include "lib/base/check.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

/* Before the steps: the case's start is reached. */
enum phase { PHASE_START, PHASE_STEPS, PHASE_ENDED };

struct judgement {
    struct judgement_setup setup;
    struct device_state state;
    struct observations seen; /* all of this device */
    size_t cursor;            /* the first of them that no step has looked at */
    enum phase phase;
    bool is_action_due; /* of the start, or of the step */
    const cJSON *next;  /* of the case's steps; not expanded */
    int index;
    cJSON *step; /* the current one, expanded; or the start's */
    int64_t now_ms, begun_ms, deadline_ms;
    int64_t
        acted_ms; /* of the latest action: what happened before is no answer to it, though it be seen later */
    size_t counted;
    const struct observation *first_counted;
    cJSON *captured; /* flat: "msg.packetId" */
    struct outcome outcome;
    size_t entry;
};

static void proceed(struct judgement *j);

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

struct judgement *judgement_new(const struct judgement_setup *setup, int64_t now_ms)
{
    struct judgement *j = mem_zalloc(1, sizeof *j);
    j->setup = *setup;
    device_state_init(&j->state, cJSON_GetStringValue(get(setup->device, "productKey")),
                      cJSON_GetStringValue(get(setup->device, "deviceName")), setup->is_named);
    j->now_ms = j->begun_ms = now_ms;
    j->deadline_ms = INT64_MAX;
    j->captured = cJSON_CreateObject();
    j->entry = OUTCOME_NOWHERE;
    j->next = setup->test->test.steps->child;
    return j;
}

void judgement_free(struct judgement *j)
{
    if (!j)
        return;
    device_state_fini(&j->state);
    outcome_fini(&j->outcome);
    cJSON_Delete(j->step);
    cJSON_Delete(j->captured);
    observations_fini(&j->seen);
    free(j);
}

/* --- the end --- */

static void set_place(struct judgement *j)
{
    char path[JSON_PATH_SIZE];
    if (j->phase == PHASE_START)
        snprintf(path, sizeof path, "%.400s/start", j->setup.test->test.path);
    else
        snprintf(path, sizeof path, "%.400s/steps/%d", j->setup.test->test.path, j->index);
    outcome_set_step(&j->outcome, path);
    j->phase = PHASE_ENDED;
    j->deadline_ms = INT64_MAX;
    j->is_action_due = false;
}

static void end_with(struct judgement *j, enum verdict verdict, const char *reason, const char *message)
{
    outcome_set(&j->outcome, verdict, reason, message);
    set_place(j);
}

static void end_deviating(struct judgement *j, const char *reason, const struct observation *at,
                          const char *expected, const char *actual)
{
    enum verdict verdict = verdict_of_deviation(j->setup.test->test.level, false);
    outcome_set_deviation(&j->outcome, verdict, reason, expected, actual);
    j->entry = at ? at->number : OUTCOME_NOWHERE;
    set_place(j);
}

void judgement_end(struct judgement *j, const char *reason, const char *message)
{
    if (j->phase != PHASE_ENDED)
        end_with(j, VERDICT_INCONCLUSIVE, reason, message);
}

/* --- captures and variables --- */

static void capture(struct judgement *j, const cJSON *fields)
{
    const char *name = cJSON_GetStringValue(get(j->step, "as"));
    for (const cJSON *at = name && fields ? fields->child : NULL; at; at = at->next) {
        char *key = mem_printf("%s.%s", name, at->string);
        cJSON_DeleteItemFromObjectCaseSensitive(j->captured, key);
        cJSON_AddItemToObject(j->captured, key, cJSON_Duplicate(at, true));
        free(key);
    }
}

/* The step with its captured values. False when one is missing: the case is wrong, or rests on what was not seen. */
static bool expand(struct judgement *j, const cJSON *step)
{
    const struct variable_scope scope = {.captured = j->captured};
    struct problems problems = {0};
    cJSON_Delete(j->step);
    j->step = variable_expand(step, &scope, "step", &problems);
    bool good = problems.count == 0;
    if (!good)
        end_with(j, VERDICT_ERROR, "bad-case", problems.items[0].text);
    problems_fini(&problems);
    return good;
}

/* --- the steps --- */

static int64_t duration_ms(const struct judgement *j, const char *key)
{
    return device_step_duration_ms(get(j->step, key), j->state.keep_alive_s, j->setup.reconnect_ms);
}

static void begin_step(struct judgement *j);

static void next_step(struct judgement *j)
{
    j->next = j->next->next;
    j->index++;
    begin_step(j);
}

static void run_check(struct judgement *j)
{
    const struct device_check *check = device_check_named(cJSON_GetStringValue(get(j->step, "check")));
    const struct device_stream stream = {(struct observation *const *)(uintptr_t)j->seen.items, j->seen.count,
                                         j->setup.description};
    struct device_finding finding;
    device_finding_init(&finding);
    check->run(&stream, &finding);
    if (finding.verdict == VERDICT_FAIL)
        end_deviating(j, check->name, finding.at, buf_cstr(&finding.expected), buf_cstr(&finding.actual));
    else if (finding.verdict != VERDICT_PASS)
        end_with(j, finding.verdict, finding.verdict == VERDICT_INFO ? "remark" : "not-seen",
                 buf_cstr(&finding.actual));
    device_finding_fini(&finding);
}

/* Sets the step going; time counts from now. */
static void begin_step(struct judgement *j)
{
    if (!j->next) {
        j->deadline_ms = INT64_MAX;
        outcome_set(&j->outcome, VERDICT_PASS, "", "");
        j->phase = PHASE_ENDED;
        return;
    }
    if (!expand(j, j->next))
        return;
    j->begun_ms = j->now_ms;
    j->counted = 0;
    j->first_counted = NULL;
    j->deadline_ms = INT64_MAX;
    switch (device_step_kind(j->step)) {
    case STEP_DO:
        j->is_action_due = true;
        return;
    case STEP_AWAIT:
        j->deadline_ms = j->now_ms + duration_ms(j, "within_ms");
        return;
    case STEP_NEVER:
    case STEP_COUNT:
        j->deadline_ms = j->now_ms + duration_ms(j, "for_ms");
        return;
    case STEP_CHECK:
        run_check(j);
        if (j->phase != PHASE_ENDED)
            next_step(j);
        return;
    }
}

static bool is_about_subscription(const struct judgement *j)
{
    const char *name = cJSON_GetStringValue(get(j->step, "await"));
    return name && strcmp(name, "subscription") == 0;
}

/* What an await is satisfied with that need not come any more: a subscription that is there, or being online, where it says so. */
static const cJSON *satisfied_already(struct judgement *j)
{
    struct mismatch ignored;
    if (is_about_subscription(j)) {
        const cJSON *subscription = j->state.is_online ? device_state_subscription(&j->state) : NULL;
        return subscription && matcher_fits_object(get(j->step, "where"), subscription, &ignored)
                   ? subscription
                   : NULL;
    }
    const char *name = cJSON_GetStringValue(get(j->step, "await"));
    bool online = name && strcmp(name, "online") == 0 && cJSON_IsTrue(get(j->step, "already"));
    return online && j->state.is_online &&
                   matcher_fits_object(get(j->step, "where"), j->state.online, &ignored)
               ? j->state.online
               : NULL;
}

static void observe_await(struct judgement *j, const struct observation *o)
{
    if (is_about_subscription(j) || !device_step_fits(j->step, o))
        return;
    capture(j, o->fields);
    j->now_ms = o->at_ms;
    next_step(j);
}

static void observe_never(struct judgement *j, const struct observation *o)
{
    const char *until = cJSON_GetStringValue(get(j->step, "until"));
    if (device_step_fits(j->step, o)) {
        char *never = device_step_text(j->step), *seen = observation_text(o);
        char *expected = mem_printf("no %s", never);
        end_deviating(j, "unexpected", o, expected, seen);
        free(expected);
        free(seen);
        free(never);
    } else if (until && o->from == FROM_DEVICE && strcmp(until, o->name) == 0) {
        next_step(j);
    }
}

static void end_counting(struct judgement *j, const char *reason, const struct observation *at,
                         const char *bound, const cJSON *number, const char *actual)
{
    char *what = device_step_text(j->step);
    char *expected = mem_printf("%s %d of %s in %lld ms", bound, number->valueint, what,
                                (long long)duration_ms(j, "for_ms"));
    end_deviating(j, reason, at, expected, actual);
    free(expected);
    free(what);
}

static void observe_count(struct judgement *j, const struct observation *o)
{
    const cJSON *max = get(j->step, "max");
    if (!device_step_fits(j->step, o))
        return;
    j->first_counted = j->first_counted ? j->first_counted : o;
    j->counted++;
    if (!max || (double)j->counted <= max->valuedouble)
        return;
    char *actual = mem_printf("%zu of them within %lld ms", j->counted, (long long)(o->at_ms - j->begun_ms));
    end_counting(j, "too-many", o, "at most", max, actual);
    free(actual);
}

/* Looks at what no step has seen yet, as far as the current step wants to look. */
static void look_on(struct judgement *j)
{
    while (j->phase == PHASE_STEPS && !j->is_action_due) {
        enum device_step_kind kind = device_step_kind(j->step);
        const cJSON *already = kind == STEP_AWAIT ? satisfied_already(j) : NULL;
        if (already) {
            capture(j, already);
            next_step(j);
            continue;
        }
        if (j->cursor == j->seen.count)
            return;
        const struct observation *o = j->seen.items[j->cursor++];
        if (o->from == FROM_JUDGE || o->at_ms < j->acted_ms)
            continue;
        if (kind == STEP_AWAIT)
            observe_await(j, o);
        else if (kind == STEP_NEVER)
            observe_never(j, o);
        else if (kind == STEP_COUNT)
            observe_count(j, o);
    }
}

/* An await whose time is over. */
static void miss(struct judgement *j)
{
    const char *otherwise = cJSON_GetStringValue(get(j->step, "else"));
    const char *missing = cJSON_GetStringValue(get(get(j->step, "missing"), "en"));
    char *what = device_step_text(j->step);
    char *expected = mem_printf("%s within %lld ms", what, (long long)(j->deadline_ms - j->begun_ms));
    if (otherwise && strcmp(otherwise, "inconclusive") == 0)
        end_with(j, VERDICT_INCONCLUSIVE, "precondition", missing ? missing : expected);
    else
        end_deviating(j, "timeout", j->seen.count ? j->seen.items[j->seen.count - 1] : NULL, expected,
                      "nothing of the kind");
    free(expected);
    free(what);
}

static void end_count(struct judgement *j)
{
    const cJSON *min = get(j->step, "min");
    if (!min || (double)j->counted >= min->valuedouble) {
        next_step(j);
        return;
    }
    char *actual = mem_printf("%zu of them", j->counted);
    end_counting(j, "too-few", j->first_counted, "at least", min, actual);
    free(actual);
}

static void on_deadline(struct judgement *j)
{
    j->now_ms = j->deadline_ms;
    if (j->phase == PHASE_START) {
        end_with(j, VERDICT_INCONCLUSIVE, "precondition",
                 j->setup.test->start == START_ONLINE ? "the device did not come online"
                                                      : "its connection did not end");
        return;
    }
    switch (device_step_kind(j->step)) {
    case STEP_AWAIT:
        miss(j);
        return;
    case STEP_NEVER:
        next_step(j);
        return;
    case STEP_COUNT:
        end_count(j);
        return;
    case STEP_DO:
    case STEP_CHECK:
        return;
    }
}

/* --- the start --- */

static bool is_started(const struct judgement *j)
{
    switch (j->setup.test->start) {
    case START_ONLINE:
        return j->state.is_online;
    case START_OFFLINE:
        return !j->state.is_open;
    case START_ANY:
        break;
    }
    return true;
}

static void start(struct judgement *j)
{
    if (is_started(j)) {
        j->phase = PHASE_STEPS;
        j->cursor = j->seen.count; /* what was before the start is no step's business */
        j->is_action_due = false;
        begin_step(j);
    } else if (j->deadline_ms == INT64_MAX) {
        j->deadline_ms = j->now_ms + (j->setup.start_ms ? j->setup.start_ms : 2 * j->setup.reconnect_ms);
        j->is_action_due = j->setup.test->start == START_OFFLINE;
        if (j->is_action_due) {
            j->step = cJSON_CreateObject();
            cJSON_AddStringToObject(j->step, "do", "kick");
        }
    }
}

static void proceed(struct judgement *j)
{
    if (j->phase == PHASE_START)
        start(j);
    if (j->phase == PHASE_STEPS)
        look_on(j);
}

/* --- what the outside calls --- */

void judgement_set_before(struct judgement *j, const struct observation *const *before, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (device_state_observe(&j->state, before[i]) && j->setup.test->is_observer)
            observations_add(&j->seen, before[i]);
    j->cursor = j->seen.count;
}

void judgement_observe(struct judgement *j, const struct observation *o)
{
    if (j->phase == PHASE_ENDED)
        return;
    judgement_time(j, o->at_ms - 1);
    if (j->phase == PHASE_ENDED || !device_state_observe(&j->state, o))
        return;
    if (o->at_ms > j->now_ms)
        j->now_ms = o->at_ms;
    observations_add(&j->seen, o);
    proceed(j);
}

void judgement_time(struct judgement *j, int64_t now_ms)
{
    proceed(j);
    while (j->phase != PHASE_ENDED && !j->is_action_due && j->deadline_ms <= now_ms) {
        on_deadline(j);
        proceed(j);
    }
    if (now_ms > j->now_ms)
        j->now_ms = now_ms;
}

const cJSON *judgement_wants(const struct judgement *j)
{
    return j->is_action_due ? j->step : NULL;
}

void judgement_done(struct judgement *j, const char *problem, int64_t now_ms)
{
    CHECK(j->is_action_due);
    j->is_action_due = false;
    j->acted_ms = now_ms;
    if (now_ms > j->now_ms)
        j->now_ms = now_ms;
    if (problem && j->phase == PHASE_STEPS) {
        end_with(j, VERDICT_INCONCLUSIVE, "precondition", problem);
        return;
    }
    if (j->phase == PHASE_STEPS) {
        j->cursor = j->seen.count; /* what was before the action is no answer to it */
        next_step(j);
    }
    proceed(j);
}

int64_t judgement_deadline_ms(const struct judgement *j)
{
    return j->deadline_ms;
}

bool judgement_awaits_connection(const struct judgement *j)
{
    bool by_itself = j->phase == PHASE_STEPS && cJSON_IsTrue(get(j->setup.test->needs, "reconnects"));
    return j->phase != PHASE_ENDED && !j->state.is_open && !by_itself;
}

const char *judgement_login(const struct judgement *j)
{
    const char *login = cJSON_GetStringValue(get(j->state.online, "login"));
    return login ? login : "";
}

bool judgement_has_connection(const struct judgement *j)
{
    return j->state.is_open;
}

char *judgement_waits_for(const struct judgement *j)
{
    if (j->phase == PHASE_START)
        return mem_strdup(j->setup.test->start == START_ONLINE ? "the device to come online"
                                                               : "its connection to end");
    if (j->phase == PHASE_ENDED || device_step_kind(j->step) == STEP_DO)
        return mem_strdup("nothing");
    return device_step_text(j->step);
}

bool judgement_has_seen(const struct judgement *j, const struct observation *o)
{
    return observations_have(&j->seen, o);
}

bool judgement_has_ended(const struct judgement *j)
{
    return j->phase == PHASE_ENDED;
}

const struct outcome *judgement_outcome(const struct judgement *j, size_t *entry)
{
    *entry = j->entry;
    return &j->outcome;
}
