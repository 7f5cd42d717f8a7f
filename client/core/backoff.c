#include "backoff.h"

void backoff_reset(struct backoff *b)
{
    b->wait_ms = 0;
}

void backoff_next(struct backoff *b, int64_t now_ms)
{
    b->wait_ms = b->wait_ms == 0 ? BACKOFF_MIN_MS : b->wait_ms * 2;
    if (b->wait_ms > BACKOFF_MAX_MS)
        b->wait_ms = BACKOFF_MAX_MS;
    b->due_ms = now_ms + b->wait_ms;
}
