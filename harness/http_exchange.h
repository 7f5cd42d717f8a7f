/* One HTTP request of a case to a device port, and its answer, by libcurl. */
#ifndef HARNESS_HTTP_EXCHANGE_H
#define HARNESS_HTTP_EXCHANGE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/buf.h"

enum { HTTP_ANSWER_MAX_BYTES = 1024 * 1024 };

/* All borrowed. headers: an object of name and text, or NULL; body: NULL for none. */
struct http_request {
    const char *method, *path;
    const char *host;
    int port;
    bool tls;
    const char *ca; /* the root certificate that is trusted; NULL: the system's */
    const cJSON *headers;
    struct str body;
    bool chunked; /* sent without Content-Length */
    /* Called a few times once the request was sent: returns when the platform has done all that it will do by itself. What has
     * not come then is not waited for. NULL: it is, up to the timeout. */
    void (*fence)(void *ctx);
    void *ctx;
};

struct http_answer {
    int status;
    cJSON *headers; /* an object: names as they came; owned */
    struct buf body;
};

/* False with *error (the caller frees) when there was no whole answer within timeout_ms or behind
 * the fence. Free with http_answer_fini in both cases. */
bool http_exchange(const struct http_request *request, int64_t timeout_ms, struct http_answer *answer,
                   char **error);
void http_answer_fini(struct http_answer *answer);

/* Fields as application/x-www-form-urlencoded, in their order; numbers as text. The caller frees. */
char *http_form(const cJSON *fields);

#endif
