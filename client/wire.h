/* A dialled connection, its socket and the filters on it, for whoever waits for it step by step: what `link` (for the harness) and
 * `port_net` (for the library) have in common; the bytes mean nothing here. It runs no loop and has no thread: its user polls the
 * descriptor together with whatever else it waits for, and says what came of that. Time limits are real time.
 *
 * Maxima. Input: none waits here. Output: WIRE_OUTPUT_MAX_BYTES, and what filters add (layers.h). */
#ifndef CLIENT_WIRE_H
#define CLIENT_WIRE_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/net/layers.h"
#include "lib/protocol/transport.h"

struct tls_client;

enum { WIRE_OUTPUT_MAX_BYTES = 4 * 1024 * 1024 };

/* The most that one wire_attend reads, so that a peer which floods keeps nobody in it. */
enum { WIRE_ATTEND_MAX_BYTES = 64 * 1024 };

/* So long wire_close waits for a peer that does not read. */
enum { WIRE_CLOSE_MS = 1000 };

/* The path and the subprotocol of a WebSocket. */
#define WIRE_WS_PATH     "/mqtt"
#define WIRE_WS_PROTOCOL "mqtt"

/* Where to, and how. All borrowed. */
struct wire_target {
    const char *host; /* a name or an address */
    int port;
    enum transport transport;
    struct tls_client *tls;  /* NULL without TLS */
    const char *server_name; /* verified instead of host; NULL: host */
};

/* What comes. Called by wire_attend, on_end also by wire_open and wire_close; neither may call a function that ends the wire, but
 * wire_fail. */
struct wire_events {
    void (*on_bytes)(void *ctx, const uint8_t *bytes, size_t n);
    void (*on_end)(void *ctx, const struct channel_end *end); /* NULL: nobody asks; wire_end tells it too */
};

enum wire_phase {
    WIRE_IDLE,    /* never opened, or forgotten */
    WIRE_OPENING, /* TCP is connected, the filters are opening */
    WIRE_OPEN,
    WIRE_FAILING, /* the end is known, and the next wire_attend will tell it; there is nothing to wait for */
    WIRE_ENDED
};

/* Read the fields, change them only by the functions. */
struct wire {
    const struct wire_events *events;
    void *ctx;
    struct layers *layers;  /* NULL: plain */
    struct buf out;         /* of a plain wire: for the socket */
    struct channel_end end; /* its detail is the wire's own */
    int fd;                 /* -1: none */
    enum wire_phase phase;
    /* writing failed: nothing leaves any more. The peer is gone, and reading will tell; or WIRE_FAILING */
    bool is_broken;
};

void wire_init(struct wire *w, const struct wire_events *events, void *ctx);

/* Resets the connection when there is one. */
void wire_fini(struct wire *w);

/* Connects to the first address of the host that answers (wire_socket.h), and waits until the transport is ready. False when it is not
 * after timeout_ms (0 counts as 1), CHANNEL_END_FAILED with a detail that says what took too long, or when it failed: wire_end says
 * how, and its descriptor is closed. A wire that has ended may be opened again; one that is open may not (CHECK). */
bool wire_open(struct wire *w, const struct wire_target *target, int64_t timeout_ms);

/* Connected, and no end seen so far. */
bool wire_is_open(const struct wire *w);

/* There is no connection, and all of the last one was told. */
bool wire_is_over(const struct wire *w);

/* What to wait for; its fd is -1, which poll() passes over, when the wire is neither open nor opening. */
struct pollfd wire_interest(const struct wire *w);

/* Does what poll() has found possible: reads (at most WIRE_ATTEND_MAX_BYTES, in up to four calls of on_bytes, and more of them when a
 * filter cuts it up), writes what waits, tells the end. */
void wire_attend(struct wire *w, short revents);

/* Sends n bytes, at once and in one write, as far as the socket takes them; the rest leaves by wire_attend. False when the wire is not
 * open, or when more than the maximum waits or the socket fails (WIRE_FAILING then). */
bool wire_send(struct wire *w, const void *bytes, size_t n);

/* Bytes that wait to be written. */
size_t wire_backlog(const struct wire *w);

/* Ends the connection for a reason of the user's own: WIRE_FAILING. May be called from on_bytes. */
void wire_fail(struct wire *w, enum channel_end_kind kind, const char *detail);

/* How the connection ended; NULL while it has not, and when it was never opened. */
const struct channel_end *wire_end(const struct wire *w);

/* What TLS agreed on, or NULL; good while the wire is open. Whom the peer's certificate names; the caller frees; NULL without TLS. */
const struct channel_tls *wire_tls(const struct wire *w);
char *wire_tls_subject(const struct wire *w);

/* Ends the connection: what was sent leaves, then FIN (a reset when not all has left within WIRE_CLOSE_MS); or a reset at once. The descriptor is closed on return; but that
 * of a connection that ended by itself is shut down only, so that a thread that polls it finds no stranger's: its next wire_open,
 * wire_close or wire_fini closes it. */
void wire_close(struct wire *w, enum channel_close how);

#endif
