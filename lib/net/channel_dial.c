#include "address.h"
#include "channel_inner.h"
#include "filter_tls.h"
#include "filter_ws.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "loop_inner.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* While a channel connects: the lookup of the name, then one address after the other. */
struct channel_dial {
    uv_getaddrinfo_t lookup;
    uv_connect_t connect;
    struct channel *channel; /* NULL: abandoned while the lookup was under way */
    struct addrinfo *found, *next;
    struct tls_client *tls;
    char *server_name;
    char *ws_host, *ws_path,
        *ws_protocols; /* ws_host NULL: no WebSocket; ws_protocols NULL: none are offered */
    bool looking_up;
};

static void dial_free(struct channel_dial *d)
{
    uv_freeaddrinfo(d->found);
    free(d->server_name);
    free(d->ws_host);
    free(d->ws_path);
    free(d->ws_protocols);
    free(d);
}

void channel_dial_abandon(struct channel *c)
{
    struct channel_dial *d = c->dial;
    c->dial = NULL;
    if (d->looking_up) {
        d->channel = NULL;
        uv_cancel((uv_req_t *)&d->lookup);
    } else {
        dial_free(d);
    }
}

static void fail(struct channel *c, const char *what, int status)
{
    char *detail = mem_printf("%s: %s", what, uv_strerror(status));
    channel_finish(c, CHANNEL_END_FAILED, detail, CHANNEL_RESET);
    free(detail);
}

static void connected(struct channel *c)
{
    struct channel_dial *d = c->dial;
    uv_tcp_nodelay(&c->tcp, 1);
    if (!channel_begin(c)) {
        fail(c, "cannot connect", UV_ECONNRESET);
        return;
    }
    struct filter *tls = d->tls ? filter_tls_new_client(d->tls, d->server_name) : NULL;
    struct filter *ws = d->ws_host ? filter_ws_new_client(d->ws_host, d->ws_path, d->ws_protocols) : NULL;
    c->dial = NULL;
    dial_free(d);
    if (tls || ws) {
        channel_push(c, tls, ws);
    } else {
        channel_mark_dirty(c);
        if (c->events->on_open)
            c->events->on_open(c->ctx);
    }
}

static void try_next(struct channel *c);

/* The handle of the failed attempt is closed; the channel goes on with a fresh one, unless it was closed meanwhile. */
static void on_attempt_closed(uv_handle_t *handle)
{
    struct channel *c = handle->data;
    struct loop *loop = c->loop;
    if (c->phase == CHANNEL_CLOSING) {
        channel_free(handle);
        return;
    }
    CHECK(uv_tcp_init(&loop->uv, &c->tcp) == 0);
    c->tcp.data = c;
    loop_enter(loop);
    if (c->phase == CHANNEL_CONNECTING)
        try_next(c);
    loop_leave(loop);
}

static void on_connected(uv_connect_t *request, int status)
{
    struct channel *c = request->handle->data;
    struct loop *loop = c->loop;
    loop->io_events++;
    if (c->phase != CHANNEL_CONNECTING)
        return;
    loop_enter(loop);
    if (status == 0) {
        connected(c);
    } else {
        if (c->dial->next)
            uv_close((uv_handle_t *)&c->tcp, on_attempt_closed);
        else
            fail(c, "cannot connect", status);
    }
    loop_leave(loop);
}

static void try_next(struct channel *c)
{
    struct channel_dial *d = c->dial;
    struct addrinfo *address = d->next;
    d->next = address->ai_next;
    int status = uv_tcp_connect(&d->connect, &c->tcp, address->ai_addr, on_connected);
    if (status == 0)
        return;
    if (d->next)
        try_next(c);
    else
        fail(c, "cannot connect", status);
}

static void on_found(uv_getaddrinfo_t *lookup, int status, struct addrinfo *found)
{
    struct channel_dial *d = (struct channel_dial *)(void *)lookup;
    struct channel *c = d->channel;
    d->looking_up = false;
    d->found = d->next = found;
    if (!c) {
        dial_free(d);
        return;
    }
    struct loop *loop = c->loop;
    loop->io_events++;
    loop_enter(loop);
    if (c->phase == CHANNEL_CONNECTING) {
        if (status != 0)
            fail(c, "cannot find the host", status);
        else
            try_next(c);
    }
    loop_leave(loop);
}

static void dial(struct channel *c, const char *host, int port)
{
    struct channel_dial *d = c->dial;
    struct sockaddr_storage address;
    if (port < 1 || port > 65535) {
        fail(c, "cannot connect", UV_EINVAL);
    } else if (address_parse(host, port, &address)) {
        int status = uv_tcp_connect(&d->connect, &c->tcp, (struct sockaddr *)&address, on_connected);
        if (status != 0)
            fail(c, "cannot connect", status);
    } else {
        char service[8];
        snprintf(service, sizeof service, "%d", port);
        struct addrinfo hints = {
            .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
        int status = uv_getaddrinfo(&c->loop->uv, &d->lookup, on_found, host, service, &hints);
        d->looking_up = status == 0;
        if (status != 0)
            fail(c, "cannot find the host", status);
    }
}

static struct channel *new_dial(struct loop *loop, struct tls_client *tls, const char *server_name,
                                const struct channel_events *events, void *ctx)
{
    struct channel *c = channel_new(loop);
    channel_set_events(c, events, ctx);
    c->dial = mem_zalloc(1, sizeof *c->dial);
    c->dial->channel = c;
    c->dial->tls = tls;
    c->dial->server_name = mem_strdup(server_name);
    return c;
}

struct channel *channel_dial_list(struct loop *loop, struct addrinfo *addresses,
                                  const struct channel_events *events, void *ctx)
{
    struct channel *c = new_dial(loop, NULL, NULL, events, ctx);
    c->dial->found = c->dial->next = addresses;
    try_next(c);
    return c;
}

/* The Host header's value: an IPv6 address stands in brackets. */
static char *host_header(const char *host, int port)
{
    return mem_printf(strchr(host, ':') ? "[%s]:%d" : "%s:%d", host, port);
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

struct channel *channel_dial(struct loop *loop, const char *host, int port, enum transport transport,
                             struct tls_client *tls, const char *server_name,
                             const struct channel_events *events, void *ctx)
{
    CHECK(!transport_is_encrypted(transport) || tls);
    struct channel *c = new_dial(loop, transport_is_encrypted(transport) ? tls : NULL,
                                 server_name ? server_name : host, events, ctx);
    if (transport_is_websocket(transport)) {
        c->dial->ws_host = host_header(server_name ? server_name : host, port);
        channel_set_ws(c, CHANNEL_WS_PATH, CHANNEL_WS_PROTOCOLS);
    }
    dial(c, host, port);
    return c;
}
