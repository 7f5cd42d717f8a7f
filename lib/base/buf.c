#include "buf.h"

#include "check.h"
#include "mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buf_init(struct buf *b, size_t max_bytes)
{
    *b = (struct buf){.max = max_bytes};
}

void buf_borrow(struct buf *b, void *memory, size_t size)
{
    *b = (struct buf){.data = memory, .cap = size, .max = size};
}

void buf_fini(struct buf *b)
{
    free(b->data);
    *b = (struct buf){.max = b->max};
}

void buf_clear(struct buf *b)
{
    b->len = 0;
}

uint8_t *buf_reserve(struct buf *b, size_t n)
{
    if (n > b->max - b->len)
        return NULL;
    if (b->cap - b->len < n) {
        size_t cap = b->cap ? b->cap : 64;
        while (cap - b->len < n)
            cap = cap > b->max / 2 ? b->max : cap * 2;
        b->data = mem_realloc(b->data, cap);
        b->cap = cap;
    }
    return b->data ? b->data + b->len : (uint8_t *)"";
}

void buf_commit(struct buf *b, size_t n)
{
    CHECK(n <= b->cap - b->len);
    b->len += n;
}

bool buf_append(struct buf *b, const void *bytes, size_t n)
{
    if (n == 0)
        return true;
    uint8_t *room = buf_reserve(b, n);
    if (!room)
        return false;
    memcpy(room, bytes, n);
    b->len += n;
    return true;
}

bool buf_append_str(struct buf *b, struct str s)
{
    return buf_append(b, s.p, s.n);
}

bool buf_append_byte(struct buf *b, uint8_t byte)
{
    return buf_append(b, &byte, 1);
}

bool buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = NULL;
    int n = vasprintf(&text, format, args);
    va_end(args);
    CHECK(n >= 0);
    bool fits = buf_append(b, text, (size_t)n);
    free(text);
    return fits;
}

void buf_consume(struct buf *b, size_t n)
{
    CHECK(n <= b->len);
    b->len -= n;
    if (b->len && n)
        memmove(b->data, b->data + n, b->len);
}

struct str buf_str(const struct buf *b)
{
    return (struct str){(const char *)b->data, b->len};
}

const char *buf_cstr(struct buf *b)
{
    uint8_t *end = buf_reserve(b, 1);
    CHECK(end != NULL);
    *end = '\0';
    return (const char *)b->data;
}
