#include "auth_endpoint.h"

#include "auth_request.h"
#include "broker.h"
#include "endpoint.h"
#include "fault_gate.h"
#include "http_join.h"
#include "http_server.h"

#include "lib/base/mem.h"

#include <stdio.h>
#include <stdlib.h>

/* Connections at once; each ends after connect.wait_s at the latest. */
enum { CONNECTIONS_MAX = 1000 };

struct auth_endpoint {
    struct broker *broker;
    struct http_server *server;
};

static const struct route {
    const char *path;
    enum auth_code (*handle)(struct auth_request *request);
} routes[] = {
    {"/auth/devicename", auth_request_device_name},
    {"/auth/register/device", auth_request_register},
    {"/auth/bootstrap", auth_request_bootstrap},
};

static const struct route *route_of(const char *path)
{
    for (size_t i = 0; i < sizeof routes / sizeof routes[0]; i++)
        if (strcmp(routes[i].path, path) == 0)
            return &routes[i];
    return NULL;
}

static void journal_auth(const struct auth_request *q, unsigned status, int code, const char *detail)
{
    struct journal_event event = {.kind = JOURNAL_AUTH};
    event.u.auth.path = str_of(http_call_path(q->call));
    event.u.auth.product_key = auth_form_get(&q->form, "productKey");
    event.u.auth.device_name = auth_form_get(&q->form, "deviceName");
    registry_show_names(q->broker->registry, &event.u.auth.product_key, &event.u.auth.device_name);
    event.u.auth.peer = str_of(channel_peer(q->connection->channel));
    event.u.auth.transport = auth_request_transport(q);
    event.u.auth.status = status;
    event.u.auth.code = code;
    if (detail[0])
        event.u.auth.detail = str_of(detail);
    journal_append(q->broker->journal, &event);
}

/* A mistake in HTTP itself, before any parameter is looked at; 0: there is none. */
static unsigned http_fault(const struct http_call *call, const char **text)
{
    static const char form[] = "application/x-www-form-urlencoded";
    if (!route_of(http_call_path(call))) {
        *text = "there is nothing here";
        return 404;
    }
    if (strcmp(http_call_method(call), "POST") != 0) {
        *text = "POST is the only method";
        return 405;
    }
    if (http_call_is_too_large(call)) {
        *text = "the body is too large";
        return 413;
    }
    const char *type = http_call_header(call, "Content-Type");
    struct str media = str_of(type);
    media.n = str_find(media, ';');
    if (!str_eq_nocase(str_trim(media), str_of(form))) {
        *text = "the body is to be application/x-www-form-urlencoded";
        return 415;
    }
    return 0;
}

/* A device that asks for one product by the name of another one's endpoint has mixed up its settings (NET-12). */
static void note_other_host(const struct auth_request *q, const struct connection *c)
{
    struct str host = str_of(http_call_header(q->call, "Host"));
    char name[80], text[160];
    if (!endpoint_is_of_other_product(host, auth_form_get(&q->form, "productKey")))
        return;
    str_printable(host, name, sizeof name);
    snprintf(text, sizeof text, "the Host %s is the endpoint of another product", name);
    connection_note(c, text);
}

static void on_call(void *ctx, struct http_call *call)
{
    struct auth_endpoint *endpoint = ctx;
    struct auth_request q = {.broker = endpoint->broker, .call = call};
    struct connection *c = http_join_find(endpoint->broker, http_call_joined(call));
    q.connection = c;
    const char *text = "the device has gone";
    unsigned status = c ? http_fault(call, &text) : 503;
    if (c)
        c->is_answered = true;
    if (c && console_is_path(http_call_path(call))) {
        c->is_page = true;
        console_answer(endpoint->broker, call);
        return;
    }
    if (status) {
        if (c)
            journal_auth(&q, status, (int)status, text);
        http_call_fail(call, status, NULL, text, NULL, status == 405 ? "POST" : NULL);
        return;
    }
    auth_request_open(&q);
    note_other_host(&q, c);
    fault_gate_identify(c, auth_form_get(&q.form, "productKey"), auth_form_get(&q.form, "deviceName"));
    enum auth_code code = q.fault[0] ? AUTH_PARAM_ERROR : route_of(http_call_path(call))->handle(&q);
    journal_auth(&q, 200, (int)code, q.fault);
    http_call_answer(call, 200, auth_request_answer(&q, code));
    auth_request_close(&q);
}

struct auth_endpoint *auth_endpoint_new(struct broker *broker, const char **error)
{
    struct auth_endpoint *endpoint = mem_zalloc(1, sizeof *endpoint);
    endpoint->broker = broker;
    endpoint->server = http_server_new_joined(broker->loop, CONNECTIONS_MAX, on_call, endpoint, error);
    if (endpoint->server)
        return endpoint;
    free(endpoint);
    return NULL;
}

bool auth_endpoint_join(struct auth_endpoint *endpoint, int fd, uint32_t id)
{
    return http_server_join(endpoint->server, fd, id);
}

void auth_endpoint_free(struct auth_endpoint *endpoint)
{
    if (!endpoint)
        return;
    http_server_free(endpoint->server);
    free(endpoint);
}
