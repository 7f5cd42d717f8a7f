/* What a step keeps of an answer for the steps after it: {"name": "way.to.member"} of a JSON text. */
#ifndef HARNESS_CAPTURE_H
#define HARNESS_CAPTURE_H

#include <cjson/cJSON.h>

struct interpreter;

/* names may be NULL. A member that is not there is interpreter_error. */
void capture_members(struct interpreter *in, const cJSON *names, const cJSON *json);

#endif
