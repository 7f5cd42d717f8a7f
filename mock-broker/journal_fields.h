/* The members of each kind of event, as tables: how they are stored, and what they are called in JSON. */
#ifndef BROKER_JOURNAL_FIELDS_H
#define BROKER_JOURNAL_FIELDS_H

#include <stddef.h>

#include "journal.h"
#include "lib/base/log.h"

/* TEXT struct str; HEARD the same, as a peer said it; WORD const char *; INT, INT_OPTIONAL (left out when negative) and CODE (null
 * when negative) int64_t; BOOL bool; TLS three, WS and PEERS two struct str in a row; JSON a struct str that holds JSON. */
enum journal_type {
    JOURNAL_END,
    JOURNAL_TEXT,
    JOURNAL_HEARD,
    JOURNAL_WORD,
    JOURNAL_INT,
    JOURNAL_INT_OPTIONAL,
    JOURNAL_CODE,
    JOURNAL_BOOL,
    JOURNAL_TLS,
    JOURNAL_WS,
    JOURNAL_PEERS,
    JOURNAL_JSON
};

struct journal_field {
    const char *key;
    enum journal_type type;
    size_t offset; /* in struct journal_event */
};

struct journal_shape {
    const char *name;                   /* "no-connect" */
    const struct journal_field *fields; /* ends with JOURNAL_END */
    enum log_level level;
};

const struct journal_shape *journal_shape(enum journal_kind kind);

/* How many struct str lie in a row at a field, and the first of them; 0 for types that are no text. */
size_t journal_texts(const struct journal_field *field, struct journal_event *event, struct str **first);

#endif
