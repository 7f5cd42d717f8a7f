#include "sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"

void sheet_init(struct sheet *s)
{
    buf_init(&s->bytes, SHEET_MAX_BYTES);
    s->full = false;
}

void sheet_fini(struct sheet *s)
{
    buf_fini(&s->bytes);
}

void sheet_put_str(struct sheet *s, struct str text)
{
    if (s->full || !buf_append_str(&s->bytes, text))
        s->full = true;
}

void sheet_put(struct sheet *s, const char *text)
{
    sheet_put_str(s, str_of(text));
}

void sheet_printf(struct sheet *s, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = NULL;
    int n = vasprintf(&text, format, args);
    va_end(args);
    CHECK(n >= 0);
    sheet_put_str(s, (struct str){text, (size_t)n});
    free(text);
}

/* U+200E, U+200F, U+202A..202E, U+2066..2069 turn the direction of text around: with them a peer could make a line look
 * like another. */
static bool is_direction_mark(const uint8_t c[3])
{
    if (c[0] != 0xe2)
        return false;
    return (c[1] == 0x80 && ((c[2] >= 0x8e && c[2] <= 0x8f) || (c[2] >= 0xaa && c[2] <= 0xae))) ||
           (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9);
}

/* Bytes of the character at the start of s. *shown is false when it is ill-formed, one that XML cannot hold (U+FFFE, U+FFFF),
 * a C1 control or a direction mark. */
static size_t character_size(struct str s, bool *shown)
{
    const uint8_t *c = (const uint8_t *)s.p;
    size_t n = c[0] < 0x80 ? 1 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
    *shown = n <= s.n && str_is_utf8((struct str){s.p, n}, NULL);
    if (!*shown)
        return 1;
    if (n == 2 && c[0] == 0xc2 && c[1] < 0xa0)
        *shown = false;
    if (n == 3 && ((c[0] == 0xef && c[1] == 0xbf && c[2] >= 0xbe) || is_direction_mark(c)))
        *shown = false;
    return n;
}

/* How a single byte is written, or NULL when it stands for itself. C0 controls have pictures at U+2400, DEL at U+2421. */
static const char *escape_of(uint8_t c, char picture[4])
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\n':
        return NULL;
    default:
        break;
    }
    if (c >= 0x20 && c != 0x7f)
        return NULL;
    picture[0] = '\xe2';
    picture[1] = '\x90';
    picture[2] = (char)(c == 0x7f ? 0xa1 : 0x80 + c);
    return picture;
}

void sheet_escaped_str(struct sheet *s, struct str text)
{
    struct str rest = text; /* from the first character not yet copied */
    for (size_t i = 0; i < text.n;) {
        char picture[4] = "";
        bool shown;
        size_t n = character_size((struct str){text.p + i, text.n - i}, &shown);
        const char *instead = !shown   ? "\xef\xbf\xbd"
                              : n == 1 ? escape_of((uint8_t)text.p[i], picture)
                                       : NULL;
        if (instead) {
            sheet_put_str(s, (struct str){rest.p, (size_t)(text.p + i - rest.p)});
            sheet_put(s, instead);
            rest = (struct str){text.p + i + n, text.n - i - n};
        }
        i += n;
    }
    sheet_put_str(s, rest);
}

void sheet_escaped(struct sheet *s, const char *text)
{
    sheet_escaped_str(s, str_of(text));
}

void sheet_quoted(struct sheet *s, const char *text)
{
    sheet_put(s, "\"");
    size_t length = strlen(text);
    for (size_t i = 0; i < length;) {
        bool shown;
        uint8_t c = (uint8_t)text[i];
        size_t n = character_size((struct str){text + i, length - i}, &shown);
        if (!shown)
            sheet_put(s, "\\ufffd");
        else if (c == '"' || c == '\\')
            sheet_printf(s, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            sheet_printf(s, "\\u%04x", c);
        else
            sheet_put_str(s, (struct str){text + i, n});
        i += n;
    }
    sheet_put(s, "\"");
}
