/* The device signature (SIG-01..12): signed content, four methods, verification. libcrypto does the digests. */
#ifndef PROTOCOL_DEVICE_SIGN_H
#define PROTOCOL_DEVICE_SIGN_H

#include "lib/base/buf.h"
#include "lib/base/str.h"

enum sign_method { SIGN_HMACMD5, SIGN_HMACSHA1, SIGN_HMACSHA256, SIGN_SHA256, SIGN_METHODS };

enum { SIGN_DIGEST_MAX = 32, SIGN_HEX_SIZE = 2 * SIGN_DIGEST_MAX + 1 };

/* What is signed. product_key and device_name always (SIG-02); a client_id or timestamp whose p is NULL was not sent and is
 * not signed; an empty one that was sent is signed with its name alone. */
struct sign_fields {
    struct str client_id, device_name, product_key, timestamp;
};

/* "hmacmd5" …; the wire spelling (exact, lower case). */
const char *sign_method_name(enum sign_method method);
bool sign_method_named(struct str name, enum sign_method *out);

/* Bytes of the method's digest: 16, 20 or 32. */
size_t sign_digest_size(enum sign_method method);

/* Appends the signed content: name+value sorted by name, no separators (SIG-01). False past the buffer's maximum. */
bool sign_content(const struct sign_fields *fields, struct buf *out);

/* The digest of content under the secret; out has SIGN_DIGEST_MAX bytes; returns the digest's size.
 * HMAC(secret, content) for the first three; SHA-256(content + secret) for sha256 (SIG-06, formula undocumented). */
size_t sign_digest(enum sign_method method, struct str secret, struct str content, uint8_t *out);

/* The same when the digest before by this method was made under the same secret: cheaper, the key is not prepared again. Only for a
 * program in which one thread signs; all else here may be called by several. */
size_t sign_digest_again(enum sign_method method, struct str secret, struct str content, uint8_t *out);

/* The digest that the method is built on (MD5, SHA-1, SHA-256) of content alone, without a key: for whoever explains mistakes. */
size_t sign_hash(enum sign_method method, struct str content, uint8_t *out);

/* The password of a device: the digest of its content in lower-case hex, NUL-terminated. */
void sign_password(enum sign_method method, struct str secret, const struct sign_fields *fields,
                   char out[SIGN_HEX_SIZE]);

/* True when password is the hex, in either case (SIG-09), of the right digest; time does not depend on where they differ (SIG-10). */
bool sign_verify(enum sign_method method, struct str secret, const struct sign_fields *fields,
                 struct str password);

/* The same for content that is no device's: a form, a registration. */
bool sign_verify_content(enum sign_method method, struct str secret, struct str content, struct str password);

#endif
