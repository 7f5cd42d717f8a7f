/* One connection of a device, used one step after the other: open, send bytes, wait for the next packet, close. Everything that
 * passes is shown to an observer. The time limits are real time; whoever builds a client on it brings the protocol's rules. */
#ifndef CLIENT_LINK_H
#define CLIENT_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/wire.h"
#include "client/wires.h"
#include "lib/base/list.h"
#include "lib/protocol/mqtt_packet.h"
#include "lib/protocol/transport.h"

struct link;

/* What is kept of bytes that are no MQTT. */
enum { LINK_GARBAGE_MAX_BYTES = 1024 };

/* A peer's packet may not be larger than this. */
enum { LINK_PACKET_MAX_BYTES = 4 * 1024 * 1024 };

/* What is shown as it happens; any member may be NULL. Bytes are good during the call. */
struct link_observer {
    void (*sent)(void *ctx, const void *bytes, size_t n);
    /* A packet, or (packet NULL) bytes that are none. What it returns is kept in struct link_packet as mark. */
    size_t (*received)(void *ctx, const struct mqtt_packet *packet, const void *bytes, size_t n);
    void (*ended)(void *ctx, const struct channel_end *end);
};

/* A link among wires (borrowed; whoever waits for one of them sees to all); observer (borrowed) may be NULL. */
struct link *link_new(struct wires *wires, const struct link_observer *observer, void *ctx);

/* Resets the connection when there is one, and frees. */
void link_free(struct link *l);

/* Connects and waits until the transport is ready. False when it is not after timeout_ms, or when it failed: link_end says how.
 * A link that has ended may be opened again; what it had received is dropped. */
bool link_open(struct link *l, const struct wire_target *target, int64_t timeout_ms);

/* Connected, and no end seen so far. */
bool link_is_open(const struct link *l);

/* MQTT_LEVEL_3_1 or _3_1_1: how what comes is to be read. Starts as 3.1.1. */
void link_set_level(struct link *l, uint8_t level);

/* Sends n bytes in one write, at once. False when the link is not open. */
bool link_send(struct link *l, const void *bytes, size_t n);

/* Sends them in pieces, each in a write of its own: sizes[0] bytes, then sizes[1] …, then the rest. */
bool link_send_cut(struct link *l, const void *bytes, size_t n, const size_t *sizes, size_t count);

/* A layer between the transport and MQTT that whoever owns the link brings along: a WebSocket that a tester speaks itself, for
 * instance. It is given all that comes, and gives MQTT on with link_feed; what is none, but somebody is to see, it notes. */
struct link_layer {
    void (*receive)(void *ctx, const uint8_t *bytes, size_t n);
};

/* For what comes from now on; layer (borrowed) NULL: none. */
void link_set_layer(struct link *l, const struct link_layer *layer, void *ctx);

/* What a layer calls from receive: bytes of MQTT; something to see between the packets, of a kind (not 0) and with bytes that are
 * the layer's own; and bytes that break the layer's rules: nothing can be read after them (reason and clause live long). */
void link_feed(struct link *l, const uint8_t *bytes, size_t n);
void link_note(struct link *l, int kind, size_t mark, const void *bytes, size_t n);
void link_break(struct link *l, const char *reason, const char *clause);

/* link_send_cut for bytes that a layer has made: the observer is not shown them. */
bool link_write(struct link *l, const void *bytes, size_t n, const size_t *sizes, size_t count);

/* What a wait ends with. */
enum link_event {
    LINK_PACKET,  /* link_take gives it */
    LINK_NOTE,    /* something that a layer has noted; link_take gives it */
    LINK_GARBAGE, /* bytes that are no MQTT: link_fault says why; nothing can be read after them */
    LINK_END,     /* the connection has ended, and all that came before was taken: link_end says how */
    LINK_TIMEOUT
};

/* Waits for the next thing to see; takes nothing. With 0 ms: what has arrived by now. */
enum link_event link_wait(struct link *l, int64_t timeout_ms);

/* Waits for the end, whatever comes before it. False when it has not come after timeout_ms. */
bool link_wait_end(struct link *l, int64_t timeout_ms);

/* A received packet, on the heap; freed with free(). packet borrows from bytes. */
struct link_packet {
    struct list link; /* private */
    int note;         /* 0, or the kind of a layer's note, which has no packet */
    struct mqtt_packet packet;
    size_t mark; /* what the observer returned for it */
    size_t n;
    uint8_t bytes[];
};

/* The next packet, now the caller's; or NULL. */
struct link_packet *link_take(struct link *l);

/* Forgets the packets that have come and were not taken. */
void link_drop(struct link *l);

/* The next packet without taking it; or NULL. */
const struct link_packet *link_peek(const struct link *l);

/* What made the peer's bytes unreadable; NULL when nothing did. */
const struct mqtt_fault *link_fault(const struct link *l);

/* The first of those bytes, at most LINK_GARBAGE_MAX_BYTES; empty while there are none. */
struct str link_garbage(const struct link *l);

/* How the connection ended; NULL while it has not, and when it was never opened. */
const struct channel_end *link_end(const struct link *l);

/* What TLS agreed on, or NULL; good while the link is open. */
const struct channel_tls *link_tls(const struct link *l);

/* The address of the other end while the link is open, else NULL; and whom its certificate names (the caller frees; NULL without
 * TLS). */
const char *link_peer(struct link *l);
char *link_subject(const struct link *l);

/* Ends the connection: what was sent leaves, then FIN; or a reset. Returns when it is done. */
void link_close(struct link *l, enum channel_close how);

#endif
