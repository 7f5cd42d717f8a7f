#include "http_head.h"

size_t http_head_end(struct str bytes, size_t from)
{
    for (size_t i = from > 2 ? from - 2 : 0; i < bytes.n; i++) {
        if (bytes.p[i] != '\n')
            continue;
        if (i + 1 < bytes.n && bytes.p[i + 1] == '\n')
            return i + 2;
        if (i + 2 < bytes.n && bytes.p[i + 1] == '\r' && bytes.p[i + 2] == '\n')
            return i + 3;
    }
    return 0;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct str without_blanks(struct str s)
{
    while (s.n && is_blank(s.p[0]))
        s = (struct str){s.p + 1, s.n - 1};
    while (s.n && is_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

/* The line at *at, which moves behind it, without its end; *bare is set when that is no CR LF. */
static struct str line_at(struct str head, size_t *at, bool *bare)
{
    struct str line = {head.p + *at, head.n - *at};
    size_t end = str_find(line, '\n');
    *at += end < line.n ? end + 1 : line.n;
    line.n = end;
    *bare = line.n == 0 || line.p[line.n - 1] != '\r';
    if (!*bare)
        line.n--;
    return line;
}

struct str http_head_first(struct str head, size_t *at)
{
    bool bare;
    *at = 0;
    return line_at(head, at, &bare);
}

bool http_is_token(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z', digit = c >= '0' && c <= '9';
        if (!letter && !digit && (c == '\0' || !strchr("!#$%&'*+-.^_`|~", c)))
            return false;
    }
    return text.n > 0;
}

static bool has_control(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (((unsigned char)text.p[i] < 0x20 && text.p[i] != '\t') || text.p[i] == 0x7f)
            return true;
    return false;
}

bool http_head_next(struct str head, size_t *at, struct http_line *line)
{
    bool bare;
    struct str text = line_at(head, at, &bare);
    if (text.n == 0)
        return false;
    size_t colon = str_find(text, ':');
    struct str name = {text.p, colon};
    bool has_colon = colon < text.n;
    struct str value = {has_colon ? text.p + colon + 1 : NULL, has_colon ? text.n - colon - 1 : 0};
    *line = (struct http_line){without_blanks(name), without_blanks(value), NULL};
    if (bare)
        line->fault = "a header line does not end in CR LF";
    else if (is_blank(text.p[0]))
        line->fault = "a header line is folded";
    else if (!has_colon)
        line->fault = "a header line has no colon";
    else if (!http_is_token(name))
        line->fault = "the name of a header is not a token";
    else if (has_control(value))
        line->fault = "the value of a header has a control character";
    return true;
}

size_t http_head_count(struct str head, const char *name, struct str *value)
{
    size_t at, count = 0;
    struct http_line line;
    http_head_first(head, &at);
    while (http_head_next(head, &at, &line))
        if (str_eq_nocase(line.name, str_of(name)) && count++ == 0 && value)
            *value = line.value;
    return count;
}

bool http_list_next(struct str list, size_t *at, struct str *element)
{
    while (*at < list.n) {
        struct str rest = {list.p + *at, list.n - *at};
        size_t comma = str_find(rest, ',');
        *at += comma < rest.n ? comma + 1 : rest.n;
        *element = without_blanks((struct str){rest.p, comma});
        if (element->n)
            return true;
    }
    return false;
}

bool http_head_lists(struct str head, const char *name, const char *word)
{
    size_t at;
    struct http_line line;
    http_head_first(head, &at);
    while (http_head_next(head, &at, &line)) {
        struct str element;
        for (size_t in = 0;
             str_eq_nocase(line.name, str_of(name)) && http_list_next(line.value, &in, &element);)
            if (str_eq_nocase(element, str_of(word)))
                return true;
    }
    return false;
}
