/* The matrix: every requirement of the ledger, tested or not. */
#include "html.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/map.h"
#include "lib/base/mem.h"

/* The worst verdict of a list of run keys that belong to one case, for its link. */
static const struct view_verdict *worst(const struct view *v, const cJSON *keys, struct str base,
                                        size_t *runs)
{
    const struct view_verdict *worst = NULL;
    const cJSON *key;
    *runs = 0;
    cJSON_ArrayForEach(key, keys)
    {
        const cJSON *run = cJSON_IsString(key) ? map_get(v->runs, str_of(key->valuestring)) : NULL;
        if (!run || !str_eq(view_base_id(view_text(run, "id")), base))
            continue;
        const struct view_verdict *verdict = view_verdict(view_text(run, "verdict"));
        ++*runs;
        if (!worst || (verdict->order && (!worst->order || verdict->order < worst->order)))
            worst = verdict;
    }
    return worst;
}

/* A link for each case, not for each of its runs: "KAL-010 x 30". */
static void case_links(struct sheet *out, const struct view *v, const cJSON *keys)
{
    for (size_t i = 0; i < v->group_count; i++) {
        size_t runs;
        struct str id = v->groups[i]->id;
        const struct view_verdict *verdict = worst(v, keys, id, &runs);
        if (!verdict)
            continue;
        sheet_put(out, "<a");
        html_href(out, id);
        sheet_printf(out, " class=\"c %s\"><i>%s</i> ", verdict->class, verdict->mark);
        sheet_escaped_str(out, id);
        if (runs > 1)
            sheet_printf(out, " <small>×%zu</small>", runs);
        sheet_put(out, "</a> ");
    }
}

static void row(struct sheet *out, const struct view *v, const cJSON *requirement)
{
    sheet_put(out, "<tr id=\"");
    sheet_escaped(out, view_text(requirement, "id"));
    sheet_put(out, "\"><th scope=\"row\">");
    sheet_escaped(out, view_text(requirement, "id"));
    sheet_put(out, "</th><td>");
    sheet_escaped(out, view_text(requirement, "level"));
    sheet_put(out, "</td><td class=\"two\">");
    html_two(out, view_two(requirement, "statement"));
    sheet_put(out, "</td><td class=\"source\">");
    sheet_escaped(out, view_text(requirement, "source"));
    sheet_put(out, "</td><td>");
    html_verdict(out, view_text(requirement, "verdict"));
    sheet_put(out, "</td><td class=\"links\">");
    case_links(out, v, view_member(requirement, "cases"));
    if (*view_text(requirement, "reason")) {
        sheet_put(out, "<span class=\"reason\">");
        sheet_escaped(out, view_text(requirement, "reason"));
        sheet_put(out, "</span>");
    }
    sheet_put(out, "</td></tr>\n");
}

/* In a report about a device every row is there because it is a duty of devices. */
static bool is_platform(const struct view *v, const cJSON *requirement)
{
    return !html_is_device(v) && strchr(view_text(requirement, "who"), 'P') != NULL;
}

static bool is_of(const struct view *v, const cJSON *requirement, size_t area, bool platform)
{
    return view_area(view_text(requirement, "id")) == area && is_platform(v, requirement) == platform;
}

static void area_rows(struct sheet *out, const struct view *v, size_t area, bool platform)
{
    const cJSON *all = view_member(v->results, "requirements"), *at;
    bool begun = false;
    cJSON_ArrayForEach(at, all)
    {
        if (!is_of(v, at, area, platform))
            continue;
        if (!begun) {
            sheet_put(out, "<tbody><tr class=\"area\"><th colspan=\"6\" scope=\"rowgroup\">");
            html_two(out, view_areas[area].name);
            if (view_areas[area].prefix)
                sheet_printf(out, " <small>%s</small>", view_areas[area].prefix);
            sheet_put(out, "</th></tr>\n");
        }
        begun = true;
        row(out, v, at);
    }
    if (begun)
        sheet_put(out, "</tbody>\n");
}

static void table(struct sheet *out, const struct view *v, bool platform)
{
    static const struct two columns[] = {{"Id", "编号"},     {"Level", "级别"},   {"Requirement", "要求"},
                                         {"Source", "出处"}, {"Verdict", "判定"}, {"Cases", "用例"}};
    sheet_put(out, "<div class=\"wide\"><table class=\"matrix\"><thead><tr>");
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        sheet_put(out, "<th scope=\"col\">");
        html_two(out, columns[i]);
        sheet_put(out, "</th>");
    }
    sheet_put(out, "</tr></thead>\n");
    for (size_t area = 0; area == 0 || view_areas[area - 1].prefix; area++)
        area_rows(out, v, area, platform);
    sheet_put(out, "</table></div>\n");
}

/* What the names of sources mean; a reader of the report does not have our ledger. */
static void documents(struct sheet *out)
{
    static const struct {
        const char *name;
        struct two what;
    } rows[] = {
        {"S0", {"MQTT-TCP连接通信 (Chinese, about 2020)", "MQTT-TCP连接通信（中文，约 2020 年）"}},
        {"S1",
         {"Establish MQTT connections over TCP (about 2021)",
          "Establish MQTT connections over TCP（英文，约 2021 年）"}},
        {"S2",
         {"MQTT-TCP连接通信, with HTTPS authentication and SDK (Chinese, about 2018)",
          "MQTT-TCP连接通信，含 HTTPS 认证与 SDK（中文，约 2018 年）"}},
        {"S3", {"Establish MQTT connections (2023-12-12)", "Establish MQTT connections（英文，2023-12-12）"}},
        {"S4", {"MQTT over WebSocket (Chinese, 2020-02-07)", "MQTT-WebSocket 连接通信（中文，2020-02-07）"}},
        {"MQTT-3.1.1",
         {"MQTT Version 3.1.1, OASIS Standard, 2014-10-29", "MQTT 3.1.1，OASIS 标准，2014-10-29"}},
        {"platform-facts", {"other public material about the platform", "关于平台的其他公开资料"}},
        {"device-facts", {"what real devices put on the wire", "真实设备的实际报文"}},
        {"ours", {"decided by this project where no document speaks", "文档未规定处由本项目决定"}}};
    sheet_put(out, "<details class=\"legend\"><summary>");
    html_say(out, "The documents that the sources stand for", "出处所指的文档");
    sheet_put(out, "</summary><dl>");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        html_element(out, "dt", rows[i].name);
        sheet_put(out, "<dd>");
        html_two(out, rows[i].what);
        sheet_put(out, "</dd>");
    }
    sheet_put(out, "</dl></details>\n");
}

void html_matrix(struct sheet *out, const struct view *v)
{
    bool has[2] = {false, false};
    const cJSON *at;
    cJSON_ArrayForEach(at, view_member(v->results, "requirements")) has[is_platform(v, at)] = true;
    sheet_put(out, "<section id=\"requirements\"><h2>");
    html_say(out, "Requirements", "要求");
    sheet_put(out, "</h2>\n");
    documents(out);
    if (has[true]) {
        sheet_put(out, "<h3>");
        html_say(out, "The platform's duties", "平台的责任");
        sheet_put(out, "</h3>\n");
        table(out, v, true);
    }
    if (has[false]) {
        sheet_put(out, "<h3>");
        html_say(out, "Duties of devices and of the SDK library", "设备与 SDK 的责任");
        sheet_put(out, "</h3>\n");
        table(out, v, false);
    }
    sheet_put(out, "</section>\n");
}
