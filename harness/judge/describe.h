/* A first description of a device, from one connection that was watched (`iotconform judge --describe`). */
#ifndef HARNESS_JUDGE_DESCRIBE_H
#define HARNESS_JUDGE_DESCRIBE_H

#include <cjson/cJSON.h>
#include <stdio.h>

#include "harness/judge/stream.h"

/* What was seen, in the form of a description; the caller frees. What was not seen is left out, not denied. */
cJSON *describe(const struct stream *stream);

void describe_print(const struct stream *stream, FILE *to);

#endif
