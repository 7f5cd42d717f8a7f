#include "web_port.h"

#include "broker.h"
#include "http_join.h"
#include "trace.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/base/secrets.h"
#include "lib/protocol/http_head.h"
#include "lib/protocol/ws_handshake.h"

#include <stdio.h>
#include <stdlib.h>

enum { ANSWER_MAX_BYTES = 1024 };

void web_port_say(struct connection *c, const char *status)
{
    char text[128];
    int n =
        snprintf(text, sizeof text, "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", status);
    connection_send(c, text, (size_t)n);
}

void web_port_fini(struct connection *c)
{
    if (!c->has_head)
        return;
    buf_fini(c->u.head);
    free(c->u.head);
    c->u.head = NULL;
    c->has_head = false;
}

void web_port_journal(const struct connection *c, const struct ws_fault *fault)
{
    struct journal_event event = {.kind = JOURNAL_WS_ERROR};
    event.u.ws_error.who = connection_who(c);
    event.u.ws_error.code = fault->code;
    event.u.ws_error.reason = fault->reason;
    event.u.ws_error.clause = fault->clause;
    journal_append(c->broker->journal, &event);
}

static void refuse(struct connection *c, const struct ws_fault *fault)
{
    struct buf answer;
    buf_init(&answer, ANSWER_MAX_BYTES);
    ws_answer_refuse(&answer, fault);
    connection_send(c, answer.data, answer.len);
    buf_fini(&answer);
    web_port_journal(c, fault);
    connection_close_unsigned(c, "ws-error", fault->reason);
}

static void start_http(struct connection *c, struct str bytes)
{
    if (!transport_is_encrypted((enum transport)c->transport) && !c->broker->profile.auth_plain_http) {
        connection_close_unsigned(c, "http", "HTTP without TLS is not served (auth.plain_http)");
        return;
    }
    c->u.join = http_join_new(c);
    if (!c->u.join) {
        web_port_say(c, "503 Service Unavailable");
        connection_close_unsigned(c, "http", "too many HTTP connections");
        return;
    }
    connection_set_state(c, CONNECTION_HTTP);
    http_join_feed(c->u.join, (const uint8_t *)bytes.p, bytes.n);
}

static void start_ws(struct connection *c, struct str head, struct str rest)
{
    static const struct ws_fault not_served = {404, "transport.websocket", "WebSocket is not served"};
    struct ws_request request;
    struct ws_fault fault = not_served;
    c->transport = transport_is_encrypted((enum transport)c->transport) ? TRANSPORT_WSS : TRANSPORT_WS;
    if (!c->broker->profile.transport_websocket || !ws_request_parse(head, &request, &fault)) {
        refuse(c, &fault);
        return;
    }
    connection_set_state(c, CONNECTION_WS);
    bool is_secret = secrets_in(registry_secrets(c->broker->registry), request.path);
    trace_websocket(c->broker->trace, c, is_secret ? STR(SECRETS_MASK) : request.path,
                    str_of(request.protocol));
    channel_start_ws(c->channel, &request, (const uint8_t *)rest.p, rest.n);
}

/* The head is whole, the first n of these bytes. */
static void decide(struct connection *c, struct str bytes, size_t n)
{
    struct str head = {bytes.p, n};
    if (ws_request_is_meant(head))
        start_ws(c, head, (struct str){bytes.p + n, bytes.n - n});
    else
        start_http(c, bytes);
}

static void collect(struct connection *c, struct str bytes)
{
    if (!c->has_head) {
        c->u.head = mem_zalloc(1, sizeof *c->u.head);
        buf_init(c->u.head, HTTP_HEAD_MAX_BYTES);
        c->has_head = true;
        connection_set_state(c, CONNECTION_HEAD);
    }
    CHECK(buf_append_str(c->u.head, bytes));
}

static void refuse_too_large(struct connection *c)
{
    web_port_say(c, "431 Request Header Fields Too Large");
    connection_close_unsigned(c, "http", "the head of the request has more than 65536 bytes");
}

/* More of a head that others came before. The buffer is out of the connection's hands before anything else begins. */
static void feed_more(struct connection *c, struct str bytes)
{
    struct buf *head = c->u.head;
    size_t before = head->len, room = head->max - before, part = bytes.n < room ? bytes.n : room;
    collect(c, (struct str){bytes.p, part});
    size_t end = http_head_end(buf_str(head), before);
    if (!end && head->len == head->max)
        refuse_too_large(c);
    if (!end)
        return;
    /* What is behind the head may be more than the buffer has room for. */
    struct buf all;
    buf_init(&all, head->len + bytes.n - part);
    buf_append_str(&all, buf_str(head));
    buf_append(&all, bytes.p + part, bytes.n - part);
    web_port_fini(c);
    decide(c, buf_str(&all), end);
    buf_fini(&all);
}

static void feed_first(struct connection *c, struct str bytes)
{
    size_t end = http_head_end(bytes, 0);
    if (end ? end > HTTP_HEAD_MAX_BYTES : bytes.n >= HTTP_HEAD_MAX_BYTES)
        refuse_too_large(c);
    else if (end)
        decide(c, bytes, end);
    else
        collect(c, bytes);
}

void web_port_feed(struct connection *c, const uint8_t *bytes, size_t n)
{
    if (c->has_head)
        feed_more(c, (struct str){(const char *)bytes, n});
    else
        feed_first(c, (struct str){(const char *)bytes, n});
}
