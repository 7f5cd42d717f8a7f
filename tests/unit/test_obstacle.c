#include "harness/obstacle.h"

#include <stdlib.h>
#include <string.h>

#include "harness/suite.h"
#include "lib/base/mem.h"
#include "tests/unit/unit.h"

#define SIGN_IN                                                                                              \
    "{\"device\": \"d1\", \"do\": \"connect\"}, {\"device\": \"d1\", \"do\": \"expect\", \"packet\": "       \
    "\"CONNACK\", \"where\": {\"returnCode\": 0}}"

/* The message of a case with these steps at a target without control API, or "" where it is run; the caller frees. */
static char *message_of(const char *head, const char *steps, const char *product_key)
{
    struct suite suite;
    struct problems problems = {0};
    char text[2048], device[256];
    CU_ASSERT_FATAL(suite_prepare(&suite, &problems));
    snprintf(text, sizeof text,
             "{\"cases\": [{\"id\": \"TST-001\", \"rev\": 1, \"level\": \"must\", \"profiles\": [\"2023\"], "
             "\"title\": {\"en\": \"t\", \"zh\": \"t\"}, %s, \"steps\": [" SIGN_IN "%s]}]}",
             head, steps);
    snprintf(device, sizeof device,
             "{\"productKey\": \"%s\", \"deviceName\": \"device\", \"deviceSecret\": \"secret\"}",
             product_key);
    struct target target = {.device = cJSON_Parse(device),
                            .endpoints = cJSON_Parse("{\"mqtt\": {\"host\": \"h\", \"tcp\": 1883}}")};
    suite.device = target.device;
    suite_load_text(&suite, str_of(text), "t", &problems);
    CU_ASSERT_EQUAL_FATAL(problems.count, 0);
    struct obstacle o = obstacle_of(suite.cases.items[0], &target, suite.ledger, false, false);
    CU_ASSERT_EQUAL(o.reason == NULL, o.message == NULL);
    cJSON_Delete(target.device);
    cJSON_Delete(target.endpoints);
    suite_fini(&suite);
    return o.message ? o.message : mem_strdup("");
}

static void what_keeps_a_case_from_being_run(void)
{
    static const struct {
        const char *head, *steps, *product_key, *message;
    } rows[] = {
        {"\"safe\": true, \"requires\": [\"MQT-05\"]", "", "pk", ""},
        {"\"safe\": true, \"requires\": [\"MQT-05\"]", ", {\"journal\": \"expect\", \"event\": \"online\"}",
         "pk", ""},
        {"\"requires\": [\"MQT-05\"]", "", "pk", "not tagged safe"},
        {"\"safe\": true, \"requires\": [\"MQT-05\"]", ", {\"clock\": \"advance\", \"ms\": 1}", "pk",
         "moves the clock"},
        {"\"safe\": true, \"requires\": [\"MQT-05\"], \"broker\": {\"set\": {\"keepalive.min\": 40}}", "",
         "pk", "other profile values"},
        {"\"safe\": true, \"requires\": [\"MQT-05\"]",
         ", {\"control\": \"POST\", \"path\": \"/faults\", \"body\": {}}", "pk", "POST /faults"},
        {"\"safe\": true, \"requires\": [\"LOG-01\"]", "", "pk", "shows in the journal only"},
        {"\"safe\": true, \"requires\": [\"MQT-05\"]", ", {\"journal\": \"expect\", \"event\": \"offline\"}",
         "pk", "beyond a sign-in"},
        {"\"safe\": true, \"requires\": [\"MQT-05\"]",
         ", {\"device\": \"d1\", \"do\": \"send\", \"packet\": \"PUBLISH\", \"with\": {\"topic\": "
         "\"/pk/device/user/x\", \"payload\": \"\"}}",
         "a1", "documents' own device"},
        {"\"safe\": true, \"requires\": [\"MQT-05\"], \"devices\": {\"d2\": {\"productKey\": \"pk\", "
         "\"deviceName\": \"other\", \"deviceSecret\": \"s\"}}",
         "", "pk", "another device"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *message = message_of(rows[i].head, rows[i].steps, rows[i].product_key);
        CU_ASSERT(*rows[i].message ? strstr(message, rows[i].message) != NULL : *message == '\0');
        free(message);
    }
}

void unit_obstacle(void)
{
    UNIT(what_keeps_a_case_from_being_run);
}
