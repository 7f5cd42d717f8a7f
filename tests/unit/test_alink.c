#include "mock-broker/alink.h"

#include "tests/unit/asking.h"
#include "tests/unit/unit.h"

#include <stdio.h>

#define POST   "/sys/pk/dn/thing/event/property/post"
#define METHOD "\"method\":\"thing.event.property.post\",\"version\":\"1.0\"}"

static void good_requests(void)
{
    const char *told = "{\"code\":200,\"data\":{},\"id\":\"7\",\"message\":\"success\"," METHOD;
    ask_expect(POST, "{\"id\":\"7\",\"params\":{}}", NULL, 0, POST "_reply", told);
    ask_expect(POST, " {\"id\" : 7 , \"params\" : [ ], \"more\":1}\r\n", NULL, 0, POST "_reply", told);
    ask_expect(POST, "{\"id\":\"7\",\"sys\":{\"ack\":1},\"params\":{}}", NULL, 0, POST "_reply", told);
    ask_expect(POST, "{\"id\":\"7\",\"sys\":{\"ack\":0},\"params\":{}}", NULL, 0, NULL, NULL);
    ask_expect("/sys/pk/dn/thing/dsltemplate/get", "{\"id\":\"7\",\"params\":{}}", NULL, 0,
               "/sys/pk/dn/thing/dsltemplate/get_reply",
               "{\"code\":200,\"data\":{\"profile\":{\"productKey\":\"pk\"},\"properties\":[],\"events\":[],"
               "\"services\":[]},\"id\":\"7\",\"message\":\"success\",\"method\":\"thing.dsltemplate.get\","
               "\"version\":\"1.0\"}");
}

static void an_id_comes_back_as_it_was(void)
{
    ask_expect(POST, "{\"id\":\"\\u4e2d\\\"\",\"params\":{}}", NULL, 0, POST "_reply",
               "{\"code\":200,\"data\":{},\"id\":\"\u4e2d\\\"\",\"message\":\"success\"," METHOD);
    struct alink a = {0};
    CU_ASSERT_PTR_NULL(alink_read(&a, STR("{\"id\":-12345678901,\"params\":{}}")));
    CU_ASSERT_STRING_EQUAL(a.id, "-12345678901");
    alink_fini(&a);
}

static void bad_requests(void)
{
    const struct {
        const char *payload, *id;
    } rows[] = {{"", ""},
                {"x", ""},
                {"[]", ""},
                {"\"id\"", ""},
                {"{", ""},
                {"{\"id\":\"1\",\"params\":{}} x", ""},
                {"{\"params\":{}}", ""},
                {"{\"id\":\"\",\"params\":{}}", ""},
                {"{\"id\":1.5,\"params\":{}}", ""},
                {"{\"id\":true,\"params\":{}}", ""},
                {"{\"id\":\"1\"}", "1"},
                {"{\"id\":\"1\",\"params\":\"x\"}", "1"},
                {"{\"ID\":\"1\",\"params\":{}}", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char told[256];
        snprintf(told, sizeof told,
                 "{\"code\":460,\"data\":{},\"id\":\"%s\",\"message\":\"request parameter error\"," METHOD,
                 rows[i].id);
        ask_expect(POST, rows[i].payload, NULL, 460, POST "_reply", told);
    }
}

static void bounds(void)
{
    char text[256];
    for (int n = ALINK_ID_MAX; n <= ALINK_ID_MAX + 1; n++) {
        struct alink a = {0};
        snprintf(text, sizeof text, "{\"id\":\"%0*d\",\"params\":{}}", n, 1);
        CU_ASSERT_EQUAL(alink_read(&a, str_of(text)) == NULL, n == ALINK_ID_MAX);
        alink_fini(&a);
    }
    struct alink a = {0};
    CU_ASSERT_PTR_NOT_NULL(alink_read(&a, STR("{\"id\":\"\xff\",\"params\":{}}")));
    alink_fini(&a);
    CU_ASSERT_PTR_NOT_NULL(alink_read(&a, STR("{\"id\":\"1\",\"params\":{}}\0")));
    alink_fini(&a);
}

static void firmware_reports(void)
{
    const char *topic = "/ota/device/inform/pk/dn";
    ask_expect(topic, "{\"id\":1,\"params\":{\"version\":\"1\"}}", NULL, 0, NULL, NULL);
    ask_expect(topic, "{\"id\":1}", NULL, 460, NULL, NULL);
    ask_expect(topic, "1.0.0", NULL, 460, NULL, NULL);
}

void unit_alink(void)
{
    UNIT(good_requests);
    UNIT(an_id_comes_back_as_it_was);
    UNIT(bad_requests);
    UNIT(bounds);
    UNIT(firmware_reports);
}
