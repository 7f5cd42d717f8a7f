/* The drawing of a session: strips of time below each other, each with the cases, what the platform did, and a bar for each
 * connection. Everything is laid out here, in whole pixels; colours are the style sheet's. */
#include "html_svg.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

enum {
    WIDTH = 1180,
    LEFT = 6,
    PLOT = 1160,
    AXIS = 18,
    ROW = 20,
    BAR = 12,
    LANES_MAX = 10,
    STRIPS_MAX = 14,
    TICKS = 10,
    LABEL_PX = 7, /* of a character in a label */
    GAP_PX = 4
};

/* A case or a connection, and where it stands below others of its kind. */
struct span {
    const cJSON *json;
    double from_ms, to_ms;
    int lane;
};

struct spans {
    struct span *items;
    size_t count;
};

struct drawing {
    const cJSON *timeline;
    struct spans cases, connections;
    double from_ms, to_ms, strip_ms;
};

/* --- layout --- */

/* Times that a strip may last, so that its ticks are round. */
static const double lengths_ms[] = {1e3, 2e3,  5e3,  1e4,  2e4,  3e4,   6e4,   12e4,  3e5,
                                    6e5, 12e5, 18e5, 36e5, 72e5, 216e5, 864e5, 6048e5};

static void spans_of(struct spans *s, const cJSON *list, const struct drawing *d)
{
    double free_ms[LANES_MAX] = {0}, gap_ms = d->strip_ms * GAP_PX / PLOT;
    const cJSON *at;
    s->items = mem_zalloc((size_t)cJSON_GetArraySize(list) + 1, sizeof *s->items);
    cJSON_ArrayForEach(at, list)
    {
        struct span *span = &s->items[s->count++];
        bool has_end = cJSON_HasObjectItem(at, "to_ms");
        *span = (struct span){.json = at,
                              .from_ms = view_number(at, "from_ms"),
                              .to_ms = has_end ? view_number(at, "to_ms") : d->to_ms};
        while (span->lane < LANES_MAX - 1 && free_ms[span->lane] > span->from_ms)
            span->lane++;
        free_ms[span->lane] = span->to_ms + gap_ms;
    }
}

static bool is_within(double ms, double from_ms, double to_ms)
{
    return ms >= from_ms && ms < to_ms;
}

/* Whether anything begins, ends or happens in a strip; a connection that merely goes on does not count. */
static bool is_eventful(const struct drawing *d, double from_ms)
{
    static const char *const lists[] = {"connections", "cases", "marks", NULL};
    static const char *const times[] = {"from_ms", "to_ms", "at_ms", NULL};
    const cJSON *at;
    for (size_t i = 0; lists[i]; i++)
        cJSON_ArrayForEach(
            at,
            view_member(d->timeline, lists[i])) for (size_t j = 0; times[j];
                                                     j++) if (cJSON_HasObjectItem(at, times[j]) &&
                                                              is_within(view_number(at, times[j]), from_ms,
                                                                        from_ms + d->strip_ms)) return true;
    return false;
}

static double strip_begin(const struct drawing *d)
{
    double n = d->from_ms / d->strip_ms;
    return (double)(long long)n * d->strip_ms;
}

static void choose_strip(struct drawing *d)
{
    for (size_t i = 0; i < sizeof lengths_ms / sizeof lengths_ms[0]; i++) {
        d->strip_ms = lengths_ms[i];
        if ((d->to_ms - d->from_ms) / d->strip_ms < STRIPS_MAX)
            return;
    }
}

/* --- one strip --- */

struct strip {
    const struct drawing *d;
    double from_ms;
    int cases_y, actions_y, bars_y, height;
};

static double x_of(const struct strip *s, double ms)
{
    double x = LEFT + (ms - s->from_ms) * PLOT / s->d->strip_ms;
    return x < LEFT ? LEFT : x > LEFT + PLOT ? LEFT + PLOT : x;
}

static void hint(struct sheet *out, const char *text)
{
    sheet_put(out, "<title>");
    sheet_escaped(out, text);
    sheet_put(out, "</title>");
}

static void label(struct sheet *out, double x, int y, const char *class, const char *text)
{
    sheet_printf(out, "<text x=\"%.1f\" y=\"%d\" class=\"%s\">", x, y, class);
    sheet_escaped(out, text);
    sheet_put(out, "</text>");
}

void html_svg_time(struct sheet *out, double ms)
{
    long long s = (long long)(ms / 1000);
    if (s >= 3600)
        sheet_printf(out, "%lld:%02lld:%02lld", s / 3600, s / 60 % 60, s % 60);
    else if (s >= 60)
        sheet_printf(out, "%lld:%02lld", s / 60, s % 60);
    else
        sheet_printf(out, "%.4g s", ms / 1000);
}

static void axis(struct sheet *out, const struct strip *s)
{
    for (int i = 0; i <= TICKS; i++) {
        double ms = s->from_ms + s->d->strip_ms * i / TICKS, x = LEFT + (double)PLOT * i / TICKS;
        struct sheet text;
        sheet_init(&text);
        html_svg_time(&text, ms);
        sheet_printf(out, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" class=\"tick\"/>", x, AXIS - 2,
                     x, s->height - 2);
        if (i < TICKS)
            label(out, x + 3, AXIS - 5, "time", buf_cstr(&text.bytes));
        sheet_fini(&text);
    }
}

static void draw_cases(struct sheet *out, const struct strip *s)
{
    for (size_t i = 0; i < s->d->cases.count; i++) {
        const struct span *span = &s->d->cases.items[i];
        double x = x_of(s, span->from_ms), width = x_of(s, span->to_ms) - x;
        const char *key = view_text(span->json, "key");
        if (span->to_ms < s->from_ms || span->from_ms >= s->from_ms + s->d->strip_ms)
            continue;
        int y = s->cases_y + span->lane * ROW, shown = (int)strcspn(key, "@");
        sheet_printf(
            out, "<g class=\"%s\"><rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" class=\"case\">",
            view_verdict(view_text(span->json, "verdict"))->class, x, y, width < 1 ? 1 : width, ROW - 4);
        hint(out, key);
        sheet_put(out, "</rect>");
        if (width > shown * LABEL_PX) {
            sheet_printf(out, "<text x=\"%.1f\" y=\"%d\">", x + 4, y + 12);
            sheet_escaped_str(out, (struct str){key, (size_t)shown});
            sheet_put(out, "</text>");
        }
        sheet_put(out, "</g>\n");
    }
}

/* How a connection ended: by the device itself, by a doing of ours, or otherwise. */
static const char *end_class(const char *end)
{
    static const struct {
        const char *end, *class;
    } rows[] = {{"disconnect", "left"},
                {"device", "left"},
                {"connection-closed", "left"},
                {"open", "still"},
                {NULL, "cut"}};
    size_t i = 0;
    while (rows[i].end && strcmp(rows[i].end, end) != 0)
        i++;
    return rows[i].class;
}

static void draw_bar(struct sheet *out, const struct strip *s, const struct span *span)
{
    const cJSON *c = span->json;
    double x = x_of(s, span->from_ms), to = x_of(s, span->to_ms);
    bool was_online = cJSON_HasObjectItem(c, "online_ms");
    double online = was_online ? x_of(s, view_number(c, "online_ms")) : to;
    int y = s->bars_y + span->lane * ROW;
    char text[96];
    snprintf(text, sizeof text, "%.0f: %.8s, %.32s", view_number(c, "conn"), view_text(c, "transport"),
             view_text(c, "end"));
    sheet_printf(out, "<g class=\"bar %s\">",
                 *view_text(c, "who") ? "judge"
                 : was_online         ? "online"
                                      : "never");
    sheet_printf(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" class=\"dial\">", x, y,
                 to - x < 1.5 ? 1.5 : to - x, BAR);
    hint(out, text);
    sheet_put(out, "</rect>");
    if (was_online) {
        sheet_printf(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" class=\"on\">", online, y,
                     to - online < 1.5 ? 1.5 : to - online, BAR);
        hint(out, text);
        sheet_put(out, "</rect>");
    }
    if (span->to_ms < s->from_ms + s->d->strip_ms && span->to_ms >= s->from_ms)
        sheet_printf(out, "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" class=\"%s\"/>", to, y - 3, to,
                     y + BAR + 3, end_class(view_text(c, "end")));
    snprintf(text, sizeof text, "%.0f %.8s", view_number(c, "conn"), view_text(c, "transport"));
    if (to - x > 60)
        label(out, x + 4, y + BAR - 2, "conn", text);
    sheet_put(out, "</g>\n");
}

static void draw_bars(struct sheet *out, const struct strip *s)
{
    for (size_t i = 0; i < s->d->connections.count; i++) {
        const struct span *span = &s->d->connections.items[i];
        if (span->to_ms >= s->from_ms && span->from_ms < s->from_ms + s->d->strip_ms)
            draw_bar(out, s, span);
    }
}

/* --- marks --- */

/* The shape of each kind, around 0,0. */
static const struct shape {
    const char *kind, *path;
    struct two name;
} shapes[] = {
    {"ping", "M-1 -5h2v10h-2z", {"ping", "心跳请求"}},
    {"publish", "M-4 4h8l-4 -8z", {"message of the device", "设备上行消息"}},
    {"downlink", "M-4 -4h8l-4 8z", {"message to the device", "平台下行消息"}},
    {"subscribe", "M-3 -3h6v6h-6z", {"subscription", "订阅"}},
    {"refused", "M-4 -4l8 8M4 -4l-8 8", {"sign-in refused", "登录被拒"}},
    {"tls-failed", "M-4 -4l8 8M4 -4l-8 8", {"TLS failed", "TLS 握手失败"}},
    {"malformed", "M-4 -4l8 8M4 -4l-8 8", {"malformed packet", "报文格式错误"}},
    {"auth", "M0 -5l5 5l-5 5l-5 -5z", {"HTTPS authentication", "HTTPS 认证"}},
    {"action", "M0 -5l5 5l-5 5l-5 -5z", {"the platform's doing", "平台动作"}},
};

static const struct shape *shape_of(const char *kind)
{
    size_t i = 0, last = sizeof shapes / sizeof shapes[0] - 1;
    while (i < last && strcmp(shapes[i].kind, kind) != 0)
        i++;
    return &shapes[i];
}

struct two html_svg_mark(const char *kind)
{
    return shape_of(kind)->name;
}

static int y_of(const struct strip *s, const cJSON *mark)
{
    double conn = view_number(mark, "conn");
    for (size_t i = 0; conn > 0 && i < s->d->connections.count; i++)
        if (view_number(s->d->connections.items[i].json, "conn") == conn)
            return s->bars_y + s->d->connections.items[i].lane * ROW + BAR / 2;
    return s->actions_y + ROW / 2;
}

static void draw_mark(struct sheet *out, const struct strip *s, const cJSON *mark, double *label_end)
{
    const struct shape *shape = shape_of(view_text(mark, "kind"));
    const char *text = view_text(mark, "text");
    double x = x_of(s, view_number(mark, "at_ms"));
    int y = y_of(s, mark);
    sheet_printf(out, "<path d=\"%s\" transform=\"translate(%.1f %d)\" class=\"m %s\">", shape->path, x, y,
                 shape->kind);
    hint(out, *text ? text : shape->name.en);
    sheet_put(out, "</path>\n");
    double width = (double)strlen(text) * (LABEL_PX - 1);
    if (strcmp(shape->kind, "action") != 0 || x + 7 < *label_end || x + 7 + width > LEFT + PLOT)
        return;
    label(out, x + 7, y + 4, "did", text);
    *label_end = x + 7 + width;
}

static void draw_marks(struct sheet *out, const struct strip *s)
{
    double label_end = 0;
    const cJSON *mark;
    cJSON_ArrayForEach(mark, view_member(s->d->timeline, "marks"))
    {
        if (is_within(view_number(mark, "at_ms"), s->from_ms, s->from_ms + s->d->strip_ms))
            draw_mark(out, s, mark, &label_end);
    }
}

/* A strip is no higher than what is in it. */
static int lanes_in(const struct spans *all, const struct strip *s)
{
    int lanes = 1;
    for (size_t i = 0; i < all->count; i++) {
        const struct span *span = &all->items[i];
        if (span->to_ms >= s->from_ms && span->from_ms < s->from_ms + s->d->strip_ms && span->lane >= lanes)
            lanes = span->lane + 1;
    }
    return lanes;
}

static void draw_strip(struct sheet *out, const struct drawing *d, double from_ms)
{
    struct strip s = {.d = d, .from_ms = from_ms, .cases_y = AXIS + 2};
    s.actions_y = s.cases_y + lanes_in(&d->cases, &s) * ROW;
    s.bars_y = s.actions_y + ROW + 4;
    s.height = s.bars_y + lanes_in(&d->connections, &s) * ROW + 4;
    sheet_printf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", WIDTH, s.height);
    html_svg_time(out, from_ms);
    sheet_put(out, " - ");
    html_svg_time(out, from_ms + d->strip_ms);
    sheet_put(out, "\">\n");
    axis(out, &s);
    draw_cases(out, &s);
    draw_bars(out, &s);
    draw_marks(out, &s);
    sheet_put(out, "</svg>\n");
}

void html_svg_key(struct sheet *out)
{
    sheet_put(out, "<p class=\"key marks\">");
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const struct shape *shape = &shapes[i];
        if (i > 0 && strcmp(shape->path, shapes[i - 1].path) == 0 && strcmp(shape->kind, "action") != 0)
            continue; /* one key for what looks alike */
        sheet_printf(
            out,
            "<span><svg viewBox=\"-7 -7 14 14\" aria-hidden=\"true\"><path d=\"%s\" class=\"m %s\"/></svg> ",
            shape->path, shape->kind);
        html_two(out, strcmp(shape->kind, "refused") == 0
                          ? (struct two){"refused, failed or malformed", "被拒、失败或格式错误"}
                          : shape->name);
        sheet_put(out, "</span> ");
    }
    sheet_put(out, "</p>\n");
}

void html_svg_session(struct sheet *out, const cJSON *timeline)
{
    struct drawing d = {.timeline = timeline,
                        .from_ms = view_number(timeline, "from_ms"),
                        .to_ms = view_number(timeline, "to_ms")};
    bool left_out = false;
    choose_strip(&d);
    spans_of(&d.cases, view_member(timeline, "cases"), &d);
    spans_of(&d.connections, view_member(timeline, "connections"), &d);
    double from_ms = strip_begin(&d);
    for (int i = 0; i <= STRIPS_MAX && from_ms <= d.to_ms; i++, from_ms += d.strip_ms) {
        if (is_eventful(&d, from_ms))
            draw_strip(out, &d, from_ms);
        else if (!left_out)
            sheet_put(out, "<p class=\"key\">…</p>\n");
        left_out = !is_eventful(&d, from_ms);
    }
    free(d.cases.items);
    free(d.connections.items);
}
