#include "lib/base/without.h"

#include "tests/unit/unit.h"

static void only_what_was_named_is_left_out(void)
{
    CU_ASSERT_FALSE(without("rule", "keep-alive"));
    without_add("rule:keep-alive");
    without_add("topic:user/+/get");
    CU_ASSERT_TRUE(without("rule", "keep-alive"));
    CU_ASSERT_TRUE(without("topic", "user/+/get"));
    CU_ASSERT_FALSE(without("rule", "keep"));
    CU_ASSERT_FALSE(without("rule", "keep-alive-2"));
    CU_ASSERT_FALSE(without("rules", "keep-alive"));
    CU_ASSERT_FALSE(without("rul", "keep-alive"));
    CU_ASSERT_FALSE(without("topic", "keep-alive"));
    without_clear();
    CU_ASSERT_FALSE(without("rule", "keep-alive"));
}

void unit_without(void)
{
    UNIT(only_what_was_named_is_left_out);
}
