/* What the control API tells of the past: journal, refusals, metrics (CTL-03..CTL-06). */
#ifndef BROKER_CONTROL_JOURNAL_H
#define BROKER_CONTROL_JOURNAL_H

#include "long_poll.h"

struct broker;
struct http_call;

/* For the questions that wait. */
extern const struct long_poll_source control_journal_source;

/* Each answers the call, the first one perhaps later. */
void control_journal_get(struct broker *b, struct long_poll *waits, struct http_call *call);
void control_journal_refusals(struct broker *b, struct http_call *call);
void control_journal_metrics(struct broker *b, struct http_call *call);

#endif
