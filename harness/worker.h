/* What a worker process of a run does: keeps a broker, runs cases against it, answers each with a line of JSON. */
#ifndef HARNESS_WORKER_H
#define HARNESS_WORKER_H

#include <stddef.h>
#include <stdint.h>

#include "harness/arguments.h"
#include "harness/target_plan.h"
#include "harness/testcase.h"

struct clock;

/* Borrowed by the worker. */
struct worker_options {
    struct testcase *const *tests;  /* by job number */
    const char *broker;             /* program; NULL: beside ours */
    struct words broker_set;        /* name=value for every broker; the cases go by the unchanged profile */
    struct words broker_without;    /* rows of the broker's tables that every broker goes without */
    const struct target_plan *plan; /* a platform that is not ours; NULL: the worker starts mocks */
    const struct ledger *ledger;
    int64_t timeout_ms;        /* for every case; 0: its own */
    const struct clock *clock; /* of the run: started_ms counts from its beginning */
};

/* The three of struct pool_work; ctx is a struct worker_options. A line is {"verdict", "reason", "message", "expected", "actual",
 * "step", "started_ms", "duration_ms", "transcript", "target"}. */
void *worker_begin(void *ctx);
char *worker_run(void *state, size_t job);
char *worker_end(void *state);

/* The longest real time of a case; the time that starting and stopping a broker may take is not in it. */
int64_t worker_timeout_ms(const struct worker_options *options, const struct testcase *test);

enum { WORKER_BROKER_START_MS = 15000, WORKER_BROKER_STOP_MS = 5000 };

#endif
