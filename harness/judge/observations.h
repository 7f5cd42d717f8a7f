/* Observations in the order in which they were made: of one device, of all that a stream holds. */
#ifndef HARNESS_JUDGE_OBSERVATIONS_H
#define HARNESS_JUDGE_OBSERVATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/judge/observation.h"

/* {0} is an empty list. Its items are borrowed, as long as it lives. */
struct observations {
    const struct observation **items;
    size_t count, room;
};

void observations_fini(struct observations *all);

/* Adds one that is later than all that are there. */
void observations_add(struct observations *all, const struct observation *o);

/* Whether this very one is there. */
bool observations_have(const struct observations *all, const struct observation *o);

/* The latest one of this name that comes from there; NULL: none. */
const struct observation *observations_latest(const struct observations *all, const char *name,
                                              enum observation_from from);

#endif
