/* Sessions of the contexts in tls.h, for filter_tls. */
#ifndef NET_TLS_INNER_H
#define NET_TLS_INNER_H

#include <openssl/ssl.h>

#include "tls.h"

/* A new session in accept or connect state; the caller frees it with SSL_free. */
SSL *tls_server_session(struct tls_server *tls);
SSL *tls_client_session(struct tls_client *tls, const char *server_name);

#endif
