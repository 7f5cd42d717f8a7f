#include "judgement.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_step.h"
#include "harness/judge/judgement_inner.h"
#include "lib/base/check.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

struct judgement *judgement_new(const struct judgement_setup *setup, int64_t now_ms)
{
    struct judgement *j = mem_zalloc(1, sizeof *j);
    j->setup = *setup;
    j->times = description_times(setup->description);
    device_state_init(&j->state, json_text(setup->device, "productKey"),
                      json_text(setup->device, "deviceName"), setup->is_named);
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

void judgement_end_with(struct judgement *j, enum verdict verdict, const char *reason, const char *message)
{
    outcome_set(&j->outcome, verdict, reason, message);
    set_place(j);
}

void judgement_end_deviating(struct judgement *j, const char *reason, const struct observation *at,
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
        judgement_end_with(j, VERDICT_INCONCLUSIVE, reason, message);
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
        judgement_begin_step(j);
    } else if (j->deadline_ms == INT64_MAX) {
        j->deadline_ms = j->now_ms + (j->setup.start_ms ? j->setup.start_ms : 2 * j->times.reconnect_ms);
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
        judgement_look_on(j);
}

/* Its time for coming, or for going, is over. */
static void start_is_late(struct judgement *j)
{
    j->now_ms = j->deadline_ms;
    if (j->setup.test->start != START_ONLINE) {
        judgement_end_with(j, VERDICT_INCONCLUSIVE, "precondition", "its connection did not end");
        return;
    }
    const struct observation *refused = observations_latest(&j->seen, "refused", FROM_JOURNAL);
    char *why = refused ? mem_printf("the device did not come online: refused by rule %s, as it sent %s",
                                     json_text_or(refused->fields, "rule", "?"),
                                     json_text_or(refused->fields, "received", "?"))
                        : mem_strdup("the device did not come online");
    judgement_end_with(j, VERDICT_INCONCLUSIVE, "precondition", why);
    free(why);
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
        if (j->phase == PHASE_START)
            start_is_late(j);
        else
            judgement_step_is_late(j);
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
    if (problem) {
        judgement_end_with(j, VERDICT_INCONCLUSIVE, "precondition", problem);
        return;
    }
    if (j->phase == PHASE_STEPS) {
        j->cursor = j->seen.count; /* what was before the action is no answer to it */
        judgement_next_step(j);
    }
    proceed(j);
}

int64_t judgement_deadline_ms(const struct judgement *j)
{
    return j->deadline_ms;
}

bool judgement_awaits_connection(const struct judgement *j)
{
    bool by_itself = j->phase == PHASE_STEPS && cJSON_IsTrue(json_get(j->setup.test->needs, "reconnects"));
    return j->phase != PHASE_ENDED && !j->state.is_open && !by_itself;
}

const char *judgement_login(const struct judgement *j)
{
    const char *login = json_text(j->state.online, "login");
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
