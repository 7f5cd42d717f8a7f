/* A WebSocket that a case speaks itself, over a link to the web port: as politely or rudely as its steps say. What the platform
 * sends is read by the letter of RFC 6455; MQTT in it comes out of the link as packets, all else as notes. */
#ifndef HARNESS_WEBSOCKET_H
#define HARNESS_WEBSOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include "client/link.h"
#include "harness/frame.h"
#include "harness/pieces.h"
#include "harness/recorder.h"

struct websocket;

/* Kinds of link notes. The bytes of an answer are its facts as JSON; those of a frame its opcode, then its payload. */
enum { WEBSOCKET_ANSWER = 1, WEBSOCKET_FRAME };

/* Puts itself on a link (borrowed, as are recorder and the device's name) that is about to be opened to this port. */
struct websocket *websocket_new(struct link *link, struct recorder *recorder, const char *device);

/* Takes itself off the link. */
void websocket_free(struct websocket *ws);

/* The answer 101 has come. */
bool websocket_is_open(const struct websocket *ws);

/* Sends text on the wire as it is. */
bool websocket_send_text(struct websocket *ws, struct str text, const struct pieces *cut);

/* Sends a frame, times over, in one write, which is then cut. payload_is_mqtt: the payload is shown as packets. */
bool websocket_send_frame(struct websocket *ws, const struct frame *frame, size_t times,
                          const struct pieces *cut, bool payload_is_mqtt);

/* How MQTT is put into frames: one for each piece, or fragments of one message, between (NULL: nothing) between two of them. */
struct websocket_framing {
    struct pieces frames;
    bool is_fragments;
    const struct frame *between;
};

/* Sends bytes of MQTT in binary frames, all in one write, which is then cut. framing may be NULL: one frame. */
bool websocket_send_mqtt(struct websocket *ws, const void *bytes, size_t n,
                         const struct websocket_framing *framing, const struct pieces *cut);

/* "ping 'x'", "close 1000 'bye'", "answer of HTTP with status 400": a note in words; the caller frees. */
char *websocket_note_text(const struct link_packet *note);

#endif
