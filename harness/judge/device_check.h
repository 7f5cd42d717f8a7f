/* Judges of all that was seen of a device: what no single step can say, because it holds over packets, connections or the whole session.
 * One row of a table each; a new one is a function and a row. Pure. */
#ifndef HARNESS_JUDGE_DEVICE_CHECK_H
#define HARNESS_JUDGE_DEVICE_CHECK_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "harness/judge/observation.h"
#include "harness/verdict.h"
#include "lib/base/buf.h"

/* What is judged: observations of one device in their order, borrowed. */
struct device_stream {
    struct observation *const *items;
    size_t count;
    const cJSON *description; /* what the device is said to be; an object */
};

/* What a check found. */
struct device_finding {
    enum verdict verdict;         /* PASS, FAIL, INFO, or INCONCLUSIVE: what was seen did not show it */
    const struct observation *at; /* where, when it is FAIL; may be NULL */
    struct buf expected, actual;  /* for a reader; of an INCONCLUSIVE one actual says what was missing */
};

/* True when the observation is of this name and comes from there. */
bool device_stream_is(const struct observation *o, const char *name, enum observation_from from);

void device_finding_init(struct device_finding *f);
void device_finding_fini(struct device_finding *f);

/* The first violation stays. */
void device_finding_fail(struct device_finding *f, const struct observation *at, const char *expected,
                         const char *actual);
void device_finding_missing(struct device_finding *f, const char *what);

/* A remark instead of a PASS. */
void device_finding_remark(struct device_finding *f, const char *what);

/* device_finding_fail with the observation itself as what was seen. */
void device_finding_fail_at(struct device_finding *f, const struct observation *at, const char *expected);

struct device_check {
    const char *name;
    void (*run)(const struct device_stream *stream, struct device_finding *f);
    const char *asks; /* in a sentence, for who writes a case: iotconform judge --list-checks */
    bool asks_all;    /* where each case has a deviceName of its own: of all of them together, not of each */
};

/* The table. */
const struct device_check *device_checks_all(size_t *count);

/* The row of a name; NULL when there is none. */
const struct device_check *device_check_named(const char *name);

#endif
