/* Where packets of one connection leave and come while faults are set: packets (and answers of HTTP) are seen whole, faults.h is asked, and what it
 * says is done on the broker's clock. A connection has a gate from the first packet it sends or receives while a fault may
 * strike; without one its bytes go straight to the channel. */
#ifndef BROKER_FAULT_GATE_H
#define BROKER_FAULT_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/base/str.h"
#include "lib/protocol/mqtt_packet.h"

struct connection;
struct fault_gate;

/* Bytes that wait at one gate; more end the connection. */
enum { FAULT_GATE_BYTES_MAX = 4 * 1024 * 1024 };

/* Sends bytes, which may end within a packet: the next ones go on with it. False when the connection takes no more. */
bool fault_gate_send(struct connection *c, const void *bytes, size_t n);

/* A packet has come and raw are its bytes: hands it to dispatch_packet, now, later, or never. False as dispatch_packet. */
bool fault_gate_receive(struct connection *c, const struct mqtt_packet *packet, struct str raw);

/* The connection is to be closed when what waits has left: true when something waits; the gate then closes the channel. An
 * answer of HTTP is whole by now, and passes. */
bool fault_gate_close(struct connection *c);

/* A TLS handshake begins: which certificate a fault wants to be shown, or -1. */
int fault_gate_certificate(struct connection *c);

/* Sends raw bytes past all faults, on purpose (control API). */
void fault_gate_inject(struct connection *c, const void *bytes, size_t n);

/* The device that an HTTP request comes from, for faults that name one. */
void fault_gate_identify(struct connection *c, struct str product_key, struct str device_name);

/* With the connection. */
void fault_gate_free(struct connection *c);

#endif
