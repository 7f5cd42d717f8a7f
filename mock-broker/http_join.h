/* HTTP on a device port: the bytes of a connection, decrypted, go through a socket pair to the HTTP library and its answer back.
 * One request a connection; connect.wait_s bounds the whole of it.
 *
 * Maxima: what the library does not read yet, and what the device does not read yet, HTTP_JOIN_WAITING_BYTES each. A device that
 * closes its side, wholly or half, has gone. */
#ifndef BROKER_HTTP_JOIN_H
#define BROKER_HTTP_JOIN_H

#include <stddef.h>
#include <stdint.h>

struct broker;
struct connection;
struct http_join;

enum { HTTP_JOIN_WAITING_BYTES = 256 * 1024 };

/* Joins a connection whose first bytes are HTTP. NULL when the server takes no more of them. */
struct http_join *http_join_new(struct connection *c);

/* Bytes from the device. */
void http_join_feed(struct http_join *join, const uint8_t *bytes, size_t n);

/* The connection is at its end and not to be touched any more. */
void http_join_leave(struct http_join *join);

/* The connection that a request of this number came on, or NULL: it is gone. */
struct connection *http_join_find(const struct broker *b, uint32_t id);

#endif
