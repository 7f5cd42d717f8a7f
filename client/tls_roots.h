/* The TLS context of a set of root certificates, one for all connections of the process that trust the same: a context takes some 40 KiB,
 * far more than a connection. For any thread. */
#ifndef CLIENT_TLS_ROOTS_H
#define CLIENT_TLS_ROOTS_H

struct tls_client;
struct tls_roots;

/* Those in a text of PEM certificates (copied), to be given back with tls_roots_put. NULL with *error when there is none in it, or a bad
 * one. */
struct tls_roots *tls_roots_get(const char *pem, const char **error);

/* Frees them when nobody else has them; NULL: nothing. */
void tls_roots_put(struct tls_roots *roots);

/* For connections that end before tls_roots_put; NULL of NULL. */
struct tls_client *tls_roots_client(const struct tls_roots *roots);

#endif
