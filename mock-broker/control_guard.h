/* The door of the control API: by where a call comes from, then by its token. */
#ifndef BROKER_CONTROL_GUARD_H
#define BROKER_CONTROL_GUARD_H

#include <stdbool.h>

struct broker;
struct http_call;

/* True when the call may go on; else it was answered. token: what a call has to bring; NULL: none. */
bool control_guard_admits(const struct broker *b, const char *token, struct http_call *call);

#endif
