/* The fields of a packet as a vector writes them: read into the codec's own structs, compared and encoded. */
#ifndef HARNESS_VECTORS_PACKET_H
#define HARNESS_VECTORS_PACKET_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "harness/vectors_run.h"
#include "lib/base/buf.h"
#include "lib/protocol/mqtt_encode.h"

enum { VECTOR_FILTERS_MAX = 16 };

/* The wanted packet. Filters and codes stand beside it: a decoded packet has them as bytes. */
struct vector_packet {
    struct mqtt_packet packet;
    struct mqtt_filter filters[VECTOR_FILTERS_MAX];
    size_t filter_count;
    uint8_t codes[VECTOR_FILTERS_MAX];
    size_t code_count;
};

/* Reads the fields of a packet of this type, strictly: each must be there, none else. problems may be NULL for what has been
 * checked. Texts live in texts. */
void vector_packet_read(const cJSON *fields, enum mqtt_type type, struct texts *texts,
                        struct vector_packet *out, const char *path, struct problems *problems);

/* A finding for each field that differs. */
void vector_packet_expect(struct vector_run *run, const struct vector_packet *wanted,
                          const struct mqtt_packet *actual);

/* Encodes it. False past the buffer's maximum. */
bool vector_packet_encode(const struct vector_packet *wanted, struct buf *out);

#endif
