#include "lib/base/timerq.h"

#include <stdlib.h>

#include "lib/base/clock.h"
#include "tests/unit/unit.h"

/* What fired, in order: a letter each; and the clock's time at that moment. */
static struct bench {
    struct clock *clock;
    struct timerq *q;
    struct timer timers[8];
    char fired[64];
    int64_t at_ms[64];
    size_t count;
} bench;

static void note(struct timer *timer, void *ctx)
{
    (void)ctx;
    if (bench.count < sizeof bench.fired - 1) {
        bench.at_ms[bench.count] = clock_now_ms(bench.clock);
        bench.fired[bench.count++] = (char)('a' + (timer - bench.timers));
    }
}

static void start(void)
{
    bench = (struct bench){.clock = clock_new_manual(0)};
    bench.q = timerq_new(bench.clock);
}

static void finish(void)
{
    for (size_t i = 0; i < 8; i++)
        timerq_cancel(bench.q, &bench.timers[i]);
    timerq_free(bench.q);
    clock_free(bench.clock);
}

static void set(int timer, int64_t due_ms)
{
    timerq_set(bench.q, &bench.timers[timer], due_ms, note, NULL);
}

static void fires_in_order_of_time_then_of_setting(void)
{
    start();
    set(0, 30);
    set(1, 10);
    set(2, 20);
    set(3, 10);
    set(4, 10);
    int64_t due_ms;
    CU_ASSERT_TRUE(timerq_next(bench.q, &due_ms));
    CU_ASSERT_EQUAL(due_ms, 10);
    CU_ASSERT_EQUAL(timerq_run(bench.q), 0);
    clock_advance(bench.clock, 9);
    CU_ASSERT_EQUAL(timerq_run(bench.q), 0);
    clock_advance(bench.clock, 21);
    CU_ASSERT_EQUAL(timerq_run(bench.q), 5);
    CU_ASSERT_STRING_EQUAL(bench.fired, "bdeca");
    CU_ASSERT_FALSE(timerq_next(bench.q, &due_ms));
    CU_ASSERT_EQUAL(timerq_run(bench.q), 0);
    finish();
}

static void cancelled_and_moved_timers(void)
{
    start();
    CU_ASSERT_FALSE(timer_is_set(&bench.timers[0]));
    timerq_cancel(bench.q, &bench.timers[0]);
    set(0, 10);
    set(1, 20);
    set(2, 30);
    CU_ASSERT_TRUE(timer_is_set(&bench.timers[1]));
    timerq_cancel(bench.q, &bench.timers[1]);
    timerq_cancel(bench.q, &bench.timers[1]);
    CU_ASSERT_FALSE(timer_is_set(&bench.timers[1]));
    set(0, 40); /* moved behind */
    timerq_advance(bench.q, bench.clock, 30);
    CU_ASSERT_STRING_EQUAL(bench.fired, "c");
    set(0, -5); /* moved before now: due at once */
    CU_ASSERT_EQUAL(timerq_run(bench.q), 1);
    CU_ASSERT_STRING_EQUAL(bench.fired, "ca");
    CU_ASSERT_FALSE(timer_is_set(&bench.timers[0]));
    finish();
}

/* Each sees its own moment as "now", and the clock ends where it was sent. */
static void advance_stops_at_each_due_time(void)
{
    start();
    set(0, 100);
    set(1, 50);
    set(2, 151);
    timerq_advance(bench.q, bench.clock, 150);
    CU_ASSERT_STRING_EQUAL(bench.fired, "ba");
    CU_ASSERT_EQUAL(bench.at_ms[0], 50);
    CU_ASSERT_EQUAL(bench.at_ms[1], 100);
    CU_ASSERT_EQUAL(clock_now_ms(bench.clock), 150);
    timerq_advance(bench.q, bench.clock, 0);
    CU_ASSERT_EQUAL(bench.count, 2);
    timerq_advance(bench.q, bench.clock, 1);
    CU_ASSERT_STRING_EQUAL(bench.fired, "bac");
    timerq_advance(bench.q, bench.clock, 1000);
    CU_ASSERT_EQUAL(clock_now_ms(bench.clock), 1151);
    finish();
}

/* Sets itself again every 10 ms, and cancels another on the way. */
static void again(struct timer *timer, void *ctx)
{
    note(timer, ctx);
    CU_ASSERT_FALSE(timer_is_set(timer));
    timerq_cancel(bench.q, &bench.timers[5]);
    timerq_set(bench.q, timer, clock_now_ms(bench.clock) + 10, again, ctx);
}

static void firing_may_set_and_cancel(void)
{
    start();
    timerq_set(bench.q, &bench.timers[0], 10, again, NULL);
    set(5, 10);
    set(1, 25);
    timerq_advance(bench.q, bench.clock, 30);
    CU_ASSERT_STRING_EQUAL(bench.fired, "aaba");
    CU_ASSERT_EQUAL(bench.at_ms[3], 30);
    finish();
}

static void set_two_now(struct timer *timer, void *ctx)
{
    note(timer, ctx);
    set(1, clock_now_ms(bench.clock));
    set(2, clock_now_ms(bench.clock) - 1);
}

static void what_is_set_for_now_fires_in_the_same_run(void)
{
    start();
    timerq_set(bench.q, &bench.timers[0], 0, set_two_now, NULL);
    CU_ASSERT_EQUAL(timerq_run(bench.q), 3);
    CU_ASSERT_STRING_EQUAL(bench.fired, "acb");
    finish();
}

static int64_t last_due_ms;
static size_t fired_count;

static void in_order(struct timer *timer, void *ctx)
{
    (void)ctx;
    CU_ASSERT_TRUE(timer->due_ms >= last_due_ms);
    last_due_ms = timer->due_ms;
    fired_count++;
}

/* Pseudo-random times, set, moved and cancelled: the heap keeps its order. */
static void many_timers(void)
{
    enum { MANY = 500 };
    static struct timer timers[MANY];
    struct clock *clock = clock_new_manual(0);
    struct timerq *q = timerq_new(clock);
    uint32_t random = 12345;
    size_t expected = MANY;
    last_due_ms = 0;
    fired_count = 0;
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < MANY; i++) {
            random = random * 1664525 + 1013904223;
            timerq_set(q, &timers[i], random >> 22, in_order, NULL);
        }
    for (size_t i = 0; i < MANY; i += 7) {
        timerq_cancel(q, &timers[i]);
        expected--;
    }
    clock_advance(clock, 1024);
    CU_ASSERT_EQUAL(timerq_run(q), expected);
    CU_ASSERT_EQUAL(fired_count, expected);
    timerq_free(q);
    clock_free(clock);
}

void unit_timerq(void)
{
    UNIT(fires_in_order_of_time_then_of_setting);
    UNIT(cancelled_and_moved_timers);
    UNIT(advance_stops_at_each_due_time);
    UNIT(firing_may_set_and_cancel);
    UNIT(what_is_set_for_now_fires_in_the_same_run);
    UNIT(many_timers);
}
