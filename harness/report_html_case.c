/* A section per case: which rows ran in which profiles with which verdict, and the transcript of each run. */
#include "html.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/map.h"

enum { HEX_MAX_BYTES = 512, HEX_MAX_BYTES_FAILED = 4096 };

/* Whether no run before this one is of the same row. */
static bool is_first_of_row(const struct view_group *group, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (strcmp(view_text(group->runs[i], "id"), view_text(group->runs[at], "id")) == 0)
            return false;
    return true;
}

static const cJSON *run_in(const struct view_group *group, const char *id, const char *profile)
{
    for (size_t i = 0; i < group->count; i++)
        if (strcmp(view_text(group->runs[i], "id"), id) == 0 &&
            strcmp(view_text(group->runs[i], "profile"), profile) == 0)
            return group->runs[i];
    return NULL;
}

static void grid_row(struct sheet *out, const struct view *v, const struct view_group *group,
                     const cJSON *first)
{
    const cJSON *profile;
    const char *id = view_text(first, "id");
    sheet_put(out, "<tr><th scope=\"row\">");
    sheet_escaped(out, view_row(id));
    sheet_put(out, "</th><td class=\"two\">");
    html_two(out, view_two(first, "title"));
    html_element(out, "p class=\"note\"", view_text(first, "note"));
    sheet_put(out, "</td>");
    cJSON_ArrayForEach(profile, view_member(v->results, "profiles"))
    {
        const cJSON *run = cJSON_IsString(profile) ? run_in(group, id, profile->valuestring) : NULL;
        if (!run) {
            sheet_put(out, "<td></td>");
            continue;
        }
        const struct view_verdict *verdict = view_verdict(view_text(run, "verdict"));
        sheet_printf(out, "<td><a class=\"c %s\" title=\"%s\"", verdict->class, verdict->word);
        html_href(out, str_of(view_text(run, "key")));
        sheet_printf(out, ">%s</a></td>", verdict->mark);
    }
    sheet_put(out, "</tr>\n");
}

static void grid(struct sheet *out, const struct view *v, const struct view_group *group)
{
    const cJSON *profile;
    sheet_put(out, "<div class=\"wide\"><table class=\"grid\"><thead><tr><th>");
    html_say(out, "Row", "行");
    sheet_put(out, "</th><th>");
    html_say(out, "What it proves", "验证内容");
    sheet_put(out, "</th>");
    cJSON_ArrayForEach(profile, view_member(v->results, "profiles"))
        html_element(out, "th scope=\"col\"", cJSON_IsString(profile) ? profile->valuestring : "");
    sheet_put(out, "</tr></thead><tbody>\n");
    for (size_t i = 0; i < group->count; i++)
        if (is_first_of_row(group, i))
            grid_row(out, v, group, group->runs[i]);
    sheet_put(out, "</tbody></table></div>\n");
}

/* A skipped or failed run says why, above its transcript. */
static void why(struct sheet *out, const cJSON *run)
{
    if (strcmp(view_text(run, "verdict"), "PASS") == 0 && view_expectation(run) == VIEW_NOT_EXPECTED)
        return;
    sheet_put(out, "<dl>");
    html_definition(out, "What happened", "说明", view_message(run));
    html_expectation(out, run);
    html_definition(out, "Expected", "期望", view_text(run, "expected"));
    html_definition(out, "Actual", "实际", view_text(run, "actual"));
    html_definition(out, "Reason code", "原因码", view_text(run, "reason"));
    html_definition(out, "Step", "步骤", view_text(run, "step"));
    sheet_put(out, "</dl>\n");
}

static void run_details(struct sheet *out, const cJSON *run)
{
    const char *row = view_row(view_text(run, "id"));
    bool failed = view_verdict(view_text(run, "verdict"))->order != 0;
    sheet_put(out, "<details class=\"run\" id=\"");
    sheet_escaped(out, view_text(run, "key"));
    sheet_put(out, failed ? "\" open=\"open\"><summary>" : "\"><summary>");
    html_verdict(out, view_text(run, "verdict"));
    sheet_put(out, " ");
    if (*row) {
        html_element(out, "b", row);
        sheet_put(out, " ");
    }
    sheet_escaped(out, view_text(run, "profile"));
    sheet_printf(out, " <small>%.2f ms</small></summary>\n", view_number(run, "duration_ms"));
    why(out, run);
    html_wire(out, run, NULL, failed ? HEX_MAX_BYTES_FAILED : HEX_MAX_BYTES);
    sheet_put(out, "</details>\n");
}

/* "3 FAIL 27 PASS" */
static void tally(struct sheet *out, const struct view_group *group)
{
    for (const struct view_verdict *at = view_verdicts; at->word; at++) {
        size_t n = 0;
        for (size_t i = 0; i < group->count; i++)
            n += view_verdict(view_text(group->runs[i], "verdict")) == at;
        if (n)
            sheet_printf(out, "<b class=\"v %s\"><i>%s</i> %zu %s</b> ", at->class, at->mark, n, at->word);
    }
}

static void requirement_links(struct sheet *out, const cJSON *run)
{
    const cJSON *id;
    cJSON_ArrayForEach(id, view_member(run, "requires"))
    {
        if (!cJSON_IsString(id))
            continue;
        sheet_put(out, "<a");
        html_href(out, str_of(id->valuestring));
        sheet_put(out, ">");
        sheet_escaped(out, id->valuestring);
        sheet_put(out, "</a> ");
    }
}

static void about(struct sheet *out, const cJSON *run)
{
    struct str file = str_of(view_text(run, "step"));
    for (size_t i = 0; i + 7 <= file.n; i++)
        if (str_starts((struct str){file.p + i, file.n - i}, STR("/steps/")))
            file.n = i;
    sheet_put(out, "<p class=\"about\">");
    html_say(out, "Requirements", "要求");
    sheet_put(out, " ");
    requirement_links(out, run);
    sheet_put(out, "· ");
    sheet_escaped(out, view_text(run, "level"));
    sheet_printf(out, " · rev %.0f", view_number(run, "rev"));
    if (file.n) {
        sheet_put(out, " · <code>");
        sheet_escaped_str(out, file);
        sheet_put(out, "</code>");
    }
    sheet_put(out, "</p>\n");
}

/* Rows of the table that the case was made from. */
static size_t rows_of(const struct view_group *group)
{
    size_t rows = 0;
    for (size_t i = 0; i < group->count; i++)
        rows += is_first_of_row(group, i);
    return rows;
}

static void group_section(struct sheet *out, const struct view *v, const struct view_group *group)
{
    const cJSON *first = group->runs[0];
    size_t rows = rows_of(group);
    bool failed = false;
    for (size_t i = 0; i < group->count; i++)
        failed |= view_verdict(view_text(group->runs[i], "verdict"))->order != 0;
    sheet_put(out, "<details class=\"case\" id=\"");
    sheet_escaped_str(out, group->id);
    sheet_put(out, failed ? "\" open=\"open\"><summary><h4>" : "\"><summary><h4>");
    sheet_escaped_str(out, group->id);
    sheet_put(out, "</h4> <span class=\"two title\">");
    html_two(out, view_two(first, "title"));
    if (rows > 1)
        sheet_printf(out,
                     " <small><span lang=\"en\">first of %zu rows</span> <span lang=\"zh\">共 %zu "
                     "行，此为第一行</span></small>",
                     rows, rows);
    sheet_put(out, "</span> <span class=\"tally\">");
    tally(out, group);
    sheet_put(out, "</span></summary>\n");
    about(out, first);
    if (rows > 1)
        grid(out, v, group);
    else
        html_element(out, "p class=\"note\"", view_text(first, "note"));
    for (size_t i = 0; i < group->count; i++)
        run_details(out, group->runs[i]);
    sheet_put(out, "</details>\n");
}

void html_cases(struct sheet *out, const struct view *v)
{
    sheet_put(out, "<section id=\"cases\"><h2>");
    html_say(out, "Cases", "用例");
    sheet_put(out, "</h2>\n<p class=\"key\">");
    html_say(out,
             "Open a case for its runs, a run for its transcript. In transcripts: ms since the run began; "
             "clock, the platform's "
             "time where it is moved by hand; → sent by the device, ← received from the platform, · what "
             "happened around it.",
             "展开用例查看各次执行，展开执行查看报文记录。记录中：ms 为自执行开始的毫秒数；clock "
             "为由测试推进的平台时间；→ 设备发出，← 收自平台，· "
             "其他事件。");
    sheet_put(out, "</p>\n");
    for (size_t i = 0; i < v->group_count; i++) {
        const struct view_group *group = v->groups[i];
        if (i == 0 || v->groups[i - 1]->area != group->area) {
            sheet_put(out, "<h3>");
            html_two(out, view_areas[group->area].name);
            sheet_put(out, "</h3>\n");
        }
        group_section(out, v, group);
    }
    sheet_put(out, "</section>\n");
}
