/* TAP version 14: a line per run, a YAML block where something is to be said. */
#include "report.h"

#include <string.h>

#include "view.h"

/* A description may hold neither a bare # (a directive) nor a line feed. */
static void description(struct sheet *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '#' || *text == '\\')
            sheet_put(out, "\\");
        char c = (unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text;
        sheet_put_str(out, (struct str){&c, 1});
    }
}

static void yaml(struct sheet *out, const char *key, const char *text)
{
    if (!*text)
        return;
    sheet_printf(out, "  %s: ", key);
    sheet_quoted(out, text);
    sheet_put(out, "\n");
}

static void diagnosis(struct sheet *out, const cJSON *run)
{
    const cJSON *id;
    sheet_put(out, "  ---\n");
    yaml(out, "verdict", view_text(run, "verdict"));
    yaml(out, "level", view_text(run, "level"));
    sheet_put(out, "  requires: [");
    cJSON_ArrayForEach(id, view_member(run, "requires"))
    {
        sheet_put(out, id == view_member(run, "requires")->child ? "" : ", ");
        sheet_quoted(out, cJSON_IsString(id) ? id->valuestring : "");
    }
    sheet_put(out, "]\n");
    yaml(out, "reason", view_text(run, "reason"));
    yaml(out, "message", view_text(run, "message"));
    yaml(out, "expected", view_text(run, "expected"));
    yaml(out, "actual", view_text(run, "actual"));
    yaml(out, "change", view_two(run, "change").en);
    yaml(out, "step", view_text(run, "step"));
    sheet_put(out, "  ...\n");
}

static bool is_one_of(const char *verdict, const char *const words[])
{
    for (size_t i = 0; words[i]; i++)
        if (strcmp(words[i], verdict) == 0)
            return true;
    return false;
}

void report_tap(const cJSON *results, struct sheet *out)
{
    static const char *const broken[] = {"FAIL", "ERROR", "INCONCLUSIVE", NULL};
    static const char *const skipped[] = {"SKIP", "UNSUPPORTED", NULL};
    int number = 0;
    const cJSON *runs = view_member(results, "cases"), *run;
    sheet_printf(out, "TAP version 14\n1..%d\n", cJSON_GetArraySize(runs));
    cJSON_ArrayForEach(run, runs)
    {
        const char *verdict = view_text(run, "verdict");
        bool is_broken = is_one_of(verdict, broken) || view_expectation(run) == VIEW_UNEXPECTED;
        sheet_printf(out, "%sok %d - ", is_broken ? "not " : "", ++number);
        description(out, view_text(run, "key"));
        sheet_put(out, " ");
        description(out, view_two(run, "title").en);
        if (view_expectation(run) == VIEW_AS_EXPECTED) {
            sheet_put(out, " # TODO ");
            description(out, view_text(view_member(run, "expectation"), "reason"));
        } else if (is_one_of(verdict, skipped)) {
            sheet_put(out, " # SKIP ");
            description(out, view_text(run, "message"));
        }
        sheet_put(out, "\n");
        if (is_broken || strcmp(verdict, "NONSTRICT") == 0)
            diagnosis(out, run);
    }
}
