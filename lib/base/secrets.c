#include "secrets.h"

#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "hex.h"
#include "map.h"
#include "mem.h"

struct secrets {
    struct map *counts;                       /* by the bytes that are looked for */
    size_t lengths[SECRETS_PREFIX_BYTES + 1]; /* how many different ones of each length there are */
};

/* Without case: hosts lose theirs on the way, and hex has none. */
static struct str folded(struct str s, char out[SECRETS_PREFIX_BYTES])
{
    for (size_t i = 0; i < s.n; i++)
        out[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 'a' - 'A' : s.p[i]);
    return (struct str){out, s.n};
}

/* The bytes of a secret that are looked for. */
static struct str needle(struct str secret, char out[SECRETS_PREFIX_BYTES])
{
    size_t n = secret.n < SECRETS_PREFIX_BYTES ? secret.n : SECRETS_PREFIX_BYTES;
    return folded((struct str){secret.p, n}, out);
}

struct secrets *secrets_new(void)
{
    struct secrets *s = mem_zalloc(1, sizeof *s);
    s->counts = map_new();
    return s;
}

void secrets_free(struct secrets *s)
{
    if (!s)
        return;
    map_free(s->counts);
    free(s);
}

/* The count is the value itself: a block of memory for each device would be a waste. */
static void set_count(struct secrets *s, struct str key, uintptr_t count)
{
    if (count)
        map_put(s->counts, key, (void *)count);
    else
        map_take(s->counts, key);
}

void secrets_add(struct secrets *s, struct str secret)
{
    char bytes[SECRETS_PREFIX_BYTES];
    struct str key = needle(secret, bytes);
    if (key.n == 0)
        return;
    uintptr_t count = (uintptr_t)map_get(s->counts, key);
    s->lengths[key.n] += count == 0;
    set_count(s, key, count + 1);
}

void secrets_remove(struct secrets *s, struct str secret)
{
    char bytes[SECRETS_PREFIX_BYTES];
    struct str key = needle(secret, bytes);
    if (key.n == 0)
        return;
    uintptr_t count = (uintptr_t)map_get(s->counts, key);
    CHECK(count > 0);
    s->lengths[key.n] -= count == 1;
    set_count(s, key, count - 1);
}

static bool is_one(const struct secrets *s, struct str piece)
{
    char bytes[SECRETS_PREFIX_BYTES];
    return s->lengths[piece.n] && map_get(s->counts, folded(piece, bytes));
}

bool secrets_in(const struct secrets *s, struct str text)
{
    if (!s)
        return false;
    if (text.n > 0 && text.n < SECRETS_SHORT_BYTES)
        return is_one(s, text);
    for (size_t n = SECRETS_SHORT_BYTES; n <= SECRETS_PREFIX_BYTES; n++)
        for (size_t at = 0; s->lengths[n] && at + n <= text.n; at++)
            if (is_one(s, (struct str){text.p + at, n}))
                return true;
    return false;
}

static bool is_of_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
}

void secrets_mask(const struct secrets *s, void *bytes, size_t n, char byte)
{
    char *text = bytes;
    for (size_t length = SECRETS_SHORT_BYTES; length <= SECRETS_PREFIX_BYTES; length++)
        for (size_t at = 0; s->lengths[length] && at + length <= n; at++) {
            if (!is_one(s, (struct str){text + at, length}))
                continue;
            size_t end = at + length;
            while (end < n && is_of_word(text[end]))
                end++;
            memset(text + at, byte, end - at);
            at = end - 1;
        }
}

bool secret_in(struct str secret, struct str text)
{
    size_t n = secret.n < SECRETS_PREFIX_BYTES ? secret.n : SECRETS_PREFIX_BYTES;
    if (n < SECRETS_SHORT_BYTES)
        return n > 0 && str_eq_nocase(text, secret);
    secret.n = n;
    for (size_t at = 0; at + n <= text.n; at++)
        if (str_eq_nocase((struct str){text.p + at, n}, secret))
            return true;
    return false;
}

/* The next run of so many digits from *at on; *at moves behind it. n 0: there are no more. */
static struct str next_form(struct str text, size_t *at)
{
    size_t digits = 0;
    for (; *at <= text.n; ++*at) {
        if (*at < text.n && hex_digit(text.p[*at]) >= 0) {
            digits++;
            continue;
        }
        if (digits == 32 || digits == 40 || digits == 64)
            return (struct str){text.p + *at - digits, digits};
        digits = 0;
    }
    return (struct str){NULL, 0};
}

bool secret_form_in(struct str text)
{
    size_t at = 0;
    return next_form(text, &at).n > 0;
}

void secret_form_mask(void *bytes, size_t n, char byte)
{
    struct str run;
    for (size_t at = 0; (run = next_form((struct str){bytes, n}, &at)).n > 0;)
        memset((char *)bytes + (run.p - (const char *)bytes), byte, run.n);
}
