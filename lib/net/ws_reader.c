#include "ws_reader.h"

#include "filter_ws.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <wslay/wslay.h>

enum { HEAD_MAX_BYTES = 10, MASK_BYTES = 4 }; /* a frame's head without its mask */

/* wslay is given the bytes of one frame at a time: first its head, piece by piece, as far as it is needed to know the length, then
 * mask and payload. So it never holds a byte of the next frame, and a reader between two frames holds nothing at all. */
struct ws_reader {
    wslay_frame_context_ptr frames;
    struct ws_message *message; /* during ws_reader_next */
    const uint8_t *bytes;       /* not read yet */
    size_t n;
    struct ws_fault fault;
    uint64_t left;    /* of the frame's mask and payload, not given to wslay yet */
    uint64_t payload; /* of the frame, not come out of wslay yet */
    uint8_t head[HEAD_MAX_BYTES];
    uint8_t head_n, head_size; /* head_size 0: no frame has begun */
    uint8_t control_n;
    uint8_t control[WS_CONTROL_MAX_BYTES];
};

/* One that nobody needs, for the next who does; for the life of the process. Atomic: loops of several threads have readers. */
static _Atomic(struct ws_reader *) spare;

static void fail(struct ws_reader *r, int code, const char *clause, const char *reason)
{
    r->fault = (struct ws_fault){code, clause, reason};
}

static void judge_data(struct ws_reader *r, unsigned opcode)
{
    if (opcode == WS_TEXT)
        fail(r, 1003, "MQTT-6.0.0-1", "a text frame");
    else if (opcode == WS_CONTINUATION && !r->message->is_begun)
        fail(r, 1002, "RFC 6455 5.4", "a continuation frame without a message to continue");
    else if (opcode == WS_BINARY && r->message->is_begun)
        fail(r, 1002, "RFC 6455 5.4", "a new message before the last one has ended");
}

/* The first two bytes of a frame. */
static void judge_start(struct ws_reader *r)
{
    unsigned opcode = r->head[0] & 0x0f;
    bool is_final = r->head[0] & 0x80, is_masked = r->head[1] & 0x80;
    if (r->head[0] & 0x70)
        fail(r, 1002, "RFC 6455 5.2", "a reserved bit is set");
    else if ((opcode > WS_BINARY && opcode < WS_CLOSE) || opcode > WS_PONG)
        fail(r, 1002, "RFC 6455 5.2", "a reserved opcode");
    else if (is_masked == r->message->is_client)
        fail(r, 1002, "RFC 6455 5.1",
             is_masked ? "a frame of the server is masked" : "a frame of the client is not masked");
    else if (opcode < WS_CLOSE)
        judge_data(r, opcode);
    else if (!is_final)
        fail(r, 1002, "RFC 6455 5.5", "a control frame is fragmented");
    else if ((r->head[1] & 0x7f) > WS_CONTROL_MAX_BYTES)
        fail(r, 1002, "RFC 6455 5.5", "a control frame has more than 125 bytes");
}

/* The length, once all its bytes are there. */
static void judge_length(struct ws_reader *r)
{
    unsigned size = r->head_size - 2u;
    uint64_t length = r->head[1] & 0x7f;
    for (unsigned i = 0; i < size; i++)
        length = (i ? length << 8 : 0) | r->head[2 + i];
    bool is_data = (r->head[0] & 0x0f) < WS_CLOSE;
    if (size && length < (size == 2 ? 126 : 65536))
        fail(r, 1002, "RFC 6455 5.2", "a length is not written in its shortest form");
    else if (length >> 63)
        fail(r, 1002, "RFC 6455 5.2", "the highest bit of a length is set");
    else if (is_data && length > WS_MESSAGE_MAX_BYTES - r->message->bytes)
        fail(r, 1009, "RFC 6455 7.4.1", "a message has more than 16 MiB");
    r->payload = length;
    r->left = length + (r->head[1] & 0x80 ? MASK_BYTES : 0);
}

/* More of the head, at most n bytes, into out too. */
static size_t read_head(struct ws_reader *r, uint8_t *out, size_t n)
{
    if (r->head_size == 0)
        r->head_size = 2;
    size_t want = (size_t)(r->head_size - r->head_n), got = want < n ? want : n;
    got = got < r->n ? got : r->n;
    memcpy(out, r->bytes, got);
    memcpy(r->head + r->head_n, r->bytes, got);
    r->head_n = (uint8_t)(r->head_n + got);
    if (r->head_n == 2 && r->head_size == 2) {
        judge_start(r);
        unsigned length = r->head[1] & 0x7f;
        r->head_size = length < 126 ? 2 : length == 126 ? 4 : HEAD_MAX_BYTES;
    }
    if (r->head_n == r->head_size && !r->fault.code)
        judge_length(r);
    return got;
}

/* wslay asks for bytes. */
static ssize_t on_want(uint8_t *out, size_t room, int flags, void *ctx)
{
    struct ws_reader *r = ctx;
    (void)flags;
    if (r->n == 0 || r->fault.code)
        return 0;
    size_t got;
    if (r->head_size == 0 || r->head_n < r->head_size) {
        got = read_head(r, out, room);
    } else {
        got = r->left < room ? (size_t)r->left : room;
        got = got < r->n ? got : r->n;
        memcpy(out, r->bytes, got);
        r->left -= got;
    }
    CHECK(got > 0);
    r->bytes += got;
    r->n -= got;
    return r->fault.code ? 0 : (ssize_t)got;
}

struct ws_reader *ws_reader_take(void)
{
    struct ws_reader *r = atomic_exchange(&spare, NULL);
    if (r)
        return r;
    const struct wslay_frame_callbacks callbacks = {.recv_callback = on_want};
    r = mem_zalloc(1, sizeof *r);
    CHECK(wslay_frame_context_init(&r->frames, &callbacks, r) == 0);
    return r;
}

void ws_reader_drop(struct ws_reader *r)
{
    struct ws_reader *none = NULL;
    if (!r)
        return;
    r->n = 0; /* what is behind a close frame is never read */
    if (ws_reader_is_idle(r) && atomic_compare_exchange_strong(&spare, &none, r))
        return;
    wslay_frame_context_free(r->frames);
    free(r);
}

bool ws_reader_is_idle(const struct ws_reader *r)
{
    return r->head_size == 0 && !r->fault.code;
}

void ws_reader_feed(struct ws_reader *r, const uint8_t *bytes, size_t n)
{
    CHECK(r->n == 0);
    r->bytes = bytes;
    r->n = n;
}

static void end_frame(struct ws_reader *r, bool is_control, bool is_final)
{
    r->head_n = r->head_size = r->control_n = 0;
    if (is_control)
        return;
    r->message->is_begun = !is_final;
    if (is_final)
        r->message->bytes = 0;
}

/* What wslay gave, as a piece. False when there is nothing to show of it yet. */
static bool make_piece(struct ws_reader *r, const struct wslay_frame_iocb *frame, struct ws_piece *piece)
{
    bool is_control = frame->opcode >= WS_CLOSE;
    size_t n = frame->data_length;
    r->payload -= n;
    bool is_end = r->payload == 0;
    *piece = (struct ws_piece){(enum ws_opcode)frame->opcode, frame->data, n, is_end};
    if (is_control) {
        memcpy(r->control + r->control_n, frame->data, n);
        r->control_n = (uint8_t)(r->control_n + n);
        piece->bytes = r->control;
        piece->n = r->control_n;
    } else {
        r->message->bytes += (uint32_t)n;
    }
    if (is_end)
        end_frame(r, is_control, frame->fin);
    return is_end || (n > 0 && !is_control);
}

bool ws_reader_next(struct ws_reader *r, struct ws_message *message, struct ws_piece *piece,
                    struct ws_fault *fault)
{
    struct wslay_frame_iocb frame;
    r->message = message;
    fault->code = 0;
    for (;;) {
        ssize_t got = wslay_frame_recv(r->frames, &frame);
        if (got >= 0 && !r->fault.code) {
            if (make_piece(r, &frame, piece))
                return true;
            continue;
        }
        if (got == WSLAY_ERR_WANT_READ && !r->fault.code && r->n > 0)
            continue; /* it was given less than it asked for, so that no frame's end is passed */
        if (got != WSLAY_ERR_WANT_READ && !r->fault.code)
            fail(r, 1002, "RFC 6455 5.2", "a frame that cannot be read");
        break;
    }
    if (r->fault.code)
        r->n = 0;
    *fault = r->fault;
    return false;
}

static bool is_close_code(unsigned code)
{
    return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
           (code >= 3000 && code <= 4999);
}

bool ws_close_parse(const uint8_t *bytes, size_t n, uint16_t *code, struct ws_fault *fault)
{
    *code = 0;
    *fault = (struct ws_fault){0};
    if (n == 0)
        return true;
    if (n == 1) {
        *fault = (struct ws_fault){1002, "RFC 6455 5.5.1", "a close frame with half a code"};
        return false;
    }
    *code = (uint16_t)(bytes[0] << 8 | bytes[1]);
    if (!is_close_code(*code))
        *fault = (struct ws_fault){1002, "RFC 6455 7.4", "a close frame with a code that may not be sent"};
    else if (!str_is_utf8((struct str){(const char *)bytes + 2, n - 2}, NULL))
        *fault = (struct ws_fault){1007, "RFC 6455 5.5.1", "the reason in a close frame is not UTF-8"};
    return fault->code == 0;
}
