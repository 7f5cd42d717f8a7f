#include "mock-broker/takeover.h"

#include "mock-broker/registry.h"
#include "tests/unit/unit.h"

/* Take-overs at these times, counted with count 3 within 60 s; returns a '1' for each that is called flapping. */
static void run(const int64_t *times, size_t n, const char *expected)
{
    struct registry *r = registry_new();
    struct device *device = registry_put_device(r, STR("pk"), STR("dn"), STR("s"), true);
    for (size_t i = 0; i < n; i++)
        CU_ASSERT_EQUAL(takeover_count(device, times[i], 3, 60000), expected[i] == '1');
    registry_free(r);
}

static void the_third_within_the_window(void)
{
    run((const int64_t[]){0, 0, 59999}, 3, "001");
    run((const int64_t[]){0, 0, 60000}, 3, "000");
    run((const int64_t[]){0, 30000, 59999}, 3, "001");
}

static void the_window_slides(void)
{
    run((const int64_t[]){0, 50000, 70000, 80000}, 4, "0001");
}

static void counting_starts_anew_when_named(void)
{
    run((const int64_t[]){0, 1, 2, 3, 4, 5}, 6, "001001");
}

void unit_takeover(void)
{
    UNIT(the_third_within_the_window);
    UNIT(the_window_slides);
    UNIT(counting_starts_anew_when_named);
}
