/* What the environment says about the way to the platform, on a PC: IOT_ENDPOINT, IOT_TRANSPORT, IOT_AUTH, IOT_AUTH_ENDPOINT,
 * IOT_CA_FILE. What it does not say comes from client/make.settings. */
#ifndef CLIENT_ENVIRONMENT_H
#define CLIENT_ENVIRONMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "client/include/iotclient/iot_export.h"
#include "lib/protocol/transport.h"

/* How a device signs in. */
enum environment_auth {
    AUTH_DIRECT, /* the signature is the password */
    AUTH_HTTPS,  /* a token from the authentication endpoint is */
    AUTH_TOKEN   /* a deviceToken is, from an earlier registration */
};

struct environment {
    char host[IOTX_HOST_NAME_LEN + 1]; /* "": the region's endpoint */
    uint16_t port;
    char auth_host[IOTX_HOST_NAME_LEN + 1]; /* "": the region's authentication endpoint */
    uint16_t auth_port;
    enum transport transport;
    enum environment_auth auth;
    const char *ca_file; /* NULL: not given */
};

/* False, with a log line for each variable that makes no sense. */
bool environment_read(struct environment *out);

/* True when IOT_TRANSPORT is ws or wss. */
bool environment_wants_websocket(void);

#endif
