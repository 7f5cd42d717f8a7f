/* What was seen of several deviceNames beside each other, one after the other instead: so judges of the whole session see each device's
 * story without the others' in between, as if the cases had been judged in turn. */
#ifndef HARNESS_JUDGE_IDENTITIES_H
#define HARNESS_JUDGE_IDENTITIES_H

#include <stddef.h>

#include "harness/judge/stream.h"

/* The first count observations of a stream, those of one device together; devices in the order in which they were first seen. The caller
 * frees the array. */
const struct observation **identities_in_turn(const struct stream *stream, size_t count);

#endif
