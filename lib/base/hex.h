/* Bytes as hexadecimal digits and back. */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "str.h"

/* Writes 2 * n lower-case digits and a NUL into out[2 * n + 1]. */
void hex_encode(const uint8_t *bytes, size_t n, char *out);

/* Appends the digits of n bytes, lower case, a blank between two bytes when spaced. False past the buffer's maximum. */
bool hex_append(struct buf *b, const uint8_t *bytes, size_t n, bool spaced);

/* Appends the bytes that the digits give, either case; white space between bytes is skipped.
 * False on any other character or half a byte; *bad (may be NULL) gets its offset. */
bool hex_decode(struct str digits, struct buf *out, size_t *bad);

/* The value of one digit, or -1. */
int hex_digit(char c);

#endif
