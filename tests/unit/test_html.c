#include "harness/html.h"

#include <string.h>

#include "tests/unit/unit.h"

static void check_text(struct sheet *s, const char *wanted)
{
    CU_ASSERT_STRING_EQUAL(buf_cstr(&s->bytes), wanted);
    sheet_fini(s);
}

static void both_languages_or_one_when_they_are_the_same(void)
{
    struct sheet s;
    sheet_init(&s);
    html_say(&s, "Cases & runs", "用例");
    html_say(&s, "MQTT", "MQTT");
    check_text(&s, "<span lang=\"en\">Cases &amp; runs</span> <span lang=\"zh\">用例</span>MQTT");
}

static void an_id_becomes_a_link_whatever_is_in_it(void)
{
    struct sheet s;
    sheet_init(&s);
    html_href(&s, STR("KAL-010:a b\"<\0度@2023"));
    check_text(&s, " href=\"#KAL-010:a%20b%22%3C%00%E5%BA%A6@2023\"");
}

static void few_bytes_stand_as_they_are(void)
{
    struct sheet s;
    sheet_init(&s);
    html_hex(&s, "20 02 00 **", 100);
    check_text(&s, "<code>20 02 00 **</code>");
}

static void many_bytes_are_folded_into_a_dump(void)
{
    struct sheet s;
    sheet_init(&s);
    html_hex(&s, "00 01 02 03 04 05 06 07 08 09 0a 0b 41 3c 7e 7f ** 42", 100);
    const char *text = buf_cstr(&s.bytes);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(text, "<code>00 01 02 03 04 05 06 07 08 09 0a 0b …</code> 18 bytes</summary>"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "\n0010  ** 42"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "............A&lt;~.\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "*B\n"));
    CU_ASSERT_PTR_NULL(strstr(text, "more bytes"));
    sheet_fini(&s);
}

static void too_many_bytes_are_cut_and_counted(void)
{
    struct sheet s;
    sheet_init(&s);
    html_hex(&s, "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12", 17);
    const char *text = buf_cstr(&s.bytes);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "0010  10   "));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "… 2 more bytes, in results.json"));
    sheet_fini(&s);
}

static void a_transcript_that_was_cut_says_so(void)
{
    struct sheet s;
    sheet_init(&s);
    html_hex(&s, "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 … (+900 bytes)", 100);
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&s.bytes), "</code> 17 bytes"));
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&s.bytes), " … (+900 bytes)</pre>"));
    sheet_fini(&s);
}

static void hex_that_is_none_does_no_harm(void)
{
    static const char *const rows[] = {
        "", " ", "zz", "<script>", "0", "00  11\n22 333 4444444444444444444444444444444444444444"};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sheet s;
        sheet_init(&s);
        html_hex(&s, rows[i], 8);
        CU_ASSERT_PTR_NULL(strstr(buf_cstr(&s.bytes), "<script"));
        sheet_fini(&s);
    }
}

void unit_html(void)
{
    UNIT(both_languages_or_one_when_they_are_the_same);
    UNIT(an_id_becomes_a_link_whatever_is_in_it);
    UNIT(few_bytes_stand_as_they_are);
    UNIT(many_bytes_are_folded_into_a_dump);
    UNIT(too_many_bytes_are_cut_and_counted);
    UNIT(a_transcript_that_was_cut_says_so);
    UNIT(hex_that_is_none_does_no_harm);
}
