#include "lib/base/clock.h"

#include "tests/unit/unit.h"

/* 2026-01-01T00:00:00Z in milliseconds; `date -d 2026-01-01T00:00:00Z +%s` says 1767225600. */
static const int64_t start_ms = 1767225600000;

static void manual_clock_stands_still(void)
{
    struct clock *c = clock_new_manual(start_ms);
    CU_ASSERT_TRUE(clock_is_manual(c));
    CU_ASSERT_EQUAL(clock_now_ms(c), 0);
    CU_ASSERT_EQUAL(clock_wall_ms(c), start_ms);
    clock_advance(c, 0);
    CU_ASSERT_EQUAL(clock_now_ms(c), 0);
    clock_advance(c, 1);
    clock_advance(c, 119999);
    CU_ASSERT_EQUAL(clock_now_ms(c), 120000);
    CU_ASSERT_EQUAL(clock_now_us(c), 120000000);
    CU_ASSERT_EQUAL(clock_wall_ms(c), start_ms + 120000);
    clock_rewind(c);
    CU_ASSERT_EQUAL(clock_now_ms(c), 0);
    CU_ASSERT_EQUAL(clock_wall_ms(c), start_ms);
    clock_free(c);
}

/* Nothing is slept for: only what holds at any speed is asked. */
static void real_clock_goes_forward_from_near_zero(void)
{
    struct clock *c = clock_new_real();
    CU_ASSERT_FALSE(clock_is_manual(c));
    int64_t first_us = clock_now_us(c), first_ms = clock_now_ms(c);
    CU_ASSERT_TRUE(first_us >= 0 && first_ms >= 0 && first_ms < 60000);
    for (int i = 0; i < 1000; i++) {
        int64_t us = clock_now_us(c);
        CU_ASSERT_TRUE(us >= first_us);
        first_us = us;
    }
    CU_ASSERT_TRUE(clock_now_ms(c) * 1000 <= clock_now_us(c));
    CU_ASSERT_TRUE(clock_wall_ms(c) > 1500000000000);
    clock_free(c);
}

static void wall_time_as_text(void)
{
    static const struct {
        int64_t wall_ms;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {start_ms, "2026-01-01T00:00:00.000Z"},
        {start_ms + 1, "2026-01-01T00:00:00.001Z"},
        {start_ms + 86399999, "2026-01-01T23:59:59.999Z"},
        {951782400000, "2000-02-29T00:00:00.000Z"},
        {2524608000000, "2050-01-01T00:00:00.000Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[CLOCK_TEXT_SIZE];
        clock_text(rows[i].wall_ms, text);
        CU_ASSERT_STRING_EQUAL(text, rows[i].text);
    }
}

static void the_machine_has_been_up_for_a_while(void)
{
    int64_t first_ms = clock_uptime_ms();
    CU_ASSERT_TRUE(first_ms > 0);
    CU_ASSERT_TRUE(clock_uptime_ms() >= first_ms);
}

void unit_clock(void)
{
    UNIT(the_machine_has_been_up_for_a_while);
    UNIT(manual_clock_stands_still);
    UNIT(real_clock_goes_forward_from_near_zero);
    UNIT(wall_time_as_text);
}
