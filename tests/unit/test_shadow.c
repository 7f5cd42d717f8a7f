#include "mock-broker/shadow.h"

#include "lib/base/buf.h"
#include "tests/unit/asking.h"
#include "tests/unit/unit.h"

#define REQUEST "/shadow/update/pk/dn"
#define REPLY   "/shadow/get/pk/dn"

static void good(struct shadow **s, const char *request, const char *expected)
{
    ask_expect(REQUEST, request, s, 0, REPLY, expected);
}

/* The code of what is wrong with a request. */
static int64_t code_of(struct shadow **s, struct str request)
{
    struct answer a = ask(REQUEST, request, s);
    int64_t code = a.code;
    CU_ASSERT_TRUE(a.payload.len > 0 && a.payload.data[0] == '{');
    answer_fini(&a);
    return code;
}

static void updated_read_and_deleted(void)
{
    struct shadow *s = NULL;
    good(
        &s, "{\"method\":\"get\"}",
        "{\"method\":\"reply\",\"payload\":{\"status\":\"success\",\"state\":{\"reported\":{}},\"metadata\":{"
        "\"reported\":{}}},\"version\":0,\"timestamp\":100}");
    good(&s, "{\"method\":\"update\",\"state\":{\"reported\":{\"a\":1,\"b\":{\"c\":2}}},\"version\":4}",
         "{\"method\":\"reply\",\"payload\":{\"status\":\"success\",\"version\":4},\"timestamp\":100}");
    CU_ASSERT_EQUAL(shadow_version(s), 4);
    good(&s, "{\"method\":\"update\",\"state\":{\"reported\":{\"a\":3}}}",
         "{\"method\":\"reply\",\"payload\":{\"status\":\"success\",\"version\":5},\"timestamp\":100}");
    good(&s,
         "{\"method\":\"delete\",\"state\":{\"reported\":{\"b\":\"null\",\"a\":1,\"x\":null}},\"version\":6}",
         "{\"method\":\"reply\",\"payload\":{\"status\":\"success\",\"version\":6},\"timestamp\":100}");
    good(&s, "{\"method\":\"get\"}",
         "{\"method\":\"reply\",\"payload\":{\"status\":\"success\",\"state\":{\"reported\":{\"a\":3}},"
         "\"metadata\":{\"reported\":{\"a\":{\"timestamp\":100}}}},\"version\":6,\"timestamp\":100}");
    shadow_free(s);
    shadow_free(NULL);
    CU_ASSERT_EQUAL(shadow_version(NULL), 0);
}

static void mistakes_change_nothing(void)
{
    struct shadow *s = NULL;
    CU_ASSERT_EQUAL(
        code_of(&s, STR("{\"method\":\"update\",\"state\":{\"reported\":{\"a\":1}},\"version\":5}")), 0);
    const struct {
        const char *request;
        int64_t code;
    } rows[] = {{"", 400},
                {"{", 400},
                {"7", 400},
                {"{}", 401},
                {"{\"method\":7}", 401},
                {"{\"method\":\"put\"}", 406},
                {"{\"method\":\"update\",\"version\":6}", 402},
                {"{\"method\":\"update\",\"state\":7,\"version\":6}", 402},
                {"{\"method\":\"update\",\"state\":{},\"version\":6}", 404},
                {"{\"method\":\"update\",\"state\":{\"reported\":{}},\"version\":6}", 405},
                {"{\"method\":\"update\",\"state\":{\"reported\":[1]},\"version\":6}", 405},
                {"{\"method\":\"update\",\"state\":{\"reported\":{\"a\":2}},\"version\":5}", 409},
                {"{\"method\":\"update\",\"state\":{\"reported\":{\"a\":2}},\"version\":-2}", 403},
                {"{\"method\":\"update\",\"state\":{\"reported\":{\"a\":2}},\"version\":\"6\"}", 403},
                {"{\"method\":\"delete\",\"version\":6}", 402},
                {"{\"method\":\"delete\",\"state\":{},\"version\":6}", 404},
                {"{\"method\":\"delete\",\"state\":{\"reported\":\"null\"},\"version\":-1}", 409}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CU_ASSERT_EQUAL(code_of(&s, str_of(rows[i].request)), rows[i].code);
        CU_ASSERT_EQUAL(shadow_version(s), 5);
    }
    shadow_free(s);
}

static void emptied(void)
{
    struct shadow *s = NULL;
    CU_ASSERT_EQUAL(
        code_of(&s, STR("{\"method\":\"update\",\"state\":{\"reported\":{\"a\":1}},\"version\":5}")), 0);
    CU_ASSERT_EQUAL(code_of(&s, STR("{\"method\":\"update\",\"state\":{\"reported\":null},\"version\":6}")),
                    0);
    CU_ASSERT_EQUAL(shadow_version(s), 6);
    CU_ASSERT_EQUAL(code_of(&s, STR("{\"method\":\"update\",\"version\":-1}")), 0);
    CU_ASSERT_EQUAL(shadow_version(s), 0);
    shadow_free(s);
}

/* update with reported = n attributes k0, k1, … of this many bytes each. */
static int64_t update_with(struct shadow **s, int attributes, int bytes)
{
    struct buf request;
    buf_init(&request, 1024 * 1024);
    buf_append_str(&request, STR("{\"method\":\"update\",\"state\":{\"reported\":{"));
    for (int i = 0; i < attributes; i++)
        buf_printf(&request, "%s\"k%d\":\"%0*d\"", i ? "," : "", i, bytes, 1);
    buf_append_str(&request, STR("}}}"));
    int64_t code = code_of(s, buf_str(&request));
    buf_fini(&request);
    return code;
}

static void bounds(void)
{
    struct shadow *s = NULL;
    CU_ASSERT_EQUAL(update_with(&s, SHADOW_ATTRIBUTES_MAX, 1), 0);
    CU_ASSERT_EQUAL(update_with(&s, SHADOW_ATTRIBUTES_MAX + 1, 1), 408);
    shadow_free(s);
    s = NULL;
    const int around = 9; /* {"k0":""} */
    CU_ASSERT_EQUAL(update_with(&s, 1, SHADOW_BYTES_MAX - around), 0);
    CU_ASSERT_EQUAL(update_with(&s, 1, SHADOW_BYTES_MAX - around + 1), 400);
    CU_ASSERT_EQUAL(update_with(&s, 1, 3 * SHADOW_BYTES_MAX), 400);
    CU_ASSERT_EQUAL(shadow_version(s), 1);
    CU_ASSERT_EQUAL(code_of(&s, STR("{\"method\":\"delete\",\"state\":{\"reported\":\"null\"}}")), 0);
    CU_ASSERT_EQUAL(code_of(&s, STR("{\"method\":\"update\",\"state\":{\"reported\":"
                                    "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":1}}}}}}}")),
                    0);
    CU_ASSERT_EQUAL(code_of(&s, STR("{\"method\":\"update\",\"state\":{\"reported\":"
                                    "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":1}}}}}}}}")),
                    400);
    shadow_free(s);
}

void unit_shadow(void)
{
    UNIT(updated_read_and_deleted);
    UNIT(mistakes_change_nothing);
    UNIT(emptied);
    UNIT(bounds);
}
