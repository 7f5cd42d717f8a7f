#include "hex.h"

static const char digits_of[] = "0123456789abcdef";

void hex_encode(const uint8_t *bytes, size_t n, char *out)
{
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits_of[bytes[i] >> 4];
        out[2 * i + 1] = digits_of[bytes[i] & 15];
    }
    out[2 * n] = '\0';
}

bool hex_append(struct buf *b, const uint8_t *bytes, size_t n, bool spaced)
{
    for (size_t i = 0; i < n; i++) {
        char text[4] = {' ', digits_of[bytes[i] >> 4], digits_of[bytes[i] & 15], '\0'};
        bool blank = spaced && i > 0;
        if (!buf_append(b, blank ? text : text + 1, blank ? 3 : 2))
            return false;
    }
    return true;
}

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

bool hex_decode(struct str digits, struct buf *out, size_t *bad)
{
    for (size_t i = 0; i < digits.n;) {
        if (is_space(digits.p[i])) {
            i++;
            continue;
        }
        int high = hex_digit(digits.p[i]);
        int low = i + 1 < digits.n ? hex_digit(digits.p[i + 1]) : -1;
        if (high < 0 || low < 0 || !buf_append_byte(out, (uint8_t)(high << 4 | low))) {
            if (bad)
                *bad = i;
            return false;
        }
        i += 2;
    }
    return true;
}
