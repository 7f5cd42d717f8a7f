/* Random bytes that nobody can guess, from the kernel. */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* Fills n bytes; the program ends when the kernel has none. */
void random_bytes(void *out, size_t n);

/* n random characters (A-Z a-z 0-9) and a NUL into out[n + 1]. */
void random_text(char *out, size_t n);

/* n random lower-case hex digits (n even) and a NUL into out[n + 1]. */
void random_hex(char *out, size_t n);

#endif
