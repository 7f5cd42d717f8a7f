/* A chain of byte filters between a socket and its user: none, [TLS], [WebSocket], or [TLS][WebSocket]. */
#ifndef NET_PIPELINE_H
#define NET_PIPELINE_H

#include "filter.h"

/* Where bytes leave the chain. None of the calls may free the pipeline. */
struct pipeline_ends {
    void (*inward)(void *ctx, const uint8_t *bytes, size_t n);  /* decoded by all, for the user */
    void (*outward)(void *ctx, const uint8_t *bytes, size_t n); /* encoded by all, for the socket */
    void (*opened)(void *ctx);                                  /* the innermost filter is open */
};

/* An empty pipeline passes bytes as they are. It holds no bytes itself, so it has no maximum. */
struct pipeline *pipeline_new(const struct pipeline_ends *ends, void *ctx);

/* Frees the filters too. */
void pipeline_free(struct pipeline *p);

/* Puts a filter, now owned, on the inside of the chain; it starts as soon as all outside of it is open. */
void pipeline_push(struct pipeline *p, struct filter *f);

/* n > 0 bytes from the socket. */
void pipeline_receive(struct pipeline *p, const uint8_t *bytes, size_t n);

/* n > 0 bytes for the innermost filter, which all outside of it have decoded already. */
void pipeline_receive_inside(struct pipeline *p, const uint8_t *bytes, size_t n);

/* n > 0 bytes from the user; only while pipeline_state is FILTER_OPEN or FILTER_ENDED. */
void pipeline_send(struct pipeline *p, const uint8_t *bytes, size_t n);

/* Ends every layer, from the inside out. */
void pipeline_finish(struct pipeline *p);

/* FILTER_FAILED or FILTER_ENDED when any filter is; FILTER_OPEN when all are (or there is none), else FILTER_OPENING.
 * detail (may be NULL) is set to the failure's, else "", and lives as long as the pipeline. */
enum filter_state pipeline_state(const struct pipeline *p, const char **detail);

#endif
