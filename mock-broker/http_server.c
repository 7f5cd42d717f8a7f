#include "http_server.h"

#include "version.h"

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/list.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/net/address.h"
#include "lib/net/loop.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

struct http_server {
    struct loop *loop;
    struct loop_watch *watch;
    struct MHD_Daemon *daemon;
    http_handler *handler;
    void *ctx;
    struct list calls;
    bool joined;  /* serves devices, on connections brought by http_server_join */
    bool running; /* inside MHD_run: answers are picked up there */
    bool ending;  /* no handler is called any more */
};

struct http_call {
    struct list link;
    struct http_server *server;
    struct MHD_Connection *connection;
    const char *method;
    char *path;
    struct buf body;
    struct MHD_Response *response; /* set when answered */
    unsigned status;
    bool too_large, handed_over, suspended;
    void (*then)(void *ctx);
    void *then_ctx;
    const char *allow_origin; /* borrowed; NULL: no header */
};

/* MHD says by a timeout of zero that it has more to do although no socket is readable; leaving it so would stall the answer.
 * A call takes a handful of rounds; the bound only keeps a fault of the library from blocking the broker. */
static void run(struct http_server *s)
{
    enum { ROUNDS_MAX = 10000 };
    if (s->running)
        return;
    s->running = true;
    MHD_UNSIGNED_LONG_LONG timeout;
    int rounds = 0;
    do
        MHD_run(s->daemon);
    while (++rounds < ROUNDS_MAX && MHD_get_timeout(s->daemon, &timeout) == MHD_YES && timeout == 0);
    s->running = false;
}

static void on_readable(void *ctx)
{
    run(ctx);
}

static struct http_call *call_new(struct http_server *s, struct MHD_Connection *connection,
                                  const char *method, const char *path)
{
    struct http_call *call = mem_zalloc(1, sizeof *call);
    call->server = s;
    call->connection = connection;
    call->method = method;
    call->path = mem_strdup(path);
    buf_init(&call->body, s->joined ? HTTP_BODY_MAX : HTTP_CONTROL_BODY_MAX);
    list_add_last(&s->calls, &call->link);
    return call;
}

static enum MHD_Result send_answer(struct http_call *call)
{
    enum MHD_Result queued = MHD_queue_response(call->connection, call->status, call->response);
    MHD_destroy_response(call->response);
    call->response = NULL;
    return queued;
}

/* MHD's access handler: called for the head, for each piece of body, at the end of the request, and after a resume. */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **per_call)
{
    (void)version;
    struct http_server *s = ctx;
    struct http_call *call = *per_call;
    if (!call) {
        *per_call = call_new(s, connection, method, path);
        return MHD_YES;
    }
    if (*upload_size > 0) {
        call->too_large = call->too_large || !buf_append(&call->body, upload, *upload_size);
        *upload_size = 0;
        return MHD_YES;
    }
    if (!call->handed_over) {
        call->handed_over = true;
        if (s->ending)
            http_call_fail(call, 503, "ending", "the broker is ending", NULL, NULL);
        else if (call->too_large && !s->joined)
            http_call_fail(call, 413, "too-large", "the body has more than 524288 bytes", NULL, NULL);
        else
            s->handler(s->ctx, call);
    }
    if (call->response)
        return send_answer(call);
    call->suspended = true;
    MHD_suspend_connection(connection);
    return MHD_YES;
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **per_call,
                         enum MHD_RequestTerminationCode why)
{
    (void)ctx;
    (void)connection;
    (void)why;
    struct http_call *call = *per_call;
    if (!call)
        return;
    *per_call = NULL;
    if (call->then)
        call->then(call->then_ctx);
    if (call->response)
        MHD_destroy_response(call->response);
    list_remove(&call->link);
    buf_fini(&call->body);
    free(call->path);
    free(call);
}

static void on_log(void *ctx, const char *format, va_list args)
{
    (void)ctx;
    char text[256];
    vsnprintf(text, sizeof text, format, args);
    log_line(LOG_DEBUG, "http: %s", text);
}

static struct http_server *server_new(struct loop *loop, http_handler *handler, void *ctx)
{
    struct http_server *s = mem_zalloc(1, sizeof *s);
    s->loop = loop;
    s->handler = handler;
    s->ctx = ctx;
    list_init(&s->calls);
    return s;
}

/* Watches the daemon that was started; without one there is no server. */
static struct http_server *server_started(struct http_server *s, const char *failure, const char **error)
{
    if (!s->daemon) {
        *error = failure;
        free(s);
        return NULL;
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    CHECK(info != NULL);
    s->watch = loop_watch_fd(s->loop, info->epoll_fd, on_readable, s);
    return s;
}

/* A socket pair knows no options of TCP; that the library finds so each time is not worth a line. */
static void on_joined_log(void *ctx, const char *format, va_list args)
{
    if (!strstr(format, "TCP_") && !strstr(format, "push the data"))
        on_log(ctx, format, args);
}

struct http_server *http_server_new_joined(struct loop *loop, unsigned connections_max, http_handler *handler,
                                           void *ctx, const char **error)
{
    struct http_server *s = server_new(loop, handler, ctx);
    s->joined = true;
    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL,
        NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_joined_log, NULL, MHD_OPTION_NOTIFY_COMPLETED,
        on_completed, NULL, MHD_OPTION_CONNECTION_LIMIT, connections_max, MHD_OPTION_END);
    return server_started(s, "the HTTP server could not be started", error);
}

/* The number travels as the connection's address, which is nobody's here. */
bool http_server_join(struct http_server *s, int fd, uint32_t id)
{
    struct sockaddr_in number = {.sin_family = AF_INET, .sin_addr.s_addr = id};
    if (MHD_add_connection(s->daemon, fd, (struct sockaddr *)&number, sizeof number) != MHD_YES)
        return false;
    run(s);
    return true;
}

uint32_t http_call_joined(const struct http_call *call)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(call->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    CHECK(info != NULL);
    return ((const struct sockaddr_in *)(const void *)info->client_addr)->sin_addr.s_addr;
}

bool http_call_is_joined(const struct http_call *call)
{
    return call->server->joined;
}

bool http_call_is_too_large(const struct http_call *call)
{
    return call->too_large;
}

const char *http_call_header(const struct http_call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_HEADER_KIND, name);
}

struct http_server *http_server_new(struct loop *loop, const char *address, int port, http_handler *handler,
                                    void *ctx, const char **error)
{
    struct sockaddr_storage socket;
    if (!address_parse(address, port, &socket)) {
        *error = "no IPv4 or IPv6 address";
        return NULL;
    }
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    if (socket.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    struct http_server *s = server_new(loop, handler, ctx);
    errno = 0;
    s->daemon = MHD_start_daemon(flags, (uint16_t)port, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER,
                                 on_log, NULL, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&socket,
                                 MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_CONNECTION_LIMIT,
                                 (unsigned)HTTP_CONNECTIONS_MAX, MHD_OPTION_END);
    return server_started(
        s, errno == EADDRINUSE ? "address already in use" : "the HTTP server could not be started", error);
}

int http_server_port(const struct http_server *s)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
    CHECK(info != NULL);
    return info->port;
}

void http_server_free(struct http_server *s)
{
    if (!s)
        return;
    s->ending = true;
    /* A suspended connection must go on before the daemon may stop. */
    LIST_EACH(&s->calls, at)
    {
        struct http_call *call = LIST_ITEM(at, struct http_call, link);
        if (call->suspended && !call->response)
            http_call_fail(call, 503, "ending", "the broker is ending", NULL, NULL);
    }
    loop_unwatch(s->watch);
    MHD_stop_daemon(s->daemon);
    free(s);
}

const char *http_call_method(const struct http_call *call)
{
    return call->method;
}

const char *http_call_path(const struct http_call *call)
{
    return call->path;
}

struct str http_call_body(const struct http_call *call)
{
    return buf_str(&call->body);
}

const char *http_call_query(const struct http_call *call, const char *name)
{
    return MHD_lookup_connection_value(call->connection, MHD_GET_ARGUMENT_KIND, name);
}

void http_call_afterwards(struct http_call *call, void (*then)(void *ctx), void *ctx)
{
    call->then = then;
    call->then_ctx = ctx;
}

struct search {
    const char *const *names;
    const char *unknown;
};

static enum MHD_Result look_at_query(void *ctx, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct search *search = ctx;
    (void)kind;
    (void)value;
    for (size_t i = 0; search->names[i]; i++)
        if (strcmp(search->names[i], name) == 0)
            return MHD_YES;
    search->unknown = name;
    return MHD_NO;
}

const char *http_call_unknown_query(const struct http_call *call, const char *const names[])
{
    struct search search = {.names = names};
    MHD_get_connection_values(call->connection, MHD_GET_ARGUMENT_KIND, look_at_query, &search);
    return search.unknown;
}

static void add_headers(struct http_call *call, const char *content_type)
{
    if (call->server->joined) {
        MHD_add_response_header(call->response, MHD_HTTP_HEADER_CONTENT_TYPE,
                                "application/json;charset=utf-8");
        MHD_add_response_header(call->response, MHD_HTTP_HEADER_CONNECTION, "close");
    } else {
        MHD_add_response_header(call->response, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
        MHD_add_response_header(call->response, "X-Iotconform-Version", BROKER_VERSION);
    }
}

/* Sends call->response. */
static void leave(struct http_call *call, unsigned status)
{
    call->status = status;
    CHECK(call->response != NULL);
    if (call->allow_origin) {
        MHD_add_response_header(call->response, MHD_HTTP_HEADER_ACCESS_CONTROL_ALLOW_ORIGIN,
                                call->allow_origin);
        MHD_add_response_header(call->response, MHD_HTTP_HEADER_VARY, MHD_HTTP_HEADER_ORIGIN);
    }
    if (!call->suspended)
        return;
    struct http_server *s = call->server;
    call->suspended = false;
    MHD_resume_connection(call->connection);
    run(s);
}

/* Sends call->response with its content type. */
static void finish(struct http_call *call, unsigned status, const char *content_type, const char *allow)
{
    add_headers(call, content_type);
    if (allow)
        MHD_add_response_header(
            call->response, status == 401 ? MHD_HTTP_HEADER_WWW_AUTHENTICATE : MHD_HTTP_HEADER_ALLOW, allow);
    leave(call, status);
}

static void answer(struct http_call *call, unsigned status, cJSON *body, const char *allow)
{
    CHECK(!call->response);
    char *text = cJSON_PrintUnformatted(body);
    CHECK(text != NULL);
    cJSON_Delete(body);
    call->response = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    finish(call, status, "application/json", allow);
}

void http_call_answer_text(struct http_call *call, unsigned status, const char *content_type, struct str text)
{
    CHECK(!call->response);
    call->response =
        MHD_create_response_from_buffer(text.n, (void *)(uintptr_t)text.p, MHD_RESPMEM_MUST_COPY);
    finish(call, status, content_type, NULL);
}

void http_call_answer_page(struct http_call *call, unsigned status, const struct http_header *headers,
                           struct str body)
{
    CHECK(!call->response);
    call->response =
        MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p, MHD_RESPMEM_MUST_COPY);
    for (const struct http_header *at = headers; at->name; at++)
        MHD_add_response_header(call->response, at->name, at->value);
    if (call->server->joined)
        MHD_add_response_header(call->response, MHD_HTTP_HEADER_CONNECTION, "close");
    else
        MHD_add_response_header(call->response, "X-Iotconform-Version", BROKER_VERSION);
    leave(call, status);
}

void http_call_allow_origin(struct http_call *call, const char *origin)
{
    call->allow_origin = origin;
}

void http_call_answer(struct http_call *call, unsigned status, cJSON *body)
{
    answer(call, status, body, NULL);
}

void http_call_fail(struct http_call *call, unsigned status, const char *code, const char *message,
                    const char *path, const char *allow)
{
    cJSON *body = cJSON_CreateObject();
    if (call->server->joined) {
        cJSON_AddNumberToObject(body, "code", status);
        cJSON_AddStringToObject(body, "message", message);
        answer(call, status, body, allow);
        return;
    }
    cJSON *error = cJSON_AddObjectToObject(body, "error");
    cJSON_AddStringToObject(error, "code", code);
    cJSON_AddStringToObject(error, "message", message);
    if (path)
        cJSON_AddStringToObject(error, "path", path);
    answer(call, status, body, allow);
}
