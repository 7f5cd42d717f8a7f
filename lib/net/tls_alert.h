/* What went wrong in TLS, in words. */
#ifndef NET_TLS_ALERT_H
#define NET_TLS_ALERT_H

#include <openssl/ssl.h>
#include <stddef.h>

/* The standard's name of an alert, "unknown_ca"; "unknown" for a number it does not have. */
const char *tls_alert_name(int number);

/* Describes the failure that is on OpenSSL's error queue: "the peer sent alert unknown_ca", or "certificate verify failed:
 * self-signed certificate". Always a text. */
void tls_alert_describe(SSL *ssl, char *out, size_t size);

#endif
