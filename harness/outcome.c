#include "outcome.h"

#include <stdlib.h>

#include "lib/base/mem.h"

void outcome_fini(struct outcome *o)
{
    free(o->reason);
    free(o->message);
    free(o->expected);
    free(o->actual);
    free(o->step);
    cJSON_Delete(o->cause);
    *o = (struct outcome){.verdict = VERDICT_PASS};
}

void outcome_set(struct outcome *o, enum verdict verdict, const char *reason, const char *message)
{
    outcome_fini(o);
    o->verdict = verdict;
    o->reason = mem_strdup(reason);
    o->message = mem_strdup(message);
}

void outcome_set_deviation(struct outcome *o, enum verdict verdict, const char *reason, const char *expected,
                           const char *actual)
{
    outcome_fini(o);
    o->verdict = verdict;
    o->reason = mem_strdup(reason);
    o->expected = mem_strdup(expected);
    o->actual = mem_strdup(actual);
    o->message = mem_printf("expected %s, saw %s", expected, actual);
}

void outcome_set_step(struct outcome *o, const char *step)
{
    free(o->step);
    o->step = mem_strdup(step);
}

void outcome_set_cause(struct outcome *o, cJSON *cause)
{
    cJSON_Delete(o->cause);
    o->cause = cause;
}
