/* The one place that reads time. Real, or manual: a manual clock stands still until it is advanced. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock;

/* A real clock: its monotonic time starts near 0 when it is made. */
struct clock *clock_new_real(void);

/* A manual clock: monotonic 0, wall time wall_ms (milliseconds since 1970, UTC). */
struct clock *clock_new_manual(int64_t wall_ms);

void clock_free(struct clock *c);

bool clock_is_manual(const struct clock *c);

/* Milliseconds since the clock was made; never goes back. */
int64_t clock_now_ms(const struct clock *c);

/* Microseconds since the clock was made, for transcripts and reports of a real clock. */
int64_t clock_now_us(const struct clock *c);

/* Milliseconds since the machine started, by the kernel's clock that never goes back. */
int64_t clock_uptime_ms(void);

/* Wall time, milliseconds since 1970-01-01 UTC. */
int64_t clock_wall_ms(const struct clock *c);

/* Moves a manual clock forward; a bug (CHECK) on a real one or with a negative ms. Fires nothing: timerq_run does. */
void clock_advance(struct clock *c, int64_t ms);

/* A manual clock back at monotonic 0 and the wall time it was made with. */
void clock_rewind(struct clock *c);

/* "2026-11-20T23:50:00.123Z" of a wall time; out has at least CLOCK_TEXT_SIZE bytes. */
#define CLOCK_TEXT_SIZE 32
void clock_text(int64_t wall_ms, char out[CLOCK_TEXT_SIZE]);

#endif
