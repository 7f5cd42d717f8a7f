/* A summary short enough for a comment on a pull request. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "view.h"

enum { FINDINGS_MAX = 20, TEXT_MAX = 200 };

/* Text that stays text: no markup, no mention of a user, no second line; the long of it is cut. */
static void plain(struct sheet *out, struct str text)
{
    struct str rest = text;
    size_t characters = 0;
    while (rest.n && characters < TEXT_MAX) {
        size_t n = 1;
        while (n < rest.n && ((unsigned char)rest.p[n] & 0xc0) == 0x80)
            n++;
        struct str c = {rest.p, n};
        if (n == 1 && strchr("\\`*_[]()#|~!@", *c.p) && *c.p)
            sheet_printf(out, "&#%d;", *c.p);
        else if (n == 1 && (unsigned char)*c.p < 0x20)
            sheet_put(out, " ");
        else
            sheet_escaped_str(out, c);
        rest = (struct str){rest.p + n, rest.n - n};
        characters++;
    }
    if (rest.n)
        sheet_put(out, " …");
}

static void counts(struct sheet *out, const cJSON *results)
{
    static const char *const levels[] = {"must", "should", "info"};
    sheet_put(out, "| |");
    for (const struct view_verdict *at = view_verdicts; at[1].word; at++)
        sheet_printf(out, " %s |", at->word);
    sheet_put(out, "\n|---|");
    for (const struct view_verdict *at = view_verdicts; at[1].word; at++)
        sheet_put(out, "--:|");
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        sheet_printf(out, "\n| %s |", levels[i]);
        for (const struct view_verdict *at = view_verdicts; at[1].word; at++)
            sheet_printf(out, " %d |", view_count(results, levels[i], at->word));
    }
    sheet_put(out, "\n\n");
}

static void finding(struct sheet *out, const cJSON *run)
{
    sheet_printf(out, "- **%s** ", view_verdict(view_text(run, "verdict"))->word);
    plain(out, str_of(view_text(run, "key")));
    sheet_put(out, ": ");
    plain(out, str_of(view_two(run, "title").en));
    if (*view_text(run, "expected")) {
        sheet_put(out, "; expected ");
        plain(out, str_of(view_text(run, "expected")));
    }
    if (*view_text(run, "actual")) {
        sheet_put(out, "; actual ");
        plain(out, str_of(view_text(run, "actual")));
    }
    if (!*view_text(run, "actual")) {
        sheet_put(out, "; ");
        plain(out, str_of(view_message(run)));
    }
    if (*view_two(run, "change").en) {
        sheet_put(out, "; change: ");
        plain(out, str_of(view_two(run, "change").en));
    }
    sheet_put(out, "\n");
}

void report_markdown(const cJSON *results, struct sheet *out)
{
    int tested, all;
    size_t count;
    struct sheet sentence;
    sheet_init(&sentence);
    view_sentence(results, false, &sentence);
    view_requirements(results, &tested, &all);
    sheet_put(out, "### ");
    plain(out, str_of(view_text(results, "overall")));
    if (view_is_true(results, "interrupted"))
        sheet_put(out, " (INCOMPLETE: the run was cut short)");
    sheet_put(out, "\n\n");
    plain(out, buf_str(&sentence.bytes));
    sheet_fini(&sentence);
    sheet_put(out, "\n\n");
    counts(out, results);
    sheet_printf(out, "%d of %d requirements tested, %d not tested; %.0f case runs not run; %.2f s.\n",
                 tested, all, all - tested, view_number(results, "not_run"),
                 view_number(results, "duration_ms") / 1000);
    const cJSON **runs = view_failures(results, &count);
    sheet_put(out, count ? "\n" : "");
    for (size_t i = 0; i < count && i < FINDINGS_MAX; i++)
        finding(out, runs[i]);
    if (count > FINDINGS_MAX)
        sheet_printf(out, "- and %zu more, in index.html\n", count - FINDINGS_MAX);
    free(runs);
}
