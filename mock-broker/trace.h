/* What went over the wires of the devices, packet by packet, for whoever judges a device: each packet whole, in both directions,
 * with the events of the journal between them in the order in which all of it happened (CTL-10). Kept only with --trace;
 * without it there is no struct trace, and every function here does nothing when it is given NULL.
 *
 * Bytes that are secret (passwords, tokens, the deviceSecret of a known device) are 0x2a before they are kept, so that lengths
 * and decoding hold. */
#ifndef BROKER_TRACE_H
#define BROKER_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal.h"
#include "lib/base/buf.h"
#include "lib/net/channel.h"
#include "lib/protocol/mqtt_packet.h"

struct clock;
struct connection;
struct registry;
struct trace;

/* What is kept: entries until they have this size together (older ones are counted as lost), and of a packet its first bytes. An
 * answer holds at least one entry, and no further one beyond its size. */
enum {
    TRACE_KEPT_BYTES_MAX = 64 * 1024 * 1024,
    TRACE_PACKET_BYTES_MAX = 4096,
    TRACE_ANSWER_BYTES_MAX = 1024 * 1024
};

/* On a borrowed clock; the registry (borrowed) knows the secrets. */
struct trace *trace_new(const struct clock *clock, const struct registry *registry);
void trace_free(struct trace *t);

/* A connection has come on a port, and has ended. Between the two it has a number. */
void trace_accept(struct trace *t, const struct connection *c, const char *port);
void trace_end(struct trace *t, const struct connection *c, const struct channel_end *end);

/* Which certificate ("server", "expired" …) its handshake is begun with. What TLS agreed on is an entry of its own as soon as
 * there is something to be said inside, at the latest at the end. */
void trace_certificate(struct trace *t, const struct connection *c, const char *certificate);

/* The device asked for a WebSocket. */
void trace_websocket(struct trace *t, const struct connection *c, struct str path, struct str protocol);

enum trace_direction { TRACE_IN, TRACE_OUT, TRACE_WITHHELD };

/* A whole packet that came, left, or was kept from leaving by a fault. */
void trace_packet(struct trace *t, const struct connection *c, enum trace_direction direction,
                  const uint8_t *bytes, size_t n);

/* Bytes that are no packet: from the device with what is wrong with them, or ours, on purpose (fault NULL). */
void trace_bytes(struct trace *t, const struct connection *c, enum trace_direction direction,
                 const uint8_t *bytes, size_t n, const struct mqtt_fault *fault);

/* An event of the journal. */
void trace_event(struct trace *t, const struct journal_event *event);

/* The number of the latest entry; 0 when there was none, or nothing is kept. */
uint64_t trace_last(const struct trace *t);

/* Appends {"entries":[…], "next":N, "lost":N}: the entries with a number above since. */
void trace_render(const struct trace *t, uint64_t since, struct buf *out);

/* Calls then(ctx) after each entry; NULL: nobody any more. */
void trace_on_change(struct trace *t, void (*then)(void *ctx), void *ctx);

/* Forgets everything, the connections that are open too; the next entry and the next connection have the number 1 again. */
void trace_clear(struct trace *t);

#endif
