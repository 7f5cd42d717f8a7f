/* WebSocket frames (RFC 6455 section 5) as a tester writes and reads them: written as asked, also wrongly; read by the letter of
 * the standard. Made for the tests alone: lib/net has its own, which is what is tested. Pure. */
#ifndef HARNESS_FRAME_H
#define HARNESS_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/buf.h"

enum frame_opcode {
    FRAME_CONTINUATION = 0,
    FRAME_TEXT = 1,
    FRAME_BINARY = 2,
    FRAME_CLOSE = 8,
    FRAME_PING = 9,
    FRAME_PONG = 10
};

/* "binary", or "opcode 3" for one that has no name (of four). */
const char *frame_opcode_name(uint8_t opcode);

/* 0 to 15, or -1: the name is none. */
int frame_opcode_named(const char *name);

enum frame_length { FRAME_LENGTH_SHORTEST, FRAME_LENGTH_16, FRAME_LENGTH_64 };

/* A frame to be written. */
struct frame {
    bool fin, masked;
    uint8_t rsv, opcode; /* three bits and four */
    enum frame_length form;
    uint64_t declared; /* what the header says of the length */
    uint8_t mask[4];
    const uint8_t *payload; /* borrowed */
    size_t n;
};

/* Appends header and payload. False past the buffer's maximum. */
bool frame_write(const struct frame *frame, struct buf *out);

/* What a server may send in one frame here. */
enum { FRAME_MAX_BYTES = 4 * 1024 * 1024, FRAME_CONTROL_MAX_BYTES = 125, FRAME_HEAD_MAX_BYTES = 14 };

/* Reads the frames of a server. */
struct frame_reader {
    struct buf tail; /* what has come and was not read */
    size_t used;     /* bytes of it that the frame given last takes */
    bool in_message; /* a message without its last frame */
    bool is_closed;  /* a close frame has come */
};

void frame_reader_init(struct frame_reader *reader);
void frame_reader_fini(struct frame_reader *reader);

/* What is wrong with a frame: constant texts. */
struct frame_fault {
    const char *reason, *clause;
};

enum frame_result { FRAME_READ, FRAME_PARTIAL, FRAME_WRONG };

/* Adds bytes from the server. False when they are too many. */
bool frame_feed(struct frame_reader *reader, const uint8_t *bytes, size_t n);

/* The next frame of them; frame->payload is good until the next call. A frame against the rules
 * that hold for a server, or against MQTT's on WebSocket, is FRAME_WRONG with *fault. */
enum frame_result frame_next(struct frame_reader *reader, struct frame *frame, struct frame_fault *fault);

/* The code of a close frame; 0: it has none. */
uint16_t frame_close_code(const uint8_t *payload, size_t n);

#endif
