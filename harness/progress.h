/* What a run says while it goes on: a line that moves on a terminal, else a line a case; failures always. */
#ifndef HARNESS_PROGRESS_H
#define HARNESS_PROGRESS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "harness/testcase.h"
#include "harness/verdict.h"

struct progress {
    bool quiet; /* failures only */
    bool is_terminal;
    size_t total, done, failed;
};

void progress_init(struct progress *p, bool quiet, size_t total);

/* A case has come to its verdict; result is its JSON. */
void progress_case(struct progress *p, const struct testcase *test, enum verdict verdict,
                   const cJSON *result);

/* Something else to be said on a line of its own. */
void progress_line(struct progress *p, const char *text);

/* Takes the moving line away. */
void progress_end(struct progress *p);

#endif
