/* What each verdict becomes in the formats that know fewer of them, and what text becomes there. */
#include "harness/report.h"

#include <string.h>

#include "lib/base/mem.h"
#include "tests/unit/unit.h"

/* One run as a text of a format; the caller frees with sheet_fini. */
static const char *rendered(const struct reporter *reporter, const char *verdict, const char *title,
                            struct sheet *out)
{
    cJSON *results = cJSON_Parse(
        "{\"overall\":\"INCOMPLETE\",\"profiles\":[\"p\"],\"target\":{\"name\":\"t\"},\"cases\":[{\"id\":"
        "\"KAL-1\","
        "\"key\":\"KAL-1@p\",\"profile\":\"p\",\"level\":\"must\",\"title\":{\"zh\":\"\"},"
        "\"message\":\"why & how\",\"actual\":\"a\\u0001<b>\",\"requires\":[\"KAL-01\",\"KAL-02\"]}]}");
    cJSON *run = cJSON_GetObjectItem(results, "cases")->child;
    cJSON_AddStringToObject(run, "verdict", verdict);
    cJSON_AddStringToObject(cJSON_GetObjectItem(run, "title"), "en", title);
    sheet_init(out);
    reporter->render(results, out);
    cJSON_Delete(results);
    return buf_cstr(&out->bytes);
}

static void check(void (*render)(const cJSON *, struct sheet *), const char *verdict, const char *title,
                  const char *part)
{
    struct sheet out;
    const struct reporter reporter = {"x", "x", render, NULL};
    const char *text = rendered(&reporter, verdict, title, &out);
    if (!strstr(text, part))
        fprintf(stderr, "\n%s: no %s in:\n%s", verdict, part, text);
    CU_ASSERT_PTR_NOT_NULL(strstr(text, part));
    sheet_fini(&out);
}

static void junit_tells_verdicts_in_its_own_words(void)
{
    check(report_junit, "FAIL", "t", "tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\"");
    check(report_junit, "FAIL", "t",
          "<failure message=\"why &amp; how\" type=\"FAIL\">actual: a␁&lt;b&gt;\n</failure>");
    check(report_junit, "ERROR", "t", "<error message=\"why &amp; how\" type=\"ERROR\">");
    check(report_junit, "INCONCLUSIVE", "t", "errors=\"1\"");
    check(report_junit, "SKIP", "t", "<skipped message=\"why &amp; how\"/>");
    check(report_junit, "UNSUPPORTED", "t", "skipped=\"1\"");
    check(report_junit, "NONSTRICT", "t", "failures=\"0\" errors=\"0\" skipped=\"0\"");
    check(report_junit, "NONSTRICT", "t", "<property name=\"verdict\" value=\"NONSTRICT\"/>");
    check(report_junit, "PASS", "t", "<testcase classname=\"p.KAL\" name=\"KAL-1\"");
}

static void tap_tells_verdicts_in_its_own_words(void)
{
    check(report_tap, "PASS", "t", "TAP version 14\n1..1\nok 1 - KAL-1@p t\n");
    check(report_tap, "FAIL", "t", "\nnot ok 1 - KAL-1@p t\n  ---\n  verdict: \"FAIL\"\n");
    check(report_tap, "FAIL", "t", "  requires: [\"KAL-01\", \"KAL-02\"]\n");
    check(report_tap, "ERROR", "t", "\nnot ok 1");
    check(report_tap, "INCONCLUSIVE", "t", "\nnot ok 1");
    check(report_tap, "NONSTRICT", "t", "\nok 1 - KAL-1@p t\n  ---\n");
    check(report_tap, "SKIP", "t", "\nok 1 - KAL-1@p t # SKIP why & how\n");
    check(report_tap, "UNSUPPORTED", "t", "# SKIP");
    check(report_tap, "PASS", "a # SKIP \\ b\nnot ok 2", "KAL-1@p a \\# SKIP \\\\ b not ok 2\n");
}

static void markdown_keeps_text_text(void)
{
    check(report_markdown, "FAIL", "*b* [x](y) @user <i>\n# h",
          "&#42;b&#42; &#91;x&#93;&#40;y&#41; &#64;user &lt;i&gt; &#35; h");
    check(report_markdown, "FAIL", "t", "| must | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 |");
    check(report_markdown, "PASS", "t", "### INCOMPLETE\n");
}

static void long_text_is_cut_in_markdown(void)
{
    char title[1000];
    memset(title, 'x', sizeof title - 1);
    title[sizeof title - 1] = 0;
    check(report_markdown, "FAIL", title, "xxx …;");
}

void unit_report_formats(void)
{
    UNIT(junit_tells_verdicts_in_its_own_words);
    UNIT(tap_tells_verdicts_in_its_own_words);
    UNIT(markdown_keeps_text_text);
    UNIT(long_text_is_cut_in_markdown);
}
