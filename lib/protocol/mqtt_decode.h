/* Bytes to packets. Pure: no I/O, no memory of its own, every bound checked before it is used. */
#ifndef PROTOCOL_MQTT_DECODE_H
#define PROTOCOL_MQTT_DECODE_H

#include "lib/protocol/mqtt_packet.h"

enum mqtt_result {
    MQTT_DECODED,  /* *packet is set */
    MQTT_PARTIAL,  /* the bytes are the beginning of a packet */
    MQTT_MALFORMED /* *fault is set; nothing after this can be read */
};

/* What surrounds the bytes and changes how they are read. */
struct mqtt_context {
    uint8_t level; /* of the connection, MQTT_LEVEL_3_1 or _3_1_1; 0 before CONNECT, which brings its own */
    size_t
        packet_max_bytes; /* larger packets are refused as soon as their length is known; at most 256 MiB + 4 */
};

/* Decodes the first packet of bytes[0..n). Any packet of MQTT 3.1.1 or 3.1, in either direction; which ones a peer may send
 * is the caller's business. A CONNECT of an unknown protocol level (5, say) is MQTT_DECODED with u.connect holding
 * protocol_name and level only, so that it can be answered with CONNACK 1 [MQTT-3.1.2-2].
 * Every "MUST" of the standard about the form of a packet is checked: see vectors/mqtt-malformed.json for the list.
 * A fault that the fixed header gives away is given as soon as that is there.
 * Accepted on purpose: control characters U+0001..U+001F in text (CID-03), U+0000 is not [MQTT-1.5.3-2]; an empty client id
 * with clean session 0, whose answer is CONNACK 2 [MQTT-3.1.3-8]; a remaining length in more bytes than it needs, which 3.1.1
 * does not forbid (5.0 does). At level 3 also what 3.1 allows: DUP in PUBREL, SUBSCRIBE and UNSUBSCRIBE; connect flags that
 * mean nothing without a will; a username or password that is announced and left out at the end (has_… is then false).
 * What is good at another level is good at level 3. */
enum mqtt_result mqtt_decode(const uint8_t *bytes, size_t n, const struct mqtt_context *context,
                             struct mqtt_packet *packet, struct mqtt_fault *fault);

/* The size of the packet that begins at bytes, as far as the fixed header tells: MQTT_DECODED with *size (header included),
 * MQTT_PARTIAL when the length is not complete, MQTT_MALFORMED. Does not look at flags or the rest. */
enum mqtt_result mqtt_packet_size(const uint8_t *bytes, size_t n, size_t *size, struct mqtt_fault *fault);

#endif
