/* A growing byte buffer with a hard maximum, given at the start: whatever a peer can fill is bounded. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "str.h"

/* data[0..len) are the bytes; data is NULL until the first append. Read the fields, change them only by the functions. */
struct buf {
    uint8_t *data;
    size_t len;
    size_t cap;
    size_t max;
};

/* An empty buffer that never holds more than max_bytes; allocates nothing yet. */
void buf_init(struct buf *b, size_t max_bytes);

/* An empty buffer over size bytes that stay the caller's: it never grows, and buf_fini must not be called. */
void buf_borrow(struct buf *b, void *memory, size_t size);

/* Frees the memory; the buffer is empty and usable again. */
void buf_fini(struct buf *b);

/* Forgets the bytes, keeps the memory. */
void buf_clear(struct buf *b);

/* Appends n bytes. False, and nothing appended, when the maximum would be passed. */
bool buf_append(struct buf *b, const void *bytes, size_t n);
bool buf_append_str(struct buf *b, struct str s);
bool buf_append_byte(struct buf *b, uint8_t byte);
bool buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for n bytes behind the end, or NULL when the maximum would be passed; say with buf_commit how many were written. */
uint8_t *buf_reserve(struct buf *b, size_t n);
void buf_commit(struct buf *b, size_t n);

/* Drops the first n bytes (n <= len). */
void buf_consume(struct buf *b, size_t n);

/* The bytes as borrowed text, good until the next change. */
struct str buf_str(const struct buf *b);

/* The bytes with a NUL behind them (not counted); good until the next change. Needs one byte below the maximum. */
const char *buf_cstr(struct buf *b);

#endif
