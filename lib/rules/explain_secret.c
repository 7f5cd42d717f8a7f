#include "lib/rules/explain_inner.h"

#include "lib/base/hex.h"

#include <stdio.h>

enum explain_step explain_secret_whitespace(const struct explain_evidence *e, unsigned n,
                                            struct explain_recipe *r)
{
    static const struct {
        const char *before, *behind;
    } rows[] = {{"", "\n"}, {"", "\r\n"}, {"", " "},  {" ", ""},
                {"", "\r"}, {" ", " "},   {"\t", ""}, {"", "\t"}};
    (void)e;
    if (n >= sizeof rows / sizeof rows[0])
        return EXPLAIN_END;
    struct str front = explain_recipe_keep(r, str_of(rows[n].before), r->key);
    r->key = explain_recipe_keep(r, front, str_of(rows[n].behind));
    return front.p && r->key.p ? EXPLAIN_MADE : EXPLAIN_SKIP;
}

enum explain_step explain_secret_quoted(const struct explain_evidence *e, unsigned n,
                                        struct explain_recipe *r)
{
    static const char *const quotes[] = {"\"", "'", "`"};
    (void)e;
    if (n >= sizeof quotes / sizeof quotes[0])
        return EXPLAIN_END;
    struct str front = explain_recipe_keep(r, str_of(quotes[n]), r->key);
    r->key = explain_recipe_keep(r, front, str_of(quotes[n]));
    return front.p && r->key.p ? EXPLAIN_MADE : EXPLAIN_SKIP;
}

/* Cut at the sizes that buffers have, by a few characters, or without the first. */
enum explain_step explain_secret_truncated(const struct explain_evidence *e, unsigned n,
                                           struct explain_recipe *r)
{
    static const size_t sizes[] = {63, 32, 31, 30, 24, 20, 16, 15, 12, 10, 8};
    enum { BY_FEW = 4, SIZES = sizeof sizes / sizeof sizes[0] };
    size_t whole = e->device.secret.n, kept;
    if (n > BY_FEW + SIZES)
        return EXPLAIN_END;
    if (n == BY_FEW + SIZES) {
        if (whole < 2)
            return EXPLAIN_SKIP;
        r->key = (struct str){r->key.p + 1, whole - 1};
        return EXPLAIN_MADE;
    }
    if (n < BY_FEW)
        kept = whole > n + 1 ? whole - n - 1 : 0;
    else
        kept = sizes[n - BY_FEW] + BY_FEW < whole ? sizes[n - BY_FEW] : 0;
    if (!kept)
        return EXPLAIN_SKIP;
    r->key.n = kept;
    return EXPLAIN_MADE;
}

static bool decode_hex(struct str digits, uint8_t *out, size_t size, size_t *length)
{
    if (digits.n == 0 || digits.n % 2 || digits.n / 2 > size)
        return false;
    for (size_t i = 0; i < digits.n; i += 2) {
        int high = hex_digit(digits.p[i]), low = hex_digit(digits.p[i + 1]);
        if (high < 0 || low < 0)
            return false;
        out[i / 2] = (uint8_t)(high << 4 | low);
    }
    *length = digits.n / 2;
    return true;
}

enum explain_step explain_secret_decoded(const struct explain_evidence *e, unsigned n,
                                         struct explain_recipe *r)
{
    uint8_t bytes[256];
    size_t length;
    struct str secret = e->device.secret;
    if (n >= 2)
        return EXPLAIN_END;
    if (!(n ? explain_base64(secret, bytes, sizeof bytes, &length)
            : decode_hex(secret, bytes, sizeof bytes, &length)))
        return EXPLAIN_SKIP;
    r->key = explain_recipe_keep(r, (struct str){(const char *)bytes, length}, (struct str){NULL, 0});
    if (r->describe)
        snprintf(r->detail, sizeof r->detail, "%s", n ? "base64" : "hex");
    return r->key.p ? EXPLAIN_MADE : EXPLAIN_SKIP;
}

enum explain_step explain_secret_product(const struct explain_evidence *e, unsigned n,
                                         struct explain_recipe *r)
{
    if (n || !e->lookup->product_secret ||
        !e->lookup->product_secret(e->lookup->ctx, e->product_key, &r->key))
        return EXPLAIN_END;
    return EXPLAIN_MADE;
}

/* Each other device twice: its secret alone, and its name with it. */
enum explain_step explain_secret_other(const struct explain_evidence *e, unsigned n, struct explain_recipe *r)
{
    struct str name, secret;
    if (n / 2 >= EXPLAIN_OTHERS_MAX || !e->lookup->other_device ||
        !e->lookup->other_device(e->lookup->ctx, e->product_key, n / 2, &name, &secret))
        return EXPLAIN_END;
    if (str_eq(name, e->device_name))
        return EXPLAIN_SKIP;
    r->key = secret;
    for (size_t i = 0; n % 2 && i < r->count; i++)
        if (str_is(r->params[i].name, "deviceName"))
            r->params[i].value = name;
    if (r->describe)
        explain_quote(name, r->detail);
    return EXPLAIN_MADE;
}
