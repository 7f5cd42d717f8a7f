/* A CONNECT to be explained without a platform: what it says, and the few things known of the device that sent it. */
#ifndef HARNESS_EXPLAIN_REQUEST_H
#define HARNESS_EXPLAIN_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/rules/explain.h"

enum { EXPLAIN_REQUEST_TOKENS_MAX = 4 };

/* All text is borrowed. A text whose p is NULL is not known. */
struct explain_request {
    const struct profile *profile;
    enum transport transport;
    struct mqtt_connect packet;
    struct str product_key, device_name, device_secret, product_secret; /* of the device that is registered */
    struct {
        struct str name, secret;
    } others[EXPLAIN_OTHERS_MAX]; /* of the same product */
    size_t other_count;
    struct {
        struct str text;
        struct explain_token token;
    } tokens[EXPLAIN_REQUEST_TOKENS_MAX];
    size_t token_count;
};

/* A CONNECT of MQTT 3.1.1 with keep alive 60, on TCP; nothing is known. */
void explain_request_init(struct explain_request *request, const struct profile *profile);

/* Explains it by the table of lib/rules/explain, or by the rows given (for tests that take one out). */
void explain_request_run(const struct explain_request *request, struct explanation *out);
void explain_request_run_with(const struct explain_request *request, const struct explain_mistake *rows,
                              size_t count, struct explanation *out);

#endif
