/* MQTT packets as hexadecimal digits, written by hand from the standard, for the tests of decoder and stream. */
#ifndef TESTS_MQTT_SAMPLES_H
#define TESTS_MQTT_SAMPLES_H

#include "lib/base/buf.h"
#include "lib/protocol/mqtt_decode.h"

/* One good packet of each of the fourteen types, in their order; PUBLISH with QoS 1. */
extern const char *const mqtt_good[14];

/* A packet with one thing wrong, and what is said about it. */
struct mqtt_bad {
    const char *digits;
    const char *reason;
    size_t offset;
    const char *clause;
};
extern const struct mqtt_bad mqtt_bad[]; /* ends with digits NULL */

/* Appends the bytes that the digits give. */
void mqtt_samples_append(struct buf *out, const char *digits);

/* Decodes the digits in a block of their own size; no maximum. The packet borrows from *bytes, which the caller frees. */
enum mqtt_result mqtt_samples_decode(const char *digits, uint8_t level, uint8_t **bytes,
                                     struct mqtt_packet *packet, struct mqtt_fault *fault);

#endif
