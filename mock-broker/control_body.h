/* The JSON body of a control call, read strictly: the first mistake is answered with 400, its code and its path. */
#ifndef BROKER_CONTROL_BODY_H
#define BROKER_CONTROL_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/base/json.h"
#include "lib/base/problem.h"
#include "lib/base/str.h"

struct http_call;

/* Ten years: more is a typing error, and every timer on the way is fired one by one. */
#define CONTROL_ADVANCE_MAX_MS (INT64_C(10) * 366 * 24 * 3600 * 1000)

struct control_body {
    cJSON *root;
    struct problems problems;
    const char *code; /* of the answer, when there are problems */
};

/* Parses the body, which must be an object with no other keys than these. */
bool control_body_open(struct control_body *body, const struct http_call *call, const char *const keys[]);

/* A required text that can be registered. */
bool control_body_name(struct control_body *body, const char *key, struct str *out);

/* True when no problem was found so far. */
bool control_body_good(const struct control_body *body);

/* Answers the call with 400 when there were problems (then nobody else may have answered it), and frees the body. */
void control_body_close(struct control_body *body, struct http_call *call);

/* A query parameter that is a whole number; *out stays what it is when there is none. False when the call was answered because
 * it is no such number. */
bool control_query_int(struct http_call *call, const char *name, int64_t min, int64_t max, int64_t *out);

#endif
