/* What the two halves of a judgement share: judgement.c (what the outside calls, its start and its end) and judgement_step.c (the steps of
 * its case). */
#ifndef HARNESS_JUDGE_JUDGEMENT_INNER_H
#define HARNESS_JUDGE_JUDGEMENT_INNER_H

#include "harness/judge/description.h"
#include "harness/judge/judgement.h"
#include "harness/judge/observations.h"

/* Before the steps: the case's start is reached. */
enum phase { PHASE_START, PHASE_STEPS, PHASE_ENDED };

struct judgement {
    struct judgement_setup setup;
    struct description_times times;
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

/* The verdict; where is the start, or the present step. */
void judgement_end_with(struct judgement *j, enum verdict verdict, const char *reason, const char *message);

/* The device did otherwise than the case demands: what its level makes of that. at may be NULL. */
void judgement_end_deviating(struct judgement *j, const char *reason, const struct observation *at,
                             const char *expected, const char *actual);

/* judgement_step.c: sets the step going that j->next is; time counts from now. */
void judgement_begin_step(struct judgement *j);
void judgement_next_step(struct judgement *j);

/* Looks at what no step has seen yet, as far as the current step wants to look. */
void judgement_look_on(struct judgement *j);

/* The time of the current step is over. */
void judgement_step_is_late(struct judgement *j);

#endif
