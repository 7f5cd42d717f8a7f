#include "client/core/parameter.h"

#include "tests/unit/unit.h"

static void a_text_is_neither_missing_nor_empty_nor_too_long(void)
{
    CU_ASSERT_TRUE(parameter_is_text("who", "name", "abc", 3));
    CU_ASSERT_FALSE(parameter_is_text("who", "name", "abcd", 3));
    CU_ASSERT_FALSE(parameter_is_text("who", "name", "", 3));
    CU_ASSERT_FALSE(parameter_is_text("who", "name", NULL, 3));
}

void unit_parameter(void)
{
    UNIT(a_text_is_neither_missing_nor_empty_nor_too_long);
}
