/* A step of a case: one row of the table of verbs says which keys it takes, how it is checked at load, and how it is run. */
#ifndef HARNESS_STEP_H
#define HARNESS_STEP_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/problem.h"
#include "lib/protocol/transport.h"

struct interpreter;

/* What surrounds a step while it is checked; borrowed. */
struct step_scope {
    const cJSON *devices;
    bool manual_clock;
    enum transport transport; /* of the case, and whether it names it */
    bool names_transports;
};

struct verb {
    const char *head;        /* "device", "clock", "journal", "session", "control" or "http" */
    const char *name;        /* the value of "do", or of the head itself */
    const char *const *keys; /* beside the head, "do", "note" and "precondition" */
    /* Adds every problem; values that are only known while the case runs pass. May be NULL. */
    void (*check)(const cJSON *step, const char *path, const struct step_scope *scope,
                  struct problems *problems);
    void (*run)(struct interpreter *in, const cJSON *step);
};

/* The row of a step that step_check has let pass. */
const struct verb *step_verb(const cJSON *step);

/* Adds every problem of one step, whose variables are expanded as far as they can be at load. */
void step_check(const cJSON *step, const char *path, const struct step_scope *scope,
                struct problems *problems);

/* A step in a few words for lists: "d1 expect CONNACK"; the caller frees. */
char *step_summary(const cJSON *step);

/* The longest real time that a step waits for the target, milliseconds. */
int64_t step_longest_ms(const cJSON *step);

enum { STEP_WITHIN_DEFAULT_MS = 2000 };

/* True for a step that is answered by the control API: journal, session, clock and control steps. */
bool step_needs_control(const cJSON *step);

#endif
