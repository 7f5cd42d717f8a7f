#include "harness/demand.h"

#include <string.h>

#include "lib/base/json.h"
#include "tests/unit/unit.h"

/* Of a case with these steps (behind a connect). */
static const char *fault_of(enum level level, const char *steps)
{
    char text[1024];
    snprintf(text, sizeof text, "[{\"device\": \"d1\", \"do\": \"connect\"}%s]", steps);
    struct testcase test = {.level = level, .steps = cJSON_Parse(text)};
    CU_ASSERT_PTR_NOT_NULL_FATAL(test.steps);
    const char *fault = demand_fault(&test);
    cJSON_Delete(test.steps);
    return fault;
}

static void one_demand_is_enough(void)
{
    static const char *const steps[] = {
        ", {\"device\": \"d1\", \"do\": \"expect\", \"packet\": \"CONNACK\"}",
        ", {\"device\": \"d1\", \"do\": \"expect_closed\"}, {\"device\": \"d1\", \"do\": \"close\"}",
        ", {\"device\": \"d1\", \"do\": \"fence\"}",
        ", {\"clock\": \"expect\", \"ms\": 0}",
        ", {\"journal\": \"none\", \"event\": \"refused\"}",
        ", {\"session\": \"none\", \"device\": \"d1\"}",
        ", {\"control\": \"GET\", \"path\": \"/health\", \"expect\": {\"status\": 200}}",
        ", {\"device\": \"d1\", \"do\": \"expect_any\", \"of\": [{\"closed\": true, \"verdict\": \"info\"}]}",
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        CU_ASSERT_PTR_NULL(fault_of(LEVEL_MUST, steps[i]));
        CU_ASSERT_PTR_NULL(fault_of(LEVEL_INFO, steps[i]));
    }
}

static void no_demand_is_a_fault(void)
{
    static const char *const steps[] = {
        "",
        ", {\"clock\": \"advance\", \"ms\": 1}, {\"device\": \"d1\", \"do\": \"disconnect\"}",
        ", {\"control\": \"GET\", \"path\": \"/health\"}",
        ", {\"device\": \"d1\", \"do\": \"expect\", \"packet\": \"CONNACK\", \"precondition\": true}",
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        CU_ASSERT_PTR_NOT_NULL(fault_of(LEVEL_MUST, steps[i]));
}

static void branches_that_all_pass_demand_nothing_of_a_should(void)
{
    static const char steps[] = ", {\"device\": \"d1\", \"do\": \"expect_any\", \"of\": [{\"packet\": "
                                "\"CONNACK\"}, {\"closed\": true, \"verdict\": \"pass\"}]}";
    CU_ASSERT_PTR_NULL(fault_of(LEVEL_MUST, steps));
    CU_ASSERT_PTR_NOT_NULL(strstr(fault_of(LEVEL_SHOULD, steps), "expect_any"));
    CU_ASSERT_PTR_NOT_NULL(strstr(fault_of(LEVEL_INFO, steps), "expect_any"));
}

void unit_demand(void)
{
    UNIT(one_demand_is_enough);
    UNIT(no_demand_is_a_fault);
    UNIT(branches_that_all_pass_demand_nothing_of_a_should);
}
