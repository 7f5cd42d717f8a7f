/* The authentication endpoint on the web port: POST /auth/devicename (AUT-01..10), /auth/register/device (REG-08), /auth/bootstrap
 * (device-facts 2.8); beside it the page /console. Answers of the endpoint are compact JSON below 256 bytes, with the header names spelt as device SDKs look for them. */
#ifndef BROKER_AUTH_ENDPOINT_H
#define BROKER_AUTH_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

struct auth_endpoint;
struct broker;

/* NULL with *error (static text). */
struct auth_endpoint *auth_endpoint_new(struct broker *broker, const char **error);

/* Serves HTTP on this end of a socket pair (now owned, closed also on failure) under a number that http_join_find knows. False
 * when too many are open. */
bool auth_endpoint_join(struct auth_endpoint *endpoint, int fd, uint32_t id);

/* Ends all; before loop_free. */
void auth_endpoint_free(struct auth_endpoint *endpoint);

#endif
