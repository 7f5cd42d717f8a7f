/* JUnit XML as the common readers take it: a suite per profile, the area as class, control bytes as symbols. */
#include "report.h"

#include <string.h>

#include "view.h"

/* How a verdict is told in JUnit's own words. What was expected is no failure, and what should have failed and passed is one. */
static const char *kind_of(const cJSON *run)
{
    const char *verdict = view_text(run, "verdict");
    static const struct {
        const char *verdict, *kind;
    } rows[] = {{"FAIL", "failure"},        {"ERROR", "error"},  {"INCONCLUSIVE", "error"},
                {"UNSUPPORTED", "skipped"}, {"SKIP", "skipped"}, {"NOT RUN", "skipped"}};
    if (view_expectation(run) == VIEW_AS_EXPECTED)
        return "skipped";
    if (view_expectation(run) == VIEW_UNEXPECTED)
        return "failure";
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].verdict, verdict) == 0)
            return rows[i].kind;
    return ""; /* PASS, NONSTRICT, INFO */
}

static void property(struct sheet *out, const char *name, const char *value)
{
    sheet_printf(out, "        <property name=\"%s\" value=\"", name);
    sheet_escaped(out, value);
    sheet_put(out, "\"/>\n");
}

static void properties(struct sheet *out, const cJSON *run)
{
    const cJSON *id;
    sheet_put(out, "      <properties>\n");
    property(out, "verdict", view_text(run, "verdict"));
    property(out, "level", view_text(run, "level"));
    cJSON_ArrayForEach(id, view_member(run, "requires"))
        property(out, "requirement", cJSON_IsString(id) ? id->valuestring : "");
    property(out, "title", view_two(run, "title").en);
    property(out, "title.zh", view_two(run, "title").zh);
    if (*view_text(run, "step"))
        property(out, "step", view_text(run, "step"));
    sheet_put(out, "      </properties>\n");
}

static void labelled(struct sheet *out, const char *label, const char *text)
{
    if (!*text)
        return;
    sheet_printf(out, "%s: ", label);
    sheet_escaped(out, text);
    sheet_put(out, "\n");
}

/* The element that says why: <failure>, <error> or <skipped>. */
static void reason(struct sheet *out, const cJSON *run, const char *kind)
{
    const cJSON *at = view_divergence(run);
    sheet_printf(out, "      <%s message=\"", kind);
    sheet_escaped(out, view_text(run, "message"));
    if (view_expectation(run) != VIEW_NOT_EXPECTED) {
        struct sheet expected;
        sheet_init(&expected);
        view_expected(run, &expected);
        sheet_put(out, *view_text(run, "message") ? "; expected: " : "expected: ");
        sheet_escaped_str(out, buf_str(&expected.bytes));
        sheet_fini(&expected);
    }
    if (strcmp(kind, "skipped") == 0) {
        sheet_put(out, "\"/>\n");
        return;
    }
    sheet_put(out, "\" type=\"");
    const char *code = view_text(run, "reason");
    sheet_escaped(out, *code ? code : view_text(run, "verdict"));
    sheet_put(out, "\">");
    labelled(out, "expected", view_text(run, "expected"));
    labelled(out, "actual", view_text(run, "actual"));
    labelled(out, "change", view_two(run, "change").en);
    labelled(out, "step", view_text(run, "step"));
    if (at) {
        struct sheet fields;
        sheet_init(&fields);
        view_fields(view_member(at, "fields"), &fields);
        sheet_put(out, "first difference: ");
        sheet_escaped(out, *view_text(at, "packet") ? view_text(at, "packet") : view_text(at, "what"));
        sheet_put(out, " ");
        sheet_escaped_str(out, buf_str(&fields.bytes));
        sheet_put(out, "\n");
        labelled(out, "bytes", view_text(at, "hex"));
        sheet_fini(&fields);
    }
    sheet_printf(out, "</%s>\n", kind);
}

static void test_case(struct sheet *out, const cJSON *run)
{
    const char *id = view_text(run, "id"), *kind = kind_of(run);
    struct str area = {id, str_find(str_of(id), '-')};
    sheet_put(out, "    <testcase classname=\"");
    sheet_escaped(out, view_text(run, "profile"));
    sheet_put(out, ".");
    sheet_escaped_str(out, area);
    sheet_put(out, "\" name=\"");
    sheet_escaped(out, id);
    sheet_printf(out, "\" time=\"%.6f\">\n", view_number(run, "duration_ms") / 1000);
    properties(out, run);
    if (*kind)
        reason(out, run, kind);
    sheet_put(out, "    </testcase>\n");
}

struct totals {
    int tests, failures, errors, skipped;
    double seconds;
};

/* The totals of a profile's runs; profile NULL: of all. */
static struct totals totals_of(const cJSON *results, const char *profile)
{
    struct totals sum = {0};
    const cJSON *run;
    cJSON_ArrayForEach(run, view_member(results, "cases"))
    {
        if (profile && strcmp(view_text(run, "profile"), profile) != 0)
            continue;
        const char *kind = kind_of(run);
        sum.tests++;
        sum.failures += strcmp(kind, "failure") == 0;
        sum.errors += strcmp(kind, "error") == 0;
        sum.skipped += strcmp(kind, "skipped") == 0;
        sum.seconds += view_number(run, "duration_ms") / 1000;
    }
    return sum;
}

static void suite(struct sheet *out, const cJSON *results, const char *profile)
{
    struct totals sum = totals_of(results, profile);
    const cJSON *run;
    sheet_put(out, "  <testsuite name=\"");
    sheet_escaped(out, profile);
    sheet_printf(out,
                 "\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\" time=\"%.6f\" timestamp=\"",
                 sum.tests, sum.failures, sum.errors, sum.skipped, sum.seconds);
    sheet_escaped(out, view_text(results, "started"));
    sheet_put(out, "\">\n");
    cJSON_ArrayForEach(run, view_member(results, "cases"))
    {
        if (strcmp(view_text(run, "profile"), profile) == 0)
            test_case(out, run);
    }
    sheet_put(out, "  </testsuite>\n");
}

void report_junit(const cJSON *results, struct sheet *out)
{
    struct totals sum = totals_of(results, NULL);
    const cJSON *profile;
    sheet_put(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"iotconform\"");
    sheet_printf(out, " tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"%d\" time=\"%.6f\">\n",
                 sum.tests, sum.failures, sum.errors, sum.skipped,
                 view_number(results, "duration_ms") / 1000);
    cJSON_ArrayForEach(profile, view_member(results, "profiles"))
    {
        if (cJSON_IsString(profile))
            suite(out, results, profile->valuestring);
    }
    sheet_put(out, "</testsuites>\n");
}
