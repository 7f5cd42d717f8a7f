/* What a reader wants first: each run that failed, with the rule, what was wanted, what came, and where the two parted. */
#include "html.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/map.h"

/* A platform that is down fails every case; nobody reads the hundredth of those in full. */
enum { IN_FULL = 40, HEX_MAX_BYTES = 4096 };

static void requirement(struct sheet *out, const struct view *v, const char *id)
{
    const cJSON *row = map_get(v->requirements, str_of(id));
    sheet_put(out, "<div class=\"rule\"><a");
    html_href(out, str_of(id));
    sheet_put(out, ">");
    sheet_escaped(out, id);
    sheet_put(out, "</a> ");
    if (row) {
        html_element(out, "small", view_text(row, "level"));
        sheet_put(out, " ");
        html_two(out, view_two(row, "statement"));
        sheet_put(out, " ");
        html_element(out, "small class=\"source\"", view_text(row, "source"));
    }
    sheet_put(out, "</div>");
}

static void again(struct sheet *out, const struct view *v, const cJSON *run)
{
    sheet_put(out, "<dt>");
    html_say(out, "Run it again", "重新执行");
    sheet_put(out, "</dt><dd><code>");
    if (html_is_device(v)) {
        /* Whoever connects here needs the same ports; and what was observed over the session needs all of it. */
        sheet_escaped(out, view_text(v->results, "command"));
        if (!strstr(view_text(v->results, "command"), " --select") && !view_is_true(run, "observes")) {
            sheet_put(out, " --select ");
            sheet_escaped(out, view_text(run, "id"));
        }
    } else {
        sheet_put(out, "iotconform run --select ");
        sheet_escaped(out, view_text(run, "id"));
        sheet_put(out, " --profile ");
        sheet_escaped(out, view_text(run, "profile"));
    }
    sheet_put(out, "</code></dd>");
}

static void failure(struct sheet *out, const struct view *v, const cJSON *run)
{
    const cJSON *id, *at = view_divergence(run);
    const char *key = view_text(run, "key");
    sheet_printf(out, "<article class=\"%s\"><h3>", view_verdict(view_text(run, "verdict"))->class);
    html_verdict(out, view_text(run, "verdict"));
    sheet_put(out, " <a");
    html_href(out, str_of(key));
    sheet_put(out, ">");
    sheet_escaped(out, view_text(run, "id"));
    sheet_put(out, "</a> <small>");
    sheet_escaped(out, view_text(run, "profile"));
    sheet_put(out, "</small></h3>\n<p class=\"two title\">");
    html_two(out, view_two(run, "title"));
    sheet_put(out, "</p>\n<dl><dt>");
    html_say(out, "Requirement", "要求");
    sheet_put(out, "</dt><dd>");
    cJSON_ArrayForEach(id, view_member(run, "requires")) if (cJSON_IsString(id))
        requirement(out, v, id->valuestring);
    sheet_put(out, "</dd>\n");
    html_definition(out, "What happened", "说明", view_message(run));
    html_expectation(out, run);
    html_definition(out, "Expected", "期望", view_text(run, "expected"));
    html_definition(out, "Actual", "实际", view_text(run, "actual"));
    if (html_is_device(v))
        html_deeds(out, run, at);
    html_change(out, run);
    html_then(out, run);
    if (view_member(run, "cause")) {
        sheet_put(out, "<dt>");
        html_say(out, "The platform says", "平台说明");
        sheet_put(out, "</dt><dd class=\"two\">");
        html_two(out, view_two(run, "cause"));
        sheet_put(out, "</dd>\n");
    }
    if (at) {
        sheet_put(out, "<dt>");
        html_say(out, "First difference", "首个差异");
        sheet_put(out, "</dt><dd>");
        html_wire(out, run, at, HEX_MAX_BYTES);
        sheet_put(out, "</dd>");
    }
    html_definition(out, "Note of the case", "用例注释", view_text(run, "note"));
    html_definition(out, "Step", "步骤", view_text(run, "step"));
    again(out, v, run);
    sheet_put(out, "</dl></article>\n");
}

static void short_list(struct sheet *out, const cJSON **runs, size_t count)
{
    sheet_printf(out,
                 "<p><span lang=\"en\">And %zu more, in short:</span> <span lang=\"zh\">另有 %zu "
                 "项：</span></p><ul class=\"short\">",
                 count, count);
    for (size_t i = 0; i < count; i++) {
        sheet_put(out, "<li>");
        html_verdict(out, view_text(runs[i], "verdict"));
        sheet_put(out, " <a");
        html_href(out, str_of(view_text(runs[i], "key")));
        sheet_put(out, ">");
        sheet_escaped(out, view_text(runs[i], "key"));
        sheet_put(out, "</a> ");
        sheet_escaped(out, view_text(runs[i], "message"));
        sheet_put(out, "</li>\n");
    }
    sheet_put(out, "</ul>\n");
}

void html_failures(struct sheet *out, const struct view *v)
{
    size_t count, full;
    const cJSON **runs = view_failures(v->results, &count);
    sheet_put(out, "<section id=\"failures\"><h2>");
    html_say(out, "Findings", "问题");
    sheet_printf(out, " <small>%zu</small></h2>\n", count);
    if (!count) {
        sheet_put(out, "<p class=\"nothing\">");
        html_say(out, "No case failed, and each that ran came to a verdict.",
                 "没有失败的用例，执行的用例均有判定。");
        sheet_put(out, "</p>\n");
    }
    full = count < IN_FULL ? count : IN_FULL;
    for (size_t i = 0; i < full; i++)
        failure(out, v, runs[i]);
    if (count > full)
        short_list(out, runs + full, count - full);
    sheet_put(out, "</section>\n");
    free(runs);
}
