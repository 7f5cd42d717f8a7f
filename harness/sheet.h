/* Text being written: bounded memory, no errors to pass around. A sheet that is full says so at the end. */
#ifndef HARNESS_SHEET_H
#define HARNESS_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/buf.h"
#include "lib/base/str.h"

enum { SHEET_MAX_BYTES = 256 * 1024 * 1024 };

struct sheet {
    struct buf bytes;
    bool full; /* something did not fit: the text is not complete */
};

void sheet_init(struct sheet *s);
void sheet_fini(struct sheet *s);

/* Adds text as it is. */
void sheet_put(struct sheet *s, const char *text);
void sheet_put_str(struct sheet *s, struct str text);
void sheet_printf(struct sheet *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Adds text so that it is text in HTML and XML, between tags and in quoted attributes alike: & < > " ' become entities, control
 * characters the symbols of U+2400, ill-formed UTF-8 and what XML forbids U+FFFD. A line feed stays one. */
void sheet_escaped(struct sheet *s, const char *text);
void sheet_escaped_str(struct sheet *s, struct str text);

/* Adds text as a JSON string with its quotes, which is a YAML one too. */
void sheet_quoted(struct sheet *s, const char *text);

#endif
