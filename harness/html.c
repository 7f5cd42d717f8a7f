#include "html.h"

#include <ctype.h>
#include <string.h>

#include "lib/base/hex.h"

void html_two(struct sheet *out, struct two text)
{
    if (strcmp(text.en, text.zh) == 0) {
        sheet_escaped(out, text.en);
        return;
    }
    sheet_put(out, "<span lang=\"en\">");
    sheet_escaped(out, text.en);
    sheet_put(out, "</span> <span lang=\"zh\">");
    sheet_escaped(out, text.zh);
    sheet_put(out, "</span>");
}

void html_say(struct sheet *out, const char *en, const char *zh)
{
    html_two(out, (struct two){en, zh});
}

void html_element(struct sheet *out, const char *tag, const char *text)
{
    if (!*text)
        return;
    sheet_printf(out, "<%s>", tag);
    sheet_escaped(out, text);
    sheet_printf(out, "</%.*s>", (int)strcspn(tag, " "), tag);
}

void html_verdict(struct sheet *out, const char *word)
{
    const struct view_verdict *verdict = view_verdict(word);
    sheet_printf(out, "<b class=\"v %s\"><i>%s</i> %s</b>", verdict->class, verdict->mark, verdict->word);
}

void html_href(struct sheet *out, struct str id)
{
    html_href_to(out, "", id);
}

void html_href_to(struct sheet *out, const char *file, struct str id)
{
    sheet_printf(out, " href=\"%s#", file);
    for (size_t i = 0; i < id.n; i++) {
        unsigned char c = (unsigned char)id.p[i];
        if ((c < 0x80 && isalnum(c)) || (c && strchr(":@._-", c)))
            sheet_put_str(out, (struct str){id.p + i, 1});
        else
            sheet_printf(out, "%%%02X", c);
    }
    sheet_put(out, "\"");
}

void html_definition(struct sheet *out, const char *en, const char *zh, const char *value)
{
    if (!*value)
        return;
    sheet_put(out, "<dt>");
    html_say(out, en, zh);
    sheet_put(out, "</dt><dd>");
    sheet_escaped(out, value);
    sheet_put(out, "</dd>\n");
}

enum { LINE_BYTES = 16 };

/* The next byte: two digits, or the two stars of a masked one. Empty at the end and before what is no byte, such as the
 * "… (+100 bytes)" of a transcript that was cut. */
static struct str next_byte(const char **hex)
{
    const char *at = *hex + strspn(*hex, " ");
    struct str byte = {at, 0};
    while (byte.n < 2 && (hex_digit(at[byte.n]) >= 0 || at[byte.n] == '*'))
        byte.n++;
    if (byte.n < 2)
        return (struct str){at, 0};
    *hex = at + 2;
    return byte;
}

static size_t count_bytes(const char *hex)
{
    size_t n = 0;
    while (next_byte(&hex).n)
        n++;
    return n;
}

/* What a byte is in text, for the right side of a dump. */
static char shown_as(struct str byte)
{
    if (byte.p[0] == '*' || byte.p[1] == '*')
        return '*';
    int c = hex_digit(byte.p[0]) * 16 + hex_digit(byte.p[1]);
    return (char)(c >= 0x20 && c < 0x7f ? c : '.');
}

/* One line of a dump; returns the bytes in it. */
static size_t dump_line(struct sheet *out, const char **hex, size_t offset, size_t most)
{
    char text[LINE_BYTES + 1] = "";
    size_t n = 0;
    sheet_printf(out, "%04zx ", offset);
    for (; n < most && n < LINE_BYTES; n++) {
        struct str byte = next_byte(hex);
        if (!byte.n)
            break;
        sheet_put(out, " ");
        sheet_escaped_str(out, byte);
        text[n] = shown_as(byte);
    }
    sheet_printf(out, "%*s", (int)(3 * (LINE_BYTES - n) + 2), "");
    sheet_escaped(out, text);
    sheet_put(out, "\n");
    return n;
}

void html_hex(struct sheet *out, const char *hex, size_t max_bytes)
{
    size_t all = count_bytes(hex), shown = all < max_bytes ? all : max_bytes;
    if (all <= LINE_BYTES) {
        html_element(out, "code", hex);
        return;
    }
    const char *at = hex;
    for (int i = 0; i < LINE_BYTES - 4; i++)
        next_byte(&at);
    sheet_put(out, "<details class=\"x\"><summary><code>");
    sheet_escaped_str(out, (struct str){hex, (size_t)(at - hex)});
    sheet_printf(out, " …</code> %zu bytes</summary><pre>", all);
    at = hex;
    for (size_t offset = 0; offset < shown;)
        offset += dump_line(out, &at, offset, shown - offset);
    if (shown < all)
        sheet_printf(out, "… %zu more bytes, in results.json\n", all - shown);
    else
        sheet_escaped(out, at); /* what stands behind the bytes */
    sheet_put(out, "</pre></details>");
}

void html_expectation(struct sheet *out, const cJSON *run)
{
    struct sheet text;
    sheet_init(&text);
    view_expected(run, &text);
    if (view_expectation(run) == VIEW_AS_EXPECTED)
        html_definition(out, "As expected", "符合预期", buf_cstr(&text.bytes));
    else if (view_expectation(run) == VIEW_UNEXPECTED)
        html_definition(out, "Not as expected", "与预期不符", buf_cstr(&text.bytes));
    sheet_fini(&text);
}
