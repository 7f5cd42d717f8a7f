#include "channel.h"

#include "address.h"
#include "channel_inner.h"
#include "filter_tls.h"
#include "filter_ws.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "loop_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Every socket is read into one buffer of the thread, so that neither an idle connection nor an idle loop owns one. Whoever runs
 * another loop inside a callback reads into one of its own meanwhile. */
enum { READ_BUFFER_BYTES = 64 * 1024 };
static _Thread_local uint8_t read_buffer[READ_BUFFER_BYTES];
static _Thread_local bool is_lent;

struct channel *channel_new(struct loop *loop)
{
    struct channel *c = mem_zalloc(1, sizeof *c);
    c->loop = loop;
    c->phase = CHANNEL_CONNECTING;
    c->output_max = CHANNEL_OUTPUT_MAX_DEFAULT;
    buf_init(&c->plain, SIZE_MAX / 4); /* channel_send holds it to output_max */
    CHECK(uv_tcp_init(&loop->uv, &c->tcp) == 0);
    c->tcp.data = c;
    list_add_last(&loop->channels, &c->link);
    list_init(&c->dirty);
    return c;
}

void channel_free(uv_handle_t *handle)
{
    struct channel *c = handle->data;
    if (c->dial)
        channel_dial_abandon(c);
    layers_free(c->layers);
    buf_fini(&c->plain);
    free(c->linger);
    free(c->end_detail);
    if (c->has_long_peer)
        free(c->peer.long_text);
    free(c);
}

void channel_drop(struct channel *c, bool by_reset)
{
    if (c->phase == CHANNEL_CLOSING)
        return;
    c->phase = CHANNEL_CLOSING;
    list_remove(&c->link);
    list_remove(&c->dirty);
    if (c->linger)
        timerq_cancel(c->loop->timers, c->linger);
    uv_os_fd_t fd;
    if (by_reset && uv_fileno((uv_handle_t *)&c->tcp, &fd) == 0)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
    /* A dial that goes from one address to the next is closing its handle already; it sees the phase. */
    if (!uv_is_closing((uv_handle_t *)&c->tcp))
        uv_close((uv_handle_t *)&c->tcp, channel_free);
}

void channel_abandon(struct channel *c)
{
    channel_drop(c, true);
}

static void on_linger(struct timer *timer, void *ctx)
{
    (void)timer;
    channel_drop(ctx, true);
}

void channel_tell_end(struct channel *c)
{
    CHECK(c->phase == CHANNEL_ENDING);
    list_remove(&c->link);
    list_add_last(&c->loop->channels, &c->link);
    bool by_us = c->end_kind == CHANNEL_END_LOCAL || c->end_kind == CHANNEL_END_OVERFLOW;
    if (c->how == CHANNEL_RESET && c->end_kind == CHANNEL_END_LOCAL)
        channel_flush(c); /* what was sent before the reset gets its one chance */
    c->phase = CHANNEL_LINGERING;
    struct channel_end end = {(enum channel_end_kind)c->end_kind, c->end_detail ? c->end_detail : ""};
    c->events->on_end(c->ctx, &end);
    if (c->how == CHANNEL_RESET || c->is_broken || c->dial) {
        channel_drop(c, (by_us && c->how == CHANNEL_RESET) || c->is_broken);
        return;
    }
    channel_flush(c);
    if (c->phase != CHANNEL_LINGERING)
        return;
    c->linger = mem_zalloc(1, sizeof *c->linger);
    timerq_set(c->loop->timers, c->linger, clock_now_ms(c->loop->clock) + CHANNEL_LINGER_MS, on_linger, c);
}

void channel_finish(struct channel *c, enum channel_end_kind kind, const char *detail, enum channel_close how)
{
    if (c->phase != CHANNEL_LIVE && c->phase != CHANNEL_CONNECTING)
        return;
    c->phase = CHANNEL_ENDING;
    c->end_kind = (uint8_t)kind;
    c->end_detail = detail ? mem_strdup(detail) : NULL;
    c->how = (uint8_t)how;
    list_remove(&c->link);
    list_add_last(&c->loop->ended, &c->link);
}

void channel_mark_dirty(struct channel *c)
{
    if (list_is_empty(&c->dirty))
        list_add_last(&c->loop->dirty, &c->dirty);
}

static void check_layers(struct channel *c)
{
    struct channel_end end;
    char text[LAYERS_TEXT_SIZE];
    if (layers_have_ended(c->layers, &end, text))
        channel_finish(c, end.kind, end.detail, CHANNEL_FLUSH);
    else if (channel_backlog(c) > c->output_max + LAYERS_OWN_WORDS_BYTES)
        channel_finish(c, CHANNEL_END_OVERFLOW, "the peer does not read", CHANNEL_RESET);
}

static void on_fin(struct channel *c)
{
    c->has_fin_in = true;
    if (c->is_broken)
        channel_finish(c, CHANNEL_END_RESET, NULL, CHANNEL_RESET);
    else
        channel_finish(c, CHANNEL_END_FIN, layers_fin_detail(c->layers), CHANNEL_FLUSH);
    if (c->phase == CHANNEL_LINGERING)
        channel_flush(c);
}

/* libuv tells an end of file when data and a reset have come together; the socket knows better. */
static bool was_reset(const struct channel *c)
{
    uv_os_fd_t fd;
    int error = 0;
    socklen_t size = sizeof error;
    return uv_fileno((const uv_handle_t *)&c->tcp, &fd) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == ECONNRESET;
}

static void on_read_failed(struct channel *c, int status)
{
    if (status == UV_EOF && was_reset(c))
        status = UV_ECONNRESET;
    if (status == UV_EOF)
        on_fin(c);
    else if (c->phase == CHANNEL_LINGERING)
        channel_drop(c, false);
    else if (status == UV_ECONNRESET || status == UV_EPIPE)
        channel_finish(c, CHANNEL_END_RESET, NULL, CHANNEL_RESET);
    else
        channel_finish(c, CHANNEL_END_FAILED, uv_strerror(status), CHANNEL_RESET);
}

static void give_back(const uv_buf_t *in)
{
    if (in->base != (char *)read_buffer)
        free(in->base);
    else
        is_lent = false;
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out)
{
    const struct channel *c = handle->data;
    (void)suggested;
    *out = uv_buf_init(NULL, 0);
    /* One full buffer a turn: a peer that floods takes its turn like any other. */
    if (c->full_turn == c->loop->turn)
        return;
    uint8_t *buffer = is_lent ? mem_alloc(READ_BUFFER_BYTES) : read_buffer;
    is_lent = true;
    *out = uv_buf_init((char *)buffer, READ_BUFFER_BYTES);
}

static void on_came(struct channel *c, ssize_t n, const uint8_t *bytes)
{
    struct loop *loop = c->loop;
    loop->io_events++;
    if (n == READ_BUFFER_BYTES)
        c->full_turn = loop->turn;
    loop_enter(loop);
    if (n < 0) {
        on_read_failed(c, (int)n);
    } else if (c->phase == CHANNEL_LIVE && !c->layers) {
        c->events->on_bytes(c->ctx, bytes, (size_t)n);
    } else if (c->phase == CHANNEL_LIVE) {
        layers_receive(c->layers, bytes, (size_t)n);
        check_layers(c);
    }
    loop_leave(loop);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *in)
{
    if (n == UV_ENOBUFS)
        return; /* there was no buffer in this turn */
    if (n != 0)
        on_came(stream->data, n, (const uint8_t *)in->base);
    give_back(in);
}

static bool begin_with(struct channel *c, const char *peer)
{
    size_t length = strlen(peer);
    c->has_long_peer = length >= sizeof c->peer.text;
    if (c->has_long_peer)
        c->peer.long_text = mem_dup(peer, length);
    else
        memcpy(c->peer.text, peer, length + 1);
    c->phase = CHANNEL_LIVE;
    return uv_read_start((uv_stream_t *)&c->tcp, on_alloc, on_read) == 0;
}

bool channel_begin(struct channel *c)
{
    struct sockaddr_storage address;
    int size = sizeof address;
    if (uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&address, &size) != 0)
        return false;
    char text[ADDRESS_TEXT_SIZE];
    address_text((struct sockaddr *)&address, text);
    return begin_with(c, text);
}

struct channel *channel_accept(struct loop *loop, uv_stream_t *listener)
{
    struct channel *c = channel_new(loop);
    if (uv_accept(listener, (uv_stream_t *)&c->tcp) == 0 && channel_begin(c))
        return c;
    channel_drop(c, false);
    return NULL;
}

struct channel *channel_pair(struct loop *loop, const char *name, int *fd)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
        return NULL;
    struct channel *c = channel_new(loop);
    CHECK(uv_tcp_open(&c->tcp, ends[0]) == 0); /* any stream socket will do for libuv */
    CHECK(begin_with(c, name));
    *fd = ends[1];
    return c;
}

void channel_set_events(struct channel *c, const struct channel_events *events, void *ctx)
{
    c->events = events;
    c->ctx = ctx;
}

static void on_layers_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    struct channel *c = ctx;
    if (c->phase == CHANNEL_LIVE)
        c->events->on_bytes(c->ctx, bytes, n);
}

static void on_layers_open(void *ctx)
{
    struct channel *c = ctx;
    if (c->plain.len)
        channel_mark_dirty(c);
    if (c->phase == CHANNEL_LIVE && c->events->on_open)
        c->events->on_open(c->ctx);
}

static void on_layers_output(void *ctx)
{
    channel_mark_dirty(ctx);
}

static const struct layers_events layers_events = {on_layers_open, on_layers_bytes, on_layers_output};

void channel_push(struct channel *c, struct filter *tls, struct filter *ws)
{
    if (!c->layers)
        c->layers = layers_new(&layers_events, c);
    layers_push(c->layers, tls, ws);
    check_layers(c);
}

void channel_start_tls(struct channel *c, struct tls_server *tls, const uint8_t *bytes, size_t n)
{
    if (c->phase != CHANNEL_LIVE)
        return;
    CHECK(!c->layers);
    channel_push(c, filter_tls_new_server(tls), NULL);
    if (n) {
        layers_receive(c->layers, bytes, n);
        check_layers(c);
    }
}

void channel_start_ws(struct channel *c, const struct ws_request *request, const uint8_t *bytes, size_t n)
{
    if (c->phase != CHANNEL_LIVE)
        return;
    CHECK(!c->layers || !c->layers->ws);
    channel_push(c, NULL, filter_ws_new_server(request));
    if (n) {
        layers_receive_inside(c->layers, bytes, n);
        check_layers(c);
    }
}

void channel_close(struct channel *c, enum channel_close how)
{
    channel_finish(c, CHANNEL_END_LOCAL, NULL, how);
}

int channel_detach(struct channel *c)
{
    if (c->phase != CHANNEL_LIVE || c->layers)
        return -1;
    channel_flush(c);
    uv_os_fd_t fd;
    if (channel_backlog(c) || c->is_broken || uv_fileno((uv_handle_t *)&c->tcp, &fd) != 0)
        return -1;
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy >= 0)
        channel_drop(c, false);
    return copy;
}

const char *channel_peer(const struct channel *c)
{
    return c->has_long_peer ? c->peer.long_text : c->peer.text;
}

const struct channel_tls *channel_tls_info(const struct channel *c)
{
    return layers_tls_info(c->layers);
}

const struct filter_ws_info *channel_ws_info(struct channel *c, struct filter_ws_info *out)
{
    return layers_ws_info(c->layers, out);
}

void channel_set_output_max(struct channel *c, size_t max_bytes)
{
    c->output_max = max_bytes;
}
