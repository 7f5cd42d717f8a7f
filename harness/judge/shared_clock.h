/* A manual clock that the devices of our own tests share with the platform: a Unix stream socket, named in IOTCONFORM_CLOCK. A device that
 * connects is told {"now_ms": N}, does all that is due by then and all that has come, and answers {"idle": true, "next_ms": N|null}. So time moves
 * only when nobody has anything left to do, and a day passes in milliseconds. */
#ifndef HARNESS_JUDGE_SHARED_CLOCK_H
#define HARNESS_JUDGE_SHARED_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shared_clock;

/* As many devices may share it; a line of theirs comes in one piece and is no longer than this; each answers within this real time, or is put out. */
enum { SHARED_CLOCK_DEVICES_MAX = 64, SHARED_CLOCK_LINE_MAX = 256, SHARED_CLOCK_PATIENCE_MS = 10000 };

/* Listens in the folder dir. NULL with *error (the caller frees). */
struct shared_clock *shared_clock_new(const char *dir, char **error);
void shared_clock_free(struct shared_clock *c);

const char *shared_clock_path(const struct shared_clock *c);

/* How many devices share it now. Takes in those that have connected. */
size_t shared_clock_devices(struct shared_clock *c);

/* Forgets devices that have gone, without asking. */
void shared_clock_forget_gone(struct shared_clock *c);

/* Waits until there are so many, as long as keep_waiting(ctx) holds and timeout_ms of real time have not passed. */
bool shared_clock_await(struct shared_clock *c, size_t count, bool (*keep_waiting)(void *ctx), void *ctx,
                        int64_t timeout_ms);

/* Tells every device the time, waits until each is idle, and sets *next_ms to the earliest thing that one of them waits for (INT64_MAX:
 * nothing). A device that has gone is forgotten. */
void shared_clock_tell(struct shared_clock *c, int64_t now_ms, int64_t *next_ms);

#endif
