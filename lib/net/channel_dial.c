#include "address.h"
#include "channel_inner.h"
#include "filter_tls.h"
#include "filter_ws.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "loop_inner.h"

#include <stdlib.h>
#include <string.h>

/* While a channel connects: what its filters are made from. */
struct channel_dial {
    uv_connect_t connect;
    struct tls_client *tls;
    char *server_name;
    /* ws_host NULL: no WebSocket; ws_protocols NULL: none are offered */
    char *ws_host, *ws_path, *ws_protocols;
};

void channel_dial_abandon(struct channel *c)
{
    struct channel_dial *d = c->dial;
    c->dial = NULL;
    free(d->server_name);
    free(d->ws_host);
    free(d->ws_path);
    free(d->ws_protocols);
    free(d);
}

static void fail(struct channel *c, int status)
{
    char *detail = mem_printf("cannot connect: %s", uv_strerror(status));
    channel_finish(c, CHANNEL_END_FAILED, detail, CHANNEL_RESET);
    free(detail);
}

static void connected(struct channel *c)
{
    struct channel_dial *d = c->dial;
    uv_tcp_nodelay(&c->tcp, 1);
    if (!channel_begin(c)) {
        fail(c, UV_ECONNRESET);
        return;
    }
    struct filter *tls = d->tls ? filter_tls_new_client(d->tls, d->server_name) : NULL;
    struct filter *ws = d->ws_host ? filter_ws_new_client(d->ws_host, d->ws_path, d->ws_protocols) : NULL;
    channel_dial_abandon(c);
    if (tls || ws) {
        channel_push(c, tls, ws);
    } else {
        channel_mark_dirty(c);
        if (c->events->on_open)
            c->events->on_open(c->ctx);
    }
}

static void on_connected(uv_connect_t *request, int status)
{
    struct channel *c = request->handle->data;
    struct loop *loop = c->loop;
    loop->io_events++;
    if (c->phase != CHANNEL_CONNECTING)
        return;
    loop_enter(loop);
    if (status == 0)
        connected(c);
    else
        fail(c, status);
    loop_leave(loop);
}

static void dial(struct channel *c, const char *address, int port)
{
    struct sockaddr_storage to;
    int status = UV_EINVAL;
    if (port > 0 && address_parse(address, port, &to))
        status = uv_tcp_connect(&c->dial->connect, &c->tcp, (struct sockaddr *)&to, on_connected);
    if (status != 0)
        fail(c, status);
}

void channel_set_ws(struct channel *c, const char *path, const char *protocols)
{
    if (!c->dial || !c->dial->ws_host)
        return;
    free(c->dial->ws_path);
    free(c->dial->ws_protocols);
    c->dial->ws_path = mem_strdup(path);
    c->dial->ws_protocols = mem_strdup(protocols);
}

struct channel *channel_dial(struct loop *loop, const char *address, int port, enum transport transport,
                             struct tls_client *tls, const char *server_name,
                             const struct channel_events *events, void *ctx)
{
    CHECK(!transport_is_encrypted(transport) || tls);
    struct channel *c = channel_new(loop);
    const char *name = server_name ? server_name : address;
    channel_set_events(c, events, ctx);
    c->dial = mem_zalloc(1, sizeof *c->dial);
    c->dial->tls = transport_is_encrypted(transport) ? tls : NULL;
    c->dial->server_name = mem_strdup(name);
    if (transport_is_websocket(transport)) {
        c->dial->ws_host = address_host_header(name, port);
        channel_set_ws(c, CHANNEL_WS_PATH, CHANNEL_WS_PROTOCOLS);
    }
    dial(c, address, port);
    return c;
}
