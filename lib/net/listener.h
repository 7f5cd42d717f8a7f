/* A listening TCP socket. */
#ifndef NET_LISTENER_H
#define NET_LISTENER_H

struct channel;
struct listener;
struct loop;

/* Called for each new connection; the user calls channel_set_events before it returns. */
typedef void listener_accept(void *ctx, struct channel *channel);

/* Listens on host:port (port 0: a free one). NULL with *error (constant or static text, "address already in use") when it cannot. */
struct listener *listener_new(struct loop *loop, const char *host, int port, listener_accept *on_accept,
                              void *ctx, const char **error);

/* The port it really listens on. */
int listener_port(const struct listener *l);

/* Stops listening; accepted channels live on. */
void listener_free(struct listener *l);

#endif
