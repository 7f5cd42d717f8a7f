#include "mock-broker/metrics.h"

#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

static void refusals_are_counted_by_rule_and_the_table_is_bounded(void)
{
    static char names[METRICS_RULES_MAX + 5][24];
    static struct metrics m;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < METRICS_RULES_MAX + 5; i++) {
            snprintf(names[i], sizeof names[i], "rule-%d", i);
            metrics_refused(&m, names[i]);
        }
    }
    CU_ASSERT_STRING_EQUAL(m.rules[0].rule, "rule-0");
    CU_ASSERT_EQUAL(m.rules[0].refused, 2);
    CU_ASSERT_EQUAL(m.rules[METRICS_RULES_MAX - 2].refused, 2);
    CU_ASSERT_STRING_EQUAL(m.rules[METRICS_RULES_MAX - 1].rule, "other");
    CU_ASSERT_EQUAL(m.rules[METRICS_RULES_MAX - 1].refused, 2 * 6);
}

void unit_metrics(void)
{
    UNIT(refusals_are_counted_by_rule_and_the_table_is_bounded);
}
