/* Bytes to packets in one buffer that never grows. A packet that is larger than the buffer is skipped to its end, and told. */
#ifndef CLIENT_PACKET_READER_H
#define CLIENT_PACKET_READER_H

#include <stdbool.h>

#include "lib/protocol/mqtt_decode.h"

/* What is left of a packet that was skipped. */
struct packet_skipped {
    size_t size;        /* bytes on the wire */
    uint16_t packet_id; /* of a QoS 1 PUBLISH that wants its PUBACK; else 0 */
};

struct packet_reader {
    uint8_t *buffer; /* borrowed */
    size_t size;
    size_t start, end; /* bytes that wait; the packet that was given last is in front of them */
    size_t to_skip;    /* of the packet that is too large */
    struct packet_skipped skipped;
};

/* The smallest buffer that will do. */
enum { PACKET_READER_MIN_BYTES = 32 };

void packet_reader_init(struct packet_reader *r, void *buffer, size_t size);

/* Forgets what has come: a new connection. */
void packet_reader_reset(struct packet_reader *r);

enum packet_result {
    PACKET_NONE,     /* more bytes are needed: packet_reader_room */
    PACKET_READY,    /* *packet is set; it borrows from the buffer and is good until packet_reader_room */
    PACKET_SKIPPED,  /* r->skipped tells of a packet that was too large */
    PACKET_MALFORMED /* *fault is set; nothing after this can be read */
};

/* The next packet of what has come. */
enum packet_result packet_reader_next(struct packet_reader *r, struct mqtt_packet *packet,
                                      struct mqtt_fault *fault);

/* Where the next bytes go, after PACKET_NONE, and how many may come (more than 0); say with packet_reader_came how many did. */
void *packet_reader_room(struct packet_reader *r, size_t *n);
void packet_reader_came(struct packet_reader *r, size_t n);

#endif
