/* Wires that one thread waits for together, so that what comes to one of them is seen while another one is waited for. For the harness,
 * whose cases have several devices. */
#ifndef CLIENT_WIRES_H
#define CLIENT_WIRES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire;
struct wires;

/* None yet. */
struct wires *wires_new(void);

/* All must have been removed. */
void wires_free(struct wires *ws);

/* Borrowed until it is removed. */
void wires_add(struct wires *ws, struct wire *w);
void wires_remove(struct wires *ws, struct wire *w);

/* Attends to all wires until done(ctx) holds or timeout_ms of real time have passed (0: what has arrived by now). True when done. */
bool wires_wait(struct wires *ws, bool (*done)(void *ctx), void *ctx, int64_t timeout_ms);

/* The same for time alone. */
void wires_pass(struct wires *ws, int64_t timeout_ms);

#endif
