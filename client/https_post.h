/* A form posted to the platform's authentication endpoint over HTTPS, and its answer {"code":200,"data":{...}}. On a PC, by libcurl; a
 * slow endpoint costs at most HTTPS_POST_TIMEOUT_MS. */
#ifndef CLIENT_HTTPS_POST_H
#define CLIENT_HTTPS_POST_H

#include <cjson/cJSON.h>
#include <stdint.h>

#include "lib/base/buf.h"

enum { HTTPS_POST_TIMEOUT_MS = 10000, HTTPS_POST_FORM_MAX_BYTES = 4096, HTTPS_POST_ANSWER_MAX_BYTES = 4096 };

struct https_post_field {
    const char *name, *value;
};

/* All borrowed. */
struct https_post {
    const char *host;
    uint16_t port;
    const char *path;
    const char *root_pem; /* the roots that TLS trusts */
    const struct https_post_field *fields;
    size_t count;
};

/* 0 with the body of an answer of status 200 appended; or, with a log line, an iotx_err_t: ERROR_HTTP_UNRESOLVED_DNS, ERROR_HTTP_CONN
 * (also: TLS does not verify), ERROR_HTTP_CLOSED (ended early, or too slow), ERROR_HTTP_PRTCL (a status other than 200),
 * ERROR_HTTP_PARSE (more than the buffer may hold), ERROR_HTTP. */
int https_post(const struct https_post *p, struct buf *body);

/* Reads such a body: with code 200, take says of data what is wrong with it, or NULL. 0; the platform's code, above 0; or
 * ERROR_HTTP_PARSE; the last two with a log line. */
int https_post_read(struct str body, const char *(*take)(const cJSON *data, void *ctx), void *ctx);

/* For take: a text member of 1 to size - 1 bytes. */
bool https_post_text(const cJSON *object, const char *name, char *out, size_t size);

#endif
