#include "harness/judge/description.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/device_seen.h"
#include "tests/unit/unit.h"

static void each_member_is_checked(void)
{
    static const struct {
        const char *text, *path; /* NULL: good */
    } rows[] = {
        {"{}", NULL},
        {"{'name': 'n', 'transports': ['tcp', 'wss'], 'auth': ['https'], 'qos': [0, 1], 'subscribes': false, "
         "'keepAlive': 60}",
         NULL},
        {"{'colour': 1}", "d/colour"},
        {"{'name': 1}", "d/name"},
        {"{'transports': []}", "d/transports"},
        {"{'transports': 'tls'}", "d/transports"},
        {"{'transports': ['tls', 'udp']}", "d/transports/1"},
        {"{'qos': [2]}", "d/qos/0"},
        {"{'subscribes': 1}", "d/subscribes"},
        {"{'keepAlive': 65536}", "d/keepAlive"},
        {"{'reconnect_within_s': 0}", "d/reconnect_within_s"},
        {"[]", "d"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct problems problems = {0};
        cJSON *tree = device_seen_json(rows[i].text);
        CU_ASSERT_EQUAL(description_check(tree, "d", &problems), rows[i].path == NULL);
        CU_ASSERT_EQUAL_FATAL(problems.count, rows[i].path ? 1 : 0);
        if (rows[i].path)
            CU_ASSERT_STRING_EQUAL(problems.items[0].path, rows[i].path);
        problems_fini(&problems);
        cJSON_Delete(tree);
    }
}

static void needs_are_met_by_what_is_not_denied(void)
{
    static const struct {
        const char *description, *needs;
        bool met;
    } rows[] = {
        {"{}", "{'subscribes': true}", true},
        {"{'subscribes': true}", "{'subscribes': true}", true},
        {"{'subscribes': false}", "{'subscribes': true}", false},
        {"{'transports': ['tcp']}", "{'transports': ['tls', 'wss']}", false},
        {"{'transports': ['tcp', 'wss']}", "{'transports': ['tls', 'wss']}", true},
        {"{'qos': [0]}", "{'qos': [1]}", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *why = NULL;
        cJSON *description = device_seen_json(rows[i].description), *needs = device_seen_json(rows[i].needs);
        CU_ASSERT_EQUAL(description_meets(description, needs, &why), rows[i].met);
        CU_ASSERT_EQUAL(why == NULL, rows[i].met);
        free(why);
        cJSON_Delete(description);
        cJSON_Delete(needs);
    }
}

static void a_device_has_a_minute_to_come_back_unless_it_says_otherwise(void)
{
    cJSON *said = device_seen_json("{'reconnect_within_s': 5}"), *nothing = device_seen_json("{}");
    CU_ASSERT_EQUAL(description_times(said).reconnect_ms, 5000);
    CU_ASSERT_EQUAL(description_times(nothing).reconnect_ms, 60000);
    CU_ASSERT_EQUAL(description_times(nothing).subscribe_ms, 5000);
    CU_ASSERT_EQUAL(description_times(nothing).publish_ms, 10000);
    cJSON_Delete(said);
    cJSON_Delete(nothing);
}

void unit_description(void)
{
    UNIT(each_member_is_checked);
    UNIT(needs_are_met_by_what_is_not_denied);
    UNIT(a_device_has_a_minute_to_come_back_unless_it_says_otherwise);
}
