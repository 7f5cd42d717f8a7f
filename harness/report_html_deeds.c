/* What both sides did in a case about a device, up to where it went wrong; and what to change in the firmware. */
#include "html.h"

#include <string.h>

enum { DEEDS_MAX = 6 };

static const struct {
    const char *action;
    struct two did;
} actions[] = {
    {"publish", {"sent a message", "下发消息"}},
    {"fault", {"set a fault", "注入故障"}},
    {"certificate", {"showed another certificate", "出示其他证书"}},
    {"kick", {"ended the connection", "断开连接"}},
    {"forget_session", {"forgot the session", "清除会话"}},
    {"inject", {"sent raw bytes", "发送原始字节"}},
    {"takeover", {"let somebody else sign in as this device", "另一客户端以该设备身份登录"}},
    {"restart", {"ended and started again", "重启"}},
    {"stop", {"asked the device to stop", "要求设备停止"}},
};

/* An action of the case: its begin and its end are none. */
static const struct two *action_of(const cJSON *entry)
{
    const char *name = view_text(view_member(entry, "fields"), "action");
    for (size_t i = 0;
         strcmp(view_text(entry, "what"), "control") == 0 && i < sizeof actions / sizeof actions[0]; i++)
        if (strcmp(actions[i].action, name) == 0)
            return &actions[i].did;
    return NULL;
}

static void at(struct sheet *out, const cJSON *entry)
{
    sheet_printf(out, "<li><small>%.3f s</small> ", view_number(entry, "t_ms") / 1000);
}

static void platform_deeds(struct sheet *out, const cJSON *run, const cJSON *upto)
{
    static const char *const ours[] = {"do", "as", "note"};
    const cJSON *entry;
    cJSON_ArrayForEach(entry, view_member(run, "transcript"))
    {
        const struct two *did = action_of(entry);
        if (did) {
            struct sheet text;
            cJSON *step = cJSON_Duplicate(view_member(view_member(entry, "fields"), "step"), true);
            sheet_init(&text);
            for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
                cJSON_DeleteItemFromObjectCaseSensitive(step, ours[i]);
            view_fields(step, &text);
            at(out, entry);
            html_two(out, *did);
            sheet_put(out, text.bytes.len ? ": " : "");
            sheet_escaped_str(out, buf_str(&text.bytes));
            sheet_put(out, "</li>\n");
            sheet_fini(&text);
            cJSON_Delete(step);
        }
        if (entry == upto)
            return;
    }
}

static bool is_of_device(const cJSON *entry)
{
    return strcmp(view_text(entry, "dir"), "out") == 0;
}

/* The packet's name and what tells it from others. */
static void packet(struct sheet *out, const cJSON *entry)
{
    static const char *const told[] = {"packetId", "topic", "qos", "dup", "keepAlive", "fault"};
    const char *name = view_text(entry, "packet");
    const cJSON *fields = view_member(entry, "fields");
    at(out, entry);
    html_element(out, "b", *name ? name : view_text(entry, "what"));
    for (size_t i = 0; i < sizeof told / sizeof told[0]; i++) {
        const cJSON *field = cJSON_GetObjectItemCaseSensitive(fields, told[i]);
        if (!field || cJSON_IsFalse(field))
            continue;
        char *text = cJSON_PrintUnformatted(field);
        sheet_printf(out, " %s ", told[i]);
        sheet_escaped(out, text ? text : "");
        cJSON_free(text);
    }
    sheet_put(out, "</li>\n");
}

/* The last packets of the device up to there. */
static void device_deeds(struct sheet *out, const cJSON *run, const cJSON *upto)
{
    const cJSON *entry;
    int count = 0, number = 0;
    for (int pass = 0; pass < 2; pass++)
        cJSON_ArrayForEach(entry, view_member(run, "transcript"))
        {
            bool counts = is_of_device(entry);
            if (pass == 0)
                count += counts;
            else if (counts && number++ >= count - DEEDS_MAX)
                packet(out, entry);
            if (entry == upto)
                break;
        }
    if (count > DEEDS_MAX)
        sheet_printf(out,
                     "<li><small><span lang=\"en\">%d packet%s before</span> <span lang=\"zh\">此前 %d "
                     "个报文</span></small></li>\n",
                     count - DEEDS_MAX, count - DEEDS_MAX == 1 ? "" : "s", count - DEEDS_MAX);
}

static void deeds(struct sheet *out, const char *en, const char *zh, const cJSON *run, const cJSON *upto,
                  void (*list)(struct sheet *out, const cJSON *run, const cJSON *upto))
{
    struct sheet items;
    sheet_init(&items);
    list(&items, run, upto);
    if (items.bytes.len) {
        sheet_put(out, "<dt>");
        html_say(out, en, zh);
        sheet_put(out, "</dt><dd><ul class=\"deeds\">\n");
        sheet_put_str(out, buf_str(&items.bytes));
        sheet_put(out, "</ul></dd>\n");
    }
    sheet_fini(&items);
}

void html_deeds(struct sheet *out, const cJSON *run, const cJSON *upto)
{
    deeds(out, "The platform did", "平台的动作", run, upto, platform_deeds);
    deeds(out, "The device sent", "设备发送", run, upto, device_deeds);
}

void html_change(struct sheet *out, const cJSON *run)
{
    if (!view_member(run, "change"))
        return;
    sheet_put(out, "<dt>");
    html_say(out, "What to change in the firmware", "固件修改建议");
    sheet_put(out, "</dt><dd class=\"two change\">");
    html_two(out, view_two(run, "change"));
    sheet_put(out, "</dd>\n");
}

bool html_has_changed(const cJSON *run)
{
    const char *then = view_text(run, "then");
    return *then && strcmp(then, view_text(run, "verdict")) != 0;
}

void html_then(struct sheet *out, const cJSON *run)
{
    const char *then = view_text(run, "then");
    if (!html_has_changed(run))
        return;
    sheet_put(out, "<dt>");
    html_say(out, "Verdict at the time", "当时的判定");
    sheet_put(out, "</dt><dd>");
    html_verdict(out, then);
    sheet_put(out, "</dd>\n");
}
