/* What a report says of a device that was judged: what it is, what was left out, and the session as a timeline and a table. */
#include "html.h"

#include <stdlib.h>
#include <string.h>

#include "html_svg.h"
#include "lib/base/mem.h"

enum { ROWS_MAX = 1500 };

bool html_is_device(const struct view *v)
{
    return view_member(v->results, "device") != NULL;
}

/* --- what it is --- */

static void term(struct sheet *out, const char *en, const char *zh)
{
    sheet_put(out, "<dt>");
    html_say(out, en, zh);
    sheet_put(out, "</dt><dd>");
}

/* What was seen, each different one once: "3 ×  keepAlive 60, …". */
static void seen(struct sheet *out, const char *en, const char *zh, const cJSON *list)
{
    const cJSON *row;
    if (!cJSON_GetArraySize(list))
        return;
    term(out, en, zh);
    cJSON_ArrayForEach(row, list)
    {
        struct sheet text;
        sheet_init(&text);
        view_fields(view_member(row, "fields"), &text);
        sheet_printf(out, "<div><small>%.0f ×</small> ", view_number(row, "count"));
        sheet_escaped_str(out, buf_str(&text.bytes));
        sheet_put(out, "</div>");
        sheet_fini(&text);
    }
    sheet_put(out, "</dd>\n");
}

static void sdk(struct sheet *out, const cJSON *device)
{
    const cJSON *known = view_member(device, "sdk");
    term(out, "SDK, by its client id", "SDK（由客户端标识判断）");
    if (known) {
        sheet_escaped(out, view_text(known, "name"));
        sheet_put(out, *view_text(known, "version") ? " " : "");
        sheet_escaped(out, view_text(known, "version"));
        sheet_put(out, " <small>");
        sheet_escaped(out, view_text(known, "sign"));
        sheet_put(out, "</small>");
    } else {
        html_say(out, "none that is known", "未识别");
    }
    sheet_put(out, "</dd>\n");
}

static void description(struct sheet *out, const cJSON *device)
{
    const cJSON *said = view_member(device, "description");
    struct sheet text;
    sheet_init(&text);
    view_fields(said, &text);
    term(out, "Description", "设备说明");
    if (said && said->child)
        sheet_escaped_str(out, buf_str(&text.bytes));
    else
        html_say(out, "none was given: everything was tried", "未提供：全部用例均已尝试");
    sheet_put(out, "</dd>\n");
    sheet_fini(&text);
}

static void how(struct sheet *out, const cJSON *device)
{
    static const struct {
        const char *mode;
        struct two means;
    } modes[] = {
        {"passive", {"the device dialled by itself", "设备自行连接"}},
        {"trigger", {"a command made the device dial", "由命令触发设备连接"}},
        {"identity-mapped", {"one device name a case, in parallel", "每个用例使用一个设备名，并行执行"}}};
    term(out, "How it was judged", "测试方式");
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++)
        if (strcmp(modes[i].mode, view_text(device, "mode")) == 0)
            html_two(out, modes[i].means);
    if (strcmp(view_text(device, "clock"), "manual") == 0) {
        sheet_put(out, "; ");
        html_say(out, "on a clock that is moved by hand", "时钟由测试推进");
    }
    sheet_printf(
        out,
        " <small>%.0f <span lang=\"en\">connections</span> <span lang=\"zh\">次连接</span></small></dd>\n",
        view_number(device, "connections"));
    if (*view_text(device, "replay_of")) {
        term(out, "Judged again", "重新判定");
        html_say(out, "from the transcript of a session, without the device:",
                 "依据已保存的会话记录，设备未参与：");
        sheet_put(out, " <code>");
        sheet_escaped(out, view_text(device, "replay_of"));
        sheet_put(out, "</code></dd>\n");
    }
}

/* Nobody shall think that what --quick did without has been checked. */
static void left_out(struct sheet *out, const cJSON *device)
{
    const cJSON *list = view_member(device, "left_out"), *row;
    int count = cJSON_GetArraySize(list);
    if (count == 0)
        return;
    sheet_printf(out,
                 "<div class=\"without\"><p><strong><span lang=\"en\">%d cases were left out (--quick): each "
                 "can take over "
                 "30 s. What they ask was not checked.</span> <span lang=\"zh\">%d "
                 "个用例被省略（--quick）：单个用例可能超过 30 秒，其内容未经检查。</span></strong></p><ul "
                 "class=\"short\">\n",
                 count, count);
    cJSON_ArrayForEach(row, list)
    {
        sheet_put(out, "<li><b>");
        sheet_escaped(out, view_text(row, "id"));
        sheet_put(out, "</b> ");
        html_two(out, view_two(row, "title"));
        sheet_printf(out, " <small>≤ %.0f s</small></li>\n", view_number(row, "longest_ms") / 1000);
    }
    sheet_put(out, "</ul></div>\n");
}

void html_device(struct sheet *out, const struct view *v)
{
    const cJSON *device = view_member(v->results, "device");
    if (!device)
        return;
    char *names = mem_printf("%s / %s", view_text(device, "productKey"), view_text(device, "deviceName"));
    sheet_put(out, "<section id=\"device\"><h2>");
    html_say(out, "The device", "设备");
    sheet_put(out, "</h2>\n<dl>\n");
    html_definition(out, "Product key / device name", "产品 / 设备名", names);
    description(out, device);
    sdk(out, device);
    seen(out, "Signed in", "登录方式", view_member(device, "sign_ins"));
    seen(out, "CONNECT as seen", "实际 CONNECT", view_member(device, "connect"));
    seen(out, "TLS as seen", "实际 TLS", view_member(device, "tls"));
    if (view_number(device, "seen_more") > 0) {
        term(out, "And more of these", "其余");
        sheet_printf(out, "%.0f ×</dd>\n", view_number(device, "seen_more"));
    }
    how(out, device);
    sheet_put(out, "</dl>\n");
    left_out(out, device);
    sheet_put(out, "</section>\n");
    free(names);
}

/* --- the session --- */

/* Something that happened, for the table. */
enum happening_kind { BEGINS, SIGNS_IN, ENDS, CASE_BEGINS, CASE_ENDS, MARK };

struct happening {
    double at_ms;
    size_t order;
    const cJSON *json;
    enum happening_kind what;
};

struct happenings {
    struct happening *items;
    size_t count;
};

static void add(struct happenings *h, const cJSON *json, const char *time, enum happening_kind what)
{
    if (!cJSON_HasObjectItem(json, time))
        return;
    h->items = mem_realloc(h->items, (h->count + 1) * sizeof *h->items);
    h->items[h->count] = (struct happening){view_number(json, time), h->count, json, what};
    h->count++;
}

static int compare(const void *a, const void *b)
{
    const struct happening *x = a, *y = b;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static struct happenings happenings_of(const cJSON *timeline)
{
    struct happenings h = {NULL, 0};
    const cJSON *at;
    cJSON_ArrayForEach(at, view_member(timeline, "cases")) add(&h, at, "from_ms", CASE_BEGINS);
    cJSON_ArrayForEach(at, view_member(timeline, "connections"))
    {
        add(&h, at, "from_ms", BEGINS);
        add(&h, at, "online_ms", SIGNS_IN);
    }
    cJSON_ArrayForEach(at, view_member(timeline, "marks")) add(&h, at, "at_ms", MARK);
    cJSON_ArrayForEach(at, view_member(timeline, "connections")) add(&h, at, "to_ms", ENDS);
    cJSON_ArrayForEach(at, view_member(timeline, "cases")) add(&h, at, "to_ms", CASE_ENDS);
    if (h.count)
        qsort(h.items, h.count, sizeof *h.items, compare);
    return h;
}

static void what(struct sheet *out, const struct happening *h)
{
    switch (h->what) {
    case BEGINS:
        html_say(out, "the device connects", "设备建立连接");
        break;
    case SIGNS_IN:
        html_say(out, "signed in,", "登录成功，");
        sheet_put(out, " ");
        sheet_escaped(out, view_text(h->json, "transport"));
        break;
    case ENDS:
        html_say(out, "connection ended:", "连接结束：");
        sheet_put(out, " ");
        sheet_escaped(out, view_text(h->json, "end"));
        break;
    case CASE_BEGINS:
        html_element(out, "b", view_text(h->json, "key"));
        break;
    case CASE_ENDS:
        html_element(out, "b", view_text(h->json, "key"));
        sheet_put(out, " ");
        html_verdict(out, view_text(h->json, "verdict"));
        break;
    case MARK:
        html_two(out, html_svg_mark(view_text(h->json, "kind")));
        sheet_put(out, *view_text(h->json, "text") ? ": " : "");
        sheet_escaped(out, view_text(h->json, "text"));
        if (view_number(h->json, "count") > 1)
            sheet_printf(out, " × %.0f", view_number(h->json, "count"));
        break;
    }
}

static void table(struct sheet *out, const cJSON *timeline)
{
    struct happenings h = happenings_of(timeline);
    size_t shown = h.count < ROWS_MAX ? h.count : ROWS_MAX;
    sheet_put(out, "<details class=\"legend\"><summary>");
    html_say(out, "The same as a table", "以表格显示");
    sheet_put(out, "</summary><div class=\"wide\"><table class=\"wire session\"><thead><tr><th>s</th><th>");
    html_say(out, "Connection", "连接");
    sheet_put(out, "</th><th></th></tr></thead><tbody>\n");
    for (size_t i = 0; i < shown; i++) {
        double conn = view_number(h.items[i].json, "conn");
        sheet_printf(out, "<tr><td>%.3f</td><td>", h.items[i].at_ms / 1000);
        if (conn > 0)
            sheet_printf(out, "%.0f", conn);
        sheet_put(out, "</td><td>");
        what(out, &h.items[i]);
        sheet_put(out, "</td></tr>\n");
    }
    sheet_put(out, "</tbody></table></div>\n");
    if (shown < h.count)
        sheet_printf(out,
                     "<p>… <span lang=\"en\">%zu more, in results.json</span> <span lang=\"zh\">其余 %zu "
                     "行见 results.json</span></p>\n",
                     h.count - shown, h.count - shown);
    sheet_put(out, "</details>\n");
    free(h.items);
}

void html_session(struct sheet *out, const struct view *v)
{
    const cJSON *timeline = view_member(view_member(v->results, "device"), "timeline");
    if (!timeline)
        return;
    sheet_put(out, "<section id=\"session\"><h2>");
    html_say(out, "The session", "会话过程");
    sheet_put(out, "</h2>\n<p class=\"key\">");
    html_say(out,
             "From top to bottom: the cases that were under way, what the platform did, and a bar for each "
             "connection "
             "of the device, pale until it was signed in. A short line ends a bar: thin where the device "
             "left, thick where it "
             "was cut off. Times are the platform's, since it was started.",
             "自上而下：正在执行的用例、平台的动作、设备的每条连接（登录成功前为浅色）。竖线表示连接结束：细"
             "线为设备主动离开，粗线为被"
             "断开。时间自平台启动起计。");
    sheet_put(out, "</p>\n");
    html_svg_key(out);
    html_svg_session(out, timeline);
    if (view_number(timeline, "left_out") > 0)
        sheet_printf(out,
                     "<p><span lang=\"en\">%.0f more are not drawn: too many.</span> <span lang=\"zh\">另有 "
                     "%.0f 项过多，未绘出。</span></p>\n",
                     view_number(timeline, "left_out"), view_number(timeline, "left_out"));
    table(out, timeline);
    sheet_put(out, "</section>\n");
}
