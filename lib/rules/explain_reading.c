#include "lib/rules/explain_inner.h"

#include "lib/base/hex.h"

/* Digests have these sizes, their hex digits twice that. */
static bool is_digest_size(size_t n)
{
    return n == 16 || n == 20 || n == 32;
}

static bool is_hex(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (hex_digit(s.p[i]) < 0)
            return false;
    return s.n > 0;
}

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool explain_base64(struct str text, uint8_t *out, size_t size, size_t *length)
{
    for (int padding = 0; padding < 2 && text.n % 4 == (padding ? 3 : 0) && str_ends(text, STR("="));
         padding++)
        text.n--;
    if (text.n == 0 || text.n % 4 == 1 || text.n / 4 * 3 + 3 > size)
        return false;
    unsigned bits = 0, value = 0;
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        int digit = base64_digit(text.p[i]);
        if (digit < 0)
            return false;
        value = (value << 6 | (unsigned)digit) & 0xffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[n++] = (uint8_t)(value >> bits);
        }
    }
    *length = n;
    return true;
}

static struct str text_of(const struct explain_reading *reading)
{
    return (struct str){(const char *)reading->bytes, reading->size};
}

/* Of the digest itself, or of its hex digits. */
bool explain_read_base64(struct str password, struct explain_reading *reading)
{
    if (password.n > EXPLAIN_READING_MAX ||
        !explain_base64(password, reading->bytes, sizeof reading->bytes, &reading->size))
        return false;
    bool is_text = is_digest_size(reading->size / 2) && reading->size % 2 == 0 && is_hex(text_of(reading));
    reading->is_digest = !is_text;
    return is_text || is_digest_size(reading->size);
}

/* A digest among all printable bytes would be a wonder. One that went through a C string ends before its first NUL. */
bool explain_read_raw(struct str password, struct explain_reading *reading)
{
    bool is_binary = false;
    for (size_t i = 0; i < password.n && !is_binary; i++)
        is_binary = (unsigned char)password.p[i] >= 0x80;
    if (!is_binary || password.n < 6 || password.n > SIGN_DIGEST_MAX)
        return false;
    memcpy(reading->bytes, password.p, password.n);
    reading->size = password.n;
    reading->is_digest = true;
    reading->is_cut = !is_digest_size(password.n);
    return true;
}

bool explain_read_hex_twice(struct str password, struct explain_reading *reading)
{
    if (password.n % 4 || !is_digest_size(password.n / 4) || !is_hex(password))
        return false;
    reading->size = password.n / 2;
    for (size_t i = 0; i < reading->size; i++)
        reading->bytes[i] = (uint8_t)(hex_digit(password.p[2 * i]) << 4 | hex_digit(password.p[2 * i + 1]));
    return is_hex(text_of(reading));
}

/* Fewer digits than eight could be anybody's. */
bool explain_read_cut(struct str password, struct explain_reading *reading)
{
    if (password.n < 8 || password.n >= 2 * SIGN_DIGEST_MAX || !is_hex(password))
        return false;
    memcpy(reading->bytes, password.p, password.n);
    reading->size = password.n;
    reading->is_cut = true;
    return true;
}

/* White space, control characters and NUL, wherever they stand. */
bool explain_read_whitespace(struct str password, struct explain_reading *reading)
{
    if (password.n > EXPLAIN_READING_MAX)
        return false;
    reading->size = 0;
    for (size_t i = 0; i < password.n; i++)
        if ((unsigned char)password.p[i] > ' ')
            reading->bytes[reading->size++] = (uint8_t)password.p[i];
    return reading->size > 0 && reading->size < password.n;
}

bool explain_read_quoted(struct str password, struct explain_reading *reading)
{
    if (password.n < 3 || password.n > EXPLAIN_READING_MAX)
        return false;
    char quote = password.p[0];
    if (!strchr("\"'`", quote) || !quote || password.p[password.n - 1] != quote)
        return false;
    reading->size = password.n - 2;
    memcpy(reading->bytes, password.p + 1, reading->size);
    return true;
}
