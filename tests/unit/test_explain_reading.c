#include "lib/rules/explain_inner.h"

#include "tests/unit/unit.h"

static void base64_is_decoded(void)
{
    static const struct {
        const char *text, *bytes;
    } rows[] = {{"YQ==", "a"},  {"YWI=", "ab"},           {"YWJj", "abc"},          {"YQ", "a"},
                {"YWI", "ab"},  {"Pz8_", "\x3f\x3f\x3f"}, {"Pz8/", "\x3f\x3f\x3f"}, {"Pj4-", ">>>"},
                {"Pj4+", ">>>"}};
    static const char *const bad[] = {"", "=", "Y", "YQ=", "YQ===", "Y!==", "YW Jj", "YWJj\n", "===="};
    uint8_t out[16];
    size_t length;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CU_ASSERT_TRUE(explain_base64(str_of(rows[i].text), out, sizeof out, &length));
        CU_ASSERT_TRUE(str_eq((struct str){(char *)out, length}, str_of(rows[i].bytes)));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_FALSE(explain_base64(str_of(bad[i]), out, sizeof out, &length));
    CU_ASSERT_FALSE(explain_base64(STR("YWJjYWJjYWJjYWJjYWJjYWJj"), out, sizeof out, &length));
}

static void expect_read(bool (*read)(struct str, struct explain_reading *), struct str password, bool good,
                        size_t size)
{
    struct explain_reading reading = {.size = 0};
    CU_ASSERT_EQUAL(read(password, &reading), good);
    if (good)
        CU_ASSERT_EQUAL(reading.size, size);
}

static void each_form_is_read(void)
{
    expect_read(explain_read_base64, STR("YWFhYWFhYWFhYWFhYWFhYQ=="), true, 16);
    expect_read(explain_read_base64, STR("YWFhYQ=="), false, 0);
    expect_read(explain_read_raw,
                STR("\xff"
                    "123456789012345"),
                true, 16);
    expect_read(explain_read_raw, STR("1234567890123456"), false, 0);
    expect_read(explain_read_raw,
                STR("\xff"
                    "1234"),
                false, 0);
    expect_read(explain_read_hex_twice,
                STR("3132333435363738396162636465663031323334353637383961626364656630"), true, 32);
    expect_read(explain_read_hex_twice,
                STR("ff32333435363738396162636465663031323334353637383961626364656630"), false, 0);
    expect_read(explain_read_cut, STR("12345678"), true, 8);
    expect_read(explain_read_cut, STR("1234567"), false, 0);
    expect_read(explain_read_cut, STR("1234567x"), false, 0);
    expect_read(explain_read_whitespace, STR(" 12\n34\0"), true, 4);
    expect_read(explain_read_whitespace, STR("1234"), false, 0);
    expect_read(explain_read_whitespace, STR("  "), false, 0);
    expect_read(explain_read_quoted, STR("\"1234\""), true, 4);
    expect_read(explain_read_quoted, STR("\"1234'"), false, 0);
    expect_read(explain_read_quoted, STR("\"\""), false, 0);
    expect_read(explain_read_quoted,
                STR("\0"
                    "12\0"),
                false, 0);
}

/* No reading writes past its room. */
static void long_passwords_are_not_read(void)
{
    bool (*const reads[])(struct str, struct explain_reading *) = {
        explain_read_base64, explain_read_raw,        explain_read_hex_twice,
        explain_read_cut,    explain_read_whitespace, explain_read_quoted};
    static char text[1024];
    static const char fills[] = {'a', ' ', '"', '\xff'};
    for (size_t f = 0; f < sizeof fills; f++) {
        memset(text, fills[f], sizeof text);
        for (size_t i = 0; i < sizeof reads / sizeof reads[0]; i++) {
            struct explain_reading reading = {.size = 0};
            CU_ASSERT_FALSE(reads[i]((struct str){text, sizeof text}, &reading));
            reads[i]((struct str){text, EXPLAIN_READING_MAX}, &reading);
            CU_ASSERT_TRUE(reading.size <= EXPLAIN_READING_MAX);
        }
    }
}

void unit_explain_reading(void)
{
    UNIT(base64_is_decoded);
    UNIT(each_form_is_read);
    UNIT(long_passwords_are_not_read);
}
