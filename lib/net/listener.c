#include "listener.h"

#include "address.h"
#include "channel_inner.h"
#include "lib/base/check.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "listener_inner.h"
#include "loop_inner.h"

#include <stdlib.h>

/* Connections that may wait to be accepted; the kernel caps it at net.core.somaxconn. */
enum { LISTENER_BACKLOG = 4096 };

static void on_connection(uv_stream_t *stream, int status)
{
    struct listener *l = stream->data;
    struct loop *loop = l->loop;
    loop->io_events++;
    if (status < 0) {
        log_line(LOG_WARNING, "cannot accept a connection: %s", uv_strerror(status));
        return;
    }
    loop_enter(loop);
    struct channel *c = channel_accept(loop, stream);
    if (c) {
        l->on_accept(l->ctx, c);
        CHECK(c->events != NULL);
    }
    loop_leave(loop);
}

static void free_listener(uv_handle_t *handle)
{
    free(handle->data);
}

static const char *error_text(int status)
{
    switch (status) {
    case UV_EADDRINUSE:
        return "address already in use";
    case UV_EACCES:
        return "permission denied (ports below 1024 need privileges)";
    case UV_EADDRNOTAVAIL:
        return "this machine has no such address";
    default:
        return uv_strerror(status);
    }
}

/* The listening socket's option is inherited by what it accepts, which saves a system call per connection. */
static int listen_on(struct listener *l, const struct sockaddr *address)
{
    int status = uv_tcp_bind(&l->tcp, address, 0);
    if (status == 0)
        status = uv_tcp_nodelay(&l->tcp, 1);
    if (status == 0)
        status = uv_listen((uv_stream_t *)&l->tcp, LISTENER_BACKLOG, on_connection);
    struct sockaddr_storage bound;
    int size = sizeof bound;
    if (status == 0)
        status = uv_tcp_getsockname(&l->tcp, (struct sockaddr *)&bound, &size);
    if (status == 0)
        l->port = address_port((struct sockaddr *)&bound);
    return status;
}

struct listener *listener_new(struct loop *loop, const char *host, int port, listener_accept *on_accept,
                              void *ctx, const char **error)
{
    struct sockaddr_storage address;
    if (!address_parse(host, port, &address)) {
        *error = "not an IP address and port";
        return NULL;
    }
    struct listener *l = mem_zalloc(1, sizeof *l);
    l->loop = loop;
    l->on_accept = on_accept;
    l->ctx = ctx;
    CHECK(uv_tcp_init(&loop->uv, &l->tcp) == 0);
    l->tcp.data = l;
    list_add_last(&loop->listeners, &l->link);
    int status = listen_on(l, (struct sockaddr *)&address);
    if (status != 0) {
        *error = error_text(status);
        listener_free(l);
        return NULL;
    }
    return l;
}

int listener_port(const struct listener *l)
{
    return l->port;
}

void listener_free(struct listener *l)
{
    if (!l)
        return;
    list_remove(&l->link);
    uv_close((uv_handle_t *)&l->tcp, free_listener);
}
