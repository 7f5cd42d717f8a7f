#include "connection.h"

#include "broker.h"
#include "certificates.h"
#include "dispatch.h"
#include "fault_gate.h"
#include "faults.h"
#include "http_join.h"
#include "keepalive.h"
#include "session.h"
#include "trace.h"

#include "lib/base/check.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/net/filter_ws.h"
#include "lib/net/sniff.h"
#include "lib/protocol/topic.h"
#include "registry.h"
#include "web_port.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const state_names[] = {"SNIFF",  "TLS",        "HEAD", "WS",     "WAIT_CONNECT",
                                          "ONLINE", "REGISTERED", "HTTP", "CLOSING"};

void connection_set_state(struct connection *c, enum connection_state state)
{
    CHECK(c->state != CONNECTION_CLOSING);
    log_line(LOG_DEBUG, "%s: %s -> %s", channel_peer(c->channel), state_names[c->state], state_names[state]);
    c->state = (uint8_t)state;
}

bool connection_write(struct connection *c, const void *bytes, size_t n)
{
    c->broker->metrics.bytes_out += n;
    return channel_send(c->channel, bytes, n);
}

bool connection_send(struct connection *c, const void *bytes, size_t n)
{
    bool is_traced = c->broker->trace && c->state >= CONNECTION_WAIT_CONNECT && c->state != CONNECTION_HTTP;
    if (c->gate || is_traced || faults_any(c->broker->faults))
        return fault_gate_send(c, bytes, n);
    return connection_write(c, bytes, n);
}

bool connection_send_scratch(struct connection *c)
{
    return connection_send(c, c->broker->scratch.data, c->broker->scratch.len);
}

struct journal_who connection_who(const struct connection *c)
{
    struct journal_who who = {.peer = str_of(channel_peer(c->channel)),
                              .transport = transport_name((enum transport)c->transport)};
    if (c->session) {
        who.product_key = str_of(c->session->device->product->key);
        who.device_name = str_of(c->session->device->name);
        who.client_id = str_of(c->client_id);
    }
    return who;
}

void connection_note(const struct connection *c, const char *text)
{
    struct journal_event event = {.kind = JOURNAL_NOTE};
    struct journal_who who = connection_who(c);
    event.u.note.text = str_of(text);
    event.u.note.product_key = who.product_key;
    event.u.note.device_name = who.device_name;
    event.u.note.peer = who.peer;
    journal_append(c->broker->journal, &event);
}

struct topic_acl connection_acl(const struct connection *c)
{
    const struct device *device = c->session->device;
    return (struct topic_acl){.names = {str_of(device->product->key), str_of(device->name)},
                              .custom = device->product->topics,
                              .ext = c->session->ext,
                              .classes = c->broker->profile.topic_permissions == PROFILE_PERMISSIONS_CLASSES};
}

void connection_denied(const struct connection *c, const char *action, const char *rule, struct str topic)
{
    struct journal_event event = {.kind = JOURNAL_DENIED};
    event.u.denied.action = action;
    event.u.denied.rule = rule;
    event.u.denied.topic = topic;
    event.u.denied.product_key = str_of(c->session->device->product->key);
    event.u.denied.device_name = str_of(c->session->device->name);
    journal_append(c->broker->journal, &event);
}

bool connection_limits_topic(const struct connection *c, struct str topic)
{
    struct device *device = c->session->device;
    bool bytes = limit_allows(c->broker, device, LIMIT_TOPIC_BYTES, (int64_t)topic.n);
    bool slashes = limit_allows(c->broker, device, LIMIT_TOPIC_SLASHES, (int64_t)topic_levels(topic) - 1);
    return bytes && slashes;
}

/* The journal's line, and the session's leave. Only for a connection that is online. */
static void go_offline(struct connection *c, enum offline_reason reason, struct str new_peer)
{
    struct journal_event event = {.kind = JOURNAL_OFFLINE};
    event.u.offline.who = connection_who(c);
    event.u.offline.reason = offline_reason_name(reason);
    event.u.offline.idle_ms = keepalive_idle_ms(c);
    event.u.offline.limit_ms = c->limit_ms;
    event.u.offline.new_peer = new_peer;
    journal_append(c->broker->journal, &event);
    session_leave(c->session, c->broker->router);
    c->session = NULL;
}

static void close_how(struct connection *c, enum offline_reason reason, struct str new_peer,
                      enum channel_close how)
{
    if (c->state != CONNECTION_CLOSING) {
        if (c->session)
            go_offline(c, reason, new_peer);
        connection_set_state(c, CONNECTION_CLOSING);
        timerq_cancel(c->broker->timers, &c->timer);
    }
    if (how == CHANNEL_RESET || !fault_gate_close(c))
        channel_close(c->channel, how);
}

void connection_close(struct connection *c, enum offline_reason reason, struct str new_peer)
{
    close_how(c, reason, new_peer, CHANNEL_FLUSH);
}

void connection_abort(struct connection *c, enum offline_reason reason)
{
    close_how(c, reason, (struct str){0}, CHANNEL_RESET);
}

static void no_connect(const struct connection *c, const char *reason, const char *detail)
{
    struct journal_event event = {.kind = JOURNAL_NO_CONNECT};
    event.u.no_connect.reason = reason;
    event.u.no_connect.peer = str_of(channel_peer(c->channel));
    event.u.no_connect.detail = str_of(detail);
    event.u.no_connect.bytes = c->bytes_in;
    journal_append(c->broker->journal, &event);
}

void connection_close_unsigned(struct connection *c, const char *reason, const char *detail)
{
    if (c->state == CONNECTION_CLOSING)
        return;
    no_connect(c, reason, detail);
    connection_close(c, OFFLINE_PROTOCOL_ERROR, (struct str){0});
}

void connection_close_malformed(struct connection *c, const struct mqtt_fault *fault, const char *packet)
{
    if (c->state == CONNECTION_CLOSING)
        return;
    struct journal_event event = {.kind = JOURNAL_MALFORMED};
    event.u.malformed.reason = fault->reason;
    event.u.malformed.clause = fault->clause;
    event.u.malformed.offset = (int64_t)fault->offset;
    event.u.malformed.packet = packet;
    event.u.malformed.peer = str_of(channel_peer(c->channel));
    journal_append(c->broker->journal, &event);
    connection_close(c, OFFLINE_PROTOCOL_ERROR, (struct str){0});
}

static bool on_packet(void *ctx, const struct mqtt_packet *packet, struct str raw)
{
    struct connection *c = ctx;
    trace_packet(c->broker->trace, c, TRACE_IN, (const uint8_t *)raw.p, raw.n);
    return faults_any(c->broker->faults) ? fault_gate_receive(c, packet, raw) : dispatch_packet(c, packet);
}

static void feed_mqtt(struct connection *c, const uint8_t *bytes, size_t n)
{
    struct mqtt_fault fault;
    if (mqtt_stream_feed(&c->stream, bytes, n, on_packet, c, &fault) != MQTT_MALFORMED)
        return;
    trace_bytes(c->broker->trace, c, TRACE_IN, bytes, n, &fault);
    connection_close_malformed(c, &fault, NULL);
}

/* Begins MQTT on what the first bytes showed to be MQTT. */
static void start_mqtt(struct connection *c, const uint8_t *bytes, size_t n)
{
    bool plain = c->state == CONNECTION_SNIFF;
    if (plain && !c->policy.plain) {
        connection_close_unsigned(c, "not-mqtt", "this port serves MQTT over TLS only");
        return;
    }
    connection_set_state(c, CONNECTION_WAIT_CONNECT);
    feed_mqtt(c, bytes, n);
}

static void start_web(struct connection *c, const uint8_t *bytes, size_t n)
{
    if (c->policy.http)
        web_port_feed(c, bytes, n);
    else
        connection_close_unsigned(c, "http", "HTTP is not served on this port");
}

/* The platform's own certificate, unless a fault wants another one to be shown. */
static struct tls_server *certificate_of(struct connection *c)
{
    struct broker *b = c->broker;
    int wanted = faults_any(b->faults) ? fault_gate_certificate(c) : -1;
    enum certificate which = wanted < 0 ? CERTIFICATE_SERVER : (enum certificate)wanted;
    const char *error;
    struct tls_server *tls = wanted < 0 ? b->tls : certificates_get(b->certificates, which, &error);
    CHECK(tls); /* the control API has read it when the fault was set */
    trace_certificate(b->trace, c, certificate_names[which]);
    return tls;
}

/* The first bytes decide, outside TLS, again inside, and inside WebSocket. */
static void sniff(struct connection *c, const uint8_t *bytes, size_t n)
{
    bool ws = c->state == CONNECTION_WS;
    enum sniff what = sniff_bytes(bytes, n);
    if (ws && what != SNIFF_MQTT) {
        connection_close_unsigned(c, "not-mqtt", "the first byte inside WebSocket does not begin CONNECT");
        return;
    }
    switch (what) {
    case SNIFF_MORE:
        return;
    case SNIFF_TLS:
        if (c->state == CONNECTION_TLS || !c->policy.tls) {
            connection_close_unsigned(c, "not-mqtt", "TLS is not served here");
            return;
        }
        connection_set_state(c, CONNECTION_TLS);
        c->transport = TRANSPORT_TLS;
        channel_start_tls(c->channel, certificate_of(c), bytes, n);
        return;
    case SNIFF_MQTT:
        start_mqtt(c, bytes, n);
        return;
    case SNIFF_HTTP:
        start_web(c, bytes, n);
        return;
    case SNIFF_UNKNOWN:
        connection_close_unsigned(c, "not-mqtt", "the first byte begins neither CONNECT nor TLS");
        return;
    }
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    struct connection *c = ctx;
    c->broker->metrics.bytes_in += n;
    switch ((enum connection_state)c->state) {
    case CONNECTION_SNIFF:
    case CONNECTION_TLS:
    case CONNECTION_WS:
        c->bytes_in += (uint32_t)n;
        sniff(c, bytes, n);
        return;
    case CONNECTION_HEAD:
        c->bytes_in += (uint32_t)n;
        web_port_feed(c, bytes, n);
        return;
    case CONNECTION_WAIT_CONNECT:
        c->bytes_in += (uint32_t)n;
        feed_mqtt(c, bytes, n);
        return;
    case CONNECTION_ONLINE:
    case CONNECTION_REGISTERED:
        feed_mqtt(c, bytes, n);
        return;
    case CONNECTION_HTTP:
        c->bytes_in += (uint32_t)n;
        if (c->u.join)
            http_join_feed(c->u.join, bytes, n);
        return;
    case CONNECTION_CLOSING:
        return;
    }
}

static enum offline_reason offline_reason_of(enum channel_end_kind kind)
{
    switch (kind) {
    case CHANNEL_END_FIN:
        return OFFLINE_CONNECTION_CLOSED;
    case CHANNEL_END_TLS:
        return OFFLINE_TLS_ERROR;
    case CHANNEL_END_WS:
        return OFFLINE_WS_ERROR;
    case CHANNEL_END_OVERFLOW:
        return OFFLINE_SLOW_CONSUMER;
    case CHANNEL_END_LOCAL: /* connection_close has seen a device off before; only a fault closes behind its back */
        return OFFLINE_FAULT;
    case CHANNEL_END_RESET:
    case CHANNEL_END_FAILED:
        break;
    }
    return OFFLINE_CONNECTION_RESET;
}

/* Why a connection without CONNECT has ended, for its line no-connect. */
static const char *no_connect_reason(enum channel_end_kind kind)
{
    return kind == CHANNEL_END_TLS ? "tls-error" : kind == CHANNEL_END_WS ? "ws-error" : "closed";
}

/* What a WebSocket has to say about its end that the end does not. */
static void journal_ws_end(const struct connection *c)
{
    char text[48];
    struct filter_ws_info info;
    if (!channel_ws_info(c->channel, &info))
        return;
    if (info.fault)
        web_port_journal(c, info.fault);
    snprintf(text, sizeof text, "the close frame of the device has code %d", info.close_code);
    if (info.close_code && info.close_code != 1000 && c->session)
        connection_note(c, text);
}

static void on_end(void *ctx, const struct channel_end *end)
{
    struct connection *c = ctx;
    journal_ws_end(c);
    trace_end(c->broker->trace, c, end);
    if (c->session)
        go_offline(c, offline_reason_of(end->kind), (struct str){0});
    else if (c->state != CONNECTION_CLOSING && c->state != CONNECTION_REGISTERED && !c->is_answered)
        no_connect(c, no_connect_reason(end->kind), end->detail);
    if (c->has_head)
        web_port_fini(c);
    else if (c->u.join)
        http_join_leave(c->u.join);
    timerq_cancel(c->broker->timers, &c->timer);
    fault_gate_free(c);
    mqtt_stream_fini(&c->stream);
    broker_forget(c->broker, c);
    free(c->client_id);
    free(c);
}

static void on_connect_wait(struct timer *timer, void *ctx)
{
    (void)timer;
    struct connection *c = ctx;
    bool http = c->state == CONNECTION_HTTP || c->state == CONNECTION_HEAD;
    if (http && !c->is_answered)
        web_port_say(c, "408 Request Timeout");
    connection_close_unsigned(
        c, "timeout", http ? "no HTTP request within connect.wait_s" : "no CONNECT within connect.wait_s");
}

void connection_open(struct broker *broker, struct channel *channel, const struct port_policy *policy)
{
    static const struct channel_events events = {.on_bytes = on_bytes, .on_end = on_end};
    struct connection *c = mem_zalloc(1, sizeof *c);
    c->broker = broker;
    c->channel = channel;
    c->policy = *policy;
    c->state = CONNECTION_SNIFF;
    c->transport = TRANSPORT_TCP;
    mqtt_stream_init(&c->stream, (size_t)broker->profile.mqtt_packet_max_bytes);
    channel_set_events(channel, &events, c);
    broker_remember(broker, c);
    timerq_set(broker->timers, &c->timer, clock_now_ms(broker->clock) + broker->profile.connect_wait_s * 1000,
               on_connect_wait, c);
}
