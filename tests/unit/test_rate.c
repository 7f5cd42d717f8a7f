#include "harness/rate.h"

#include "tests/unit/unit.h"

static void five_a_minute_and_one_a_second(void)
{
    struct rate *r = rate_new(5, 1);
    CU_ASSERT_EQUAL(rate_wait_ms(r, 0), 0);
    rate_note(r, 0);
    CU_ASSERT_EQUAL(rate_wait_ms(r, 0), 1000);
    CU_ASSERT_EQUAL(rate_wait_ms(r, 999), 1);
    CU_ASSERT_EQUAL(rate_wait_ms(r, 1000), 0);
    for (int64_t i = 1; i < 5; i++)
        rate_note(r, i * 1000);
    /* The sixth waits until a minute has passed since the first. */
    CU_ASSERT_EQUAL(rate_wait_ms(r, 5000), 55000);
    CU_ASSERT_EQUAL(rate_wait_ms(r, 59999), 1);
    CU_ASSERT_EQUAL(rate_wait_ms(r, 60000), 0);
    rate_note(r, 60000);
    CU_ASSERT_EQUAL(rate_wait_ms(r, 60999), 1);
    CU_ASSERT_EQUAL(rate_wait_ms(r, 61000), 0);
    rate_free(r);
}

static void the_ring_may_turn(void)
{
    struct rate *r = rate_new(RATE_MAX, 100);
    for (int64_t i = 0; i < 2 * RATE_MAX; i++)
        rate_note(r, i);
    CU_ASSERT_EQUAL(rate_wait_ms(r, 2 * RATE_MAX), 60000 - RATE_MAX);
    rate_free(r);
}

static void how_long_it_takes(void)
{
    struct rate *r = rate_new(5, 1);
    CU_ASSERT_EQUAL(rate_estimate_ms(r, 0), 0);
    CU_ASSERT_EQUAL(rate_estimate_ms(r, 1), 0);
    CU_ASSERT_EQUAL(rate_estimate_ms(r, 5), 4000);
    CU_ASSERT_EQUAL(rate_estimate_ms(r, 6), 60000);
    CU_ASSERT_EQUAL(rate_estimate_ms(r, 68), 13 * 60000);
    CU_ASSERT(rate_longest_ms(r, 1) >= 60000);
    rate_free(r);
}

void unit_rate(void)
{
    UNIT(five_a_minute_and_one_a_second);
    UNIT(the_ring_may_turn);
    UNIT(how_long_it_takes);
}
