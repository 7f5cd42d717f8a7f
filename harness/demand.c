#include "demand.h"

#include <string.h>

#include "harness/step.h"
#include "lib/base/json.h"
#include "lib/base/str.h"

/* An expect_any whose branches all pass still demands that one of them comes; where a failure would not count (should, info),
 * that is what every platform does. */
static bool branches_differ(const cJSON *step)
{
    const cJSON *branch;
    cJSON_ArrayForEach(branch, cJSON_GetObjectItemCaseSensitive(step, "of"))
    {
        const char *verdict = json_text_or(branch, "verdict", "");
        if (*verdict && strcmp(verdict, "pass") != 0)
            return true;
    }
    return false;
}

enum demand { DEMANDS, DEMANDS_NOTHING, DEMANDS_ANYTHING };

static enum demand demand_of(const cJSON *step, enum level level)
{
    const char *verb = json_text_or(step, "do", "");
    if (strcmp(verb, "expect_any") == 0)
        return level == LEVEL_MUST || branches_differ(step) ? DEMANDS : DEMANDS_ANYTHING;
    bool demands = str_starts(str_of(verb), STR("expect")) || strcmp(verb, "fence") == 0 ||
                   strcmp(json_text_or(step, "clock", ""), "expect") == 0 ||
                   cJSON_HasObjectItem(step, "journal") || cJSON_HasObjectItem(step, "session") ||
                   cJSON_HasObjectItem(step, "expect");
    return demands ? DEMANDS : DEMANDS_NOTHING;
}

static const char *fault_of(const struct testcase *test, bool has_control)
{
    const char *fault = "cannot fail: no step demands anything of the platform";
    const cJSON *step;
    cJSON_ArrayForEach(step, test->steps)
    {
        /* What must hold before the case begins is no demand either: it makes the case inconclusive. */
        if (cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(step, "precondition")))
            continue;
        if (!has_control && step_needs_control(step))
            continue;
        enum demand demand = demand_of(step, test->level);
        if (demand == DEMANDS)
            return NULL;
        if (demand == DEMANDS_ANYTHING)
            fault = "cannot fail: every branch of its expect_any passes, and it is no must";
    }
    return fault;
}

const char *demand_fault(const struct testcase *test)
{
    return fault_of(test, true);
}

const char *demand_fault_on_wire(const struct testcase *test)
{
    return fault_of(test, false);
}
