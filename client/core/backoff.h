/* How long to wait before the next attempt to connect: 1 s, doubled after each failure, 60 s at most (SDK-12). */
#ifndef CLIENT_BACKOFF_H
#define CLIENT_BACKOFF_H

#include <stdint.h>

enum { BACKOFF_MIN_MS = 1000, BACKOFF_MAX_MS = 60000 };

struct backoff {
    int64_t wait_ms; /* before the next attempt; 0: the first one after a good connection */
    int64_t due_ms;  /* when it is made */
};

/* A connection was good: the next wait is the shortest. */
void backoff_reset(struct backoff *b);

/* The connection is lost, or an attempt has failed, now: sets due_ms. */
void backoff_next(struct backoff *b, int64_t now_ms);

#endif
