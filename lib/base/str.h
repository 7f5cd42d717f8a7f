/* Text that is borrowed: a pointer and a length, no NUL needed. Packets and parsers hand out nothing else. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* n bytes at p, owned by somebody else; p may be NULL when n is 0. */
struct str {
    const char *p;
    size_t n;
};

/* For printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

/* A literal as a struct str. */
#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})

/* Views a C string; NULL gives the empty text. */
static inline struct str str_of(const char *text)
{
    return (struct str){text, text ? strlen(text) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *text)
{
    return str_eq(a, str_of(text));
}

/* Equal but for ASCII case. */
bool str_eq_nocase(struct str a, struct str b);

bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* Without the white space and control characters (U+0001..U+0020) at both ends. */
struct str str_trim(struct str s);

/* Position of the first / last c, or s.n when there is none. */
size_t str_find(struct str s, char c);
size_t str_rfind(struct str s, char c);

/* A whole decimal number with an optional minus, nothing else; false when it is not one or does not fit. */
bool str_to_int(struct str s, int64_t *out);

/* True when the bytes are well-formed UTF-8: no surrogates, no over-long forms, none above U+10FFFF.
 * U+0000 is well formed; callers that refuse it look for it themselves. *bad (may be NULL) gets the offset of the first ill-formed byte. */
bool str_is_utf8(struct str s, size_t *bad);

/* Characters (code points) of well-formed UTF-8. */
size_t str_utf8_length(struct str s);

/* Copies what fits into out[size], always NUL-terminated; control characters become '?', so that a peer cannot forge log lines. */
void str_printable(struct str s, char *out, size_t size);

/* Equality in time that depends on n only, for digests and tokens. */
bool str_eq_constant_time(const void *a, const void *b, size_t n);

/* Shell-style pattern with * and ?, over the whole text; used by --select and the like. */
bool str_glob(const char *pattern, const char *text);

#endif
