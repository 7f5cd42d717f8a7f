/* TLS as a filter. Memory: OpenSSL's own per session; no byte waits outside of OpenSSL, which holds at most one record
 * (16 KiB and overhead) of a peer that sends slowly, and gives that back once the record is read. */
#ifndef NET_FILTER_TLS_H
#define NET_FILTER_TLS_H

#include "filter.h"

struct tls_client;
struct tls_server;

/* The server's side; tls is borrowed and outlives the filter. */
struct filter *filter_tls_new_server(struct tls_server *tls);

/* The client's side, which verifies that the peer is server_name (a host name or an address). */
struct filter *filter_tls_new_client(struct tls_client *tls, const char *server_name);

/* What an open filter agreed on; the texts live as long as it does. */
struct filter_tls_info {
    const char *version, *cipher, *server_name;
    /* of a client's hello: a cipher suite without authentication that it offers; "" when there is none that OpenSSL knows */
    const char *anonymous;
};
struct filter_tls_info filter_tls_info(const struct filter *f);

/* Whom the peer's certificate names ("CN=…"), for a report; the caller frees. "" when it showed none. */
char *filter_tls_subject(const struct filter *f);

#endif
