/* results.json: what a run came to, case by case and requirement by requirement. */
#ifndef HARNESS_RESULTS_H
#define HARNESS_RESULTS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/ledger.h"
#include "harness/testcase.h"
#include "harness/verdict.h"

struct results;

/* Room for the results of these tests, which are borrowed. */
struct results *results_new(struct testcase *const *tests, size_t count);
void results_free(struct results *r);

/* The answer of a worker for one test; line NULL: it has none, and why says why (verdict ERROR). A line that is no answer is one
 * as well. */
void results_add(struct results *r, size_t test, const char *line, const char *why);

/* A test that was not run, with the reason. */
void results_skip(struct results *r, size_t test, const char *reason, const char *message);

/* The same with another verdict than SKIP. */
void results_set_aside(struct results *r, size_t test, enum verdict verdict, const char *reason,
                       const char *message);

/* Adds a member to a result; value is taken over, and may be NULL. */
void results_add_member(struct results *r, size_t test, const char *key, cJSON *value);

/* Once there is a result: its verdict and its JSON (verdict, reason, message, step …), borrowed; NULL when there is none. */
const cJSON *results_get(const struct results *r, size_t test, enum verdict *verdict);

const struct verdict_counts *results_counts(const struct results *r);

/* What stands around the cases. */
struct results_frame {
    const char *command;
    const struct ledger *ledger;
    const cJSON *target; /* who was tested, when that is not our mock; or NULL */
    const cJSON *device; /* what is known of a device that was judged; NULL: a platform was */
    int64_t started_wall_ms, finished_wall_ms;
    double duration_ms;
    size_t not_run;   /* runs that are known but were not chosen */
    bool interrupted; /* cut short, for whatever reason */
    bool strict;      /* a deviation from a recommendation is a failure */
};

/* The whole document; the caller frees with cJSON_Delete. The results are used up. */
cJSON *results_document(struct results *r, const struct results_frame *frame);

/* The verdict of a requirement by those of its cases: what went wrong outweighs what held, which outweighs what was not judged.
 * verdicts may be empty: then NULL, else the name. */
const char *results_requirement_verdict(const enum verdict *verdicts, size_t count);

#endif
