#include "filter_ws.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/protocol/http_head.h"
#include "lib/protocol/mqtt_decode.h"
#include "ws_reader.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

/* What is needed until the filter is open. */
struct ws_opening {
    struct buf out;  /* the request, or the answer */
    struct buf head; /* the client's: what has come of the answer */
    char key[WS_KEY_SIZE];
    char *protocols; /* offered; NULL: none */
};

struct filter_ws {
    struct filter filter;
    struct ws_opening *opening; /* NULL once it is open */
    struct ws_reader *reader;   /* during receive(), and while a frame is not whole */
    struct ws_message message;
    char *path, *protocol; /* one piece of memory */
    struct ws_fault fault;
    uint16_t close_code;
    bool has_closed; /* our close frame is sent */
};

static struct filter_ws *self(struct filter *f)
{
    return (struct filter_ws *)(void *)f;
}

/* What makes frames: wslay's context, and what came of it since the last let_out(). A frame is always taken whole, so nothing of one
 * filter stays behind for the next. The buffer grows as large as one sending, which the channel's output maximum bounds. */
struct sender {
    wslay_frame_context_ptr frames;
    struct buf out;
};

/* One that nobody uses, for the life of the process; one for each end, as wslay remembers that it masks. Atomic: loops of several
 * threads have filters (the client library). */
static _Atomic(struct sender *) spares[2];

static ssize_t on_out(const uint8_t *bytes, size_t n, int flags, void *ctx)
{
    struct sender *s = ctx;
    (void)flags;
    buf_append(&s->out, bytes, n);
    return (ssize_t)n;
}

static int on_mask(uint8_t *out, size_t n, void *ctx)
{
    (void)ctx;
    random_bytes(out, n);
    return 0;
}

static struct sender *sender_take(bool is_client)
{
    const struct wslay_frame_callbacks callbacks = {.send_callback = on_out, .genmask_callback = on_mask};
    struct sender *s = atomic_exchange(&spares[is_client], NULL);
    if (s)
        return s;
    s = mem_zalloc(1, sizeof *s);
    buf_init(&s->out, SIZE_MAX);
    CHECK(wslay_frame_context_init(&s->frames, &callbacks, s) == 0);
    return s;
}

static void sender_drop(struct sender *s, bool is_client)
{
    struct sender *none = NULL;
    if (atomic_compare_exchange_strong(&spares[is_client], &none, s))
        return;
    wslay_frame_context_free(s->frames);
    free(s);
}

/* In one piece, so that TLS makes one record of many small frames. The sender is given back. */
static void let_out(struct filter_ws *w, struct sender *s)
{
    struct buf out = s->out;
    buf_init(&s->out, SIZE_MAX);
    sender_drop(s, w->message.is_client);
    filter_outward(&w->filter, out.data, out.len);
    buf_fini(&out);
}

static void make_frame(struct filter_ws *w, struct sender *s, enum ws_opcode opcode, const uint8_t *bytes,
                       size_t n)
{
    struct wslay_frame_iocb frame = {.fin = 1,
                                     .opcode = (uint8_t)opcode,
                                     .payload_length = n,
                                     .mask = w->message.is_client,
                                     .data = bytes,
                                     .data_length = n};
    CHECK(wslay_frame_send(s->frames, &frame) == (ssize_t)n);
}

static void send_frame(struct filter_ws *w, enum ws_opcode opcode, const uint8_t *bytes, size_t n)
{
    struct sender *s = sender_take(w->message.is_client);
    make_frame(w, s, opcode, bytes, n);
    let_out(w, s);
}

/* code 0: a close frame without one. */
static void send_close(struct filter_ws *w, int code)
{
    const uint8_t bytes[2] = {(uint8_t)(code >> 8), (uint8_t)code};
    if (!w->has_closed)
        send_frame(w, WS_CLOSE, bytes, code ? sizeof bytes : 0);
    w->has_closed = true;
}

static void opening_free(struct filter_ws *w)
{
    if (!w->opening)
        return;
    buf_fini(&w->opening->out);
    buf_fini(&w->opening->head);
    free(w->opening->protocols);
    free(w->opening);
    w->opening = NULL;
}

static void fail(struct filter_ws *w, const struct ws_fault *fault)
{
    char detail[160];
    snprintf(detail, sizeof detail, "%d (%s): %s", fault->code, fault->clause, fault->reason);
    w->fault = *fault;
    filter_failed(&w->filter, detail);
}

static void open_now(struct filter_ws *w)
{
    opening_free(w);
    filter_opened(&w->filter);
}

static void start(struct filter *f)
{
    struct filter_ws *w = self(f);
    filter_outward(f, w->opening->out.data, w->opening->out.len);
    buf_fini(&w->opening->out);
    if (!w->message.is_client)
        open_now(w);
}

static void set_names(struct filter_ws *w, struct str path, struct str protocol)
{
    path.n = path.n < WS_PATH_MAX ? path.n : WS_PATH_MAX;
    protocol.n = protocol.n < WS_PATH_MAX ? protocol.n : WS_PATH_MAX;
    free(w->path);
    w->path = mem_zalloc(path.n + protocol.n + 2, 1);
    memcpy(w->path, path.p, path.n);
    w->protocol = w->path + path.n + 1;
    if (protocol.n)
        memcpy(w->protocol, protocol.p, protocol.n);
}

/* The answer is whole: n bytes of head, what is behind it belongs to the frames. */
static bool take_answer(struct filter_ws *w, size_t n)
{
    struct ws_fault fault;
    struct str protocol, head = {(const char *)w->opening->head.data, n};
    if (!ws_answer_check(head, w->opening->key, w->opening->protocols, &protocol, &fault)) {
        fail(w, &fault);
        return false;
    }
    char *path = mem_strdup(w->path);
    set_names(w, str_of(path), protocol);
    free(path);
    open_now(w);
    return true;
}

/* How many of n bytes belong to the answer; the rest is left. */
static size_t receive_answer(struct filter_ws *w, const uint8_t *bytes, size_t n)
{
    struct buf *head = &w->opening->head;
    size_t before = head->len, room = head->max - before, part = n < room ? n : room;
    CHECK(buf_append(head, bytes, part));
    size_t end = http_head_end(buf_str(head), before);
    if (end && take_answer(w, end))
        return end - before;
    if (!end && head->len == head->max)
        fail(w, &(struct ws_fault){0, "RFC 6455 4.1", "the head of the answer has more than 64 KiB"});
    return n;
}

static void take_close(struct filter_ws *w, const struct ws_piece *piece)
{
    struct ws_fault fault;
    if (ws_close_parse(piece->bytes, piece->n, &w->close_code, &fault)) {
        filter_ended(&w->filter); /* finish() answers it: what the user has sent goes first */
        return;
    }
    send_close(w, fault.code);
    fail(w, &fault);
}

static void take_piece(struct filter_ws *w, const struct ws_piece *piece)
{
    if (piece->opcode < WS_CLOSE && piece->n)
        filter_inward(&w->filter, piece->bytes, piece->n);
    else if (piece->opcode == WS_PING)
        send_frame(w, WS_PONG, piece->bytes, piece->n);
    else if (piece->opcode == WS_CLOSE)
        take_close(w, piece);
}

static void receive_frames(struct filter_ws *w, const uint8_t *bytes, size_t n)
{
    struct ws_fault fault = {0};
    struct ws_piece piece;
    if (!w->reader)
        w->reader = ws_reader_take();
    ws_reader_feed(w->reader, bytes, n);
    while (w->filter.state == FILTER_OPEN && ws_reader_next(w->reader, &w->message, &piece, &fault))
        take_piece(w, &piece);
    if (fault.code) {
        send_close(w, fault.code);
        fail(w, &fault);
    }
    if (ws_reader_is_idle(w->reader) || w->filter.state != FILTER_OPEN) {
        ws_reader_drop(w->reader);
        w->reader = NULL;
    }
}

static void receive(struct filter *f, const uint8_t *bytes, size_t n)
{
    struct filter_ws *w = self(f);
    size_t from = f->state == FILTER_OPENING ? receive_answer(w, bytes, n) : 0;
    if (f->state == FILTER_OPEN && from < n)
        receive_frames(w, bytes + from, n - from);
}

/* The first packet of bytes as far as its header tells; all of them when that is not there, or the packet is not whole. */
static size_t first_packet(const uint8_t *bytes, size_t n)
{
    size_t size;
    struct mqtt_fault fault;
    return mqtt_packet_size(bytes, n, &size, &fault) == MQTT_DECODED && size < n ? size : n;
}

/* The server gives each packet a frame of its own. The standard wants no such thing (MQTT 3.1.1 section 6), but Paho C 1.3 does not
 * look at a second packet of a frame until the next one comes, and brokers that put several in one are rare. */
static void send_bytes(struct filter *f, const uint8_t *bytes, size_t n)
{
    struct filter_ws *w = self(f);
    if (w->has_closed)
        return;
    struct sender *s = sender_take(w->message.is_client);
    while (n) {
        size_t size = w->message.is_client ? n : first_packet(bytes, n);
        make_frame(w, s, WS_BINARY, bytes, size);
        bytes += size;
        n -= size;
    }
    let_out(w, s);
}

static void finish(struct filter *f)
{
    struct filter_ws *w = self(f);
    if (f->state == FILTER_OPEN)
        send_close(w, 1000);
    else if (f->state == FILTER_ENDED)
        send_close(w, w->close_code);
}

static void free_filter(struct filter *f)
{
    struct filter_ws *w = self(f);
    opening_free(w);
    ws_reader_drop(w->reader);
    free(w->path);
    free(w);
}

static const struct filter_kind kind = {"ws", start, receive, send_bytes, finish, free_filter};

static struct filter_ws *new_filter(struct str path, const char *protocol)
{
    struct filter_ws *w = mem_zalloc(1, sizeof *w);
    w->filter.kind = &kind;
    set_names(w, path, str_of(protocol));
    w->opening = mem_zalloc(1, sizeof *w->opening);
    buf_init(&w->opening->out, HTTP_HEAD_MAX_BYTES);
    buf_init(&w->opening->head, HTTP_HEAD_MAX_BYTES);
    return w;
}

struct filter *filter_ws_new_server(const struct ws_request *request)
{
    struct filter_ws *w = new_filter(request->path, request->protocol);
    ws_answer_accept(&w->opening->out, request);
    return &w->filter;
}

struct filter *filter_ws_new_client(const char *host, const char *path, const char *protocols)
{
    struct filter_ws *w = new_filter(str_of(path), NULL);
    uint8_t nonce[WS_NONCE_BYTES];
    random_bytes(nonce, sizeof nonce);
    ws_key(nonce, w->opening->key);
    w->message.is_client = true;
    w->opening->out.max = SIZE_MAX / 4; /* our own words */
    w->opening->protocols = mem_strdup(protocols);
    CHECK(ws_request_write(&w->opening->out, host, path, protocols, w->opening->key));
    return &w->filter;
}

struct filter_ws_info filter_ws_info(const struct filter *f)
{
    const struct filter_ws *w = self((struct filter *)(uintptr_t)f);
    return (struct filter_ws_info){w->path, w->protocol, w->close_code, w->fault.reason ? &w->fault : NULL};
}
