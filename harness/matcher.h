/* Does a value fit what a case wants? Wanted is a literal, an array of such, an object whose members all must fit, or one of
 * {"min", "max"}, {"one_of": […]}, {"matches": GLOB}. */
#ifndef HARNESS_MATCHER_H
#define HARNESS_MATCHER_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "lib/base/buf.h"
#include "lib/base/problem.h"

/* Problems of form in what is wanted: an unknown operator beside a known one, min that is no number, an empty one_of … */
void matcher_check(const cJSON *wanted, const char *path, struct problems *problems);

/* Where and how a value does not fit. */
struct mismatch {
    char field[128];    /* "returnCode", "tls/version"; "" for the value itself */
    char expected[512]; /* "0", "between 1 and 5", "'fin' or 'reset'" */
    char actual[512];   /* "5", "absent" */
};

/* True when actual (NULL: absent) fits. Otherwise *out tells about the first difference. */
bool matcher_fits(const cJSON *wanted, const cJSON *actual, struct mismatch *out);

/* As matcher_fits for the members of an object, whose absence in actual never fits. wanted may be NULL: anything fits. */
bool matcher_fits_object(const cJSON *wanted, const cJSON *actual, struct mismatch *out);

/* What is wanted, in words: "returnCode 0, sessionPresent false". */
void matcher_describe(const cJSON *wanted, struct buf *out);

#endif
