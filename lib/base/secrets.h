/* Secrets that are never shown, and whether a text holds one of them: what a peer sends may have a secret in any place. */
#ifndef BASE_SECRETS_H
#define BASE_SECRETS_H

#include <stdbool.h>

#include "str.h"

struct secrets;

/* What stands in the place of a text that is not shown. */
#define SECRETS_MASK "***"

/* A secret of fewer bytes is only found where it is the whole text: it would hide too much. */
enum { SECRETS_SHORT_BYTES = 8 };

/* Of a longer one so many bytes are enough: it may have been cut where it was put. */
enum { SECRETS_PREFIX_BYTES = 12 };

struct secrets *secrets_new(void);
void secrets_free(struct secrets *s);

/* Secrets are counted: one that was added twice stays until it is removed twice. "" is none. Only the first bytes are kept,
 * without their case. */
void secrets_add(struct secrets *s, struct str secret);
void secrets_remove(struct secrets *s, struct str secret);

/* Does the text hold one of them? About 20 ns a byte, however many there are. s may be NULL: there are none. */
bool secrets_in(const struct secrets *s, struct str text);

/* The same for one secret alone. */
bool secret_in(struct str secret, struct str text);

/* Overwrites with the byte each secret that is found in bytes[0..n), to the end of its word: letters, digits, '-', '_'. */
void secrets_mask(const struct secrets *s, void *bytes, size_t n, char byte);

/* Does it hold what may be a signature or a generated secret: 32, 40 or 64 hex digits in a row, no more? */
bool secret_form_in(struct str text);

/* Overwrites with the byte all such runs of digits. */
void secret_form_mask(void *bytes, size_t n, char byte);

#endif
