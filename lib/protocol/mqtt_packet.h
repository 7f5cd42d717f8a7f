/* MQTT 3.1 and 3.1.1 packets as values: types, names, fields. All text and payload is borrowed from the bytes decoded. */
#ifndef PROTOCOL_MQTT_PACKET_H
#define PROTOCOL_MQTT_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/str.h"

/* Control packet types, by their number on the wire (MQTT 3.1.1, 2.2.1). */
enum mqtt_type {
    MQTT_CONNECT = 1,
    MQTT_CONNACK = 2,
    MQTT_PUBLISH = 3,
    MQTT_PUBACK = 4,
    MQTT_PUBREC = 5,
    MQTT_PUBREL = 6,
    MQTT_PUBCOMP = 7,
    MQTT_SUBSCRIBE = 8,
    MQTT_SUBACK = 9,
    MQTT_UNSUBSCRIBE = 10,
    MQTT_UNSUBACK = 11,
    MQTT_PINGREQ = 12,
    MQTT_PINGRESP = 13,
    MQTT_DISCONNECT = 14
};

enum { MQTT_LEVEL_3_1 = 3, MQTT_LEVEL_3_1_1 = 4, MQTT_LEVEL_5 = 5 };

/* CONNACK return codes (MQTT 3.1.1, 3.2.2.3). */
enum mqtt_return_code {
    MQTT_ACCEPTED = 0,
    MQTT_BAD_PROTOCOL_LEVEL = 1,
    MQTT_IDENTIFIER_REJECTED = 2,
    MQTT_SERVER_UNAVAILABLE = 3,
    MQTT_BAD_CREDENTIALS = 4,
    MQTT_NOT_AUTHORIZED = 5
};

/* SUBACK code of a refused filter. */
enum { MQTT_SUBACK_FAILURE = 0x80 };

struct mqtt_connect {
    struct str protocol_name; /* "MQTT", or "MQIsdp" for 3.1 */
    uint8_t level;
    bool clean_session;
    bool has_will, will_retain;
    uint8_t will_qos;
    bool has_username, has_password;
    uint16_t keep_alive_s;
    struct str client_id, will_topic, will_payload, username, password;
};

struct mqtt_connack {
    bool session_present;
    uint8_t return_code; /* 0..5 */
};

struct mqtt_publish {
    bool dup, retain;
    uint8_t qos;
    uint16_t packet_id; /* 0 when qos is 0 */
    struct str topic, payload;
};

/* SUBSCRIBE and UNSUBSCRIBE: a packet identifier and the validated list of filters, walked with mqtt_filter_next. */
struct mqtt_subscribe {
    uint16_t packet_id;
    size_t count;
    struct str list;
};

struct mqtt_suback {
    uint16_t packet_id;
    struct str codes; /* one byte a filter: 0, 1, 2 or 0x80 */
};

/* One decoded packet. PUBACK, PUBREC, PUBREL, PUBCOMP and UNSUBACK have packet_id only; the rest nothing. */
struct mqtt_packet {
    enum mqtt_type type;
    size_t size; /* bytes of the whole packet on the wire */
    union {
        struct mqtt_connect connect;
        struct mqtt_connack connack;
        struct mqtt_publish publish;
        uint16_t packet_id;
        struct mqtt_subscribe subscribe; /* also UNSUBSCRIBE */
        struct mqtt_suback suback;
    } u;
};

/* Why bytes are no MQTT: a peer's fault as a value. Texts are constant. */
struct mqtt_fault {
    const char
        *reason;   /* one sentence without a full stop: "the remaining length has more than four bytes" */
    size_t offset; /* of the offending byte, from the start of the packet */
    const char
        *clause; /* "MQTT-3.1.2-3" of the 3.1.1 standard, or "section 2.2.3" where it numbers no statement */
};

/* "CONNECT" …; NULL for 0, 15 and anything else that is not a type. */
const char *mqtt_type_name(unsigned type);

/* The type of a name, or 0. */
unsigned mqtt_type_named(const char *name);

/* Walks the filters of a SUBSCRIBE (*qos set) or UNSUBSCRIBE (qos NULL): start with *at = 0; false at the end. */
bool mqtt_filter_next(const struct mqtt_subscribe *subscribe, size_t *at, struct str *filter, uint8_t *qos);

#endif
