#include "lib/net/loop.h"

#include "lib/net/channel.h"
#include "lib/net/listener.h"
#include "tests/unit/unit.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static bool is_set(void *ctx)
{
    return *(bool *)ctx;
}

static void set(void *ctx)
{
    *(bool *)ctx = true;
}

static bool never(void *ctx)
{
    (void)ctx;
    return false;
}

static void fire(struct timer *timer, void *ctx)
{
    (void)timer;
    *(bool *)ctx = true;
}

static void real_timers_fire_by_themselves(void)
{
    struct clock *clock = clock_new_real();
    struct loop *loop = loop_new(clock);
    struct timer timer = {0}, later = {0};
    bool fired = false, fired_later = false;
    timerq_set(loop_timers(loop), &later, clock_now_ms(clock) + 60000, fire, &fired_later);
    timerq_set(loop_timers(loop), &timer, clock_now_ms(clock) + 3, fire, &fired);
    CU_ASSERT_TRUE(loop_run_until(loop, is_set, &fired, 5000));
    CU_ASSERT_TRUE(clock_now_ms(clock) >= 3);
    CU_ASSERT_FALSE(fired_later);
    timerq_cancel(loop_timers(loop), &later);
    loop_free(loop);
    clock_free(clock);
}

static void a_timer_moved_forward_wakes_the_loop_earlier(void)
{
    struct clock *clock = clock_new_real();
    struct loop *loop = loop_new(clock);
    struct timer timer = {0};
    bool fired = false;
    timerq_set(loop_timers(loop), &timer, clock_now_ms(clock) + 60000, fire, &fired);
    CU_ASSERT_FALSE(loop_run_until(loop, is_set, &fired, 0));
    timerq_set(loop_timers(loop), &timer, clock_now_ms(clock) + 1, fire, &fired);
    CU_ASSERT_TRUE(loop_run_until(loop, is_set, &fired, 5000));
    loop_free(loop);
    clock_free(clock);
}

static void manual_timers_fire_only_when_advanced(void)
{
    struct clock *clock = clock_new_manual(0);
    struct loop *loop = loop_new(clock);
    struct timer timer = {0};
    bool fired = false;
    timerq_set(loop_timers(loop), &timer, 5, fire, &fired);
    CU_ASSERT_FALSE(loop_run_until(loop, is_set, &fired, 20));
    loop_advance(loop, 4);
    CU_ASSERT_FALSE(fired);
    loop_advance(loop, 1);
    CU_ASSERT_TRUE(fired);
    CU_ASSERT_EQUAL(clock_now_ms(clock), 5);
    loop_free(loop);
    clock_free(clock);
}

static void running_until_gives_up_in_real_time(void)
{
    struct clock *clock = clock_new_manual(0), *real = clock_new_real();
    struct loop *loop = loop_new(clock);
    CU_ASSERT_FALSE(loop_run_until(loop, never, NULL, 10));
    CU_ASSERT_TRUE(clock_now_ms(real) >= 9);
    CU_ASSERT_EQUAL(clock_now_ms(clock), 0);
    loop_free(loop);
    clock_free(clock);
    clock_free(real);
}

struct pipe_user {
    int fd;
    int seen;
    struct loop *loop;
};

static void read_one(void *ctx)
{
    struct pipe_user *user = ctx;
    char byte;
    CU_ASSERT_EQUAL(read(user->fd, &byte, 1), 1);
    user->seen++;
}

static void read_one_and_stop(void *ctx)
{
    read_one(ctx);
    loop_stop(((struct pipe_user *)ctx)->loop);
}

/* The wait is over before its first turn. A timer of the loop ends it late where the wait is not noticed. */
static bool never_and_slow(void *ctx)
{
    int64_t until_ms = clock_now_ms(ctx) + 5;
    while (clock_now_ms(ctx) < until_ms)
        continue;
    return false;
}

static void a_wait_that_is_over_before_it_begins_ends(void)
{
    struct clock *clock = clock_new_real();
    struct loop *loop = loop_new(clock);
    struct timer late = {0};
    bool fired = false;
    timerq_set(loop_timers(loop), &late, clock_now_ms(clock) + 5000, fire, &fired);
    CU_ASSERT_FALSE(loop_run_until(loop, never_and_slow, clock, 1));
    CU_ASSERT_FALSE(fired);
    timerq_cancel(loop_timers(loop), &late);
    loop_free(loop);
    clock_free(clock);
}

static void watched_descriptors_call_until_unwatched(void)
{
    struct clock *clock = clock_new_manual(0);
    struct loop *loop = loop_new(clock);
    int fds[2];
    CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
    struct pipe_user user = {.fd = fds[0], .loop = loop};
    struct loop_watch *watch = loop_watch_fd(loop, fds[0], read_one_and_stop, &user);
    CU_ASSERT_EQUAL(write(fds[1], "x", 1), 1);
    loop_run(loop);
    CU_ASSERT_EQUAL(user.seen, 1);
    loop_unwatch(watch);
    CU_ASSERT_EQUAL(write(fds[1], "y", 1), 1);
    CU_ASSERT_FALSE(loop_run_until(loop, never, NULL, 0));
    CU_ASSERT_EQUAL(user.seen, 1);
    loop_free(loop);
    clock_free(clock);
    close(fds[0]);
    close(fds[1]);
}

static void quiet_comes_after_what_watched_descriptors_have(void)
{
    struct clock *clock = clock_new_manual(0);
    struct loop *loop = loop_new(clock);
    int fds[2];
    bool quiet = false;
    CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
    struct pipe_user user = {.fd = fds[0], .loop = loop};
    struct loop_watch *watch = loop_watch_fd(loop, fds[0], read_one, &user);
    CU_ASSERT_EQUAL(write(fds[1], "12345", 5), 5);
    loop_when_quiet(loop, set, &quiet);
    CU_ASSERT_TRUE(loop_run_until(loop, is_set, &quiet, 5000));
    CU_ASSERT_EQUAL(user.seen, 5);
    loop_unwatch(watch);
    loop_free(loop);
    clock_free(clock);
    close(fds[0]);
    close(fds[1]);
}

struct order {
    struct loop *loop;
    char calls[8];
    size_t count;
    bool done;
};

static void second(void *ctx)
{
    struct order *order = ctx;
    order->calls[order->count++] = '2';
    order->done = true;
}

static void first(void *ctx)
{
    struct order *order = ctx;
    order->calls[order->count++] = '1';
    loop_advance(order->loop, 10);
}

static void askers_for_quiet_are_served_in_order(void)
{
    struct clock *clock = clock_new_manual(0);
    struct loop *loop = loop_new(clock);
    struct order order = {.loop = loop};
    loop_when_quiet(loop, first, &order);
    loop_when_quiet(loop, second, &order);
    CU_ASSERT_TRUE(loop_run_until(loop, is_set, &order.done, 5000));
    CU_ASSERT_STRING_EQUAL(order.calls, "12");
    CU_ASSERT_EQUAL(clock_now_ms(clock), 10);
    loop_free(loop);
    clock_free(clock);
}

static void quiet_comes_even_when_it_is_never_quiet(void)
{
    struct clock *clock = clock_new_manual(0);
    struct loop *loop = loop_new(clock);
    int fds[2];
    bool quiet = false;
    CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
    struct pipe_user user = {.fd = fds[0], .loop = loop};
    static const char many[5000];
    struct loop_watch *watch = loop_watch_fd(loop, fds[0], read_one, &user);
    CU_ASSERT_EQUAL(write(fds[1], many, sizeof many), (ssize_t)sizeof many);
    loop_when_quiet(loop, set, &quiet);
    CU_ASSERT_TRUE(loop_run_until(loop, is_set, &quiet, 5000));
    CU_ASSERT_TRUE(user.seen > 16 && user.seen < 5000);
    loop_unwatch(watch);
    loop_free(loop);
    clock_free(clock);
    close(fds[0]);
    close(fds[1]);
}

static void on_signal(void *ctx, int number)
{
    CU_ASSERT_EQUAL(number, SIGUSR1);
    *(bool *)ctx = true;
}

static void signals_are_reported_and_sigpipe_is_not_deadly(void)
{
    struct clock *clock = clock_new_manual(0);
    struct loop *loop = loop_new(clock);
    bool seen = false;
    loop_on_signal(loop, SIGUSR1, on_signal, &seen);
    raise(SIGPIPE);
    raise(SIGUSR1);
    CU_ASSERT_TRUE(loop_run_until(loop, is_set, &seen, 5000));
    loop_free(loop);
    clock_free(clock);
}

static void a_loop_with_everything_open_is_freed_whole(void)
{
    struct clock *clock = clock_new_manual(0);
    struct loop *loop = loop_new(clock);
    int fds[2];
    bool flag = false;
    CU_ASSERT_EQUAL_FATAL(pipe(fds), 0);
    loop_watch_fd(loop, fds[0], set, &flag);
    loop_on_signal(loop, SIGUSR1, on_signal, &flag);
    loop_when_quiet(loop, set, &flag);
    loop_free(loop);
    CU_ASSERT_FALSE(flag);
    clock_free(clock);
    close(fds[0]);
    close(fds[1]);
}

void unit_loop(void)
{
    UNIT(real_timers_fire_by_themselves);
    UNIT(a_timer_moved_forward_wakes_the_loop_earlier);
    UNIT(manual_timers_fire_only_when_advanced);
    UNIT(running_until_gives_up_in_real_time);
    UNIT(a_wait_that_is_over_before_it_begins_ends);
    UNIT(watched_descriptors_call_until_unwatched);
    UNIT(quiet_comes_after_what_watched_descriptors_have);
    UNIT(askers_for_quiet_are_served_in_order);
    UNIT(quiet_comes_even_when_it_is_never_quiet);
    UNIT(signals_are_reported_and_sigpipe_is_not_deadly);
    UNIT(a_loop_with_everything_open_is_freed_whole);
}
