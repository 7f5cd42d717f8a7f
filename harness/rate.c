#include "rate.h"

#include <sys/mman.h>

#include "lib/base/check.h"

enum { MINUTE_MS = 60000, SECOND_MS = 1000 };

/* The times of the last connections, in a ring that is as long as the longer window needs. */
struct rate {
    int per_minute, per_second;
    size_t count;
    int64_t times_ms[RATE_MAX];
};

struct rate *rate_new(int per_minute, int per_second)
{
    CHECK(per_minute >= 1 && per_minute <= RATE_MAX && per_second >= 1);
    struct rate *r = mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(r != MAP_FAILED);
    r->per_minute = per_minute;
    r->per_second = per_second;
    return r;
}

void rate_free(struct rate *r)
{
    if (r)
        munmap(r, sizeof *r);
}

/* When the window has room again: the moment its oldest connection leaves it. */
static int64_t window_wait_ms(const struct rate *r, int allowed, int64_t window_ms, int64_t now_ms)
{
    if (r->count < (size_t)allowed)
        return 0;
    int64_t left_ms = r->times_ms[(r->count - (size_t)allowed) % RATE_MAX] + window_ms - now_ms;
    return left_ms > 0 ? left_ms : 0;
}

int64_t rate_wait_ms(const struct rate *r, int64_t now_ms)
{
    int64_t minute_ms = window_wait_ms(r, r->per_minute, MINUTE_MS, now_ms);
    int64_t second_ms = window_wait_ms(r, r->per_second, SECOND_MS, now_ms);
    return minute_ms > second_ms ? minute_ms : second_ms;
}

void rate_note(struct rate *r, int64_t now_ms)
{
    r->times_ms[r->count++ % RATE_MAX] = now_ms;
}

int64_t rate_longest_ms(const struct rate *r, size_t connections)
{
    int64_t n = (int64_t)connections;
    return (n + r->per_minute - 1) / r->per_minute * MINUTE_MS +
           (n + r->per_second - 1) / r->per_second * SECOND_MS;
}

int64_t rate_estimate_ms(const struct rate *r, size_t connections)
{
    if (connections == 0)
        return 0;
    int64_t before_last = (int64_t)connections - 1;
    int64_t minute_ms = before_last / r->per_minute * MINUTE_MS;
    int64_t second_ms = before_last / r->per_second * SECOND_MS;
    return minute_ms > second_ms ? minute_ms : second_ms;
}
