/* From a packet's type to its handler. */
#ifndef BROKER_DISPATCH_H
#define BROKER_DISPATCH_H

#include <stdbool.h>

#include "lib/protocol/mqtt_packet.h"

struct connection;

/* Serves one packet of a connection that waits for CONNECT or is online. False when nothing behind it is to be served: the
 * connection is closing. */
bool dispatch_packet(struct connection *c, const struct mqtt_packet *packet);

/* True when there is a handler for packets of this type. */
bool dispatch_has(unsigned type);

/* The handlers, one file each (handle_NAME.c). A packet reaches its handler complete and well formed; the heartbeat has been
 * told of it. Each closes the connection itself when it must. */
void handle_connect(struct connection *c, const struct mqtt_packet *packet);
void handle_publish(struct connection *c, const struct mqtt_packet *packet);
void handle_puback(struct connection *c, const struct mqtt_packet *packet);
void handle_pubrec(struct connection *c, const struct mqtt_packet *packet);
void handle_pubrel(struct connection *c, const struct mqtt_packet *packet);
void handle_pubcomp(struct connection *c, const struct mqtt_packet *packet);
void handle_subscribe(struct connection *c, const struct mqtt_packet *packet);
void handle_unsubscribe(struct connection *c, const struct mqtt_packet *packet);
void handle_pingreq(struct connection *c, const struct mqtt_packet *packet);
void handle_disconnect(struct connection *c, const struct mqtt_packet *packet);

#endif
