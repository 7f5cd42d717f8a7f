#include "lib/base/str.h"

#include "tests/unit/unit.h"

static const struct str none = {NULL, 0};

static void equality(void)
{
    CU_ASSERT_TRUE(str_eq(STR("abc"), STR("abc")));
    CU_ASSERT_FALSE(str_eq(STR("abc"), STR("abd")));
    CU_ASSERT_FALSE(str_eq(STR("abc"), STR("ab")));
    CU_ASSERT_TRUE(str_eq(STR(""), none));
    CU_ASSERT_TRUE(str_is(none, ""));
    CU_ASSERT_TRUE(str_is(none, NULL));
    CU_ASSERT_FALSE(str_is(STR("a\0b"), "a"));
    CU_ASSERT_TRUE(str_eq_nocase(STR("aBc-Z"), STR("AbC-z")));
    CU_ASSERT_FALSE(str_eq_nocase(STR("["), STR("{")));
    CU_ASSERT_FALSE(str_eq_nocase(STR("a"), STR("ab")));
    CU_ASSERT_EQUAL(str_of("four").n, 4);
    CU_ASSERT_EQUAL(str_of(NULL).n, 0);
}

static void heads_and_tails(void)
{
    CU_ASSERT_TRUE(str_starts(STR("abc"), STR("ab")));
    CU_ASSERT_TRUE(str_starts(STR("abc"), STR("")));
    CU_ASSERT_FALSE(str_starts(STR("abc"), STR("abcd")));
    CU_ASSERT_FALSE(str_starts(STR("abc"), STR("b")));
    CU_ASSERT_TRUE(str_ends(STR("abc"), STR("bc")));
    CU_ASSERT_TRUE(str_ends(STR("abc"), STR("")));
    CU_ASSERT_FALSE(str_ends(STR("abc"), STR("xabc")));
    CU_ASSERT_FALSE(str_ends(STR("abc"), STR("ab")));
}

static void trimming(void)
{
    CU_ASSERT_TRUE(str_is(str_trim(STR(" \t\n a b \r\x01")), "a b"));
    CU_ASSERT_EQUAL(str_trim(STR(" \n ")).n, 0);
    CU_ASSERT_EQUAL(str_trim(none).n, 0);
    CU_ASSERT_TRUE(str_eq(str_trim(STR("\0a\0")), STR("\0a\0")));
    CU_ASSERT_TRUE(str_is(str_trim(STR("\xc3\xa9 ")), "\xc3\xa9"));
}

static void finding(void)
{
    CU_ASSERT_EQUAL(str_find(STR("a|b|c"), '|'), 1);
    CU_ASSERT_EQUAL(str_rfind(STR("a|b|c"), '|'), 3);
    CU_ASSERT_EQUAL(str_find(STR("abc"), '|'), 3);
    CU_ASSERT_EQUAL(str_rfind(STR("abc"), '|'), 3);
    CU_ASSERT_EQUAL(str_find(none, 'a'), 0);
    CU_ASSERT_EQUAL(str_rfind(none, 'a'), 0);
}

static void whole_numbers(void)
{
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {"-0", 0},
                {"007", 7},
                {"-12", -12},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN}};
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "1.0",
                                      "0x1",
                                      "1e3",
                                      "--1",
                                      "a",
                                      "1-2",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999999999"};
    int64_t value;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        CU_ASSERT_TRUE(str_to_int(str_of(good[i].text), &value));
        CU_ASSERT_EQUAL(value, good[i].value);
    }
    value = 42;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_FALSE(str_to_int(str_of(bad[i]), &value));
    CU_ASSERT_EQUAL(value, 42);
    CU_ASSERT_FALSE(str_to_int(none, &value));
}

static void well_formed_utf8(void)
{
    static const char *const good[] = {"",
                                       "ascii",
                                       "\xc2\x80",
                                       "\xdf\xbf",
                                       "\xe0\xa0\x80",
                                       "\xed\x9f\xbf",
                                       "\xee\x80\x80",
                                       "\xef\xbf\xbf",
                                       "\xf0\x90\x80\x80",
                                       "\xf4\x8f\xbf\xbf"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CU_ASSERT_TRUE(str_is_utf8(str_of(good[i]), NULL));
    CU_ASSERT_TRUE(str_is_utf8(STR("a\0b"), NULL));
    CU_ASSERT_EQUAL(str_utf8_length(STR("a\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80")), 4);
    CU_ASSERT_EQUAL(str_utf8_length(none), 0);
}

static void ill_formed_utf8_and_its_place(void)
{
    static const struct {
        const char *text;
        size_t bad;
    } rows[] = {
        {"\x80", 0},       /* a continuation alone */
        {"ab\xc0\xaf", 2}, /* over-long */
        {"\xc1\xbf", 0},
        {"\xe0\x9f\xbf", 0},
        {"\xf0\x8f\xbf\xbf", 0},
        {"\xed\xa0\x80", 0}, /* surrogates */
        {"\xed\xbf\xbf", 0},
        {"\xf4\x90\x80\x80", 0}, /* above U+10FFFF */
        {"\xf5\x80\x80\x80", 0},
        {"\xff", 0},
        {"a\xc3", 1}, /* cut off */
        {"a\xe4\xb8", 1},
        {"a\xf0\x9f\x98", 1},
        {"\xe4\xb8z", 0},
        {"\xf0\x9f\x98z", 0},
        {"\xc3z", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t bad = 99;
        CU_ASSERT_FALSE(str_is_utf8(str_of(rows[i].text), &bad));
        CU_ASSERT_EQUAL(bad, rows[i].bad);
    }
}

static void printable_text(void)
{
    char out[8];
    str_printable(STR("a\nb\x7f\x1b\0c"), out, sizeof out);
    CU_ASSERT_STRING_EQUAL(out, "a?b???c");
    str_printable(STR("123456789"), out, sizeof out);
    CU_ASSERT_STRING_EQUAL(out, "1234567");
    str_printable(none, out, sizeof out);
    CU_ASSERT_STRING_EQUAL(out, "");
    out[0] = 'x';
    str_printable(STR("abc"), out, 1);
    CU_ASSERT_STRING_EQUAL(out, "");
    str_printable(STR("abc"), out, 0);
}

static void constant_time_equality(void)
{
    CU_ASSERT_TRUE(str_eq_constant_time("abcd", "abcd", 4));
    CU_ASSERT_FALSE(str_eq_constant_time("abcd", "abce", 4));
    CU_ASSERT_FALSE(str_eq_constant_time("xbcd", "abcd", 4));
    CU_ASSERT_FALSE(str_eq_constant_time("\x80", "\x00", 1));
    CU_ASSERT_TRUE(str_eq_constant_time("abcd", "abce", 3));
    CU_ASSERT_TRUE(str_eq_constant_time("a", "b", 0));
}

static void globs(void)
{
    static const struct {
        const char *pattern, *text;
        bool fits;
    } rows[] = {
        {"*", "", true},           {"", "", true},
        {"", "a", false},          {"a", "", false},
        {"KAL-*", "KAL-01", true}, {"KAL-*", "KAL-", true},
        {"KAL-*", "SIG-1", false}, {"?", "", false},
        {"K?L", "KAL", true},      {"*-0?", "KAL-01", true},
        {"*a*b", "xaxbxb", true},  {"*a*b", "xaxbxc", false},
        {"**", "x", true},         {"a*", "ba", false},
        {"abc", "abcd", false},    {"*.json", ".json", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(str_glob(rows[i].pattern, rows[i].text), rows[i].fits);
}

void unit_str(void)
{
    UNIT(equality);
    UNIT(heads_and_tails);
    UNIT(trimming);
    UNIT(finding);
    UNIT(whole_numbers);
    UNIT(well_formed_utf8);
    UNIT(ill_formed_utf8_and_its_place);
    UNIT(printable_text);
    UNIT(constant_time_equality);
    UNIT(globs);
}
