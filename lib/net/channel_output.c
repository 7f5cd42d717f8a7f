#include "channel_inner.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "loop_inner.h"

#include <stdlib.h>
#include <sys/socket.h>

/* More than this is handed to the socket at once instead of at the end of the turn, so that a turn with much to say neither
 * keeps it all in memory nor looks like a peer that does not read. */
enum { FLUSH_EARLY_BYTES = 128 * 1024 };

size_t channel_backlog(const struct channel *c)
{
    return c->plain.len + (c->layers ? c->layers->out.len : 0) +
           uv_stream_get_write_queue_size((const uv_stream_t *)&c->tcp);
}

bool channel_send(struct channel *c, const void *bytes, size_t n)
{
    if (c->phase != CHANNEL_LIVE && c->phase != CHANNEL_CONNECTING)
        return false;
    if (c->is_broken || n == 0)
        return true; /* the reading side will tell the end */
    if (n > c->output_max || channel_backlog(c) > c->output_max - n)
        channel_flush(c);
    if (n > c->output_max || channel_backlog(c) > c->output_max - n) {
        channel_finish(c, CHANNEL_END_OVERFLOW, "the peer does not read", CHANNEL_RESET);
        return false;
    }
    buf_append(&c->plain, bytes, n);
    if (c->plain.len >= FLUSH_EARLY_BYTES)
        channel_flush(c);
    else
        channel_mark_dirty(c);
    return true;
}

static void forget_output(struct channel *c)
{
    buf_fini(&c->plain);
    if (c->layers)
        buf_fini(&c->layers->out);
}

/* A peer that is gone shows when its last bytes are read; of all else that goes wrong reading would know nothing. */
static void fail(struct channel *c, int status)
{
    c->is_broken = true;
    if (status != UV_EPIPE && status != UV_ECONNRESET)
        channel_finish(c, CHANNEL_END_FAILED, uv_strerror(status), CHANNEL_RESET);
}

static void on_written(uv_write_t *request, int status)
{
    struct channel_write *w = (struct channel_write *)(void *)request;
    struct channel *c = w->channel;
    c->loop->io_events++;
    c->writing = NULL;
    buf_fini(&w->bytes);
    free(w);
    if (c->phase == CHANNEL_CLOSING)
        return;
    if (status < 0)
        fail(c, status);
    channel_mark_dirty(c);
}

/* Hands the rest over to libuv, which writes it when the socket has room. */
static void write_later(struct channel *c, struct buf *bytes, size_t from)
{
    struct channel_write *w = mem_zalloc(1, sizeof *w);
    w->channel = c;
    w->bytes = *bytes;
    buf_init(bytes, w->bytes.max);
    uv_buf_t rest = uv_buf_init((char *)w->bytes.data + from, (unsigned)(w->bytes.len - from));
    c->writing = w;
    int status = uv_write(&w->request, (uv_stream_t *)&c->tcp, &rest, 1, on_written);
    if (status != 0) {
        c->writing = NULL;
        buf_fini(&w->bytes);
        free(w);
        fail(c, status);
    }
}

static void write_now(struct channel *c, struct buf *bytes)
{
    uv_buf_t all = uv_buf_init((char *)bytes->data, (unsigned)bytes->len);
    int n = uv_try_write((uv_stream_t *)&c->tcp, &all, 1);
    if (n < 0 && n != UV_EAGAIN)
        fail(c, n);
    else if (n >= 0 && (size_t)n == bytes->len)
        buf_fini(bytes);
    else
        write_later(c, bytes, n > 0 ? (size_t)n : 0);
}

/* Through the filters, once they are open, and with their last words when nothing more will come. */
static void encode(struct channel *c)
{
    if (c->plain.len && layers_can_send(c->layers)) {
        layers_send(c->layers, c->plain.data, c->plain.len);
        buf_fini(&c->plain);
    }
    if (c->phase == CHANNEL_LINGERING && c->how == CHANNEL_FLUSH && !c->is_finished) {
        c->is_finished = true;
        buf_fini(&c->plain);
        layers_finish(c->layers);
    }
}

/* All is written: FIN, then wait for the peer's. Closing with its bytes unread would turn into a reset that can take our
 * last bytes away from it. */
static void linger(struct channel *c)
{
    uv_os_fd_t fd;
    if (c->has_fin_in || uv_fileno((uv_handle_t *)&c->tcp, &fd) != 0) {
        channel_drop(c, false);
    } else if (!c->has_fin_out) {
        c->has_fin_out = true;
        if (shutdown(fd, SHUT_WR) != 0)
            channel_drop(c, false);
    }
}

void channel_flush(struct channel *c)
{
    list_remove(&c->dirty);
    if (c->phase == CHANNEL_CONNECTING || c->phase == CHANNEL_CLOSING || c->dial || c->writing)
        return;
    if (c->layers && !c->is_broken)
        encode(c);
    struct buf *bytes = c->layers ? &c->layers->out : &c->plain;
    if (bytes->len && !c->is_broken)
        write_now(c, bytes);
    list_remove(&c->dirty); /* encode() marked it again */
    if (c->is_broken)
        forget_output(c);
    if (c->phase != CHANNEL_LINGERING)
        return;
    if (c->is_broken)
        channel_drop(c, true); /* an orderly end behind bytes that are cut off would be a lie */
    else if (!c->writing)
        linger(c);
}
