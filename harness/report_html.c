/* The HTML report: one file that a firmware vendor can hand to a customer. No script, nothing loaded from anywhere. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "html.h"

/* Columns of the counts; no id: all levels. */
static const struct {
    const char *id;
    struct two name;
} levels[] = {{"must", {"must", "必须"}},
              {"should", {"should", "建议"}},
              {"info", {"info", "信息"}},
              {NULL, {"all", "合计"}}};

static const char *overall_class(const char *overall)
{
    if (strcmp(overall, "CONFORMANT") == 0)
        return "pass";
    return strcmp(overall, "NOT CONFORMANT") == 0 ? "fail" : "warn";
}

static struct two overall_words(const char *overall)
{
    static const struct two words[] = {{"CONFORMANT", "符合"},
                                       {"CONFORMANT WITH DEVIATIONS", "符合，有偏离"},
                                       {"NOT CONFORMANT", "不符合"},
                                       {"INCOMPLETE", "未完成"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].en, overall) == 0)
            return words[i];
    return (struct two){overall, overall};
}

static void navigation(struct sheet *out, const cJSON *results)
{
    static const struct {
        const char *id;
        struct two name;
    } parts[] = {{"statement", {"Statement", "声明"}}, {"device", {"Device", "设备"}},
                 {"counts", {"Counts", "统计"}},       {"failures", {"Findings", "问题"}},
                 {"session", {"Session", "会话过程"}}, {"requirements", {"Requirements", "要求"}},
                 {"clients", {"Clients", "客户端"}},   {"cases", {"Cases", "用例"}}};
    sheet_put(out, "<nav><ul>");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *id = parts[i].id;
        bool is_of_device = strcmp(id, "device") == 0 || strcmp(id, "session") == 0;
        if ((is_of_device && !view_member(results, "device")) ||
            (strcmp(id, "clients") == 0 && !view_member(results, "clients")))
            continue;
        sheet_printf(out, "<li><a href=\"#%s\">", parts[i].id);
        html_two(out, parts[i].name);
        sheet_put(out, "</a></li>");
    }
    sheet_put(out, "</ul></nav>\n");
}

static void sentence(struct sheet *out, const cJSON *results, bool zh)
{
    struct sheet text;
    sheet_init(&text);
    view_sentence(results, zh, &text);
    sheet_printf(out, "<p lang=\"%s\">", zh ? "zh" : "en");
    sheet_escaped_str(out, buf_str(&text.bytes));
    sheet_put(out, "</p>");
    sheet_fini(&text);
}

/* What was found at the places of a target that is not ours. */
static void endpoints(struct sheet *out, const cJSON *target)
{
    const cJSON *at;
    struct sheet text;
    sheet_init(&text);
    cJSON_ArrayForEach(at, view_member(target, "endpoints"))
    {
        sheet_printf(&text, "%s%s over %s at %s (%s)", text.bytes.len ? "; " : "", view_text(at, "port"),
                     view_text(at, "transport"), view_text(at, "host"), view_text(at, "address"));
        if (*view_text(at, "tls"))
            sheet_printf(&text, " %s %s %s", view_text(at, "tls"), view_text(at, "cipher"),
                         view_text(at, "subject"));
    }
    if (text.bytes.len)
        html_definition(out, "Reached", "接入点", buf_cstr(&text.bytes));
    html_definition(out, "Clock", "时钟", view_text(target, "clock"));
    sheet_fini(&text);
}

static void facts(struct sheet *out, const cJSON *results)
{
    const cJSON *target = view_member(results, "target"), *tool = view_member(results, "tool"), *profile;
    struct sheet text;
    sheet_init(&text);
    view_target(results, &text);
    sheet_printf(&text, " (%s)", view_text(target, "kind"));
    sheet_put(out, "<dl class=\"facts\">\n");
    html_definition(out, "Target", "被测对象", buf_cstr(&text.bytes));
    endpoints(out, target);
    buf_clear(&text.bytes);
    cJSON_ArrayForEach(profile, view_member(results, "profiles")) sheet_printf(
        &text, "%s%s", text.bytes.len ? ", " : "", cJSON_IsString(profile) ? profile->valuestring : "");
    html_definition(out, "Profiles (dated rule sets)", "规则版本", buf_cstr(&text.bytes));
    html_definition(out, "Started", "开始时间", view_text(results, "started"));
    buf_clear(&text.bytes);
    sheet_printf(&text, "%.2f s", view_number(results, "duration_ms") / 1000);
    html_definition(out, "Duration", "用时", buf_cstr(&text.bytes));
    buf_clear(&text.bytes);
    sheet_printf(&text, "%s %s", view_text(tool, "name"), view_text(tool, "version"));
    html_definition(out, "Test tool", "测试工具", buf_cstr(&text.bytes));
    sheet_put(out, "<dt>");
    html_say(out, "Command", "命令");
    sheet_put(out, "</dt><dd>");
    html_element(out, "code", view_text(results, "command"));
    sheet_put(out, "</dd>\n</dl>\n");
    sheet_fini(&text);
}

static void statement(struct sheet *out, const struct view *v)
{
    const char *overall = view_text(v->results, "overall");
    int tested, all;
    view_requirements(v->results, &tested, &all);
    sheet_put(out, "<header id=\"statement\">\n<p class=\"kind\">");
    html_two(out, html_is_device(v) ? (struct two){"Conformance report of a device", "设备一致性测试报告"}
                                    : (struct two){"Conformance report", "一致性测试报告"});
    sheet_put(out, "</p>\n<h1>");
    html_say(out, "Device connections of Alibaba Cloud IoT Platform (MQTT)",
             "阿里云物联网平台 MQTT 设备接入");
    sheet_printf(out, "</h1>\n<div class=\"overall %s\"><p class=\"word\">", overall_class(overall));
    html_two(out, overall_words(overall));
    sheet_put(out, "</p>");
    sentence(out, v->results, false);
    sentence(out, v->results, true);
    if (view_is_true(v->results, "interrupted")) {
        sheet_put(out, "<p class=\"scope\">");
        html_say(out, "INCOMPLETE: the run was cut short; what it had not begun is not judged.",
                 "未完成：运行被中断，尚未开始的部分未作评判。");
        sheet_put(out, "</p>");
    }
    sheet_printf(out,
                 "<p class=\"scope\"><span lang=\"en\">Of %d requirements this run tested %d; %d were not "
                 "tested and are "
                 "listed below.</span> <span lang=\"zh\">共 %d 项要求，本次测试 %d 项，未测试 %d "
                 "项，均列于下文。</span></p></div>\n",
                 all, tested, all - tested, all, tested, all - tested);
    facts(out, v->results);
    sheet_put(out, "</header>\n");
}

static void count_cell(struct sheet *out, const char *class, int n)
{
    sheet_printf(out, "<td class=\"%s\">%d</td>", n ? class : "zero", n);
}

/* One row of the counts: a verdict by level. */
static void count_row(struct sheet *out, const cJSON *results, const struct view_verdict *verdict)
{
    sheet_put(out, "<tr><th scope=\"row\">");
    html_verdict(out, verdict->word);
    sheet_put(out, " <small>");
    html_two(out, verdict->means);
    sheet_put(out, "</small></th>");
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        count_cell(out, verdict->class, view_count(results, levels[i].id, verdict->word));
    sheet_put(out, "</tr>\n");
}

/* What was left out is part of the result; so these rows are there with a zero, too. */
static void not_run_rows(struct sheet *out, const cJSON *results)
{
    int tested, all;
    view_requirements(results, &tested, &all);
    sheet_put(out, "<tr class=\"sum\"><th scope=\"row\">");
    html_say(out, "Run", "已执行");
    sheet_put(out, "</th>");
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        count_cell(out, "total", view_count(results, levels[i].id, NULL));
    sheet_put(out, "</tr>\n<tr><th scope=\"row\">");
    html_say(out, "Case runs selected but not run", "已选中但未执行的用例");
    sheet_put(out, "</th><td></td><td></td><td></td>");
    count_cell(out, "warn", (int)view_number(results, "not_run"));
    sheet_put(out, "</tr>\n<tr><th scope=\"row\">");
    html_say(out, "Requirements not tested", "未测试的要求");
    sheet_printf(out, " <small><span lang=\"en\">of %d</span> <span lang=\"zh\">共 %d 项</span></small></th>",
                 all, all);
    sheet_put(out, "<td></td><td></td><td></td>");
    count_cell(out, "none", all - tested);
    sheet_put(out, "</tr>\n");
}

static void counts(struct sheet *out, const struct view *v)
{
    sheet_put(out, "<section id=\"counts\"><h2>");
    html_say(out, "Counts", "统计");
    sheet_put(out, "</h2>\n<table class=\"counts\"><thead><tr><th>");
    html_say(out, "Case runs by verdict and level", "按判定与级别统计的用例执行次数");
    sheet_put(out, "</th>");
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        sheet_put(out, "<th scope=\"col\">");
        html_two(out, levels[i].name);
        sheet_put(out, "</th>");
    }
    sheet_put(out, "</tr></thead><tbody>\n");
    for (const struct view_verdict *at = view_verdicts; at[1].word; at++)
        count_row(out, v->results, at);
    not_run_rows(out, v->results);
    sheet_put(out, "</tbody></table>\n</section>\n");
}

void report_html(const cJSON *results, struct sheet *out)
{
    struct view v;
    view_init(&v, results);
    html_pages_plan(&v);
    html_head(out, &v);
    navigation(out, results);
    sheet_put(out, "<main>\n");
    statement(out, &v);
    html_device(out, &v);
    if (!html_is_device(&v))
        counts(out, &v);
    html_failures(out, &v);
    html_session(out, &v);
    if (html_is_device(&v))
        counts(out, &v);
    html_matrix(out, &v);
    html_clients(out, &v);
    html_cases(out, &v);
    sheet_put(out, "</main>\n");
    html_foot(out);
    view_fini(&v);
}
