/* libmicrohttpd on the broker's loop: one daemon, no thread of its own. Complete requests come as calls, which are
 * answered at once or later. */
#ifndef BROKER_HTTP_SERVER_H
#define BROKER_HTTP_SERVER_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/str.h"

struct http_call;
struct http_server;
struct loop;

/* Bounds of what a client can make us hold. */
enum { HTTP_BODY_MAX = 64 * 1024, HTTP_CONTROL_BODY_MAX = 512 * 1024, HTTP_CONNECTIONS_MAX = 64 };

/* A complete request; the handler answers it, now or later, exactly once. */
typedef void http_handler(void *ctx, struct http_call *call);

/* Listens on address:port (no name; 0: a free port). NULL with *error (static text). */
struct http_server *http_server_new(struct loop *loop, const char *address, int port, http_handler *handler,
                                    void *ctx, const char **error);
int http_server_port(const struct http_server *s);

/* A server without a port, for connections_max connections that http_server_join brings. It answers as devices want it: the
 * connection is closed behind the answer, and a failure is {"code","message"}. */
struct http_server *http_server_new_joined(struct loop *loop, unsigned connections_max, http_handler *handler,
                                           void *ctx, const char **error);

/* Serves a stream socket (now owned, closed also on failure); id is what http_call_joined says of its calls. */
bool http_server_join(struct http_server *s, int fd, uint32_t id);

/* Unanswered calls are dropped. */
void http_server_free(struct http_server *s);

/* Borrowed until the call is answered. */
const char *http_call_method(const struct http_call *call);
const char *http_call_path(const struct http_call *call);
struct str http_call_body(const struct http_call *call);
uint32_t http_call_joined(const struct http_call *call);
bool http_call_is_joined(const struct http_call *call);

/* Only a server of joined connections hands such a call over: its body is cut. */
bool http_call_is_too_large(const struct http_call *call);

/* The value of a header, or NULL. */
const char *http_call_header(const struct http_call *call, const char *name);

/* The value of a query parameter, or NULL. */
const char *http_call_query(const struct http_call *call, const char *name);

/* Answers with a JSON body, which is freed here. The call is gone afterwards. */
void http_call_answer(struct http_call *call, unsigned status, cJSON *body);

/* The first query parameter whose name is not among these (NULL-terminated), or NULL. */
const char *http_call_unknown_query(const struct http_call *call, const char *const names[]);

/* Answers with text, copied. */
void http_call_answer_text(struct http_call *call, unsigned status, const char *content_type,
                           struct str text);

struct http_header {
    const char *name, *value;
};

/* Answers with bytes, copied, under these headers and no others of ours; the list ends with a name that is NULL. */
void http_call_answer_page(struct http_call *call, unsigned status, const struct http_header *headers,
                           struct str body);

/* Before answering: lets a page of this origin (borrowed until the answer) read it. */
void http_call_allow_origin(struct http_call *call, const char *origin);

/* Answers {"error":{"code","message","path"}}; path and allow (the Allow header of a 405, WWW-Authenticate of a 401) may be
 * NULL. */
void http_call_fail(struct http_call *call, unsigned status, const char *code, const char *message,
                    const char *path, const char *allow);

/* Before answering: calls then(ctx) once the answer has been sent. */
void http_call_afterwards(struct http_call *call, void (*then)(void *ctx), void *ctx);

#endif
