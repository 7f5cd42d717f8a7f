/* A connection: a socket and the pipeline of byte filters on it (TLS, WebSocket). Whoever uses a channel sees the
 * innermost bytes and knows nothing of the rest.
 *
 * Maxima. Input: none waits here; a read (at most 64 KiB, in the loop's one buffer) is handed up at once, and TLS keeps at
 * most one record (16 KiB) that is not whole yet. Output: channel_set_output_max, which what a filter answers by itself (pongs)
 * counts against too; TLS adds its record overhead of less than one percent. An idle channel holds neither. */
#ifndef NET_CHANNEL_H
#define NET_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layers.h"
#include "lib/base/buf.h"
#include "lib/protocol/transport.h"

struct channel;
struct filter_ws_info; /* filter_ws.h */
struct loop;
struct tls_server;
struct tls_client;
struct ws_request; /* lib/protocol/ws_handshake.h */

/* Calls from a channel to its user. None of them may free the channel; channel_close may be called in all. */
struct channel_events {
    /* A dialled channel is connected and its filters are ready (TLS: verified). NULL for accepted ones. */
    void (*on_open)(void *ctx);
    /* n > 0 decoded bytes, good until the call returns. */
    void (*on_bytes)(void *ctx, const uint8_t *bytes, size_t n);
    /* The last call; the channel is freed by the loop afterwards. Comes exactly once, never from inside another call, at
     * the latest in loop_free. */
    void (*on_end)(void *ctx, const struct channel_end *end);
};

/* Connects to an address (no name: lookup.h) and port, and puts on the transport's filters; tls is borrowed (NULL for tcp). Name is
 * verified against server_name (NULL: the address), sent as SNI when it is no address. Never NULL: failures come through on_end.
 *
 * For crowds of devices on one loop, and for the tests of all that a channel does: bench, test-device, unit tests. Our programs' own
 * devices dial one at a time, with client/wire, whose opening waits. It stands here because bench may include lib/ only; a channel's
 * memory is the same without it. */
struct channel *channel_dial(struct loop *loop, const char *address, int port, enum transport transport,
                             struct tls_client *tls, const char *server_name,
                             const struct channel_events *events, void *ctx);

/* For a channel just dialled over ws or wss, before the loop turns: the path (else CHANNEL_WS_PATH) and the list of subprotocols
 * offered (else CHANNEL_WS_PROTOCOLS; NULL: none). Copied; they go into the request as they are. */
void channel_set_ws(struct channel *c, const char *path, const char *protocols);
#define CHANNEL_WS_PATH      "/mqtt"
#define CHANNEL_WS_PROTOCOLS "mqtt"

/* The user of an accepted channel (listener.h) sets itself here before it returns from on_accept. */
void channel_set_events(struct channel *c, const struct channel_events *events, void *ctx);

/* Puts server-side TLS on an accepted channel whose first bytes were seen to be TLS, and hands those bytes in. The user's
 * on_bytes may be called from inside with decrypted bytes. */
void channel_start_tls(struct channel *c, struct tls_server *tls, const uint8_t *bytes, size_t n);

/* Puts server-side WebSocket on an accepted channel (on its TLS, if it has that), answers the request with 101, and hands in the
 * bytes behind its head. The user's on_bytes may be called from inside. */
void channel_start_ws(struct channel *c, const struct ws_request *request, const uint8_t *bytes, size_t n);

/* Sends bytes through the filters. They leave before the loop waits again, together with all else sent in this turn. False
 * when the channel is closing, or when the output maximum is passed (the channel then ends with CHANNEL_END_OVERFLOW). */
bool channel_send(struct channel *c, const void *bytes, size_t n);

/* FLUSH: what was sent leaves (with a close frame 1000 and close_notify, where there are such), then FIN; a peer that has not taken it all and closed its side after
 * CHANNEL_LINGER_MS of the loop's clock is reset. RESET: a TCP reset, at once (what was sent before goes ahead of it as far as
 * the socket takes it). No more on_bytes; on_end with CHANNEL_END_LOCAL follows, in both cases before the loop waits again:
 * the lingering needs no user. A second call does nothing. */
void channel_close(struct channel *c, enum channel_close how);

/* How long a closed channel may linger. */
enum { CHANNEL_LINGER_MS = 5000 };

/* Hands the descriptor of a plain channel over to the caller (for MHD): no call comes any more, not even on_end, and the
 * channel is gone. -1 when it is not plain or has output that the socket did not take. */
int channel_detach(struct channel *c);

/* "127.0.0.1:40312"; lives as long as the channel. */
const char *channel_peer(const struct channel *c);

/* A plain channel to *fd, the other end of a socket pair, which is the caller's to close: for HTTP, which is spoken by a library
 * with sockets of its own. Its peer is called name. NULL when there are no descriptors left. */
struct channel *channel_pair(struct loop *loop, const char *name, int *fd);

/* Bytes that wait to be written. */
size_t channel_backlog(const struct channel *c);

/* What TLS agreed on (layers.h), or NULL on a plain channel. */
const struct channel_tls *channel_tls_info(const struct channel *c);

/* What WebSocket agreed on and how it ended, or NULL while it is not open; after a failed opening too. Borrowed until the channel
 * ends. */
const struct filter_ws_info *channel_ws_info(struct channel *c, struct filter_ws_info *out);

/* Most bytes that may wait for a peer that does not read. What is sent in one turn is written as it comes, so a peer that
 * reads may be sent more than this in a turn; a single send may not exceed it. */
void channel_set_output_max(struct channel *c, size_t max_bytes);
enum { CHANNEL_OUTPUT_MAX_DEFAULT = 4 * 1024 * 1024 };

#endif
