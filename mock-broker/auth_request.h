/* One request to the authentication endpoint: its parameters, what is wrong with them, and the answer. */
#ifndef BROKER_AUTH_REQUEST_H
#define BROKER_AUTH_REQUEST_H

#include <cjson/cJSON.h>

#include "lib/base/buf.h"
#include "lib/protocol/auth_form.h"

struct broker;
struct connection;
struct device;
struct http_call;

/* The codes of the document, in the body of an answer whose HTTP status is 200 (AUT-07). */
enum auth_code {
    AUTH_SUCCESS = 200,
    AUTH_REFUSED = 401,
    AUTH_PARAM_ERROR = 460,
    AUTH_UNKNOWN_ERROR = 500,
    AUTH_NO_DEVICE = 5001,
    AUTH_TYPE_MISMATCH = 6200
};

enum { AUTH_FAULT_SIZE = 160 };

struct auth_request {
    struct broker *broker;
    const struct connection *connection; /* NULL: it has gone, and nothing but the answer is to be made */
    struct http_call *call;
    struct auth_form form;
    struct buf text;             /* of the form */
    cJSON *data;                 /* of a good answer; owned */
    char fault[AUTH_FAULT_SIZE]; /* for the journal; never a secret. "" when nothing is wrong */
};

/* Reads the form; fault says what is wrong with it. */
void auth_request_open(struct auth_request *q);
void auth_request_close(struct auth_request *q);

/* "https" or "http". */
const char *auth_request_transport(const struct auth_request *q);

/* The handlers: each fills data, or fault and says which code it is. */
enum auth_code auth_request_device_name(struct auth_request *q);
enum auth_code auth_request_register(struct auth_request *q);
enum auth_code auth_request_bootstrap(struct auth_request *q);

/* {"code","data"?,"message"}; the caller's. */
cJSON *auth_request_answer(struct auth_request *q, enum auth_code code);

#endif
