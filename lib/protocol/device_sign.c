#include "device_sign.h"

#include "lib/base/check.h"
#include "lib/base/hex.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdatomic.h>

static const struct {
    const char *name;
    char digest[8]; /* OpenSSL's name of it; not const, because OSSL_PARAM takes it so */
    size_t size;
} methods[SIGN_METHODS] = {
    [SIGN_HMACMD5] = {"hmacmd5", "MD5", 16},
    [SIGN_HMACSHA1] = {"hmacsha1", "SHA1", 20},
    [SIGN_HMACSHA256] = {"hmacsha256", "SHA256", 32},
    [SIGN_SHA256] = {"sha256", "SHA256", 32},
};

/* Fetching an algorithm costs OpenSSL 3 more than a whole digest does; so one context of each is kept until the program ends. The
 * client library signs in its users' threads: a context is taken out while it is in use, and who finds none makes another. */
static _Atomic(EVP_MAC_CTX *) mac_contexts[SIGN_METHODS];
static _Atomic(EVP_MD_CTX *) hash_contexts[SIGN_METHODS];

/* The content has four names and four values at most. */
enum { PARTS_MAX = 8 };

const char *sign_method_name(enum sign_method method)
{
    return methods[method].name;
}

bool sign_method_named(struct str name, enum sign_method *out)
{
    for (size_t i = 0; i < SIGN_METHODS; i++) {
        if (str_is(name, methods[i].name)) {
            *out = (enum sign_method)i;
            return true;
        }
    }
    return false;
}

size_t sign_digest_size(enum sign_method method)
{
    return methods[method].size;
}

/* Fills parts with names and values in the order of the names; returns how many. */
static size_t content_parts(const struct sign_fields *fields, struct str parts[PARTS_MAX])
{
    size_t n = 0;
    if (fields->client_id.p) {
        parts[n++] = STR("clientId");
        parts[n++] = fields->client_id;
    }
    parts[n++] = STR("deviceName");
    parts[n++] = fields->device_name;
    parts[n++] = STR("productKey");
    parts[n++] = fields->product_key;
    if (fields->timestamp.p) {
        parts[n++] = STR("timestamp");
        parts[n++] = fields->timestamp;
    }
    return n;
}

bool sign_content(const struct sign_fields *fields, struct buf *out)
{
    struct str parts[PARTS_MAX];
    size_t n = content_parts(fields, parts), length = out->len;
    for (size_t i = 0; i < n; i++) {
        if (!buf_append_str(out, parts[i])) {
            out->len = length;
            return false;
        }
    }
    return true;
}

static const unsigned char *bytes_of(struct str s)
{
    return (const unsigned char *)(s.n ? s.p : "");
}

static EVP_MAC_CTX *take_mac_context(enum sign_method method)
{
    EVP_MAC_CTX *kept = atomic_exchange(&mac_contexts[method], NULL);
    if (kept)
        return kept;
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    CHECK(mac != NULL);
    EVP_MAC_CTX *made = EVP_MAC_CTX_new(mac);
    char digest[sizeof methods[method].digest];
    memcpy(digest, methods[method].digest, sizeof digest);
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end(),
    };
    CHECK(made != NULL && EVP_MAC_CTX_set_params(made, params) == 1);
    EVP_MAC_free(mac); /* the context holds it now */
    return made;
}

/* A key whose p is NULL is the one before. */
static void hmac_parts(enum sign_method method, struct str key, const struct str *parts, size_t n,
                       uint8_t *out)
{
    EVP_MAC_CTX *context = take_mac_context(method);
    CHECK(EVP_MAC_init(context, (const unsigned char *)key.p, key.n, NULL) == 1);
    for (size_t i = 0; i < n; i++)
        CHECK(EVP_MAC_update(context, bytes_of(parts[i]), parts[i].n) == 1);
    size_t size = 0;
    CHECK(EVP_MAC_final(context, out, &size, SIGN_DIGEST_MAX) == 1 && size == methods[method].size);
    EVP_MAC_CTX_free(atomic_exchange(&mac_contexts[method], context));
}

static EVP_MD_CTX *take_hash_context(enum sign_method method)
{
    EVP_MD_CTX *kept = atomic_exchange(&hash_contexts[method], NULL);
    if (kept)
        return kept;
    EVP_MD *digest = EVP_MD_fetch(NULL, methods[method].digest, NULL);
    EVP_MD_CTX *made = EVP_MD_CTX_new();
    CHECK(digest != NULL && made != NULL);
    CHECK(EVP_DigestInit_ex2(made, digest, NULL) == 1);
    EVP_MD_free(digest); /* the context holds it now */
    return made;
}

/* The plain digest of the parts with the secret behind them. */
static void hash_parts(enum sign_method method, struct str secret, const struct str *parts, size_t n,
                       uint8_t *out)
{
    EVP_MD_CTX *context = take_hash_context(method);
    CHECK(EVP_DigestInit_ex2(context, NULL, NULL) == 1);
    for (size_t i = 0; i < n; i++)
        CHECK(EVP_DigestUpdate(context, bytes_of(parts[i]), parts[i].n) == 1);
    CHECK(EVP_DigestUpdate(context, bytes_of(secret), secret.n) == 1);
    unsigned size = 0;
    CHECK(EVP_DigestFinal_ex(context, out, &size) == 1 && size == methods[method].size);
    EVP_MD_CTX_free(atomic_exchange(&hash_contexts[method], context));
}

static void digest_parts(enum sign_method method, struct str secret, const struct str *parts, size_t n,
                         uint8_t *out)
{
    if (method == SIGN_SHA256)
        hash_parts(method, secret, parts, n, out);
    else
        hmac_parts(method, (struct str){(const char *)bytes_of(secret), secret.n}, parts, n, out);
}

size_t sign_digest(enum sign_method method, struct str secret, struct str content, uint8_t *out)
{
    digest_parts(method, secret, &content, 1, out);
    return methods[method].size;
}

size_t sign_digest_again(enum sign_method method, struct str secret, struct str content, uint8_t *out)
{
    if (method == SIGN_SHA256)
        return sign_digest(method, secret, content, out);
    hmac_parts(method, (struct str){NULL, 0}, &content, 1, out);
    return methods[method].size;
}

size_t sign_hash(enum sign_method method, struct str content, uint8_t *out)
{
    hash_parts(method, (struct str){NULL, 0}, &content, 1, out);
    return methods[method].size;
}

void sign_password(enum sign_method method, struct str secret, const struct sign_fields *fields,
                   char out[SIGN_HEX_SIZE])
{
    struct str parts[PARTS_MAX];
    uint8_t digest[SIGN_DIGEST_MAX];
    digest_parts(method, secret, parts, content_parts(fields, parts), digest);
    hex_encode(digest, methods[method].size, out);
}

static bool verify_parts(enum sign_method method, struct str secret, const struct str *parts, size_t n,
                         struct str password)
{
    size_t size = methods[method].size;
    if (password.n != 2 * size)
        return false;
    uint8_t given[SIGN_DIGEST_MAX], right[SIGN_DIGEST_MAX];
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(password.p[2 * i]), low = hex_digit(password.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        given[i] = (uint8_t)(high << 4 | low);
    }
    digest_parts(method, secret, parts, n, right);
    return str_eq_constant_time(given, right, size);
}

bool sign_verify(enum sign_method method, struct str secret, const struct sign_fields *fields,
                 struct str password)
{
    struct str parts[PARTS_MAX];
    return verify_parts(method, secret, parts, content_parts(fields, parts), password);
}

bool sign_verify_content(enum sign_method method, struct str secret, struct str content, struct str password)
{
    return verify_parts(method, secret, &content, 1, password);
}
