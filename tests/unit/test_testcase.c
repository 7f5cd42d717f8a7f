#include "harness/testcase.h"

#include <string.h>

#include "harness/selector.h"
#include "harness/step.h"
#include "harness/suite.h"
#include "tests/unit/unit.h"

static struct suite suite;
static struct problems problems;

static void load(const char *text)
{
    problems = (struct problems){0};
    CU_ASSERT_TRUE_FATAL(suite_prepare(&suite, &problems));
    suite_load_text(&suite, str_of(text), "suites/platform/x.json", &problems);
}

static void unload(void)
{
    problems_fini(&problems);
    suite_fini(&suite);
}

#define HEAD                                                                                                 \
    "\"rev\": 2, \"level\": \"should\", \"requires\": [\"KAL-10\"], \"title\": {\"en\": \"t ${row.ka}\", "   \
    "\"zh\": \"标题\"}"

static const char with_rows[] =
    "{\"cases\": [{\"id\": \"KAL-900\", " HEAD
    ", \"profiles\": [\"2018\", \"2023\"], \"guards\": [\"keepalive.min\"],"
    " \"note\": \"for ${row.ka}\","
    " \"for_each\": [{\"id\": \"a\", \"ka\": 60}, {\"id\": \"b\", \"ka\": \"${profile.keepalive.min}\", "
    "\"note\": \"the least\"}],"
    " \"steps\": [{\"device\": \"d1\", \"do\": \"connect\", \"with\": {\"keepAlive\": \"${row.ka}\"}},"
    " {\"device\": \"d1\", \"do\": \"expect\", \"packet\": \"PUBLISH\", \"capture\": {\"mid\": "
    "\"packetId\"}, \"within_ms\": 100},"
    " {\"device\": \"d1\", \"do\": \"send\", \"packet\": \"PUBACK\", \"with\": {\"packetId\": "
    "\"${captured.mid}\"}}]}]}";

static const cJSON *keep_alive(const struct testcase *test)
{
    const cJSON *with = cJSON_GetObjectItemCaseSensitive(test->steps->child, "with");
    return cJSON_GetObjectItemCaseSensitive(with, "keepAlive");
}

static void a_case_is_one_for_each_profile_and_row(void)
{
    static const char *const keys[] = {"KAL-900:a@2018", "KAL-900:b@2018", "KAL-900:a@2023",
                                       "KAL-900:b@2023"};
    static const int kept[] = {60, 60, 60, 30};
    load(with_rows);
    problems_print(&problems, stderr);
    CU_ASSERT_EQUAL(problems.count, 0);
    CU_ASSERT_EQUAL_FATAL(suite.cases.count, 4);
    for (size_t i = 0; i < 4; i++) {
        CU_ASSERT_STRING_EQUAL(suite.cases.items[i]->key, keys[i]);
        CU_ASSERT_EQUAL(keep_alive(suite.cases.items[i])->valueint, kept[i]);
    }
    const struct testcase *last = suite.cases.items[3];
    CU_ASSERT_EQUAL(last->rev, 2);
    CU_ASSERT_EQUAL(last->level, LEVEL_SHOULD);
    CU_ASSERT_STRING_EQUAL(last->note, "for 30; the least");
    CU_ASSERT_STRING_EQUAL(last->title->child->valuestring, "t 30");
    CU_ASSERT_STRING_EQUAL(last->path, "suites/platform/x.json#/cases/0");
    CU_ASSERT_TRUE(last->manual_clock);
    CU_ASSERT_EQUAL(last->set_count, 0);
    CU_ASSERT_EQUAL(testcase_longest_ms(last), 2000 + 100 + 2000);
    unload();
}

static void selectors(void)
{
    load(with_rows);
    const struct testcase *test = suite.cases.items[3];
    static const char *const good[] = {"KAL-900", "KAL-900:b", "KAL-900:b@2023", "KAL-9*", "KAL-10",
                                       "x",       "*"};
    static const char *const bad[] = {"KAL-90", "KAL-900:a", "KAL-900@2023", "KAL-11", "platform",
                                      "x.json", ""};
    for (size_t i = 0; i < 7; i++) {
        CU_ASSERT_TRUE(selector_fits(good[i], test));
        CU_ASSERT_FALSE(selector_fits(bad[i], test));
    }
    CU_ASSERT_TRUE(selector_guards("keepalive.min", test));
    CU_ASSERT_TRUE(selector_guards("keepalive.*", test));
    CU_ASSERT_FALSE(selector_guards("keepalive.max", test));
    unload();
}

static const char over_transports[] =
    "{\"cases\": [{\"id\": \"KAL-900\", \"rev\": 1, \"level\": \"must\", \"requires\": [\"KAL-10\"], "
    "\"title\": {\"en\": \"${transport.name}\", \"zh\": \"t\"}, \"transports\": \"all\","
    " \"profiles\": [\"2018\", \"2023\", \"2023-tls\"],"
    " \"for_each\": [{\"id\": \"a\", \"cid\": \"x|securemode=${transport.securemode}|\"}],"
    " \"steps\": [{\"device\": \"d1\", \"do\": \"connect\", \"with\": {\"mqttClientId\": "
    "\"${row.cid}\"}}]}]}";

static void a_case_is_one_for_each_transport_that_a_profile_serves(void)
{
    static const char *const keys[] = {
        "KAL-900:a@tcp@2018", "KAL-900:a@tls@2018", "KAL-900:a@tls@2023-tls", "KAL-900:a@wss@2023-tls",
        "KAL-900:a@tcp@2023", "KAL-900:a@tls@2023", "KAL-900:a@ws@2023",      "KAL-900:a@wss@2023"};
    static const char *const ids[] = {"x|securemode=3|", "x|securemode=2|"};
    load(over_transports);
    problems_print(&problems, stderr);
    CU_ASSERT_EQUAL_FATAL(suite.cases.count, 8);
    for (size_t i = 0; i < 8; i++) {
        const struct testcase *test = suite.cases.items[i];
        const cJSON *with = cJSON_GetObjectItemCaseSensitive(test->steps->child, "with");
        const char *id = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(with, "mqttClientId"));
        CU_ASSERT_STRING_EQUAL(test->key, keys[i]);
        CU_ASSERT_STRING_EQUAL(test->row_id, "KAL-900:a");
        CU_ASSERT_STRING_EQUAL(id, ids[transport_is_encrypted(test->transport)]);
        CU_ASSERT_STRING_EQUAL(test->title->child->valuestring, transport_name(test->transport));
        CU_ASSERT_EQUAL(test->used_transports, 1u << test->transport);
        CU_ASSERT_EQUAL(test->is_first_transport, i == 0 || i == 2 || i == 4);
    }
    const struct testcase *wss = suite.cases.items[7];
    CU_ASSERT_TRUE(selector_fits("KAL-900:a", wss) && selector_fits("*@wss", wss) &&
                   selector_fits("*@2023", wss));
    CU_ASSERT_FALSE(selector_fits("*@ws", wss));
    CU_ASSERT_TRUE(selector_goes_over("wss", wss));
    CU_ASSERT_FALSE(selector_goes_over("ws", wss) || selector_goes_over("nothing", wss));
    unload();
}

static void transports_of_a_case_that_names_none(void)
{
    load("{\"cases\": [{\"id\": \"KAL-900\", \"rev\": 1, \"level\": \"must\", \"requires\": [\"KAL-10\"], "
         "\"title\": {\"en\": \"t\", \"zh\": \"t\"}, \"profiles\": [\"2023\", \"2023-tls\"],"
         " \"devices\": {\"d2\": {\"productKey\": \"pk\", \"deviceName\": \"b\", \"deviceSecret\": \"c\"}},"
         " \"steps\": [{\"device\": \"d1\", \"do\": \"open\", \"websocket\": {}}, {\"device\": \"d1\", "
         "\"do\": "
         "\"connect\"}, {\"device\": \"d2\", \"do\": \"connect\", \"transport\": \"tls\"}]}]}");
    problems_print(&problems, stderr);
    CU_ASSERT_EQUAL_FATAL(suite.cases.count, 2);
    CU_ASSERT_STRING_EQUAL(suite.cases.items[0]->key, "KAL-900@2023-tls");
    CU_ASSERT_EQUAL(suite.cases.items[0]->used_transports, 1u << TRANSPORT_WSS | 1u << TRANSPORT_TLS);
    CU_ASSERT_EQUAL(suite.cases.items[1]->used_transports, 1u << TRANSPORT_WS | 1u << TRANSPORT_TLS);
    unload();
}

static void the_same_mistake_is_said_once(void)
{
    load("{\"cases\": [{\"id\": \"KAL-900\", \"rev\": 1, \"level\": \"must\", \"requires\": [\"KAL-10\"], "
         "\"title\": {\"en\": \"t\", \"zh\": \"t\"},"
         " \"for_each\": [{\"id\": \"a\"}, {\"id\": \"b\"}],"
         " \"steps\": [{\"device\": \"d1\", \"do\": \"connect\", \"with\": {\"keepAlive\": \"${row.x}\"}}, "
         "{\"device\": \"d1\", \"do\": \"fly\"}]}]}");
    CU_ASSERT_EQUAL_FATAL(problems.count, 2);
    CU_ASSERT_STRING_EQUAL(problems.items[0].path, "suites/platform/x.json#/cases/0/steps/0/with/keepAlive");
    CU_ASSERT_STRING_EQUAL(problems.items[1].path, "suites/platform/x.json#/cases/0/steps/1");
    unload();
}

static void a_broker_of_its_own(void)
{
    load("{\"cases\": [{\"id\": \"KAL-900\", \"rev\": 1, \"level\": \"must\", \"requires\": [\"KAL-10\"], "
         "\"title\": {\"en\": \"t\", \"zh\": \"t\"},"
         " \"profiles\": [\"2023\"], \"timeout_ms\": 50, \"broker\": {\"set\": {\"keepalive.clamp\": true, "
         "\"sign.methods\": [\"hmacmd5\", \"sha256\"], \"connect.wait_s\": 3}},"
         " \"steps\": [{\"device\": \"d1\", \"do\": \"connect\"}]}]}");
    CU_ASSERT_EQUAL(problems.count, 0);
    const struct testcase *test = suite.cases.items[0];
    CU_ASSERT_EQUAL_FATAL(test->set_count, 3);
    CU_ASSERT_STRING_EQUAL(test->set[0], "keepalive.clamp=true");
    CU_ASSERT_STRING_EQUAL(test->set[1], "sign.methods=hmacmd5,sha256");
    CU_ASSERT_STRING_EQUAL(test->set[2], "connect.wait_s=3");
    CU_ASSERT_EQUAL(testcase_longest_ms(test), 50);
    unload();
}

static void nothing_hostile_ends_the_loader(void)
{
    static const char *const texts[] = {
        "",
        "[]",
        "{\"cases\": 5}",
        "{\"cases\": [5, null, [], \"x\", {}]}",
        "{\"cases\": [{\"id\": 5, \"title\": [], \"steps\": {}, \"for_each\": [5], \"devices\": [], "
        "\"broker\": 1}]}",
        "{\"cases\": [{\"id\": \"A-1\", \"title\": {}, \"for_each\": [5, {}], \"devices\": {\"d1\": 5}, "
        "\"broker\": {\"set\": []},"
        " \"profiles\": [5], \"requires\": [5], \"guards\": [null], \"steps\": [5, {}, {\"device\": 5, "
        "\"do\": 5},"
        " {\"device\": \"d1\", \"do\": \"expect\", \"packet\": \"PUBLISH\", \"where\": 5, \"capture\": [5], "
        "\"mock\": []},"
        " {\"device\": \"d1\", \"do\": \"expect_any\", \"of\": [5, {}]}, {\"device\": \"d1\", \"do\": "
        "\"send_together\", \"packets\": [5, {\"hex\": 5}]},"
        " {\"device\": \"d1\", \"do\": \"connect\", \"with\": 5, \"tls\": 5, \"cut\": {}, \"transport\": 5},"
        " {\"journal\": \"expect\", \"event\": 5}, {\"journal\": \"expect\", \"event\": \"offline\", "
        "\"where\": 5},"
        " {\"session\": \"expect\", \"device\": \"d1\", \"where\": 5}, {\"control\": \"GET\", \"path\": 5, "
        "\"expect\": 5}]}]}"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        load(texts[i]);
        CU_ASSERT_TRUE(problems.count > 0);
        unload();
    }
}

static void steps_are_told_in_a_few_words(void)
{
    cJSON *step = cJSON_Parse("{\"device\": \"d1\", \"do\": \"expect\", \"packet\": \"CONNACK\"}");
    char *text = step_summary(step);
    CU_ASSERT_STRING_EQUAL(text, "d1 expect CONNACK");
    CU_ASSERT_STRING_EQUAL(step_verb(step)->name, "expect");
    cJSON_free(text);
    cJSON_Delete(step);
}

void unit_testcase(void)
{
    UNIT(a_case_is_one_for_each_transport_that_a_profile_serves);
    UNIT(transports_of_a_case_that_names_none);
    UNIT(a_case_is_one_for_each_profile_and_row);
    UNIT(selectors);
    UNIT(the_same_mistake_is_said_once);
    UNIT(a_broker_of_its_own);
    UNIT(nothing_hostile_ends_the_loader);
    UNIT(steps_are_told_in_a_few_words);
}
