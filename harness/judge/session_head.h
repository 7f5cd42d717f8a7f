/* The first line of a session's transcript: what has to be known to judge the rest again. */
#ifndef HARNESS_JUDGE_SESSION_HEAD_H
#define HARNESS_JUDGE_SESSION_HEAD_H

#include <cjson/cJSON.h>

#include "harness/judge/examiner.h"

/* The caller frees. No secret is in it. */
cJSON *session_head(const struct examiner_options *options);

#endif
