/* The cap on connections to a platform that is not ours: so many a minute, so many a second (LIM-01). */
#ifndef HARNESS_RATE_H
#define HARNESS_RATE_H

#include <stddef.h>
#include <stdint.h>

struct rate;

/* In memory that is shared with every process forked later: a worker that dies takes no count with it. One process at a time may
 * use it. per_minute is at most RATE_MAX. */
struct rate *rate_new(int per_minute, int per_second);
void rate_free(struct rate *r);
enum { RATE_MAX = 6000 };

/* How long the next connection has to wait, by now_ms of a clock that all its users share. */
int64_t rate_wait_ms(const struct rate *r, int64_t now_ms);

/* A connection is opened now. */
void rate_note(struct rate *r, int64_t now_ms);

/* How long so many connections wait at most, one after the other, however many came before them. */
int64_t rate_longest_ms(const struct rate *r, size_t connections);

/* How long so many connections take when nothing but the cap holds them up. */
int64_t rate_estimate_ms(const struct rate *r, size_t connections);

#endif
