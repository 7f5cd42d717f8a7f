/* What the control API offers to a judge of devices: the trace of the wires, raw bytes to a device, a session that is forgotten
 * (CTL-10). */
#ifndef BROKER_CONTROL_TRACE_H
#define BROKER_CONTROL_TRACE_H

#include "long_poll.h"

struct broker;
struct device;
struct http_call;

/* For the questions that wait. */
extern const struct long_poll_source control_trace_source;

/* Each answers the call, the first one perhaps later. */
void control_trace_get(struct broker *b, struct long_poll *waits, struct http_call *call);
void control_inject_post(struct broker *b, struct http_call *call);

/* Drops what is kept of a device between its connections. Its connection must have been closed. */
void control_forget(struct broker *b, struct device *device);

#endif
