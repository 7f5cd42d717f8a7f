/* The PC's port (core/port.h): sockets and TLS by lib/net, over the same wire as the harness's link. WebSocket is put on when the
 * environment says so.
 *
 * Only one thread drives the loop at a time. Who writes while another one waits in read leaves the bytes for that thread, and wakes
 * it. Maxima: OUT_MAX_BYTES wait to be handed to the connection, BACKLOG_MAX_BYTES and one packet in it for a peer that is slow to
 * read; what came in and was not read yet is at most what one turn of the loop brings, for no turn is made while there is some; more
 * than IN_MAX_BYTES of it ends the connection. */
#include "client/core/port.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "environment.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/net/loop.h"
#include "lib/net/monitor.h"
#include "lib/net/tls.h"
#include "wire.h"

enum { OUT_MAX_BYTES = 2 * 1024 * 1024, IN_MAX_BYTES = 16 * 1024 * 1024, BACKLOG_MAX_BYTES = 64 * 1024 };

struct port_net {
    struct port base;
    struct monitor *core; /* the core's lock */
    struct loop *loop;
    struct wire wire;
    struct tls_client *tls;

    /* Who drives the loop. These three are under the gate; all else here belongs to the driving thread. */
    struct monitor *gate;
    bool is_driven;
    bool is_woken;  /* the current or next read is to end */
    struct buf out; /* for the driving thread to hand to the connection */

    struct buf in;      /* came, and was not read */
    size_t in_read;     /* bytes of in that were read */
    uint8_t *want;      /* where the reading thread wants the next bytes */
    size_t want_n, got; /* how many it can take, how many it got */
};

static struct port_net *net_of(struct port *p)
{
    return (struct port_net *)(void *)p;
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    struct port_net *p = ctx;
    size_t now = p->want_n - p->got < n ? p->want_n - p->got : n;
    if (now)
        memcpy(p->want + p->got, bytes, now);
    p->got += now;
    if (!buf_append(&p->in, bytes + now, n - now))
        channel_close(p->wire.channel, CHANNEL_RESET);
}

static const struct wire_events wire_events = {on_bytes, NULL};

/* Waits until nobody drives the loop, and becomes the one who does. */
static void drive(struct port_net *p)
{
    monitor_lock(p->gate);
    while (p->is_driven)
        monitor_wait(p->gate, 1000);
    p->is_driven = true;
    monitor_unlock(p->gate);
}

static bool has_backlog(const struct port_net *p)
{
    return wire_is_open(&p->wire) && channel_backlog(p->wire.channel) > BACKLOG_MAX_BYTES;
}

/* Hands on what was left to be sent, when the connection has room. For the driving thread. True when somebody has woken it. */
static bool send_left(struct port_net *p)
{
    monitor_lock(p->gate);
    bool is_woken = p->is_woken;
    if (p->out.len && !has_backlog(p)) {
        wire_send(&p->wire, p->out.data, p->out.len);
        buf_clear(&p->out);
        monitor_wake(p->gate);
    }
    monitor_unlock(p->gate);
    return is_woken;
}

static void stop_driving(struct port_net *p)
{
    send_left(p);
    loop_flush(p->loop);
    monitor_lock(p->gate);
    p->is_driven = false;
    monitor_wake(p->gate);
    monitor_unlock(p->gate);
}

static void report_end(const struct port_net *p)
{
    static const char *const kinds[] = {"we closed it", "the peer closed it",     "the peer reset it",
                                        "TLS",          "the peer does not read", "failed"};
    const struct channel_end *end = wire_end(&p->wire);
    if (end)
        log_line(LOG_INFO, "connection: %s%s%s", kinds[end->kind], end->detail[0] ? ": " : "", end->detail);
}

static bool make_tls(struct port_net *p, const char *root_pem)
{
    const char *error = "";
    tls_client_free(p->tls);
    p->tls = root_pem ? tls_client_new_text(root_pem, &error) : NULL;
    if (root_pem && !p->tls)
        log_line(LOG_ERROR, "pub_key: %s", error);
    return !root_pem || p->tls;
}

static int net_connect(struct port *base, const struct port_target *target, int64_t timeout_ms)
{
    struct port_net *p = net_of(base);
    if (!make_tls(p, target->root_pem))
        return -1;
    drive(p);
    p->in_read = 0;
    buf_fini(&p->in);
    p->want_n = p->got = 0;
    bool over_websocket = environment_wants_websocket();
    enum transport transport = target->root_pem ? (over_websocket ? TRANSPORT_WSS : TRANSPORT_TLS)
                                                : (over_websocket ? TRANSPORT_WS : TRANSPORT_TCP);
    struct wire_target to = {
        .host = target->host, .port = target->port, .transport = transport, .tls = p->tls};
    bool is_open = wire_open(&p->wire, &to, timeout_ms);
    if (!is_open) {
        const struct channel_end *end = wire_end(&p->wire);
        bool by_us = !end || end->kind == CHANNEL_END_LOCAL;
        log_line(LOG_ERROR, "no connection to host %s, port %u, over %s: %s", target->host, target->port,
                 transport_name(transport), by_us ? "it takes too long" : end->detail);
    }
    stop_driving(p);
    return is_open ? 0 : -1;
}

/* Asked between the turns of the loop. */
static bool has_news(void *ctx)
{
    struct port_net *p = ctx;
    bool is_woken = send_left(p);
    return is_woken || p->got > 0 || !wire_is_open(&p->wire);
}

/* What came earlier than it was wanted. */
static size_t take_early(struct port_net *p, void *bytes, size_t n)
{
    size_t here = p->in.len - p->in_read, now = here < n ? here : n;
    if (now)
        memcpy(bytes, p->in.data + p->in_read, now);
    p->in_read += now;
    if (p->in_read == p->in.len) {
        buf_fini(&p->in);
        p->in_read = 0;
    }
    return now;
}

static int net_read(struct port *base, void *bytes, size_t n, int64_t timeout_ms)
{
    struct port_net *p = net_of(base);
    int result;
    drive(p);
    if (n > INT32_MAX)
        n = INT32_MAX;
    p->got = take_early(p, bytes, n);
    if (p->got == 0 && wire_is_open(&p->wire)) {
        p->want = bytes;
        p->want_n = n;
        wire_wait(&p->wire, has_news, p, timeout_ms > 0 ? timeout_ms : 0);
        p->want_n = 0;
    }
    result = p->got > 0 ? (int)p->got : wire_is_open(&p->wire) ? 0 : -1;
    p->got = 0;
    if (result < 0)
        report_end(p);
    monitor_lock(p->gate);
    p->is_woken = false;
    monitor_unlock(p->gate);
    stop_driving(p);
    return result;
}

/* Asked between the turns of the loop: all is in the connection, and it has room. */
static bool is_relaxed(void *ctx)
{
    struct port_net *p = ctx;
    send_left(p);
    monitor_lock(p->gate);
    bool has_left = p->out.len > 0;
    monitor_unlock(p->gate);
    return !wire_is_open(&p->wire) || (!has_left && !has_backlog(p));
}

/* By the driving thread. Bytes that were left before go first. */
static int write_self(struct port_net *p, const void *bytes, size_t n, int64_t timeout_ms)
{
    bool is_sent = is_relaxed(p) || wire_wait(&p->wire, is_relaxed, p, timeout_ms);
    is_sent = is_sent && wire_send(&p->wire, bytes, n);
    loop_flush(p->loop);
    is_sent = is_sent && wire_is_open(&p->wire);
    stop_driving(p);
    return is_sent ? 0 : -1;
}

static int net_write(struct port *base, const void *bytes, size_t n, int64_t timeout_ms)
{
    struct port_net *p = net_of(base);
    int64_t until_ms = clock_now_ms(base->clock) + timeout_ms;
    monitor_lock(p->gate);
    while (p->is_driven && p->out.len + n > OUT_MAX_BYTES && clock_now_ms(base->clock) < until_ms)
        monitor_wait(p->gate, until_ms - clock_now_ms(base->clock));
    if (!p->is_driven) {
        p->is_driven = true;
        monitor_unlock(p->gate);
        return write_self(p, bytes, n, timeout_ms);
    }
    bool is_left = buf_append(&p->out, bytes, n);
    loop_wake(p->loop);
    monitor_unlock(p->gate);
    return is_left ? 0 : -1;
}

static void net_close(struct port *base)
{
    struct port_net *p = net_of(base);
    drive(p);
    wire_close(&p->wire, CHANNEL_FLUSH);
    stop_driving(p);
}

static void net_lock(struct port *base)
{
    monitor_lock(net_of(base)->core);
}

static void net_unlock(struct port *base)
{
    monitor_unlock(net_of(base)->core);
}

static void net_wait(struct port *base, int64_t timeout_ms)
{
    monitor_wait(net_of(base)->core, timeout_ms);
}

static void net_wake(struct port *base)
{
    struct port_net *p = net_of(base);
    monitor_wake(p->core);
    monitor_lock(p->gate);
    p->is_woken = true;
    loop_wake(p->loop);
    monitor_unlock(p->gate);
}

static uintptr_t net_thread(struct port *base)
{
    (void)base;
    return (uintptr_t)pthread_self();
}

static void net_free(struct port *base)
{
    struct port_net *p = net_of(base);
    wire_fini(&p->wire);
    loop_free(p->loop);
    tls_client_free(p->tls);
    buf_fini(&p->in);
    buf_fini(&p->out);
    monitor_free(p->gate);
    monitor_free(p->core);
    clock_free(base->clock);
    free(p);
}

static const struct port_ops ops = {.connect = net_connect,
                                    .read = net_read,
                                    .write = net_write,
                                    .close = net_close,
                                    .lock = net_lock,
                                    .unlock = net_unlock,
                                    .wait = net_wait,
                                    .wake = net_wake,
                                    .thread = net_thread,
                                    .free = net_free};

struct port *port_new(void)
{
    struct port_net *p = mem_zalloc(1, sizeof *p);
    p->base = (struct port){&ops, clock_new_real()};
    p->core = monitor_new();
    p->gate = monitor_new();
    p->loop = loop_new(p->base.clock);
    wire_init(&p->wire, p->loop, &wire_events, p);
    buf_init(&p->in, IN_MAX_BYTES);
    buf_init(&p->out, OUT_MAX_BYTES);
    return &p->base;
}
