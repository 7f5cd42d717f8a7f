#include "harness/sheet.h"

#include "tests/unit/unit.h"

static void check_escaped(struct str text, const char *wanted)
{
    struct sheet s;
    sheet_init(&s);
    sheet_escaped_str(&s, text);
    CU_ASSERT_STRING_EQUAL(buf_cstr(&s.bytes), wanted);
    sheet_fini(&s);
}

static void markup_becomes_text(void)
{
    check_escaped(STR("<b title=\"x\" id='y'>&amp;</b>"),
                  "&lt;b title=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;");
    check_escaped(STR("plain"), "plain");
    check_escaped((struct str){NULL, 0}, "");
}

static void control_characters_become_symbols(void)
{
    check_escaped(STR("a\0b\x1b[31m\r\n\t\x7f"), "a␀b␛[31m␍\n␉␡");
    check_escaped(STR("\xc2\x85."), "\xef\xbf\xbd."); /* C1 */
}

static void what_could_mislead_is_replaced(void)
{
    check_escaped(STR("\xe2\x80\xae\xe2\x81\xa6."), "\xef\xbf\xbd\xef\xbf\xbd."); /* U+202E, U+2066 */
    check_escaped(STR("\xef\xbf\xbf"), "\xef\xbf\xbd");                           /* U+FFFF: not in XML */
    check_escaped(STR("\xe2\x80\x94 温度 ℃"), "\xe2\x80\x94 温度 ℃");             /* an em dash stays */
}

static void ill_formed_bytes_are_replaced_one_by_one(void)
{
    check_escaped(STR("\xff<\xe6\xb8"), "\xef\xbf\xbd&lt;\xef\xbf\xbd\xef\xbf\xbd");
    check_escaped(STR("\xc0\xbc"), "\xef\xbf\xbd\xef\xbf\xbd");                 /* over-long < */
    check_escaped(STR("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"); /* a surrogate */
}

static void quoted_text_is_json(void)
{
    struct sheet s;
    sheet_init(&s);
    sheet_quoted(&s, "a\"b\\c\n\x7f度\xff");
    CU_ASSERT_STRING_EQUAL(buf_cstr(&s.bytes), "\"a\\\"b\\\\c\\u000a\\u007f度\\ufffd\"");
    sheet_fini(&s);
}

static void a_full_sheet_says_so_and_takes_no_more(void)
{
    struct sheet s;
    sheet_init(&s);
    s.bytes.max = 4;
    sheet_put(&s, "abc");
    CU_ASSERT_FALSE(s.full);
    sheet_put(&s, "de");
    CU_ASSERT_TRUE(s.full);
    sheet_put(&s, "f"); /* would fit, but what came before it is missing */
    CU_ASSERT_TRUE(str_is(buf_str(&s.bytes), "abc"));
    sheet_fini(&s);
}

void unit_sheet(void)
{
    UNIT(markup_becomes_text);
    UNIT(control_characters_become_symbols);
    UNIT(what_could_mislead_is_replaced);
    UNIT(ill_formed_bytes_are_replaced_one_by_one);
    UNIT(quoted_text_is_json);
    UNIT(a_full_sheet_says_so_and_takes_no_more);
}
