/* How a step wants bytes divided: [1, 3] is one byte, then three, then the rest; "each" is byte by byte. */
#ifndef HARNESS_PIECES_H
#define HARNESS_PIECES_H

#include <cjson/cJSON.h>
#include <stddef.h>

#include "lib/base/problem.h"

/* sizes[0] bytes, then sizes[1] …, then the rest. */
struct pieces {
    size_t *sizes; /* owned, or NULL */
    size_t count;
};

/* Problems with a step's member of this name. */
void pieces_check(const cJSON *step, const char *path, const char *key, struct problems *problems);

/* The pieces that the member wants of n bytes; none when it is not there. pieces_fini afterwards. */
struct pieces pieces_of(const cJSON *step, const char *key, size_t n);
void pieces_fini(struct pieces *pieces);

#endif
