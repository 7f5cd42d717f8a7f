/* A dialled connection that is driven step by step: whoever uses it says how long it may take. What `link` (for the harness) and
 * `port_net` (for the library) have in common; the bytes mean nothing here. Time limits are real time. */
#ifndef CLIENT_WIRE_H
#define CLIENT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/net/channel.h"

struct loop;
struct tls_client;

/* Where to, and how. All borrowed. */
struct wire_target {
    const char *host;
    int port;
    enum transport transport;
    struct tls_client *tls;  /* NULL without TLS */
    const char *server_name; /* verified instead of host; NULL: host */
};

/* What comes. Called while the wire waits or turns. */
struct wire_events {
    void (*on_bytes)(void *ctx, const uint8_t *bytes, size_t n);
    void (*on_end)(void *ctx, const struct channel_end *end); /* NULL: nobody asks; wire_end tells it too */
};

/* Read the fields, change them only by the functions. */
struct wire {
    struct loop *loop;
    const struct wire_events *events;
    void *ctx;
    struct channel *channel; /* NULL: never opened, or ended */
    bool is_ready;           /* the transport is up */
    bool has_ended;
    struct channel_end end; /* its detail is the wire's own */
};

/* A wire on a borrowed loop that nobody else is running. */
void wire_init(struct wire *w, struct loop *loop, const struct wire_events *events, void *ctx);

/* Resets the connection when there is one. */
void wire_fini(struct wire *w);

/* Connects and waits until the transport is ready. False when it is not after timeout_ms (0 counts as 1), or when it failed:
 * wire_end says how. A wire that has ended may be opened again; one that is open may not (CHECK). */
bool wire_open(struct wire *w, const struct wire_target *target, int64_t timeout_ms);

/* Connected, and no end seen so far. */
bool wire_is_open(const struct wire *w);

/* Hands n bytes to the connection; they leave with the next turn or loop_flush, in one write. False when the wire is not open, or
 * the peer does not read (channel.h). */
bool wire_send(struct wire *w, const void *bytes, size_t n);

/* Runs the loop until done(ctx) or the time is over. With 0 ms: one turn without waiting. True when done. */
bool wire_wait(struct wire *w, bool (*done)(void *ctx), void *ctx, int64_t timeout_ms);

/* One turn of the loop: what was sent is in the socket then, and what had arrived was told. */
void wire_turn(struct wire *w);

/* How the connection ended; NULL while it has not, and when it was never opened. */
const struct channel_end *wire_end(const struct wire *w);

/* What TLS agreed on, or NULL; good while the wire is open. */
const struct channel_tls *wire_tls(const struct wire *w);

/* Ends the connection: what was sent leaves, then FIN; or a reset. Returns when it is done. */
void wire_close(struct wire *w, enum channel_close how);

#endif
