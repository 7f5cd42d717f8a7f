#include "harness/judge/judgement_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_check.h"
#include "harness/judge/device_step.h"
#include "harness/matcher.h"
#include "harness/variable.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

static void capture(struct judgement *j, const cJSON *fields)
{
    const char *name = json_text(j->step, "as");
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
        judgement_end_with(j, VERDICT_ERROR, "bad-case", problems.items[0].text);
    problems_fini(&problems);
    return good;
}

static int64_t duration_ms(const struct judgement *j, const char *key)
{
    return device_step_duration_ms(json_get(j->step, key), j->state.keep_alive_s, &j->times);
}

void judgement_next_step(struct judgement *j)
{
    j->next = j->next->next;
    j->index++;
    judgement_begin_step(j);
}

static void run_check(struct judgement *j)
{
    const struct device_check *check = device_check_named(json_text(j->step, "check"));
    const struct device_stream stream = {(struct observation *const *)(uintptr_t)j->seen.items, j->seen.count,
                                         j->setup.description};
    struct device_finding finding;
    device_finding_init(&finding);
    check->run(&stream, &finding);
    if (finding.verdict == VERDICT_FAIL)
        judgement_end_deviating(j, check->name, finding.at, buf_cstr(&finding.expected),
                                buf_cstr(&finding.actual));
    else if (finding.verdict != VERDICT_PASS)
        judgement_end_with(j, finding.verdict, finding.verdict == VERDICT_INFO ? "remark" : "not-seen",
                           buf_cstr(&finding.actual));
    device_finding_fini(&finding);
}

void judgement_begin_step(struct judgement *j)
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
            judgement_next_step(j);
        return;
    }
}

/* What the step awaits, when that is no observation; else NULL. */
static const char *awaited_state(const struct judgement *j)
{
    const char *name = json_text(j->step, "await");
    return name && device_step_is_state(name) ? name : NULL;
}

/* What an await is satisfied with that need not come any more: what follows from all that was seen, or being online, where it says so. */
static const cJSON *satisfied_already(struct judgement *j)
{
    struct mismatch ignored;
    const char *name = json_text(j->step, "await"), *state = awaited_state(j);
    const cJSON *is = NULL;
    if (state)
        is = j->state.is_online ? device_state_named(&j->state, state) : NULL;
    else if (name && strcmp(name, "online") == 0 && cJSON_IsTrue(json_get(j->step, "already")) &&
             j->state.is_online)
        is = j->state.online;
    return is && matcher_fits_object(json_get(j->step, "where"), is, &ignored) ? is : NULL;
}

static void observe_await(struct judgement *j, const struct observation *o)
{
    if (awaited_state(j) || !device_step_fits(j->step, o))
        return;
    capture(j, o->fields);
    j->now_ms = o->at_ms;
    judgement_next_step(j);
}

static void observe_never(struct judgement *j, const struct observation *o)
{
    const char *until = json_text(j->step, "until");
    if (device_step_fits(j->step, o)) {
        char *never = device_step_text(j->step), *seen = observation_text(o);
        char *expected = mem_printf("no %s", never);
        judgement_end_deviating(j, "unexpected", o, expected, seen);
        free(expected);
        free(seen);
        free(never);
    } else if (until && o->from == FROM_DEVICE && strcmp(until, o->name) == 0) {
        judgement_next_step(j);
    }
}

static void end_counting(struct judgement *j, const char *reason, const struct observation *at,
                         const char *bound, const cJSON *number, const char *actual)
{
    char *what = device_step_text(j->step);
    char *expected = mem_printf("%s %d of %s in %lld ms", bound, number->valueint, what,
                                (long long)duration_ms(j, "for_ms"));
    judgement_end_deviating(j, reason, at, expected, actual);
    free(expected);
    free(what);
}

static void observe_count(struct judgement *j, const struct observation *o)
{
    const cJSON *max = json_get(j->step, "max");
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

void judgement_look_on(struct judgement *j)
{
    while (j->phase == PHASE_STEPS && !j->is_action_due) {
        enum device_step_kind kind = device_step_kind(j->step);
        const cJSON *already = kind == STEP_AWAIT ? satisfied_already(j) : NULL;
        if (already) {
            capture(j, already);
            judgement_next_step(j);
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
    const char *otherwise = json_text(j->step, "else");
    const char *missing = json_text(json_get(j->step, "missing"), "en");
    char *what = device_step_text(j->step);
    char *expected = mem_printf("%s within %lld ms", what, (long long)(j->deadline_ms - j->begun_ms));
    if (otherwise && strcmp(otherwise, "inconclusive") == 0)
        judgement_end_with(j, VERDICT_INCONCLUSIVE, "precondition", missing ? missing : expected);
    else
        judgement_end_deviating(j, "timeout", j->seen.count ? j->seen.items[j->seen.count - 1] : NULL,
                                expected, "nothing of the kind");
    free(expected);
    free(what);
}

static void end_count(struct judgement *j)
{
    const cJSON *min = json_get(j->step, "min");
    if (!min || (double)j->counted >= min->valuedouble) {
        judgement_next_step(j);
        return;
    }
    char *actual = mem_printf("%zu of them", j->counted);
    end_counting(j, "too-few", j->first_counted, "at least", min, actual);
    free(actual);
}

void judgement_step_is_late(struct judgement *j)
{
    j->now_ms = j->deadline_ms;
    switch (device_step_kind(j->step)) {
    case STEP_AWAIT:
        miss(j);
        return;
    case STEP_NEVER:
        judgement_next_step(j);
        return;
    case STEP_COUNT:
        end_count(j);
        return;
    case STEP_DO:
    case STEP_CHECK:
        return;
    }
}
