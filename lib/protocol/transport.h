/* The four ways in that the documents name. */
#ifndef PROTOCOL_TRANSPORT_H
#define PROTOCOL_TRANSPORT_H

#include <stdbool.h>

enum transport { TRANSPORT_TCP, TRANSPORT_TLS, TRANSPORT_WS, TRANSPORT_WSS, TRANSPORTS };

/* "tcp", "tls", "ws" or "wss". */
const char *transport_name(enum transport transport);

/* False when the name is none of the four. */
bool transport_named(const char *name, enum transport *out);

/* TLS and wss. */
bool transport_is_encrypted(enum transport transport);

/* ws and wss. */
bool transport_is_websocket(enum transport transport);

#endif
