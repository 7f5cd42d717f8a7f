/* Two ends of a connection on one loop, and what each saw, for the tests of lib/net. */
#ifndef TESTS_NET_PAIR_H
#define TESTS_NET_PAIR_H

#include "lib/base/buf.h"
#include "lib/net/channel.h"
#include "lib/net/listener.h"
#include "lib/net/loop.h"

/* What one end saw. */
struct net_end {
    struct channel *channel; /* NULL once the end was told */
    struct buf got;
    int opened, ended, calls;
    bool inside; /* in a call: no other may come meanwhile */
    struct channel_end end;
    char detail[256];
    void (*then)(struct net_end *e); /* called at the end of each on_bytes; may be NULL */
    struct tls_server *tls;          /* server: put TLS on at the first byte, when it is TLS */
    bool ws;         /* server: the next bytes are the head of a request for WebSocket, which is opened */
    struct buf head; /* of it, while it is not whole */
    int64_t end_ms;  /* when the end was told, on the loop's clock */
    struct loop *loop;
};

struct net_pair {
    struct clock *clock;
    struct loop *loop;
    struct listener *listener;
    struct net_end server, client;
    /* or NULL: the ends of the accepted channels, one after the other, instead of server */
    struct net_end *crowd;
    int accepted;
};

/* A loop with a listener on 127.0.0.1 whose next channel becomes p->server; no client yet. */
void net_pair_init(struct net_pair *p);

/* Frees all, in an order that leaves open channels to loop_free. */
void net_pair_fini(struct net_pair *p);

/* Dials it as p->client. */
void net_pair_dial(struct net_pair *p, enum transport transport, struct tls_client *tls,
                   const char *server_name);

/* A plain blocking socket connected to it, by the system's calls, on the client's side. */
int net_pair_connect(struct net_pair *p);

/* Runs until the condition holds (within 5 s of real time). */
bool net_until(struct net_pair *p, bool (*done)(void *ctx));
bool net_until_got(struct net_pair *p, struct net_end *e, size_t n);
bool net_until_ended(struct net_pair *p, struct net_end *e);

/* Runs until the loop is quiet. */
void net_quiet(struct net_pair *p);

extern const struct channel_events net_events;

#endif
