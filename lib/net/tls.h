/* TLS policy and certificates, once for all listeners (NET-02..04) and for clients. OpenSSL underneath, by memory BIOs. */
#ifndef NET_TLS_H
#define NET_TLS_H

#include <stdbool.h>
#include <stdint.h>

struct tls_server;
struct tls_client;

/* Reads DIR/server-rsa.crt+.key and DIR/server-ecdsa.crt+.key (chains in PEM). TLS 1.2 and 1.3; ECDHE and, for old device
 * SDKs, the static-RSA CBC suites AES256-SHA256, AES256-SHA, AES128-SHA256, AES128-SHA. NULL with *error (static text). */
struct tls_server *tls_server_new(const char *dir, const char **error);

/* A pair of one certificate and key file instead (for comparisons). */
struct tls_server *tls_server_new_files(const char *cert_file, const char *key_file, const char **error);
/* The lowest version that is served: "1.0" to "1.3"; 1.2 unless set. Below 1.2 OpenSSL's own bar on old digests is lowered too.
 * A client certificate is never asked for. */
void tls_server_set_min_version(struct tls_server *tls, const char *version);

/* True when every certificate that is served carries this host name or address. */
bool tls_server_has_name(struct tls_server *tls, const char *name);

/* True when every one is valid at this time (seconds since 1970). */
bool tls_server_is_valid_at(struct tls_server *tls, int64_t wall_s);

void tls_server_free(struct tls_server *tls);

/* What a client does not look at in a server's certificate; for test devices that are to be found out. */
enum tls_neglect { TLS_NEGLECTS_NOTHING, TLS_NEGLECTS_ROOT, TLS_NEGLECTS_NAME, TLS_NEGLECTS_TIME };

/* Trusts the roots in ca_file only (NULL: those of the system); verifies chain and name. Options for tests may be NULL: min/max version
 * "1.0" to "1.3" (1.2 and the highest), OpenSSL cipher list up to TLS 1.2, trust in nobody, what is not looked at, no SNI. NULL with *error. */
struct tls_client_options {
    const char *min_version, *max_version, *ciphers;
    bool trusts_nobody, hides_name;
    enum tls_neglect neglects;
};
struct tls_client *tls_client_new(const char *ca_file, const struct tls_client_options *options,
                                  const char **error);
/* Trusts the roots in a text of PEM certificates; verifies chain and name. NULL with *error when there is none in it, or a bad one. */
struct tls_client *tls_client_new_text(const char *pem, const char **error);

void tls_client_free(struct tls_client *tls);

#endif
