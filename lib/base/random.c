#include "random.h"

#include "check.h"
#include "hex.h"

#include <errno.h>
#include <sys/random.h>

void random_bytes(void *out, size_t n)
{
    uint8_t *at = out;
    while (n > 0) {
        ssize_t got = getrandom(at, n, 0);
        CHECK(got > 0 || errno == EINTR);
        if (got > 0) {
            at += got;
            n -= (size_t)got;
        }
    }
}

void random_text(char *out, size_t n)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    enum { LETTERS = sizeof alphabet - 1, FAIR = 256 - 256 % LETTERS };
    for (size_t i = 0; i < n;) {
        uint8_t byte;
        random_bytes(&byte, 1);
        if (byte < FAIR)
            out[i++] = alphabet[byte % LETTERS];
    }
    out[n] = '\0';
}

void random_hex(char *out, size_t n)
{
    CHECK(n % 2 == 0);
    for (size_t i = 0; i < n; i += 2) {
        uint8_t byte;
        random_bytes(&byte, 1);
        hex_encode(&byte, 1, out + i);
    }
    out[n] = '\0';
}
