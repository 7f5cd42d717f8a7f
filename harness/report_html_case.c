/* A case on its page: which rows ran in which profiles with which verdict, and the transcript of each run. And its line in
 * index.html, below which stands whatever did not pass. */
#include "html.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/map.h"

enum { HEX_MAX_BYTES = 512, HEX_MAX_BYTES_FAILED = 4096 };

/* index.html has the transcripts of what did not pass up to this size; where everything fails the rest is told without. */
enum { INDEX_FULL_BYTES = 3 * 1024 * 1024 };

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
    if (strcmp(view_text(run, "verdict"), "PASS") == 0 && view_expectation(run) == VIEW_NOT_EXPECTED &&
        !html_has_changed(run))
        return;
    sheet_put(out, "<dl>");
    html_definition(out, "What happened", "说明", view_message(run));
    html_expectation(out, run);
    html_definition(out, "Expected", "期望", view_text(run, "expected"));
    html_definition(out, "Actual", "实际", view_text(run, "actual"));
    if (view_verdict(view_text(run, "verdict"))->order != 0)
        html_change(out, run);
    html_then(out, run);
    html_definition(out, "Reason code", "原因码", view_text(run, "reason"));
    html_definition(out, "Step", "步骤", view_text(run, "step"));
    sheet_put(out, "</dl>\n");
}

void html_run(struct sheet *out, const cJSON *run, bool transcript)
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
    if (transcript)
        html_wire(out, run, NULL, failed ? HEX_MAX_BYTES_FAILED : HEX_MAX_BYTES);
    sheet_put(out, "</details>\n");
}

void html_tally(struct sheet *out, const struct view_group *group)
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
        html_href_to(out, "index.html", str_of(id->valuestring));
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

static bool any_failed(const struct view_group *group)
{
    for (size_t i = 0; i < group->count; i++)
        if (view_verdict(view_text(group->runs[i], "verdict"))->order != 0)
            return true;
    return false;
}

static void title(struct sheet *out, const struct view_group *group, size_t rows)
{
    sheet_put(out, "<span class=\"two title\">");
    html_two(out, view_two(group->runs[0], "title"));
    if (rows > 1)
        sheet_printf(out,
                     " <small><span lang=\"en\">first of %zu rows</span> <span lang=\"zh\">共 %zu "
                     "行，此为第一行</span></small>",
                     rows, rows);
    sheet_put(out, "</span> <span class=\"tally\">");
    html_tally(out, group);
    sheet_put(out, "</span>");
}

void html_case(struct sheet *out, const struct view *v, const struct view_group *group)
{
    const cJSON *first = group->runs[0];
    size_t rows = rows_of(group);
    sheet_put(out, "<details class=\"case\" id=\"");
    sheet_escaped_str(out, group->id);
    sheet_put(out, any_failed(group) ? "\" open=\"open\"><summary><h4>" : "\"><summary><h4>");
    sheet_escaped_str(out, group->id);
    sheet_put(out, "</h4> ");
    title(out, group, rows);
    sheet_put(out, "</summary>\n");
    about(out, first);
    if (rows > 1)
        grid(out, v, group);
    else
        html_element(out, "p class=\"note\"", view_text(first, "note"));
    for (size_t i = 0; i < group->count; i++)
        html_run(out, group->runs[i], true);
    sheet_put(out, "</details>\n");
}

/* The line of a case in index.html, and the runs that did not pass. */
static void case_line(struct sheet *out, const struct view_group *group)
{
    char page[REPORT_PAGE_SIZE];
    html_page_name(group->area, group->page, page);
    sheet_put(out, "<div class=\"line\" id=\"");
    sheet_escaped_str(out, group->id);
    sheet_put(out, "\"><h4><a");
    html_href_to(out, page, group->id);
    sheet_put(out, ">");
    sheet_escaped_str(out, group->id);
    sheet_put(out, "</a></h4> ");
    title(out, group, rows_of(group));
    sheet_put(out, "</div>\n");
    for (size_t i = 0; i < group->count; i++)
        if (strcmp(view_text(group->runs[i], "verdict"), "PASS") != 0 || html_has_changed(group->runs[i]))
            html_run(out, group->runs[i], out->bytes.len < INDEX_FULL_BYTES);
}

void html_key(struct sheet *out)
{
    sheet_put(out, "<p class=\"key\">");
    html_say(out,
             "Open a case for its runs, a run for its transcript. In transcripts: ms since the run began; "
             "clock, the platform's "
             "time where it is moved by hand; → sent by the device, ← received from the platform, · what "
             "happened around it.",
             "展开用例查看各次执行，展开执行查看报文记录。记录中：ms 为自执行开始的毫秒数；clock "
             "为由测试推进的平台时间；→ 设备发出，← 收自平台，· "
             "其他事件。");
    sheet_put(out, "</p>\n");
}

void html_cases(struct sheet *out, const struct view *v)
{
    sheet_put(out, "<section id=\"cases\"><h2>");
    html_say(out, "Cases", "用例");
    sheet_put(out, "</h2>\n<p class=\"key\">");
    html_say(out,
             "A line for each case; below it each run that did not pass. A case's name leads to the page "
             "beside this one "
             "that has all its runs with their transcripts.",
             "每个用例一行，其下列出未通过的执行。点击用例编号可在同目录的页面中查看其全部执行及报文记录。");
    sheet_put(out, "</p>\n");
    for (size_t i = 0; i < v->group_count; i++) {
        const struct view_group *group = v->groups[i];
        if (i == 0 || v->groups[i - 1]->area != group->area) {
            sheet_put(out, "<h3>");
            html_two(out, view_areas[group->area].name);
            sheet_put(out, "</h3>\n");
        }
        case_line(out, group);
    }
    sheet_put(out, "</section>\n");
}
