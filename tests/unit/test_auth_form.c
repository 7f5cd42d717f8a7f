#include "lib/protocol/auth_form.h"

#include "tests/unit/unit.h"

#include <stdio.h>

/* The example request of S2; its sign is that of platform-facts 2.4, row 5. */
static const char example[] =
    "productKey=123&sign=7f9c0941a986fe6d3ad883eda7efda9c&timestamp=123&version=default&clientId=123&"
    "resouces=mqtt&deviceName=test";

static struct buf text;

static bool parse(const char *body, struct auth_form *form, struct auth_form_fault *fault)
{
    buf_fini(&text);
    buf_init(&text, 4096);
    return auth_form_parse(str_of(body), &text, form, fault);
}

static void expect_field(const struct auth_form *form, const char *name, const char *value)
{
    struct str got = auth_form_get(form, name);
    CU_ASSERT_PTR_NOT_NULL(got.p);
    CU_ASSERT_TRUE(str_is(got, value));
}

static void fields_are_decoded(void)
{
    struct auth_form form;
    struct auth_form_fault fault;
    CU_ASSERT_TRUE_FATAL(parse("a=1&b=%e4%bd%A0+x&c=a%26b%3Dc%25&%64=+&e=&f&g=x=y", &form, &fault));
    CU_ASSERT_EQUAL(form.count, 7);
    expect_field(&form, "a", "1");
    expect_field(&form, "b", "\xe4\xbd\xa0 x");
    expect_field(&form, "c", "a&b=c%");
    expect_field(&form, "d", " ");
    expect_field(&form, "e", "");
    expect_field(&form, "f", "");
    expect_field(&form, "g", "x=y");
    CU_ASSERT_PTR_NULL(auth_form_get(&form, "A").p);
    CU_ASSERT_PTR_NULL(auth_form_get(&form, "h").p);
}

static void empty_items_are_passed_over(void)
{
    struct auth_form form;
    struct auth_form_fault fault;
    CU_ASSERT_TRUE_FATAL(parse("&&a=1&&b=2&", &form, &fault));
    CU_ASSERT_EQUAL(form.count, 2);
    CU_ASSERT_EQUAL(form.ignored, 3);
    CU_ASSERT_TRUE(parse("", &form, &fault));
    CU_ASSERT_EQUAL(form.count, 0);
}

static void faults_are_named(void)
{
    static const struct {
        const char *body, *reason, *name;
        size_t offset;
    } rows[] = {
        {"a=1&b=2&a=3", "a field is given twice", "a", 8},
        {"clientId=1&client%49d=2", "a field is given twice", "clientId", 11},
        {"a=1&=2", "a field has no name", "", 4},
        {"ab=%4", "a percent sign is not followed by two hex digits", "", 3},
        {"ab=x%", "a percent sign is not followed by two hex digits", "", 4},
        {"ab=%zz", "a percent sign is not followed by two hex digits", "", 3},
        {"ab=%4&cd=1", "a percent sign is not followed by two hex digits", "", 3},
        {"a=1&b=%ff", "a field is not UTF-8", "", 6},
        {"a=%00", "a field holds a NUL", "", 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct auth_form form;
        struct auth_form_fault fault;
        CU_ASSERT_FALSE_FATAL(parse(rows[i].body, &form, &fault));
        CU_ASSERT_STRING_EQUAL(fault.reason, rows[i].reason);
        CU_ASSERT_EQUAL(fault.offset, rows[i].offset);
        CU_ASSERT_TRUE(str_is(fault.name, rows[i].name));
    }
}

static void bounds_hold(void)
{
    struct auth_form form;
    struct auth_form_fault fault;
    char body[400];
    size_t n = 0;
    for (int i = 0; i < AUTH_FORM_FIELDS_MAX; i++)
        n += (size_t)snprintf(body + n, sizeof body - n, "%sf%d=1", i ? "&" : "", i);
    CU_ASSERT_TRUE(parse(body, &form, &fault));
    snprintf(body + n, sizeof body - n, "&one=more");
    CU_ASSERT_FALSE(parse(body, &form, &fault));
    CU_ASSERT_STRING_EQUAL(fault.reason, "there are more than 32 fields");
    buf_fini(&text);
    buf_init(&text, 8);
    CU_ASSERT_TRUE(auth_form_parse(STR("a=%41+%4"), &text, &form, &fault) == false);
    CU_ASSERT_TRUE(auth_form_parse(STR("abc=%411"), &text, &form, &fault));
    CU_ASSERT_FALSE(auth_form_parse(STR("abc=%4111"), &text, &form, &fault));
    CU_ASSERT_STRING_EQUAL(fault.reason, "the body is too large");
}

static void expect_content(const char *body, enum auth_form_content which, const char *wanted)
{
    struct auth_form form;
    struct auth_form_fault fault;
    struct buf content;
    buf_init(&content, 1024);
    CU_ASSERT_TRUE_FATAL(parse(body, &form, &fault));
    CU_ASSERT_TRUE(auth_form_content(&form, which, &content));
    CU_ASSERT_STRING_EQUAL(buf_cstr(&content), wanted);
    buf_fini(&content);
}

static void content_is_sorted_and_chosen(void)
{
    expect_content(example, AUTH_FORM_KNOWN, "clientId123deviceNametestproductKey123timestamp123");
    expect_content(example, AUTH_FORM_ALL, "clientId123deviceNametestproductKey123resoucesmqtttimestamp123");
    expect_content(
        "productKey=pk&clientId=1&deviceName=dn&signmethod=hmacsha1&resources=mqtt&z=&Z=9&clientIdx=2",
        AUTH_FORM_ALL, "Z9clientId1clientIdx2deviceNamednproductKeypkz");
    expect_content("random=567345&signMethod=hmacsha1&productKey=pk&deviceName=dn&sign=00",
                   AUTH_FORM_REGISTRATION,
                   "deviceNamedn"
                   "productKeypk"
                   "random567345");
    expect_content("productKey=pk", AUTH_FORM_KNOWN, "productKeypk");
}

static void sign_is_verified(void)
{
    struct str secret = STR("secret");
    struct auth_form form;
    struct auth_form_fault fault;
    CU_ASSERT_TRUE_FATAL(parse(example, &form, &fault));
    struct str sign = auth_form_get(&form, "sign");
    CU_ASSERT_TRUE(auth_form_verify(&form, AUTH_FORM_KNOWN, SIGN_HMACMD5, secret, sign));
    CU_ASSERT_FALSE(auth_form_verify(&form, AUTH_FORM_ALL, SIGN_HMACMD5, secret, sign));
    CU_ASSERT_FALSE(auth_form_verify(&form, AUTH_FORM_KNOWN, SIGN_HMACMD5, STR("secreT"), sign));
    CU_ASSERT_FALSE(auth_form_verify(&form, AUTH_FORM_KNOWN, SIGN_HMACSHA1, secret, sign));
    CU_ASSERT_TRUE(auth_form_verify(&form, AUTH_FORM_KNOWN, SIGN_HMACSHA1, secret,
                                    STR("17B3CA175A2C737C69BE476E761EA62B2356E100")));
    CU_ASSERT_FALSE(auth_form_verify(&form, AUTH_FORM_KNOWN, SIGN_HMACMD5, secret, STR("")));
    buf_fini(&text);
}

void unit_auth_form(void)
{
    UNIT(fields_are_decoded);
    UNIT(empty_items_are_passed_over);
    UNIT(faults_are_named);
    UNIT(bounds_hold);
    UNIT(content_is_sorted_and_chosen);
    UNIT(sign_is_verified);
}
