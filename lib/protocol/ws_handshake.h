/* The opening of a WebSocket (RFC 6455 section 4), both ends: heads in, values or faults out (NET-05, NET-06). Pure. MQTT asks
 * for the subprotocol (MQTT 3.1.1 section 6); the path is anybody's. No extension is ever agreed on. */
#ifndef PROTOCOL_WS_HANDSHAKE_H
#define PROTOCOL_WS_HANDSHAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"
#include "lib/base/str.h"

/* What a peer did wrong, in the opening or later (filter_ws): constant texts. */
struct ws_fault {
    int code; /* of an opening: the HTTP status of the answer, or the one that came; later: the code of the close frame */
    const char *clause; /* "RFC 6455 4.2.1 (5)": section, and item of its list */
    const char *reason; /* "no Host header" */
};

enum {
    WS_NONCE_BYTES = 16,
    WS_KEY_SIZE = 25,   /* its base64 and a NUL */
    WS_ACCEPT_SIZE = 29 /* the base64 of a SHA-1 and a NUL */
};

/* The subprotocols served; both mean MQTT. Exact case. */
bool ws_protocol_is_served(struct str name);

/* A client's request that is in order; borrowed from the head, but for protocol, which is constant. */
struct ws_request {
    struct str path, host, key;
    const char *protocol; /* the first served one of those offered; NULL when none was offered at all */
};

/* True when a whole request head means to open a WebSocket, rightly or wrongly: it has Upgrade: websocket or one of the headers
 * Sec-WebSocket-. All else is another server's. */
bool ws_request_is_meant(struct str head);

/* Judges a whole request head by the clauses of 4.2.1 in their order. False with *fault. */
bool ws_request_parse(struct str head, struct ws_request *out, struct ws_fault *fault);

/* Appends the answer 101, or the one that refuses. The buffer must have room for 512 bytes. */
void ws_answer_accept(struct buf *out, const struct ws_request *request);
void ws_answer_refuse(struct buf *out, const struct ws_fault *fault);

/* The accept value of a key. */
void ws_accept(struct str key, char out[WS_ACCEPT_SIZE]);

/* The client's side: the key of a nonce, and the request; protocols is a list such as "mqtt" (NULL: none are offered). */
void ws_key(const uint8_t nonce[WS_NONCE_BYTES], char out[WS_KEY_SIZE]);
bool ws_request_write(struct buf *out, const char *host, const char *path, const char *protocols,
                      const char *key);

/* Judges a whole answer head by the clauses of 4.1. *protocol (borrowed from head) is the server's choice, n 0: none. */
bool ws_answer_check(struct str head, const char *key, const char *protocols, struct str *protocol,
                     struct ws_fault *fault);

#endif
