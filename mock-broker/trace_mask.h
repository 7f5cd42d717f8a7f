/* Secrets in bytes that went over the wire, made unreadable without changing a length. Pure but for the registry it asks. */
#ifndef BROKER_TRACE_MASK_H
#define BROKER_TRACE_MASK_H

#include <stddef.h>
#include <stdint.h>

struct registry;

/* What stands in the place of every secret byte. */
enum { TRACE_MASK_BYTE = 0x2a };

/* Shorter secrets are left: they would mask everything. */
enum { TRACE_SECRET_MIN_BYTES = 4 };

/* The password of a CONNECT and what looks like one elsewhere in it, the secret of every known device and product, and the values of deviceSecret, productSecret,
 * deviceToken and iotToken in JSON, wherever they stand, cut ones and tokens that were issued too. */
void trace_mask(const struct registry *registry, uint8_t *bytes, size_t n);

#endif
