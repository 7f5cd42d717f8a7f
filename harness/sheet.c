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

/* Bytes of the character at the start of s, or 0 when it is ill-formed or one that XML cannot hold. */
static size_t character_size(struct str s)
{
    uint8_t first = (uint8_t)s.p[0];
    size_t n = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (n > s.n || !str_is_utf8((struct str){s.p, n}, NULL))
        return 0;
    bool not_xml = n == 3 && first == 0xef && (uint8_t)s.p[1] == 0xbf && (uint8_t)s.p[2] >= 0xbe;
    return not_xml ? 0 : n;
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
    picture[3] = 0;
    return picture;
}

void sheet_escaped_str(struct sheet *s, struct str text)
{
    size_t plain = 0; /* start of what can be copied as it is */
    for (size_t i = 0; i < text.n;) {
        char picture[4];
        size_t n = character_size((struct str){text.p + i, text.n - i});
        bool is_c1 = n == 2 && (uint8_t)text.p[i] == 0xc2 && (uint8_t)text.p[i + 1] < 0xa0;
        const char *instead = n == 0 || is_c1 ? "\xef\xbf\xbd"
                              : n == 1        ? escape_of((uint8_t)text.p[i], picture)
                                              : NULL;
        if (instead) {
            sheet_put_str(s, (struct str){text.p + plain, i - plain});
            sheet_put(s, instead);
        }
        i += n ? n : 1;
        if (instead)
            plain = i;
    }
    sheet_put_str(s, (struct str){text.p + plain, text.n - plain});
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
        uint8_t c = (uint8_t)text[i];
        size_t n = character_size((struct str){text + i, length - i});
        if (n == 0)
            sheet_put(s, "\\ufffd");
        else if (c == '"' || c == '\\')
            sheet_printf(s, "\\%c", c);
        else if (c < 0x20 || c == 0x7f)
            sheet_printf(s, "\\u%04x", c);
        else
            sheet_put_str(s, (struct str){text + i, n});
        i += n ? n : 1;
    }
    sheet_put(s, "\"");
}
