/* The control API /_mock/v1: what tests and people use to look into the platform and to move its clock. */
#ifndef BROKER_CONTROL_API_H
#define BROKER_CONTROL_API_H

struct broker;
struct control_api;

/* Serves the API on address:port (0: a free one). token (borrowed; NULL: anybody may) is what each call has to bring as
 * "Authorization: Bearer TOKEN". on_shutdown(ctx) is called after POST shutdown has been answered. NULL with
 * *error (static text). */
struct control_api *control_api_new(struct broker *broker, const char *address, int port, const char *token,
                                    void (*on_shutdown)(void *ctx), void *ctx, const char **error);
int control_api_port(const struct control_api *api);

/* Stops serving; before the loop is freed. */
void control_api_stop(struct control_api *api);

/* After the loop has been freed: until then it may still hold requests. */
void control_api_free(struct control_api *api);

#endif
