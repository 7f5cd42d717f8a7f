/* When a device dials again: 1 s after the first failure, then three times as long each time up to 48 s, and up to a quarter of it more by
 * chance. So there are never more than five dials in a minute. What is otherwise of a style or a switch is set after redial_init. */
#ifndef DEVICES_REDIAL_H
#define DEVICES_REDIAL_H

#include <stdbool.h>
#include <stdint.h>

enum { REDIAL_FIRST_MS = 1000, REDIAL_FACTOR = 3, REDIAL_CEILING_MS = 48000, REDIAL_STABLE_MS = 60000 };

struct redial {
    int64_t delay_ms; /* of the latest dial; 0: none yet */
    int64_t first_ms, ceiling_ms;
    bool is_even;    /* the wait neither grows nor has a part by chance */
    uint32_t chance; /* the same for the same seed, so that a run can be repeated */
};

void redial_init(struct redial *r, const char *seed);

/* A dial failed, or the connection ended. How long to wait. */
int64_t redial_wait_ms(struct redial *r);

/* The connection has held for REDIAL_STABLE_MS: the next wait is the first one again. */
void redial_reset(struct redial *r);

#endif
