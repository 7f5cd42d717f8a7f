#include "frame.h"

#include <string.h>

static const char *const names[16] = {
    "continuation", "text", "binary", "opcode 3",  "opcode 4",  "opcode 5",  "opcode 6",  "opcode 7",
    "close",        "ping", "pong",   "opcode 11", "opcode 12", "opcode 13", "opcode 14", "opcode 15"};

const char *frame_opcode_name(uint8_t opcode)
{
    return names[opcode & 15];
}

int frame_opcode_named(const char *name)
{
    for (int i = 0; i < 16; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}

static bool write_length(const struct frame *frame, struct buf *out)
{
    uint8_t mask = frame->masked ? 0x80 : 0, bytes[8];
    int size = frame->form == FRAME_LENGTH_16 ? 2 : frame->form == FRAME_LENGTH_64 ? 8 : 0;
    if (size == 0 && frame->declared > 125)
        size = frame->declared > 0xffff ? 8 : 2;
    for (int i = 0; i < size; i++)
        bytes[i] = (uint8_t)(frame->declared >> 8 * (size - 1 - i));
    uint8_t first = (uint8_t)(size == 2 ? 126 : size == 8 ? 127 : (int)frame->declared);
    return buf_append_byte(out, (uint8_t)(mask | first)) && buf_append(out, bytes, (size_t)size);
}

bool frame_write(const struct frame *frame, struct buf *out)
{
    uint8_t first = (uint8_t)((frame->fin ? 0x80 : 0) | (frame->rsv & 7) << 4 | (frame->opcode & 15));
    if (!buf_append_byte(out, first) || !write_length(frame, out))
        return false;
    if (!frame->masked)
        return buf_append(out, frame->payload, frame->n);
    if (!buf_append(out, frame->mask, sizeof frame->mask))
        return false;
    uint8_t *room = buf_reserve(out, frame->n);
    for (size_t i = 0; room && i < frame->n; i++)
        room[i] = frame->payload[i] ^ frame->mask[i % 4];
    if (room)
        buf_commit(out, frame->n);
    return room != NULL;
}

void frame_reader_init(struct frame_reader *reader)
{
    *reader = (struct frame_reader){0};
    buf_init(&reader->tail, 2 * FRAME_MAX_BYTES);
}

void frame_reader_fini(struct frame_reader *reader)
{
    buf_fini(&reader->tail);
}

bool frame_feed(struct frame_reader *reader, const uint8_t *bytes, size_t n)
{
    return buf_append(&reader->tail, bytes, n);
}

static enum frame_result wrong(struct frame_fault *fault, const char *clause, const char *reason)
{
    *fault = (struct frame_fault){reason, clause};
    return FRAME_WRONG;
}

/* The header, as far as it is there: *size is its own size. */
static enum frame_result read_head(const struct buf *tail, struct frame *frame, size_t *size)
{
    const uint8_t *at = tail->data;
    if (tail->len < 2)
        return FRAME_PARTIAL;
    *frame = (struct frame){.fin = at[0] & 0x80,
                            .rsv = at[0] >> 4 & 7,
                            .opcode = at[0] & 15,
                            .masked = at[1] & 0x80,
                            .declared = at[1] & 127};
    size_t more = frame->declared == 126 ? 2 : frame->declared == 127 ? 8 : 0;
    frame->form = more == 2 ? FRAME_LENGTH_16 : more == 8 ? FRAME_LENGTH_64 : FRAME_LENGTH_SHORTEST;
    *size = 2 + more;
    if (tail->len < *size)
        return FRAME_PARTIAL;
    if (more > 0)
        frame->declared = 0;
    for (size_t i = 0; i < more; i++)
        frame->declared = frame->declared << 8 | at[2 + i];
    return FRAME_READ;
}

static enum frame_result judge_form(const struct frame *frame, struct frame_fault *fault)
{
    uint64_t least = frame->form == FRAME_LENGTH_16 ? 126 : frame->form == FRAME_LENGTH_64 ? 0x10000 : 0;
    if (frame->rsv)
        return wrong(fault, "RFC 6455 5.2", "a reserved bit is set, and no extension was agreed on");
    if (frame->masked)
        return wrong(fault, "RFC 6455 5.1", "a server's frame is masked");
    if (frame->declared < least)
        return wrong(fault, "RFC 6455 5.2", "the length is not in its shortest form");
    if (frame->declared > FRAME_MAX_BYTES)
        return wrong(fault, "ours", "the frame is larger than anything that was asked for");
    return FRAME_READ;
}

static enum frame_result judge_control(const struct frame *frame, struct frame_fault *fault)
{
    if (frame->opcode > FRAME_PONG)
        return wrong(fault, "RFC 6455 5.2", "a reserved opcode");
    if (!frame->fin)
        return wrong(fault, "RFC 6455 5.5", "a control frame in fragments");
    if (frame->declared > FRAME_CONTROL_MAX_BYTES)
        return wrong(fault, "RFC 6455 5.5", "a control frame of more than 125 bytes");
    if (frame->opcode == FRAME_CLOSE && frame->declared == 1)
        return wrong(fault, "RFC 6455 5.5.1", "a close frame with half a code");
    return FRAME_READ;
}

static enum frame_result judge_data(const struct frame *frame, bool in_message, struct frame_fault *fault)
{
    if (frame->opcode > FRAME_BINARY)
        return wrong(fault, "RFC 6455 5.2", "a reserved opcode");
    if ((frame->opcode == FRAME_CONTINUATION) != in_message)
        return wrong(fault, "RFC 6455 5.4",
                     in_message ? "a new message inside another" : "a continuation of nothing");
    if (frame->opcode == FRAME_TEXT)
        return wrong(fault, "MQTT-6.0.0-1", "MQTT in a text frame");
    return FRAME_READ;
}

static enum frame_result judge(const struct frame_reader *reader, const struct frame *frame,
                               struct frame_fault *fault)
{
    if (reader->is_closed)
        return wrong(fault, "RFC 6455 5.5.1", "a frame behind the close frame");
    enum frame_result result = judge_form(frame, fault);
    if (result != FRAME_READ)
        return result;
    return frame->opcode >= FRAME_CLOSE ? judge_control(frame, fault)
                                        : judge_data(frame, reader->in_message, fault);
}

enum frame_result frame_next(struct frame_reader *reader, struct frame *frame, struct frame_fault *fault)
{
    size_t size;
    buf_consume(&reader->tail, reader->used);
    reader->used = 0;
    enum frame_result result = read_head(&reader->tail, frame, &size);
    if (result == FRAME_READ)
        result = judge(reader, frame, fault);
    if (result != FRAME_READ)
        return result;
    if (reader->tail.len - size < frame->declared)
        return FRAME_PARTIAL;
    frame->payload = reader->tail.data + size;
    frame->n = (size_t)frame->declared;
    reader->used = size + frame->n;
    if (frame->opcode < FRAME_CLOSE)
        reader->in_message = !frame->fin;
    reader->is_closed = frame->opcode == FRAME_CLOSE;
    return FRAME_READ;
}

uint16_t frame_close_code(const uint8_t *payload, size_t n)
{
    if (n < 2)
        return 0;
    return (uint16_t)(payload[0] << 8 | payload[1]);
}
