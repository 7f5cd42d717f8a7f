/* A transcript as a table: when, which way, what, with which bytes. */
#include "html.h"

#include <stdlib.h>
#include <string.h>

/* Entries shown before the one where a run diverged; entries shown of a transcript. */
enum { CONTEXT = 2, ENTRIES_MAX = 250 };

/* Columns that would say the same in every line are left out. */
struct columns {
    bool clock, device;
};

static struct columns columns_of(const cJSON *transcript)
{
    struct columns needed = {false, false};
    const char *device = "";
    const cJSON *entry;
    cJSON_ArrayForEach(entry, transcript)
    {
        const char *name = view_text(entry, "device");
        needed.clock |= view_number(entry, "clock_ms") != 0;
        needed.device |= *device && *name && strcmp(device, name) != 0;
        if (*name)
            device = name;
    }
    return needed;
}

static void fields(struct sheet *out, const cJSON *all)
{
    const cJSON *field;
    cJSON_ArrayForEach(field, all)
    {
        char *text = cJSON_IsString(field) ? NULL : cJSON_PrintUnformatted(field);
        sheet_put(out, " <span><i>");
        sheet_escaped(out, field->string ? field->string : "");
        sheet_put(out, "</i> ");
        sheet_escaped(out, text ? text : field->valuestring);
        sheet_put(out, "</span>");
        cJSON_free(text);
    }
}

/* An arrow and a word tell the directions apart; colour only helps. */
static void direction(struct sheet *out, const char *dir, const char *what)
{
    if (strcmp(dir, "out") == 0)
        sheet_put(out, "→ sent");
    else if (strcmp(dir, "in") == 0)
        sheet_put(out, "← received");
    else {
        sheet_put(out, "· ");
        sheet_escaped(out, what);
    }
}

static void line(struct sheet *out, const cJSON *entry, struct columns shown, size_t hex_max_bytes)
{
    const char *dir = view_text(entry, "dir"), *packet = view_text(entry, "packet");
    bool diverges = view_is_true(entry, "diverges");
    sheet_printf(out, "<tr class=\"%s%s\"><td>%.3f</td>",
                 strcmp(dir, "out") == 0  ? "o"
                 : strcmp(dir, "in") == 0 ? "n"
                                          : "e",
                 diverges ? " d" : "", view_number(entry, "t_ms"));
    if (shown.clock)
        sheet_printf(out, "<td>%.3f s</td>", view_number(entry, "clock_ms") / 1000);
    sheet_put(out, "<td>");
    direction(out, dir, view_text(entry, "what"));
    if (shown.device) {
        sheet_put(out, " <em>");
        sheet_escaped(out, view_text(entry, "device"));
        sheet_put(out, "</em>");
    }
    sheet_put(out, "</td><td>");
    html_element(out, "b", *packet || strcmp(dir, "event") == 0 ? packet : view_text(entry, "what"));
    fields(out, view_member(entry, "fields"));
    if (diverges) {
        sheet_put(out, " <strong>");
        html_say(out, "differs from here", "由此开始不符");
        sheet_put(out, "</strong>");
    }
    if (*view_text(entry, "hex")) {
        sheet_put(out, " <div>");
        html_hex(out, view_text(entry, "hex"), hex_max_bytes);
        sheet_put(out, "</div>");
    }
    sheet_put(out, "</td></tr>\n");
}

/* Where to begin so that a little of what led to an entry is seen. */
static const cJSON *before(const cJSON *transcript, const cJSON *entry)
{
    for (int i = 0; i < CONTEXT && entry != transcript->child; i++)
        entry = entry->prev;
    return entry;
}

void html_wire(struct sheet *out, const cJSON *run, const cJSON *upto, size_t hex_max_bytes)
{
    const cJSON *transcript = view_member(run, "transcript");
    struct columns shown = columns_of(transcript);
    if (!cJSON_GetArraySize(transcript))
        return;
    sheet_printf(
        out,
        "<div class=\"wide\"><table class=\"wire\"><thead><tr><th>ms</th>%s<th></th><th></th></tr></thead>"
        "<tbody>\n",
        shown.clock ? "<th>clock</th>" : "");
    int shown_entries = 0;
    const cJSON *at = upto ? before(transcript, upto) : transcript->child;
    for (; at && shown_entries < ENTRIES_MAX; at = at == upto ? NULL : at->next, shown_entries++)
        line(out, at, shown, hex_max_bytes);
    sheet_put(out, "</tbody></table></div>\n");
    if (at)
        sheet_printf(out, "<p>… %d more, in results.json</p>\n",
                     cJSON_GetArraySize(transcript) - shown_entries);
}
