/* An event as it is kept: packed to about half of its size, because the journal holds as many as there are devices online. */
#ifndef BROKER_JOURNAL_RECORD_H
#define BROKER_JOURNAL_RECORD_H

#include "journal.h"

struct journal_record;

/* A copy of the event, with its times but without its seq; the caller frees with free(). Texts are cut to JOURNAL_TEXT_MAX,
 * between two characters. */
struct journal_record *journal_record_new(const struct journal_event *event);

/* The event again (seq 0); texts are borrowed from the record. */
void journal_record_read(const struct journal_record *record, struct journal_event *out);

#endif
