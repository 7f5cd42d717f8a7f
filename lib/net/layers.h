/* The filters on one connection, TLS or WebSocket or both, and what they have encoded for its socket. Whoever owns the socket hands
 * in what was read, writes what waits in out, and asks after each call whether a filter has come to its end. */
#ifndef NET_LAYERS_H
#define NET_LAYERS_H

#include <stdbool.h>

#include "filter_ws.h"
#include "lib/base/buf.h"
#include "pipeline.h"

/* The words of a connection that stand here are called channel_* and are the same for those of the loop (channel) and those that are
 * waited for (client/wire). How one ended: */
enum channel_end_kind {
    CHANNEL_END_LOCAL, /* we closed it */
    /* The peer closed in an orderly way (TLS close_notify and close frame of WebSocket included); detail says when it did so in a
     * handshake, or without those, and the code of a close frame. */
    CHANNEL_END_FIN,
    CHANNEL_END_RESET, /* the peer reset it */
    CHANNEL_END_TLS,   /* handshake or record failure; detail names the alert or OpenSSL's reason */
    CHANNEL_END_WS,    /* the opening of WebSocket or a frame broke the rules; layers_ws_info has the fault */
    CHANNEL_END_OVERFLOW, /* the peer does not read: more than the output maximum was waiting */
    CHANNEL_END_FAILED /* could not connect, was not ready in time, another socket error; detail says which */
};
struct channel_end {
    enum channel_end_kind kind;
    const char *detail; /* "" or one sentence; good during the call */
};

/* What happened, in a phrase: the detail, or what the kind means when there is none. The second alone is a static text. */
const char *layers_end_text(const struct channel_end *end);
const char *layers_end_means(enum channel_end_kind kind);

/* How a connection is ended by us: what was sent leaves, with the last words of its filters; or a TCP reset. */
enum channel_close { CHANNEL_FLUSH, CHANNEL_RESET };

/* What TLS agreed on: version "TLSv1.3", cipher name, SNI ("" when none was sent); and a suite without authentication that a client
 * offered besides ("" when there was none). */
struct channel_tls {
    const char *version, *cipher, *server_name, *anonymous;
};

/* Calls to the owner, from inside the calls below; none may free the layers. */
struct layers_events {
    void (*on_open)(void *ctx);                                  /* all filters are open */
    void (*on_bytes)(void *ctx, const uint8_t *bytes, size_t n); /* n > 0 bytes, decoded by all */
    void (*on_output)(void *ctx);                                /* something was added to out */
};

/* Read the fields, change them only by the functions; but out is the owner's to consume. */
struct layers {
    struct pipeline *pipeline;
    struct filter *tls, *ws;      /* in the pipeline, owned by it; or NULL */
    struct channel_tls tls_terms; /* once TLS is open */
    struct buf out; /* for the socket; bounded by what the owner sends, and LAYERS_OWN_WORDS_BYTES */
    const struct layers_events *events;
    void *ctx;
};

/* What filters may put on top of what their owner sends: records of TLS, and answers to one read. */
enum { LAYERS_OWN_WORDS_BYTES = 128 * 1024 };

/* None yet; events are borrowed. */
struct layers *layers_new(const struct layers_events *events, void *ctx);
void layers_free(struct layers *l);

/* Puts filters, now owned, on the inside, TLS first; either may be NULL. */
void layers_push(struct layers *l, struct filter *tls, struct filter *ws);

/* n > 0 bytes from the socket; or for the innermost filter, which all outside of it have decoded already. */
void layers_receive(struct layers *l, const uint8_t *bytes, size_t n);
void layers_receive_inside(struct layers *l, const uint8_t *bytes, size_t n);

/* All are open, or ended by the peer, which may still read. */
bool layers_can_send(const struct layers *l);

/* n > 0 bytes for the peer; only while they can be sent. */
void layers_send(struct layers *l, const uint8_t *bytes, size_t n);

/* Nothing more will be sent: each filter adds its last words to out. */
void layers_finish(struct layers *l);

/* True when a filter has failed or was ended by the peer: *end says how. Its detail lives as long as the layers, or in text. */
enum { LAYERS_TEXT_SIZE = 32 };
bool layers_have_ended(const struct layers *l, struct channel_end *end, char text[LAYERS_TEXT_SIZE]);

/* What an end of file means that no filter has announced: a static text, or NULL. l may be NULL: no filters. */
const char *layers_fin_detail(const struct layers *l);

/* What it means that the layers were not open in time: a static text. l may be NULL. */
const char *layers_late_detail(const struct layers *l);

/* What TLS agreed on, or NULL. l may be NULL. */
const struct channel_tls *layers_tls_info(const struct layers *l);

/* Whom the peer's certificate names; the caller frees. NULL without TLS. l may be NULL. */
char *layers_tls_subject(const struct layers *l);

/* What WebSocket agreed on and how it ended, or NULL while it is not open; after a failed opening too. l may be NULL. */
const struct filter_ws_info *layers_ws_info(const struct layers *l, struct filter_ws_info *out);

#endif
