/* Vectors of the device signature (SIG-01..12). */
#include <stdlib.h>
#include <string.h>

#include "lib/base/hex.h"
#include "lib/protocol/device_sign.h"
#include "vectors_run.h"

enum { CONTENT_MAX_BYTES = 256 * 1024 };

static enum sign_method method_of(const struct vector_run *run)
{
    enum sign_method method = SIGN_HMACMD5;
    sign_method_named(str_of(vector_word(run, "signmethod")), &method);
    return method;
}

/* The digest as lower-case digits against the vector's, whole or as far as a document shows it. */
static void expect_digest(struct vector_run *run, const char *what, const char *actual)
{
    const char *digest = vector_word(run, "digest"), *prefix = vector_word(run, "expect_prefix");
    if (digest)
        vector_expect_word(run, what, digest, actual);
    if (!prefix)
        return;
    struct str start = {actual, strlen(actual) < strlen(prefix) ? strlen(actual) : strlen(prefix)};
    if (!str_eq_nocase(str_of(prefix), start))
        vector_expect_text(run, what, str_of(prefix), start);
}

/* Without a password of its own the vector's digest is one, in either case (SIG-09). */
static void verify(struct vector_run *run, struct str secret, const struct sign_fields *fields)
{
    enum sign_method method = method_of(run);
    struct str password = vector_text(run, "password");
    if (password.p) {
        vector_expect_taken(run, sign_verify(method, secret, fields, password), "the password does not pass");
        return;
    }
    const char *digest = vector_word(run, "digest");
    if (!digest)
        return;
    char upper[SIGN_HEX_SIZE] = "";
    for (size_t i = 0; digest[i] && i + 1 < sizeof upper; i++)
        upper[i] = digest[i] >= 'a' ? (char)(digest[i] - 'a' + 'A') : digest[i];
    vector_expect_bool(run, "lower case passes", true, sign_verify(method, secret, fields, str_of(digest)));
    vector_expect_bool(run, "upper case passes", true, sign_verify(method, secret, fields, str_of(upper)));
}

void vector_run_sign(struct vector_run *run)
{
    struct sign_fields fields = {.client_id = vector_text(run, "clientId"),
                                 .device_name = vector_text(run, "deviceName"),
                                 .product_key = vector_text(run, "productKey"),
                                 .timestamp = vector_text(run, "timestamp")};
    struct str secret = vector_text(run, "deviceSecret");
    struct buf content;
    buf_init(&content, CONTENT_MAX_BYTES);
    vector_expect_bool(run, "content fits", true, sign_content(&fields, &content));
    vector_expect_text(run, "content", vector_text(run, "content"), buf_str(&content));
    uint8_t bytes[SIGN_DIGEST_MAX];
    char digits[SIGN_HEX_SIZE], password[SIGN_HEX_SIZE];
    size_t n = sign_digest(method_of(run), secret, buf_str(&content), bytes);
    hex_encode(bytes, n, digits);
    expect_digest(run, "digest", digits);
    sign_password(method_of(run), secret, &fields, password);
    expect_digest(run, "password", password);
    verify(run, secret, &fields);
    buf_fini(&content);
}

void vector_run_sign_method(struct vector_run *run)
{
    enum sign_method method;
    const char *name = vector_word(run, "signmethod");
    bool known = sign_method_named(str_of(name), &method);
    if (!vector_expect_taken(run, known, "no such method"))
        return;
    vector_expect_int(run, "size", vector_int(run, "size", 0), (int64_t)sign_digest_size(method));
    vector_expect_word(run, "name", name, sign_method_name(method));
}

void vector_run_sign_digest(struct vector_run *run)
{
    uint8_t bytes[SIGN_DIGEST_MAX];
    char digits[SIGN_HEX_SIZE];
    size_t n =
        sign_digest(method_of(run), vector_text(run, "deviceSecret"), vector_text(run, "content"), bytes);
    hex_encode(bytes, n, digits);
    expect_digest(run, "digest", digits);
}

void vector_check_sign(const struct vector_load *load)
{
    enum sign_method method;
    const char *name = cJSON_GetObjectItemCaseSensitive(load->node, "signmethod")->valuestring;
    if (!sign_method_named(str_of(name), &method))
        problems_add(load->problems, load->path, "there is no sign method '%s'", name);
    if (load->want != VECTOR_VALID && !cJSON_GetObjectItemCaseSensitive(load->node, "password"))
        problems_add(load->problems, load->path, "only a password can be %s",
                     load->want == VECTOR_INVALID ? "invalid" : "either");
}
