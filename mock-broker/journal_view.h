/* An event for machines (JSON) and for people (a sentence in the log). */
#ifndef BROKER_JOURNAL_VIEW_H
#define BROKER_JOURNAL_VIEW_H

#include "journal.h"

/* The event as the control API shows it; the caller frees. */
cJSON *journal_view_json(const struct journal_event *event);

/* One line in the log, at the level of its kind; costs nothing when that is not shown. */
void journal_view_log(const struct journal_event *event);

#endif
