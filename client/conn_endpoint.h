/* Where the platform is, and whom to trust there: by the environment, else the region's. */
#ifndef CLIENT_CONN_ENDPOINT_H
#define CLIENT_CONN_ENDPOINT_H

#include "environment.h"

/* Of MQTT: a product's own name in the region. */
void conn_endpoint_mqtt(const struct environment *e, const char *product_key,
                        char host[IOTX_HOST_NAME_LEN + 1], uint16_t *port);

/* Of authentication and registration over HTTPS. */
void conn_endpoint_auth(const struct environment *e, char host[IOTX_HOST_NAME_LEN + 1], uint16_t *port);

/* The root certificates, PEM, the caller's; NULL, with a log line, when there are none. */
char *conn_endpoint_roots(const struct environment *e);

#endif
