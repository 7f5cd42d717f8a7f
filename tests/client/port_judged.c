/* port_plain.c under the clock of a judge (IOTCONFORM_CLOCK): poll, as the port calls it, waits for the socket or for the judge to
 * tell the time, and answers that it is idle meanwhile. Without that variable it is the port on a real clock. */
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>

#include "lib/base/clock.h"
#include "tests/devices/shared_clock.h"

static struct shared_clock *judge;
static struct clock *now;
static bool owes_answer, is_interrupted;

static void hear(void)
{
    int64_t now_ms;
    if (!shared_clock_hear(judge, &now_ms))
        _Exit(0); /* the judge has gone */
    if (now_ms > clock_now_ms(now))
        clock_advance(now, now_ms - clock_now_ms(now));
    owes_answer = true;
}

static struct clock *judged_clock(void)
{
    const char *path = getenv("IOTCONFORM_CLOCK");
    if (!path)
        return clock_new_real();
    now = clock_new_manual(0);
    judge = shared_clock_join(path);
    if (!judge)
        _Exit(3);
    hear();
    return now;
}

/* One descriptor or none, as port_plain.c has it. */
static int judged_poll(struct pollfd *one, nfds_t count, int timeout_ms)
{
    if (!judge)
        return poll(one, count, timeout_ms);
    int64_t until_ms = clock_now_ms(now) + timeout_ms;
    struct pollfd both[2] = {{.fd = shared_clock_fd(judge), .events = POLLIN}};
    if (count)
        both[1] = *one;
    for (;;) {
        if (count && poll(one, 1, 0) > 0)
            return 1;
        if (clock_now_ms(now) >= until_ms)
            return 0;
        if (owes_answer)
            owes_answer = !shared_clock_answer(judge, until_ms);
        if (is_interrupted || poll(both, 1 + count, -1) < 0) {
            /* Asked to stop: no time is told any more, so that what is left to do does not wait for it. */
            is_interrupted = true;
            clock_advance(now, until_ms - clock_now_ms(now));
            return 0;
        }
        if (both[0].revents)
            hear();
    }
}

#define poll              judged_poll
#define clock_new_real(x) judged_clock(x)
#include "tests/client/port_plain.c"
