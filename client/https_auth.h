/* Authentication over HTTPS (S2, "使用HTTPS认证再连接模式"): a device signs a form, and gets a user name and a password for MQTT that are
 * good for seven days, and where to use them. */
#ifndef CLIENT_HTTPS_AUTH_H
#define CLIENT_HTTPS_AUTH_H

#include <stddef.h>
#include <stdint.h>

#include "client/include/iotclient/iot_export.h"

/* What is asked. All borrowed. */
struct https_auth_request {
    const char *host;
    uint16_t port;
    const char *root_pem; /* the roots that TLS trusts */
    const char *product_key, *device_name, *device_secret;
    const char *client_id, *timestamp; /* are signed */
};

/* What is answered. */
struct https_auth_answer {
    char iot_id[IOTX_USERNAME_LEN + 1], iot_token[IOTX_PASSWORD_LEN + 1];
    char host[IOTX_HOST_NAME_LEN + 1]; /* "": the answer names no MQTT endpoint */
    uint16_t port;
};

/* 0; or, with a log line that says it: the platform's code (401, 460, 500, 5001, 6200 …), above 0; or an iotx_err_t:
 * ERROR_HTTP_UNRESOLVED_DNS, ERROR_HTTP_CONN (also: TLS does not verify), ERROR_HTTP_CLOSED (ended early, or too slow),
 * ERROR_HTTP_PRTCL (a status other than 200), ERROR_HTTP_PARSE (no such JSON, or too much of it), ERROR_HTTP. */
int https_auth(const struct https_auth_request *request, struct https_auth_answer *answer);

/* The same for the body of an answer with status 200; what https_auth reads of it. */
int https_auth_read(const char *body, size_t n, struct https_auth_answer *answer);

#endif
