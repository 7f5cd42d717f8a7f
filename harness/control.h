/* The mock's control API as a client sees it: JSON over one kept-alive HTTP connection on loopback. */
#ifndef HARNESS_CONTROL_H
#define HARNESS_CONTROL_H

#include <cjson/cJSON.h>
#include <stdint.h>

struct control;

struct control *control_new(void);
void control_free(struct control *c);

/* Which broker is spoken to from now on; forgets the connection to the one before. */
void control_set_port(struct control *c, int port);

/* Another one: an http or https URL ("http://127.0.0.1:9880"), and the token that it asks for (NULL: none). */
void control_set_url(struct control *c, const char *url, const char *token);

/* Calls METHOD /_mock/v1PATH with a JSON body (NULL: none). Returns the HTTP status with *answer (NULL when there is no JSON;
 * the caller frees with cJSON_Delete), or -1 when there was no answer: control_error says why. */
int control_call(struct control *c, const char *method, const char *path, const cJSON *body,
                 int64_t timeout_ms, cJSON **answer);

/* Why the last call returned -1; lives until the next one. */
const char *control_error(const struct control *c);

#endif
