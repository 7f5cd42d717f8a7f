/* What a case came to: its verdict and, when a step did not hold, which, why, what was expected and what was seen. */
#ifndef HARNESS_OUTCOME_H
#define HARNESS_OUTCOME_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "harness/verdict.h"

#define OUTCOME_NOWHERE ((size_t)-1)

/* Texts are owned; NULL reads as "". */
struct outcome {
    enum verdict verdict;
    char *
        reason; /* a short code: timeout, closed-early, wrong-packet, wrong-field, unexpected-packet, unread, journal … */
    char *message; /* one sentence */
    char *expected, *actual;
    char *step;   /* "suites/platform/log.json#/cases/0/steps/3" */
    cJSON *cause; /* {"en","zh"}: what the platform itself said of it; or NULL */
};

/* Sets everything anew; the texts are copied. */
void outcome_set(struct outcome *o, enum verdict verdict, const char *reason, const char *message);

/* The same with what was expected and seen, from which the message is made. */
void outcome_set_deviation(struct outcome *o, enum verdict verdict, const char *reason, const char *expected,
                           const char *actual);

void outcome_set_step(struct outcome *o, const char *step);

/* Takes the cause over; what is set anew afterwards has none. */
void outcome_set_cause(struct outcome *o, cJSON *cause);

void outcome_fini(struct outcome *o);

#endif
