/* The form-encoded bodies of the authentication endpoint (AUT-01..04, REG-08), and what their sign is made over. */
#ifndef PROTOCOL_AUTH_FORM_H
#define PROTOCOL_AUTH_FORM_H

#include "lib/base/buf.h"
#include "lib/base/str.h"
#include "lib/protocol/device_sign.h"

/* More fields than this are a fault; the longest request seen in the field has 8. */
enum { AUTH_FORM_FIELDS_MAX = 32 };

struct auth_form_field {
    struct str name, value; /* decoded */
};

/* All text is borrowed from the buffer that auth_form_parse was given. */
struct auth_form {
    struct auth_form_field fields[AUTH_FORM_FIELDS_MAX]; /* in the order sent */
    size_t count;
    size_t ignored; /* empty items ("a=1&&b=2"), which are passed over */
};

struct auth_form_fault {
    const char *reason; /* constant text, e.g. "a field is given twice" */
    size_t offset;      /* byte in the body: where the item begins, or the bad percent sign stands */
    struct str name;    /* of the field, as far as it is known; n 0: none */
};

/* Splits and decodes application/x-www-form-urlencoded: %XX and plus signs. An item without '=' is a field with an empty value.
 * The decoded text is put into *text, which is emptied first and must have room for body.n bytes. False with *fault for a percent
 * sign without two hex digits, a field without a name, one given twice, too many, text that is no UTF-8 or holds a NUL, or a body
 * that does not fit. */
bool auth_form_parse(struct str body, struct buf *text, struct auth_form *out, struct auth_form_fault *fault);

/* The value of a field (exact case), or an empty str with p NULL when it was not sent. */
struct str auth_form_get(const struct auth_form *form, const char *name);

/* What a sign is made over; names sorted, each with its value behind it, nothing between. */
enum auth_form_content {
    AUTH_FORM_KNOWN, /* clientId, deviceName, productKey, timestamp: those of them that were sent (AUT-04) */
    AUTH_FORM_ALL,   /* every field but version, sign, resources and signmethod (AUT-02) */
    AUTH_FORM_REGISTRATION /* deviceName, productKey, random (REG-02) */
};

/* Appends the signed content. False past the buffer's maximum. */
bool auth_form_content(const struct auth_form *form, enum auth_form_content which, struct buf *out);

/* True when sign is the hex, in either case, of the digest of that content. */
bool auth_form_verify(const struct auth_form *form, enum auth_form_content which, enum sign_method method,
                      struct str secret, struct str sign);

#endif
