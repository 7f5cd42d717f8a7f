/* A filter turns bytes into bytes in both directions and knows no socket and no clock. What its user does: */
#ifndef NET_FILTER_H
#define NET_FILTER_H

#include <stddef.h>
#include <stdint.h>

struct filter;
struct pipeline;

enum filter_state {
    FILTER_IDLE,    /* not started: a filter outside of it is not open yet */
    FILTER_OPENING, /* its handshake runs */
    FILTER_OPEN,    /* bytes pass */
    FILTER_ENDED,   /* the peer ended this layer in an orderly way */
    FILTER_FAILED   /* the peer broke the rules, or refused us; detail says how */
};

/* What a kind of filter implements. "Outward" is towards the socket, "inward" towards the user. */
struct filter_kind {
    const char *name;
    /* The layer outside is open: begin the handshake, if this side begins it. */
    void (*start)(struct filter *f);
    /* n > 0 bytes from outside, cut anywhere; all of them are taken. */
    void (*receive)(struct filter *f, const uint8_t *bytes, size_t n);
    /* n > 0 bytes from inside; called only while the filter is open or ended by the peer. */
    void (*send)(struct filter *f, const uint8_t *bytes, size_t n);
    /* Nothing more will be sent: say so to the peer, if this layer has words for it. */
    void (*finish)(struct filter *f);
    void (*free)(struct filter *f);
};

/* The head of every filter; the kind's own struct begins with it. */
struct filter {
    const struct filter_kind *kind;
    struct pipeline *pipeline; /* set by pipeline_push, as are the neighbours */
    struct filter *outer, *inner;
    enum filter_state state;
    char *detail; /* owned; NULL unless FILTER_FAILED */
};

/* What an implementation calls: bytes decoded, bytes encoded, and its changes of state. filter_opened comes before the first
 * byte is passed inward; the detail of a failure is copied. The first of ended and failed stays. */
void filter_inward(struct filter *f, const uint8_t *bytes, size_t n);
void filter_outward(struct filter *f, const uint8_t *bytes, size_t n);
void filter_opened(struct filter *f);
void filter_ended(struct filter *f);
void filter_failed(struct filter *f, const char *detail);

#endif
