/* A stream of bytes cut anywhere, to packets: the same packets and the same fault however the bytes are cut.
 * Complete packets are decoded where they lie; only the incomplete tail is copied and kept. */
#ifndef PROTOCOL_MQTT_STREAM_H
#define PROTOCOL_MQTT_STREAM_H

#include "lib/base/buf.h"
#include "lib/protocol/mqtt_decode.h"

struct mqtt_stream {
    struct mqtt_context context; /* the caller sets context.level after CONNECT */
    struct buf tail;             /* an incomplete packet; no memory while there is none */
    bool failed;                 /* a fault was given: what follows is ignored */
};

/* Called for each packet, with its raw bytes; both are good until it returns. False stops the feeding: the bytes behind
 * this packet are dropped (the connection is being closed). */
typedef bool mqtt_stream_packet(void *ctx, const struct mqtt_packet *packet, struct str raw);

void mqtt_stream_init(struct mqtt_stream *s, size_t packet_max_bytes);
void mqtt_stream_fini(struct mqtt_stream *s);

/* Feeds n more bytes. MQTT_DECODED: all consumed (a tail may be kept); MQTT_PARTIAL: the callback stopped it;
 * MQTT_MALFORMED: *fault is set, the good packets before it were given. */
enum mqtt_result mqtt_stream_feed(struct mqtt_stream *s, const uint8_t *bytes, size_t n,
                                  mqtt_stream_packet *on_packet, void *ctx, struct mqtt_fault *fault);

/* True while the beginning of a packet waits for its rest. */
static inline bool mqtt_stream_is_inside(const struct mqtt_stream *s)
{
    return s->tail.len > 0;
}

#endif
