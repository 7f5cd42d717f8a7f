/* A connection that begins with a letter: an HTTP request, or the opening of a WebSocket (NET-05, NET-06). The request's head is
 * collected until it is whole (HTTP_HEAD_MAX_BYTES), and then decides; connect.wait_s bounds the waiting. A WebSocket that is
 * refused gets an answer of HTTP and a line ws-error; all else goes to the HTTP library, every byte once. */
#ifndef BROKER_WEB_PORT_H
#define BROKER_WEB_PORT_H

#include <stddef.h>
#include <stdint.h>

struct connection;
struct ws_fault;

/* Bytes of a connection in the states SNIFF and TLS (its first) or HEAD. */
void web_port_feed(struct connection *c, const uint8_t *bytes, size_t n);

/* An answer that the HTTP library has no part in: "408 Request Timeout". */
void web_port_say(struct connection *c, const char *status);

/* The journal's line about what was wrong with a WebSocket. */
void web_port_journal(const struct connection *c, const struct ws_fault *fault);

/* Forgets what was collected. */
void web_port_fini(struct connection *c);

#endif
