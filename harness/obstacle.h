/* Why a case is not run against a platform that is not ours: it may harm it, or the platform lacks what the case needs. */
#ifndef HARNESS_OBSTACLE_H
#define HARNESS_OBSTACLE_H

#include <stdbool.h>

#include "harness/ledger.h"
#include "harness/target.h"
#include "harness/testcase.h"
#include "harness/verdict.h"

struct obstacle {
    enum verdict verdict; /* SKIP: it could be run; UNSUPPORTED: it cannot be run, or could not fail */
    const char *reason;   /* "unsafe" or "unsupported"; NULL: none, the case is run */
    char *message;        /* owned */
};

/* may_harm: cases that are not tagged safe are run, too. The caller frees the message. */
struct obstacle obstacle_of(const struct testcase *test, const struct target *target,
                            const struct ledger *ledger, bool may_harm, bool clock_is_manual);

/* Connections that a case opens at a target: what the cap on them counts. */
int obstacle_connections(const struct testcase *test, const struct target *target);

#endif
