/* The pages beside index.html: every case with its rows, its runs and their transcripts. index.html tells what is not as it should
 * be and stays small; what passed is looked up here. */
#include "html.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* Entries of transcripts on one page: about a megabyte. A case is never divided. */
enum { PAGE_ENTRIES_MAX = 3000 };

/* The radio buttons stand before what they switch: the style sheet reaches later siblings only. */
static void language_switch(struct sheet *out)
{
    sheet_put(out,
              "<body>\n<input type=\"radio\" name=\"lang\" id=\"show-both\" checked=\"checked\" />"
              "<label for=\"show-both\">English + 中文</label>"
              "<input type=\"radio\" name=\"lang\" id=\"show-en\" /><label for=\"show-en\">English</label>"
              "<input type=\"radio\" name=\"lang\" id=\"show-zh\" /><label for=\"show-zh\">中文</label>\n");
}

void html_head(struct sheet *out, const struct view *v)
{
    sheet_put(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
                   "<meta name=\"color-scheme\" content=\"light dark\" />\n"
                   /* Should markup ever slip through, it still cannot run or load anything. */
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                   "'unsafe-inline'\" />\n"
                   "<title>");
    struct sheet target;
    sheet_init(&target);
    view_target(v->results, &target);
    sheet_escaped_str(out, buf_str(&target.bytes));
    sheet_fini(&target);
    sheet_put(out, ": ");
    sheet_escaped(out, view_text(v->results, "overall"));
    sheet_put(out, "</title>\n<style>\n");
    for (const char *const *line = html_style; *line; line++)
        sheet_put(out, *line);
    sheet_put(out, "</style>\n</head>\n");
    language_switch(out);
}

void html_foot(struct sheet *out)
{
    sheet_put(out, "<footer><p>");
    html_say(out,
             "Every statement of this page comes from results.json beside it; manifest.json holds the "
             "SHA-256 of each file. "
             "Secrets are masked with asterisks.",
             "本页全部内容取自同目录的 results.json；manifest.json 记录各文件的 SHA-256。密钥以星号遮盖。");
    sheet_put(out, "</p></footer>\n</body>\n</html>\n");
}

static size_t entries_of(const struct view_group *group)
{
    size_t entries = 0;
    for (size_t i = 0; i < group->count; i++)
        entries += (size_t)cJSON_GetArraySize(view_member(group->runs[i], "transcript"));
    return entries;
}

void html_pages_plan(struct view *v)
{
    size_t entries = 0;
    for (size_t i = 0; i < v->group_count; i++) {
        struct view_group *group = v->groups[i];
        const struct view_group *last = i ? v->groups[i - 1] : NULL;
        size_t more = entries_of(group);
        bool same_area = last && last->area == group->area;
        bool fits = same_area && entries + more <= PAGE_ENTRIES_MAX;
        group->page = !same_area ? 1 : last->page + !fits;
        entries = fits ? entries + more : more;
    }
}

void html_page_name(size_t area, unsigned page, char out[REPORT_PAGE_SIZE])
{
    const char *prefix = view_areas[area].prefix;
    if (page > 1)
        snprintf(out, REPORT_PAGE_SIZE, "cases-%s-%u.html", prefix ? prefix : "other", page);
    else
        snprintf(out, REPORT_PAGE_SIZE, "cases-%s.html", prefix ? prefix : "other");
}

static void page_begin(struct sheet *out, const struct view *v, const struct view_group *group)
{
    sheet_init(out);
    html_head(out, v);
    sheet_put(out, "<nav><ul><li><a href=\"index.html#cases\">");
    html_say(out, "The report", "返回报告");
    sheet_put(out, "</a></li></ul></nav>\n<main>\n<section id=\"cases\"><h2>");
    html_two(out, view_areas[group->area].name);
    sheet_put(out, "</h2>\n");
    html_key(out);
}

static void page_end(struct sheet *out, const struct view_group *group, report_emit *emit, void *ctx)
{
    char name[REPORT_PAGE_SIZE];
    html_page_name(group->area, group->page, name);
    sheet_put(out, "</section>\n</main>\n");
    html_foot(out);
    emit(ctx, name, out);
    sheet_fini(out);
}

void report_html_pages(const cJSON *results, report_emit *emit, void *ctx)
{
    struct view v;
    struct sheet page;
    view_init(&v, results);
    html_pages_plan(&v);
    for (size_t i = 0; i < v.group_count; i++) {
        const struct view_group *group = v.groups[i], *last = i ? v.groups[i - 1] : NULL;
        const struct view_group *next = i + 1 < v.group_count ? v.groups[i + 1] : NULL;
        if (!last || last->area != group->area || last->page != group->page)
            page_begin(&page, &v, group);
        html_case(&page, &v, group);
        if (!next || next->area != group->area || next->page != group->page)
            page_end(&page, group, emit, ctx);
    }
    view_fini(&v);
}

bool report_html_page(size_t area, unsigned page, char name[REPORT_PAGE_SIZE])
{
    if (area > 0 && !view_areas[area - 1].prefix)
        return false;
    html_page_name(area, page, name);
    return true;
}
