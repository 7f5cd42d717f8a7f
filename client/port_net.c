/* The PC's port (core/port.h): a socket, with TLS and WebSocket by lib/net, over the same wire as the harness's link. WebSocket is put
 * on when the environment says so.
 *
 * A thread may write while another one waits for bytes: nobody holds the gate while he waits for the socket. Who waits to write reads
 * too, so that a platform which does not read before it is read from holds nobody up. connect and close have the wire for themselves
 * (core/port.h), and need no gate. Maxima: IN_MAX_BYTES came and were not read yet, more ends the connection. */
#include "client/core/port.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "environment.h"
#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/monitor.h"
#include "tls_roots.h"
#include "wire.h"

enum { IN_MAX_BYTES = 16 * 1024 * 1024 };

struct port_net {
    struct port base;
    struct monitor core; /* the core's lock */
    struct monitor gate; /* while somebody reads: of all that follows */
    struct wire wire;
    struct tls_roots *roots; /* NULL without TLS */
    int alarm;               /* an eventfd: ends the wait of a reading thread */
    bool is_reading;         /* a thread waits for bytes */
    bool is_woken;           /* the current or next read is to end */
    struct buf in;           /* came, and was not read */
    size_t in_read;          /* bytes of in that were read */
    uint8_t *want;           /* where the reading thread wants the next bytes */
    size_t want_n, got;      /* how many it can take, how many it got */
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
    if (now < n && !buf_append(&p->in, bytes + now, n - now))
        wire_fail(&p->wire, CHANNEL_END_LOCAL, "more bytes came than anybody reads");
}

static const struct wire_events wire_events = {on_bytes, NULL};

static void report_end(const struct port_net *p)
{
    const struct channel_end *end = wire_end(&p->wire);
    if (end)
        log_line(LOG_INFO, "connection: %s%s%s", layers_end_means(end->kind), end->detail[0] ? ": " : "",
                 end->detail);
}

/* Nothing came about. */
static void report_failure(const struct port_net *p, const struct port_target *target,
                           enum transport transport)
{
    log_line(LOG_ERROR, "no connection to host %s, port %u, over %s: %s", target->host, target->port,
             transport_name(transport), layers_end_text(wire_end(&p->wire)));
}

static bool take_roots(struct port_net *p, const char *root_pem)
{
    const char *error = "";
    struct tls_roots *roots = root_pem ? tls_roots_get(root_pem, &error) : NULL;
    tls_roots_put(p->roots);
    p->roots = roots;
    if (root_pem && !roots)
        log_line(LOG_ERROR, "pub_key: %s", error);
    return !root_pem || roots;
}

static void forget_input(struct port_net *p)
{
    buf_fini(&p->in);
    p->in_read = p->want_n = p->got = 0;
}

static int net_connect(struct port *base, const struct port_target *target, int64_t timeout_ms)
{
    struct port_net *p = net_of(base);
    if (p->alarm < 0)
        log_line(LOG_ERROR, "no descriptor is left for a connection");
    if (p->alarm < 0 || !take_roots(p, target->root_pem))
        return -1;
    bool over_websocket = environment_wants_websocket();
    enum transport transport = target->root_pem ? (over_websocket ? TRANSPORT_WSS : TRANSPORT_TLS)
                                                : (over_websocket ? TRANSPORT_WS : TRANSPORT_TCP);
    const struct wire_target to = {.host = target->host,
                                   .port = target->port,
                                   .transport = transport,
                                   .tls = tls_roots_client(p->roots)};
    forget_input(p);
    bool is_open = wire_open(&p->wire, &to, timeout_ms);
    if (!is_open)
        report_failure(p, target, transport);
    return is_open ? 0 : -1;
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

static void ring(struct port_net *p)
{
    const uint64_t one = 1;
    CHECK(write(p->alarm, &one, sizeof one) == (ssize_t)sizeof one);
}

static void stop_ringing(struct port_net *p)
{
    uint64_t count;
    CHECK(read(p->alarm, &count, sizeof count) == (ssize_t)sizeof count);
}

/* Gives the gate up while it waits for the wire (with events beside its own), and for the alarm, where the reader asks for it. */
static void await(struct port_net *p, short events, bool with_alarm, int64_t until_ms)
{
    struct pollfd at[2] = {wire_interest(&p->wire), {with_alarm ? p->alarm : -1, POLLIN, 0}};
    int64_t left_ms = until_ms - clock_now_ms(p->base.clock);
    int wait_ms = left_ms < 0 || p->wire.phase == WIRE_FAILING ? 0
                  : left_ms > INT32_MAX                        ? INT32_MAX
                                                               : (int)left_ms;
    at[0].events |= events;
    monitor_unlock(&p->gate);
    int count = poll(at, 2, wait_ms);
    monitor_lock(&p->gate);
    if (count > 0 && at[1].revents)
        stop_ringing(p);
    wire_attend(&p->wire, count > 0 ? at[0].revents : 0);
}

/* Until there are bytes, or the wire has ended, or somebody wakes us. */
static void await_bytes(struct port_net *p, int64_t timeout_ms)
{
    int64_t until_ms = clock_now_ms(p->base.clock) + (timeout_ms > 0 ? timeout_ms : 0);
    p->is_reading = true;
    do
        await(p, 0, true, until_ms);
    while (p->got == 0 && p->in.len == 0 && wire_is_open(&p->wire) && !p->is_woken &&
           clock_now_ms(p->base.clock) < until_ms);
    p->is_reading = false;
}

static int net_read(struct port *base, void *bytes, size_t n, int64_t timeout_ms)
{
    struct port_net *p = net_of(base);
    if (n > INT32_MAX)
        n = INT32_MAX;
    monitor_lock(&p->gate);
    if (p->wire.phase == WIRE_FAILING)
        wire_attend(&p->wire, 0);
    p->got = take_early(p, bytes, n);
    if (p->got == 0 && wire_is_open(&p->wire) && !p->is_woken) {
        p->want = bytes;
        p->want_n = n;
        await_bytes(p, timeout_ms);
        if (p->got == 0)
            p->got = take_early(p, bytes, n);
    }
    int result = p->got > 0 ? (int)p->got : wire_is_open(&p->wire) ? 0 : -1;
    p->want_n = p->got = 0;
    p->is_woken = false;
    if (result < 0)
        report_end(p);
    monitor_unlock(&p->gate);
    return result;
}

/* A reader that waits beside us does not know of what we have read for it. */
static void tell_reader(struct port_net *p)
{
    if (p->is_reading && (p->got > 0 || p->in.len > 0))
        ring(p);
}

static int net_write(struct port *base, const void *bytes, size_t n, int64_t timeout_ms)
{
    struct port_net *p = net_of(base);
    monitor_lock(&p->gate);
    bool is_sent = wire_send(&p->wire, bytes, n);
    if (is_sent && wire_backlog(&p->wire) > 0) {
        int64_t until_ms = clock_now_ms(base->clock) + timeout_ms;
        while (wire_is_open(&p->wire) && wire_backlog(&p->wire) > 0 && clock_now_ms(base->clock) < until_ms) {
            await(p, POLLOUT, false, until_ms);
            tell_reader(p);
        }
        is_sent = wire_is_open(&p->wire) && wire_backlog(&p->wire) == 0;
    }
    monitor_unlock(&p->gate);
    return is_sent ? 0 : -1;
}

static void net_close(struct port *base)
{
    struct port_net *p = net_of(base);
    bool is_untold = p->wire.phase == WIRE_FAILING; /* a write has found out, and nobody has read since */
    wire_close(&p->wire, CHANNEL_FLUSH);
    if (is_untold)
        report_end(p);
}

static void net_lock(struct port *base)
{
    monitor_lock(&net_of(base)->core);
}

static void net_unlock(struct port *base)
{
    monitor_unlock(&net_of(base)->core);
}

static void net_wait(struct port *base, int64_t timeout_ms)
{
    monitor_wait(&net_of(base)->core, timeout_ms);
}

static void net_wake(struct port *base)
{
    struct port_net *p = net_of(base);
    monitor_wake(&p->core);
    monitor_lock(&p->gate);
    p->is_woken = true;
    if (p->is_reading)
        ring(p);
    monitor_unlock(&p->gate);
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
    tls_roots_put(p->roots);
    buf_fini(&p->in);
    if (p->alarm >= 0)
        close(p->alarm);
    monitor_fini(&p->gate);
    monitor_fini(&p->core);
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
    monitor_init(&p->core);
    monitor_init(&p->gate);
    p->alarm = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    wire_init(&p->wire, &wire_events, p);
    buf_init(&p->in, IN_MAX_BYTES);
    return &p->base;
}
