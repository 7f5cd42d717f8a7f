#include "harness/judge/roster.h"

#include <stdlib.h>

#include "tests/unit/device_seen.h"
#include "tests/unit/unit.h"

/* Two cases, the second with a character that stands in no name. */
static char one[] = "DEV-1", two[] = "DEV-2:row";
static struct device_case cases[2] = {{.test.id = one}, {.test.id = two}};

static void is_told(const char *description, bool is_mapped, const char *wanted)
{
    struct device_case *const chosen[] = {&cases[0], &cases[1]};
    cJSON *said = device_seen_json(description), *expected = device_seen_json(wanted);
    const struct examiner_options options = {.product_key = "pk",
                                             .device_name = "d",
                                             .device_secret = "s",
                                             .product_secret = "ps",
                                             .description = said,
                                             .is_mapped = is_mapped,
                                             .at_once = 1,
                                             .cases = chosen,
                                             .case_count = 2};
    cJSON *config = roster_config(&options);
    CU_ASSERT_TRUE(cJSON_Compare(config, expected, true));
    cJSON_Delete(config);
    cJSON_Delete(expected);
    cJSON_Delete(said);
}

static void one_device_is_told_once(void)
{
    is_told("{'auth': ['secret']}", false,
            "{'products': [{'productKey': 'pk', 'devices': [{'deviceName': 'd', 'deviceSecret': 's'}]}]}");
}

static void each_case_has_its_device(void)
{
    is_told("{'auth': ['secret', 'https']}", true,
            "{'products': [{'productKey': 'pk', 'devices': [{'deviceName': 'd-first', 'deviceSecret': 's'}, "
            "{'deviceName': 'd-DEV-1', 'deviceSecret': 's'}, {'deviceName': 'd-DEV-2_row', 'deviceSecret': "
            "'s'}]}]}");
}

static void what_may_register_waits_for_its_secret(void)
{
    is_told("{'auth': ['registration']}", false,
            "{'products': [{'productKey': 'pk', 'productSecret': 'ps', 'dynamicRegistration': true, "
            "'registration': 'pre', 'devices': [{'deviceName': 'd', 'deviceSecret': 's', 'activated': "
            "false}]}]}");
}

static void what_is_not_described_may_register_in_every_way(void)
{
    is_told("{}", false,
            "{'products': [{'productKey': 'pk', 'productSecret': 'ps', 'dynamicRegistration': true, "
            "'registration': 'free', 'devices': [{'deviceName': 'd', 'deviceSecret': 's', 'activated': "
            "false}]}]}");
}

void unit_roster(void)
{
    UNIT(one_device_is_told_once);
    UNIT(each_case_has_its_device);
    UNIT(what_may_register_waits_for_its_secret);
    UNIT(what_is_not_described_may_register_in_every_way);
}
