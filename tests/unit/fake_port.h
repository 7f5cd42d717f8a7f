/* A port for the tests of the client library: a platform in memory on a manual clock, which moves only while somebody waits. It
 * answers by itself what it is not told to withhold, and writes down what the device sent, when. */
#ifndef TESTS_FAKE_PORT_H
#define TESTS_FAKE_PORT_H

#include <stdbool.h>

#include "client/core/port.h"
#include "lib/base/buf.h"
#include "lib/protocol/mqtt_packet.h"

struct fake_port {
    struct port base;
    bool is_locked, is_open;
    int connects;        /* attempts so far */
    int connects_failed; /* so many of the next attempts fail */
    bool breaks_writes;  /* every write fails */
    unsigned withheld;   /* one bit for each packet type that is not sent: 1u << MQTT_PUBACK */
    uint8_t connack_code, suback_code;
    bool session_present;
    struct buf in;              /* bytes for the device that it has not read */
    struct buf sent;            /* bytes of the device that are no whole packet yet */
    struct buf log;             /* "1000 CONNECT\n58000 PINGREQ\n" … */
    struct str said_on_connect; /* comes after each CONNECT */
    bool ends_on_connect;       /* the connection ends behind it */
    bool ends;                  /* the connection ends once in is read */
    size_t read_max;            /* the most bytes that a read gives */
    /* What another thread does while a write waits; or NULL. */
    void (*while_writing)(void *ctx);
    void *ctx;
};

/* A port to be given to mqtt_client_new, which frees it. */
struct fake_port *fake_port_new(void);

/* The platform sends bytes, or a PUBLISH. */
void fake_port_say(struct fake_port *p, const void *bytes, size_t n);
void fake_port_publish(struct fake_port *p, uint8_t qos, uint16_t id, const char *topic, struct str payload);

/* The connection ends, after what was said. */
void fake_port_drop(struct fake_port *p);

/* What the device has sent since the last call, one packet a line, with the clock's milliseconds. Good until the next call. */
const char *fake_port_log(struct fake_port *p);

int64_t fake_port_now_ms(const struct fake_port *p);

#endif
