#include "filter_tls.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "tls_alert.h"
#include "tls_inner.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

enum { RECORD_BYTES_MAX = 16 * 1024 };

/* OpenSSL reads what receive() was given straight from there and writes straight to the outer neighbour, through one BIO of
 * our own: no buffer of bytes per connection, unlike the library's memory BIOs. */
struct filter_tls {
    struct filter filter;
    SSL *ssl;
    const uint8_t *bytes; /* the rest of what receive() was given, during that call */
    size_t n;
};

static int bio_read(BIO *bio, char *out, int size)
{
    struct filter_tls *t = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (t->n == 0) {
        BIO_set_retry_read(bio);
        return -1;
    }
    size_t n = t->n < (size_t)size ? t->n : (size_t)size;
    memcpy(out, t->bytes, n);
    t->bytes += n;
    t->n -= n;
    return (int)n;
}

static int bio_write(BIO *bio, const char *bytes, int n)
{
    struct filter_tls *t = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    if (n > 0)
        filter_outward(&t->filter, (const uint8_t *)bytes, (size_t)n);
    return n;
}

static long bio_ctrl(BIO *bio, int command, long number, void *pointer)
{
    (void)bio, (void)number, (void)pointer;
    return command == BIO_CTRL_FLUSH;
}

/* For the life of the process; filters of several threads may be the first. */
static BIO_METHOD *bio_method;
static CRYPTO_ONCE bio_method_once = CRYPTO_ONCE_STATIC_INIT;

static void make_bio_method(void)
{
    bio_method = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "filter_tls");
    CHECK(bio_method != NULL);
    BIO_meth_set_read(bio_method, bio_read);
    BIO_meth_set_write(bio_method, bio_write);
    BIO_meth_set_ctrl(bio_method, bio_ctrl);
}

static BIO *new_bio(struct filter_tls *t)
{
    CHECK(CRYPTO_THREAD_run_once(&bio_method_once, make_bio_method) == 1);
    BIO *bio = BIO_new(bio_method);
    CHECK(bio != NULL);
    BIO_set_data(bio, t);
    BIO_set_init(bio, 1);
    return bio;
}

static struct filter_tls *self(struct filter *f)
{
    return (struct filter_tls *)(void *)f;
}

/* What went wrong, in words, from the result of an OpenSSL call that returned at most 0. */
static void note_error(struct filter_tls *t, int result)
{
    switch (SSL_get_error(t->ssl, result)) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
        break;
    case SSL_ERROR_ZERO_RETURN:
        if (t->filter.state == FILTER_OPEN)
            filter_ended(&t->filter);
        else
            filter_failed(&t->filter, "the peer sent close_notify during the handshake");
        break;
    default: {
        char detail[256];
        tls_alert_describe(t->ssl, detail, sizeof detail);
        filter_failed(&t->filter, detail);
    }
    }
    ERR_clear_error();
}

static void shake_hands(struct filter_tls *t)
{
    ERR_clear_error();
    int result = SSL_do_handshake(t->ssl);
    if (result == 1)
        filter_opened(&t->filter);
    else
        note_error(t, result);
}

static void start(struct filter *f)
{
    if (!SSL_is_server(self(f)->ssl))
        shake_hands(self(f));
}

static void receive(struct filter *f, const uint8_t *bytes, size_t n)
{
    struct filter_tls *t = self(f);
    t->bytes = bytes;
    t->n = n;
    if (f->state == FILTER_OPENING)
        shake_hands(t);
    uint8_t plain[RECORD_BYTES_MAX];
    while (f->state == FILTER_OPEN) {
        ERR_clear_error();
        int got = SSL_read(t->ssl, plain, sizeof plain);
        if (got <= 0) {
            note_error(t, got);
            break;
        }
        filter_inward(f, plain, (size_t)got);
    }
    t->n = 0; /* after a failure the rest is of no use */
}

static void send_bytes(struct filter *f, const uint8_t *bytes, size_t n)
{
    struct filter_tls *t = self(f);
    while (n > 0) {
        int part = n > INT_MAX ? INT_MAX : (int)n;
        ERR_clear_error();
        int sent = SSL_write(t->ssl, bytes, part);
        if (sent <= 0) {
            note_error(t, sent);
            return;
        }
        bytes += sent;
        n -= (size_t)sent;
    }
}

static void finish(struct filter *f)
{
    struct filter_tls *t = self(f);
    if (f->state != FILTER_OPEN && f->state != FILTER_ENDED)
        return;
    ERR_clear_error();
    SSL_shutdown(t->ssl);
    ERR_clear_error();
}

static void free_filter(struct filter *f)
{
    SSL_free(self(f)->ssl);
    free(f);
}

static const struct filter_kind kind = {"tls", start, receive, send_bytes, finish, free_filter};

static struct filter *new_filter(SSL *ssl)
{
    struct filter_tls *t = mem_zalloc(1, sizeof *t);
    t->filter.kind = &kind;
    t->ssl = ssl;
    BIO *bio = new_bio(t);
    SSL_set_bio(ssl, bio, bio);
    return &t->filter;
}

struct filter *filter_tls_new_server(struct tls_server *tls)
{
    return new_filter(tls_server_session(tls));
}

struct filter *filter_tls_new_client(struct tls_client *tls, const char *server_name)
{
    return new_filter(tls_client_session(tls, server_name));
}

/* The name is OpenSSL's and stays. */
static const char *anonymous_suite(SSL *ssl)
{
    STACK_OF(SSL_CIPHER) *offered = SSL_is_server(ssl) ? SSL_get_client_ciphers(ssl) : NULL;
    for (int i = 0; offered && i < sk_SSL_CIPHER_num(offered); i++) {
        const SSL_CIPHER *suite = sk_SSL_CIPHER_value(offered, i);
        if (SSL_CIPHER_get_auth_nid(suite) == NID_auth_null)
            return SSL_CIPHER_get_name(suite);
    }
    return "";
}

struct filter_tls_info filter_tls_info(const struct filter *f)
{
    SSL *ssl = self((struct filter *)(uintptr_t)f)->ssl;
    const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    return (struct filter_tls_info){SSL_get_version(ssl), SSL_get_cipher_name(ssl), name ? name : "",
                                    anonymous_suite(ssl)};
}

char *filter_tls_subject(const struct filter *f)
{
    SSL *ssl = self((struct filter *)(uintptr_t)f)->ssl;
    X509 *certificate = SSL_get1_peer_certificate(ssl);
    BIO *text = BIO_new(BIO_s_mem());
    char *bytes;
    CHECK(text);
    if (certificate)
        X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    long n = BIO_get_mem_data(text, &bytes);
    char *subject = mem_dup(bytes, n > 0 ? (size_t)n : 0);
    BIO_free(text);
    X509_free(certificate);
    return subject;
}
