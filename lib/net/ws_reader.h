/* The frames of a WebSocket one side receives, cut anywhere: what wslay does not judge is judged here, and its failures get their
 * clause. For filter_ws.c. */
#ifndef NET_WS_READER_H
#define NET_WS_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/protocol/ws_handshake.h"

enum { WS_CONTROL_MAX_BYTES = 125 }; /* RFC 6455 5.5 */

enum ws_opcode {
    WS_CONTINUATION = 0x0,
    WS_TEXT = 0x1,
    WS_BINARY = 0x2,
    WS_CLOSE = 0x8,
    WS_PING = 0x9,
    WS_PONG = 0xa
};

/* What goes on from frame to frame, in its user's struct. */
struct ws_message {
    bool is_client; /* the frames are read by a client: they must not be masked */
    bool is_begun;  /* a message without its last frame */
    uint32_t bytes; /* of it, so far */
};

/* A piece of the payload of a frame, or its end. */
struct ws_piece {
    enum ws_opcode opcode;
    const uint8_t *bytes; /* of a data frame: as they come; of a control frame: all of them, when is_end */
    size_t n;
    bool is_end; /* of the frame */
};

struct ws_reader;

/* A reader at the beginning of a frame. It may be one that was used before. */
struct ws_reader *ws_reader_take(void);

/* Gives it back; it is kept for the next who takes one when it stands between two frames. */
void ws_reader_drop(struct ws_reader *reader);

/* True between two frames: it holds nothing. */
bool ws_reader_is_idle(const struct ws_reader *reader);

/* Bytes from the peer, which must live until all were read. */
void ws_reader_feed(struct ws_reader *reader, const uint8_t *bytes, size_t n);

/* The next piece. False when the bytes are used up, or the frame breaks the rules (fault->code is then not 0). A frame is judged
 * as soon as its first bytes are there. */
bool ws_reader_next(struct ws_reader *reader, struct ws_message *message, struct ws_piece *piece,
                    struct ws_fault *fault);

/* Judges the payload of a close frame: *code is 0 when there is none. False with *fault. */
bool ws_close_parse(const uint8_t *bytes, size_t n, uint16_t *code, struct ws_fault *fault);

#endif
