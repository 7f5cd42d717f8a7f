/* Packets to bytes, appended to a buffer. False when the buffer's maximum would be passed (then nothing is appended).
 * Fields are written as given, also wrong ones: a test client must be able to break rules. Text over 65535 bytes is our
 * own bug (CHECK). */
#ifndef PROTOCOL_MQTT_ENCODE_H
#define PROTOCOL_MQTT_ENCODE_H

#include "lib/base/buf.h"
#include "lib/protocol/mqtt_packet.h"

bool mqtt_encode_connect(struct buf *out, const struct mqtt_connect *connect);
bool mqtt_encode_connack(struct buf *out, bool session_present, uint8_t return_code);
bool mqtt_encode_publish(struct buf *out, const struct mqtt_publish *publish);

/* PUBACK, PUBREC, PUBREL (with its reserved bits 0010), PUBCOMP or UNSUBACK. */
bool mqtt_encode_ack(struct buf *out, enum mqtt_type type, uint16_t packet_id);

/* One filter of a SUBSCRIBE or (qos ignored) UNSUBSCRIBE to be encoded. */
struct mqtt_filter {
    struct str filter;
    uint8_t qos;
};
bool mqtt_encode_subscribe(struct buf *out, uint16_t packet_id, const struct mqtt_filter *filters,
                           size_t count);
bool mqtt_encode_unsubscribe(struct buf *out, uint16_t packet_id, const struct mqtt_filter *filters,
                             size_t count);
bool mqtt_encode_suback(struct buf *out, uint16_t packet_id, const uint8_t *codes, size_t count);

/* PINGREQ, PINGRESP or DISCONNECT. */
bool mqtt_encode_empty(struct buf *out, enum mqtt_type type);

#endif
