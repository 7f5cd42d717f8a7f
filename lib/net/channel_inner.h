/* What the files of lib/net know of a channel. */
#ifndef NET_CHANNEL_INNER_H
#define NET_CHANNEL_INNER_H

#include <uv.h>

#include "channel.h"
#include "layers.h"
#include "lib/base/list.h"
#include "lib/base/timerq.h"

/* An output that the socket did not take at once; on the heap while it lasts. */
struct channel_write {
    uv_write_t request;
    struct channel *channel;
    struct buf bytes;
    size_t from; /* bytes[from..] were handed to libuv */
};

enum channel_phase {
    CHANNEL_CONNECTING, /* dialled, no socket yet */
    CHANNEL_LIVE,       /* until its end is known */
    CHANNEL_ENDING,     /* the end is known, the user is not told yet */
    CHANNEL_LINGERING,  /* told; the last bytes leave, or the peer's FIN is waited for */
    CHANNEL_CLOSING     /* libuv is closing the handle; freed after that */
};

/* A broker has thousands of these idle, so what only some need is behind a pointer. */
struct channel {
    uv_tcp_t tcp;
    struct loop *loop;
    struct list link;  /* in the loop's list of channels, or of ended ones */
    struct list dirty; /* in the loop's list of dirty ones, or in none */
    const struct channel_events *events;
    void *ctx;
    struct layers *layers;         /* NULL: plain */
    struct channel_dial *dial;     /* while connecting */
    struct buf plain;              /* sent by the user, not yet through the filters */
    struct channel_write *writing; /* in libuv's hands */
    struct timer *linger;          /* bounds CHANNEL_LINGERING */
    size_t output_max;
    uint64_t full_turn; /* of the loop: the last one that brought a full buffer */
    char *end_detail;   /* owned, or NULL */
    uint8_t phase;      /* enum channel_phase */
    uint8_t end_kind;   /* enum channel_end_kind */
    uint8_t how;        /* enum channel_close: what to do with the socket after the end is told */
    bool is_broken;     /* writing failed: the peer is gone, and reading will tell, or the end is known */
    bool is_finished;   /* the filters' last words are said */
    bool has_fin_in;    /* the peer's FIN was read */
    bool has_fin_out;   /* ours was sent */
    bool has_long_peer;
    union {
        char text[24]; /* every IPv4 address and port */
        char *long_text;
    } peer;
};

/* Takes a connection that waits at a listener; NULL when it was gone already. */
struct channel *channel_accept(struct loop *loop, uv_stream_t *listener);

/* A channel in CHANNEL_CONNECTING, for channel_dial. */
struct channel *channel_new(struct loop *loop);

/* The socket is connected: notes the peer's address and begins to read. False when the peer is gone already. */
bool channel_begin(struct channel *c);

/* Puts filters on; either may be NULL. */
void channel_push(struct channel *c, struct filter *tls, struct filter *ws);

/* Records the end (only the first is kept); detail is copied. FLUSH lets the last bytes leave, RESET does not. */
void channel_finish(struct channel *c, enum channel_end_kind kind, const char *detail,
                    enum channel_close how);

/* Calls on_end and starts to tear the channel down; called by the loop for each channel in its list of ended ones. */
void channel_tell_end(struct channel *c);

/* Has the loop flush the channel before it waits. */
void channel_mark_dirty(struct channel *c);

/* Writes what waits, as far as the socket takes it, and finishes a channel that lingers. Calls no user. */
void channel_flush(struct channel *c);

/* Closes the socket now, by a reset or not, and frees the channel when libuv is through with it. */
void channel_drop(struct channel *c, bool by_reset);

/* When libuv has closed the handle. */
void channel_free(uv_handle_t *handle);

/* For loop_free: whatever state it is in. */
void channel_abandon(struct channel *c);

/* Frees the memory of a dial (channel_dial.c). */
void channel_dial_abandon(struct channel *c);

#endif
