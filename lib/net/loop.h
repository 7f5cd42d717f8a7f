/* The event loop of a process: libuv for readiness, one clock and one timer queue for time. */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/clock.h"
#include "lib/base/timerq.h"

struct loop;

/* A loop on a clock (borrowed, outlives it). With a real clock timers fire by themselves; with a manual one only when
 * loop_advance moves it. */
struct loop *loop_new(struct clock *clock);

/* Closes what is still open: channels get one last turn to write and their on_end (so their users must still be there),
 * listeners, watches and signals go silently. Timers must have been cancelled before. */
void loop_free(struct loop *loop);

struct clock *loop_clock(const struct loop *loop);
struct timerq *loop_timers(const struct loop *loop);

/* Runs until loop_stop; returns at once when it was called before. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Runs until done(ctx) holds or timeout_ms of real time have passed (0: one turn without waiting). True when done. For clients
 * and tests; not to be called from a callback of the same loop. */
bool loop_run_until(struct loop *loop, bool (*done)(void *ctx), void *ctx, int64_t timeout_ms);

/* Calls then(ctx) once, after whole turns of the loop in which no socket had anything to read or accept: what was written to
 * any socket before this call has been handled by then ("One loop, one clock"). Under traffic that never pauses it comes after
 * 32 turns, which is long after all that was there at the call. Several askers are served in order, each after its own
 * quiet. then() may call anything, loop_advance too. */
void loop_when_quiet(struct loop *loop, void (*then)(void *ctx), void *ctx);

/* Moves a manual clock, stopping at each due time to fire what is due there, to tell the ends of channels (at the moment they
 * came about) and to write what was sent. Call it from loop_when_quiet's callback or outside of loop_run; calling it from any
 * other callback is a bug. */
void loop_advance(struct loop *loop, int64_t ms);

/* Calls on_readable(ctx) whenever fd is readable (MHD's epoll descriptor), until unwatched. The fd stays the caller's. */
struct loop_watch;
struct loop_watch *loop_watch_fd(struct loop *loop, int fd, void (*on_readable)(void *ctx), void *ctx);
void loop_unwatch(struct loop_watch *watch);

/* Calls on_signal(ctx, number) for SIGTERM and the like, until loop_free. */
void loop_on_signal(struct loop *loop, int number, void (*on_signal)(void *ctx, int number), void *ctx);

#endif
