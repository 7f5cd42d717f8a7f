/* A stored session judged again with today's cases: the same machine as before, fed from the transcript. Nobody has to bring the device
 * back because a case was wrong. */
#ifndef HARNESS_JUDGE_REJUDGE_H
#define HARNESS_JUDGE_REJUDGE_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "harness/judge/device_case.h"
#include "harness/judge/examiner.h"
#include "harness/judge/stream.h"

/* What a case came to then, and comes to now. */
struct rejudged {
    const struct examiner_result *now;
    const char *then; /* the verdict that is in the transcript; NULL: it was not judged */
};

/* Judges each case that the session began, and those that observe; done gets the results in the order of the cases. head is the
 * transcript's first line. A case that the session did not begin gets none. */
void rejudge(const struct stream *stream, const cJSON *head, struct device_case *const *cases, size_t count,
             void (*done)(void *ctx, const struct rejudged *result), void *ctx);

#endif
