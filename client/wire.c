#include "wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/base/check.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/net/address.h"
#include "lib/net/filter_tls.h"
#include "lib/net/filter_ws.h"
#include "lib/net/lookup.h"
#include "wire_socket.h"

enum { READ_BYTES = 16 * 1024, READS_MAX = WIRE_ATTEND_MAX_BYTES / READ_BYTES };

void wire_init(struct wire *w, const struct wire_events *events, void *ctx)
{
    *w = (struct wire){.events = events, .ctx = ctx, .fd = -1};
    buf_init(&w->out, WIRE_OUTPUT_MAX_BYTES);
}

static void forget(struct wire *w)
{
    layers_free(w->layers);
    w->layers = NULL;
    buf_fini(&w->out);
    free((char *)(uintptr_t)w->end.detail);
    w->end = (struct channel_end){0};
    w->is_broken = false;
    if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
    w->phase = WIRE_IDLE;
}

void wire_fini(struct wire *w)
{
    wire_close(w, CHANNEL_RESET);
    forget(w);
}

bool wire_is_open(const struct wire *w)
{
    return w->phase == WIRE_OPEN;
}

bool wire_is_over(const struct wire *w)
{
    return w->phase == WIRE_IDLE || w->phase == WIRE_ENDED;
}

void wire_fail(struct wire *w, enum channel_end_kind kind, const char *detail)
{
    if (wire_is_over(w) || w->phase == WIRE_FAILING)
        return;
    w->phase = WIRE_FAILING;
    w->end = (struct channel_end){kind, mem_strdup(detail ? detail : "")};
}

/* Before there is a socket. */
static void fail_to_connect(struct wire *w, const char *what, const char *why)
{
    char *detail = mem_printf("%s: %s", what, why);
    w->phase = WIRE_OPENING;
    wire_fail(w, CHANNEL_END_FAILED, detail);
    free(detail);
}

/* --- what is sent --- */

static struct buf *output(struct wire *w)
{
    return w->layers ? &w->layers->out : &w->out;
}

size_t wire_backlog(const struct wire *w)
{
    return w->layers ? w->layers->out.len : w->out.len;
}

/* How many bytes the socket has taken. A peer that is gone shows when its last bytes are read; of all else that goes wrong reading
 * would know nothing. */
static size_t write_some(struct wire *w, const uint8_t *bytes, size_t n)
{
    ssize_t sent = wire_socket_write(w->fd, bytes, n);
    if (sent >= 0)
        return (size_t)sent;
    if (errno == EAGAIN)
        return 0;
    w->is_broken = true;
    if (errno != EPIPE && errno != ECONNRESET)
        wire_fail(w, CHANNEL_END_FAILED, strerror(errno));
    return 0;
}

/* As far as the socket takes it. */
static void write_out(struct wire *w)
{
    struct buf *out = output(w);
    if (out->len == 0 || w->fd < 0)
        return;
    size_t sent = w->is_broken ? 0 : write_some(w, out->data, out->len);
    if (w->is_broken || sent == out->len)
        buf_fini(out);
    else if (sent > 0)
        buf_consume(out, sent);
}

/* Without a copy when nothing waits and the socket takes all. */
static void write_plain(struct wire *w, const uint8_t *bytes, size_t n)
{
    size_t taken = w->out.len == 0 && !w->is_broken ? write_some(w, bytes, n) : 0;
    if (!w->is_broken && taken < n)
        buf_append(&w->out, bytes + taken, n - taken);
}

bool wire_send(struct wire *w, const void *bytes, size_t n)
{
    if (!wire_is_open(w))
        return false;
    if (n == 0)
        return true;
    if (n > WIRE_OUTPUT_MAX_BYTES || wire_backlog(w) > WIRE_OUTPUT_MAX_BYTES - n) {
        wire_fail(w, CHANNEL_END_OVERFLOW, "the peer does not read");
        return false;
    }
    if (w->layers) {
        layers_send(w->layers, bytes, n);
        write_out(w);
    } else {
        write_plain(w, bytes, n);
    }
    return wire_is_open(w);
}

/* Not all that was sent has left. An orderly end behind that would be a lie. */
static bool is_cut_off(const struct wire *w)
{
    return w->is_broken || wire_backlog(w) > 0;
}

/* The end becomes known to the user. An orderly one, and one that a filter has found, is answered with the filters' last words. */
static void tell_end(struct wire *w)
{
    if (w->phase != WIRE_FAILING)
        return;
    enum channel_end_kind kind = w->end.kind;
    if (w->layers && (kind == CHANNEL_END_FIN || kind == CHANNEL_END_TLS || kind == CHANNEL_END_WS))
        layers_finish(w->layers);
    write_out(w);
    w->phase = WIRE_ENDED;
    if (w->fd >= 0 && is_cut_off(w))
        wire_socket_abort(w->fd);
    else if (w->fd >= 0)
        shutdown(w->fd, SHUT_RDWR);
    if (w->events->on_end)
        w->events->on_end(w->ctx, &w->end);
}

/* --- what comes --- */

static void on_layers_open(void *ctx)
{
    struct wire *w = ctx;
    if (w->phase == WIRE_OPENING)
        w->phase = WIRE_OPEN;
}

static void on_layers_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    struct wire *w = ctx;
    if (wire_is_open(w))
        w->events->on_bytes(w->ctx, bytes, n);
}

static void on_layers_output(void *ctx)
{
    (void)ctx; /* it is written when the feeding is over */
}

static const struct layers_events layers_events = {on_layers_open, on_layers_bytes, on_layers_output};

static void check_layers(struct wire *w)
{
    struct channel_end end;
    char text[LAYERS_TEXT_SIZE];
    if (layers_have_ended(w->layers, &end, text))
        wire_fail(w, end.kind, end.detail);
    else if (wire_backlog(w) > WIRE_OUTPUT_MAX_BYTES + LAYERS_OWN_WORDS_BYTES)
        wire_fail(w, CHANNEL_END_OVERFLOW, "the peer does not read");
}

static void on_read_failed(struct wire *w, ssize_t got)
{
    if (got == 0 && !w->is_broken)
        wire_fail(w, CHANNEL_END_FIN, layers_fin_detail(w->layers));
    else if (got == 0 || errno == ECONNRESET || errno == EPIPE)
        wire_fail(w, CHANNEL_END_RESET, NULL);
    else if (errno != EAGAIN)
        wire_fail(w, CHANNEL_END_FAILED, strerror(errno));
}

static void read_in(struct wire *w)
{
    uint8_t bytes[READ_BYTES];
    ssize_t got = READ_BYTES;
    for (int i = 0; i < READS_MAX && got == READ_BYTES && w->phase != WIRE_FAILING; i++) {
        got = wire_socket_read(w->fd, bytes, sizeof bytes);
        if (got <= 0) {
            on_read_failed(w, got);
        } else if (w->layers) {
            layers_receive(w->layers, bytes, (size_t)got);
            check_layers(w);
        } else {
            w->events->on_bytes(w->ctx, bytes, (size_t)got);
        }
    }
}

struct pollfd wire_interest(const struct wire *w)
{
    bool is_live = w->phase == WIRE_OPENING || w->phase == WIRE_OPEN;
    return (struct pollfd){is_live ? w->fd : -1, wire_backlog(w) > 0 ? POLLIN | POLLOUT : POLLIN, 0};
}

void wire_attend(struct wire *w, short revents)
{
    if (wire_is_over(w))
        return;
    if (revents & (POLLIN | POLLHUP | POLLERR) && w->phase != WIRE_FAILING)
        read_in(w);
    if (w->phase != WIRE_FAILING)
        write_out(w);
    tell_end(w);
}

/* --- opening and closing --- */

static void put_layers_on(struct wire *w, const struct wire_target *to)
{
    const char *name = to->server_name ? to->server_name : to->host;
    bool is_encrypted = transport_is_encrypted(to->transport);
    CHECK(!is_encrypted || to->tls);
    struct filter *tls = is_encrypted ? filter_tls_new_client(to->tls, name) : NULL, *ws = NULL;
    if (transport_is_websocket(to->transport)) {
        char *host = address_host_header(name, to->port);
        ws = filter_ws_new_client(host, WIRE_WS_PATH, WIRE_WS_PROTOCOL);
        free(host);
    }
    if (!tls && !ws) {
        w->phase = WIRE_OPEN;
        return;
    }
    w->layers = layers_new(&layers_events, w);
    layers_push(w->layers, tls, ws);
    check_layers(w);
    write_out(w);
}

static void connect_socket(struct wire *w, const struct wire_target *to, int64_t until_ms)
{
    struct addrinfo *found;
    int error, result = lookup_host(to->host, to->port, until_ms - clock_uptime_ms(), &found);
    if (result != 0) {
        fail_to_connect(w, "cannot find the host", lookup_error(result));
        return;
    }
    w->fd = wire_socket_connect(found, until_ms, &error);
    freeaddrinfo(found);
    if (w->fd < 0)
        fail_to_connect(w, "cannot connect", error ? strerror(error) : "it takes too long");
}

static void flush(struct wire *w, int64_t until_ms)
{
    if (w->layers)
        layers_finish(w->layers);
    write_out(w);
    while (wire_backlog(w) > 0 && wire_socket_await(w->fd, POLLOUT, until_ms))
        write_out(w);
}

static void close_socket(struct wire *w, enum channel_close how, int64_t until_ms)
{
    int fd = w->fd;
    w->fd = -1;
    if (how == CHANNEL_FLUSH && !is_cut_off(w))
        wire_socket_finish(fd, until_ms);
    else
        wire_socket_reset(fd);
}

/* Ends the connection for this reason, if it has none yet. */
static void close_as(struct wire *w, enum channel_close how, enum channel_end_kind kind, const char *detail)
{
    int64_t until_ms = clock_uptime_ms() + WIRE_CLOSE_MS;
    bool is_ours = w->phase == WIRE_OPENING || w->phase == WIRE_OPEN;
    if (is_ours && how == CHANNEL_FLUSH)
        flush(w, until_ms);
    wire_fail(w, kind, detail);
    if (is_ours)
        close_socket(w, how, until_ms);
    else if (w->fd >= 0 && is_cut_off(w))
        wire_socket_reset(w->fd);
    else if (w->fd >= 0)
        close(w->fd);
    w->fd = -1;
    tell_end(w);
}

void wire_close(struct wire *w, enum channel_close how)
{
    close_as(w, how, CHANNEL_END_LOCAL, NULL);
}

bool wire_open(struct wire *w, const struct wire_target *target, int64_t timeout_ms)
{
    int64_t until_ms = clock_uptime_ms() + (timeout_ms > 0 ? timeout_ms : 1);
    CHECK(wire_is_over(w));
    forget(w);
    connect_socket(w, target, until_ms);
    if (w->fd >= 0) {
        w->phase = WIRE_OPENING;
        put_layers_on(w, target);
    }
    while (w->phase == WIRE_OPENING) {
        struct pollfd at = wire_interest(w);
        if (!wire_socket_await(at.fd, at.events, until_ms))
            break;
        wire_attend(w, at.events);
    }
    tell_end(w);
    if (!wire_is_open(w))
        close_as(w, CHANNEL_RESET, CHANNEL_END_FAILED, layers_late_detail(w->layers));
    return wire_is_open(w);
}

const struct channel_end *wire_end(const struct wire *w)
{
    return w->phase == WIRE_ENDED ? &w->end : NULL;
}

const struct channel_tls *wire_tls(const struct wire *w)
{
    return wire_is_open(w) ? layers_tls_info(w->layers) : NULL;
}

char *wire_tls_subject(const struct wire *w)
{
    return wire_is_open(w) ? layers_tls_subject(w->layers) : NULL;
}
