#include "tls.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "tls_inner.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct tls_server {
    SSL_CTX *context;
};

struct tls_client {
    SSL_CTX *context;
    enum tls_neglect neglects;
    bool hides_name;
};

/* For TLS 1.2. The last four are what the SDKs of 2018 offer (003d 0035 003c 002f): no forward secrecy, but a platform that
 * refuses them refuses those devices. */
static const char server_ciphers[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305:"
    "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:"
    "ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:"
    "AES128-GCM-SHA256:AES256-GCM-SHA384:AES256-SHA256:AES256-SHA:AES128-SHA256:AES128-SHA";

static SSL_CTX *new_context(const SSL_METHOD *method)
{
    SSL_CTX *context = SSL_CTX_new(method);
    CHECK(context != NULL);
    CHECK(SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1);
    /* An idle connection gives its record buffers back; a session is not kept for resumption, on neither side. */
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    return context;
}

/* Allows this version and those above it; *out is OpenSSL's number. Old ones need its bar on digests lowered. */
static bool version_named(const char *name, int *out)
{
    static const struct {
        const char *name;
        int number;
    } versions[] = {
        {"1.0", TLS1_VERSION}, {"1.1", TLS1_1_VERSION}, {"1.2", TLS1_2_VERSION}, {"1.3", TLS1_3_VERSION}};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        if (strcmp(versions[i].name, name) != 0)
            continue;
        *out = versions[i].number;
        return true;
    }
    return false;
}

static bool set_min_version(SSL_CTX *context, int number)
{
    if (number < TLS1_2_VERSION)
        SSL_CTX_set_security_level(context, 0);
    return SSL_CTX_set_min_proto_version(context, number) == 1;
}

static const char *load_pair(SSL_CTX *context, const char *cert_file, const char *key_file)
{
    const char *error = NULL;
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, cert_file) != 1)
        error = "cannot read the server certificate";
    else if (SSL_CTX_use_PrivateKey_file(context, key_file, SSL_FILETYPE_PEM) != 1)
        error = "cannot read the server's private key, or it belongs to another certificate";
    else if (SSL_CTX_check_private_key(context) != 1)
        error = "the server's private key belongs to another certificate";
    ERR_clear_error();
    return error;
}

static struct tls_server *new_server(void)
{
    struct tls_server *tls = mem_zalloc(1, sizeof *tls);
    tls->context = new_context(TLS_server_method());
    CHECK(SSL_CTX_set_cipher_list(tls->context, server_ciphers) == 1);
    CHECK(SSL_CTX_set_num_tickets(tls->context, 0) == 1);
    SSL_CTX_set_options(tls->context, SSL_OP_CIPHER_SERVER_PREFERENCE);
    return tls;
}

static const char *load_from(struct tls_server *tls, const char *dir, const char *name)
{
    char *cert_file = mem_printf("%s/%s.crt", dir, name);
    char *key_file = mem_printf("%s/%s.key", dir, name);
    const char *error = load_pair(tls->context, cert_file, key_file);
    free(cert_file);
    free(key_file);
    return error;
}

static struct tls_server *server_or_error(struct tls_server *tls, const char *failure, const char **error)
{
    if (!failure)
        return tls;
    *error = failure;
    tls_server_free(tls);
    return NULL;
}

struct tls_server *tls_server_new(const char *dir, const char **error)
{
    struct tls_server *tls = new_server();
    const char *failure = load_from(tls, dir, "server-rsa");
    if (!failure)
        failure = load_from(tls, dir, "server-ecdsa");
    return server_or_error(tls, failure, error);
}

struct tls_server *tls_server_new_files(const char *cert_file, const char *key_file, const char **error)
{
    struct tls_server *tls = new_server();
    return server_or_error(tls, load_pair(tls->context, cert_file, key_file), error);
}

void tls_server_set_min_version(struct tls_server *tls, const char *version)
{
    int number = 0;
    CHECK(version_named(version, &number) && set_min_version(tls->context, number));
}

static bool is_address(const char *name)
{
    struct in6_addr bytes;
    return inet_pton(AF_INET, name, &bytes) == 1 || inet_pton(AF_INET6, name, &bytes) == 1;
}

/* Asks each certificate of the server in turn. */
static bool each_certificate(struct tls_server *tls, bool (*holds)(X509 *certificate, const void *what),
                             const void *what)
{
    bool all = SSL_CTX_set_current_cert(tls->context, SSL_CERT_SET_FIRST) == 1;
    for (long more = all; more == 1; more = SSL_CTX_set_current_cert(tls->context, SSL_CERT_SET_NEXT)) {
        X509 *certificate = SSL_CTX_get0_certificate(tls->context);
        all = all && certificate && holds(certificate, what);
    }
    ERR_clear_error();
    return all;
}

static bool has_name(X509 *certificate, const void *name)
{
    if (is_address(name))
        return X509_check_ip_asc(certificate, name, 0) == 1;
    return X509_check_host(certificate, name, 0, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, NULL) == 1;
}

bool tls_server_has_name(struct tls_server *tls, const char *name)
{
    return each_certificate(tls, has_name, name);
}

static bool is_valid_at(X509 *certificate, const void *wall_s)
{
    time_t at = *(const int64_t *)wall_s;
    return X509_cmp_time(X509_get0_notBefore(certificate), &at) < 0 &&
           X509_cmp_time(X509_get0_notAfter(certificate), &at) > 0;
}

bool tls_server_is_valid_at(struct tls_server *tls, int64_t wall_s)
{
    return each_certificate(tls, is_valid_at, &wall_s);
}

void tls_server_free(struct tls_server *tls)
{
    if (!tls)
        return;
    SSL_CTX_free(tls->context);
    free(tls);
}

/* What OpenSSL finds wrong with a certificate, for clients that do not look at it. */
static const struct {
    enum tls_neglect by;
    int error;
} neglected[] = {
    {TLS_NEGLECTS_ROOT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN},
    {TLS_NEGLECTS_ROOT, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT},
    {TLS_NEGLECTS_ROOT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
    {TLS_NEGLECTS_ROOT, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE},
    {TLS_NEGLECTS_ROOT, X509_V_ERR_CERT_UNTRUSTED},
    {TLS_NEGLECTS_NAME, X509_V_ERR_HOSTNAME_MISMATCH},
    {TLS_NEGLECTS_NAME, X509_V_ERR_IP_ADDRESS_MISMATCH},
    {TLS_NEGLECTS_TIME, X509_V_ERR_CERT_HAS_EXPIRED},
    {TLS_NEGLECTS_TIME, X509_V_ERR_CERT_NOT_YET_VALID},
};

static int pass_over(int is_good, X509_STORE_CTX *store)
{
    const SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    const struct tls_client *tls = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    for (size_t i = 0; !is_good && i < sizeof neglected / sizeof neglected[0]; i++)
        is_good = neglected[i].by == tls->neglects && neglected[i].error == X509_STORE_CTX_get_error(store);
    return is_good;
}

static const char *set_client(SSL_CTX *context, const char *ca_file, const struct tls_client_options *options)
{
    int min = TLS1_2_VERSION, max = 0;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    bool trusts = !options || !options->trusts_nobody;
    if (trusts && !ca_file && SSL_CTX_set_default_verify_paths(context) != 1)
        return "cannot read the system's root certificates";
    if (trusts && ca_file && SSL_CTX_load_verify_locations(context, ca_file, NULL) != 1)
        return "cannot read the root certificates";
    if (!options)
        return NULL;
    if ((options->min_version && !version_named(options->min_version, &min)) ||
        (options->max_version && !version_named(options->max_version, &max)) ||
        !set_min_version(context, min) || SSL_CTX_set_max_proto_version(context, max) != 1)
        return "a TLS version is \"1.0\", \"1.1\", \"1.2\" or \"1.3\"";
    if (options->ciphers && SSL_CTX_set_cipher_list(context, options->ciphers) != 1)
        return "OpenSSL knows no such cipher";
    return NULL;
}

struct tls_client *tls_client_new(const char *ca_file, const struct tls_client_options *options,
                                  const char **error)
{
    struct tls_client *tls = mem_zalloc(1, sizeof *tls);
    tls->context = new_context(TLS_client_method());
    const char *failure = set_client(tls->context, ca_file, options);
    ERR_clear_error();
    if (failure) {
        *error = failure;
        tls_client_free(tls);
        return NULL;
    }
    tls->hides_name = options && options->hides_name;
    tls->neglects = options ? options->neglects : TLS_NEGLECTS_NOTHING;
    if (tls->neglects != TLS_NEGLECTS_NOTHING) {
        SSL_CTX_set_app_data(tls->context, tls);
        SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, pass_over);
    }
    return tls;
}

/* False when the text holds no certificate, or something that is none. */
static bool trust_text(SSL_CTX *context, const char *pem)
{
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    BIO *bio = BIO_new_mem_buf(pem, -1);
    CHECK(bio != NULL);
    int count = 0;
    X509 *root;
    while ((root = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
        count += X509_STORE_add_cert(store, root);
        X509_free(root);
    }
    bool is_at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    BIO_free(bio);
    ERR_clear_error();
    return count > 0 && is_at_end;
}

struct tls_client *tls_client_new_text(const char *pem, const char **error)
{
    struct tls_client *tls = mem_zalloc(1, sizeof *tls);
    tls->context = new_context(TLS_client_method());
    SSL_CTX_set_verify(tls->context, SSL_VERIFY_PEER, NULL);
    if (trust_text(tls->context, pem))
        return tls;
    *error = "there is no good root certificate in the text";
    tls_client_free(tls);
    return NULL;
}

void tls_client_free(struct tls_client *tls)
{
    if (!tls)
        return;
    SSL_CTX_free(tls->context);
    free(tls);
}

SSL *tls_server_session(struct tls_server *tls)
{
    SSL *ssl = SSL_new(tls->context);
    CHECK(ssl != NULL);
    SSL_set_accept_state(ssl);
    return ssl;
}

SSL *tls_client_session(struct tls_client *tls, const char *server_name)
{
    SSL *ssl = SSL_new(tls->context);
    CHECK(ssl != NULL);
    X509_VERIFY_PARAM *verify = SSL_get0_param(ssl);
    if (is_address(server_name)) {
        CHECK(X509_VERIFY_PARAM_set1_ip_asc(verify, server_name) == 1);
    } else {
        X509_VERIFY_PARAM_set_hostflags(verify, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        CHECK(X509_VERIFY_PARAM_set1_host(verify, server_name, 0) == 1);
        CHECK(tls->hides_name || SSL_set_tlsext_host_name(ssl, server_name) == 1);
    }
    SSL_set_connect_state(ssl);
    return ssl;
}
