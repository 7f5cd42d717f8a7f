/* The head of an HTTP message, as far as the opening of a WebSocket needs it: the first line, and header lines one by one. Pure;
 * all text is borrowed from the bytes given. */
#ifndef PROTOCOL_HTTP_HEAD_H
#define PROTOCOL_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/str.h"

/* Whoever collects a head keeps no more than this. */
enum { HTTP_HEAD_MAX_BYTES = 64 * 1024 };

/* The size of the head that bytes begins with, its empty line included; 0 when it is not whole yet. from: so many bytes were
 * looked at before. A line may end in a bare LF here; http_head_next calls that a fault. */
size_t http_head_end(struct str bytes, size_t from);

struct http_line {
    struct str name, value; /* without the blanks around them */
    const char *fault;      /* what is wrong with the line (RFC 9112), or NULL */
};

/* The first line, without its end; *at is set to the first header line. */
struct str http_head_first(struct str head, size_t *at);

/* The header line at *at, which moves on; false at the empty line or the end. A faulty line is given as far as it can be read. */
bool http_head_next(struct str head, size_t *at, struct http_line *line);

/* How often a header (name in any case) is given; *value (may be NULL) is the first one's. */
size_t http_head_count(struct str head, const char *name, struct str *value);

/* The next element of a comma-separated list; empty ones are passed over. False at the end. */
bool http_list_next(struct str list, size_t *at, struct str *element);

/* True when the lists of all headers of this name have the word, in any case. */
bool http_head_lists(struct str head, const char *name, const char *word);

/* A token of RFC 9110: letters, digits and some signs, at least one. */
bool http_is_token(struct str text);

#endif
