#include "sign_in.h"

#include "broker.h"
#include "connection.h"
#include "endpoint.h"
#include "keepalive.h"
#include "refusal.h"
#include "registration.h"
#include "session.h"
#include "system_topic.h"
#include "takeover.h"
#include "tokens.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/base/secrets.h"
#include "lib/base/without.h"
#include "lib/net/filter_ws.h"
#include "lib/protocol/mqtt_encode.h"
#include "lib/rules/connect_rules.h"

#include <stdio.h>

/* The rulebook's question, and the device found for it. */
struct question {
    const struct broker *broker;
    struct device *device;
};

static void look_up(void *ctx, struct str product_key, struct str device_name, struct connect_device *out)
{
    struct question *q = ctx;
    const struct registry *registry = q->broker->registry;
    q->device = registry_device(registry, product_key, device_name);
    const struct product *product = q->device ? q->device->product : registry_product(registry, product_key);
    if (!product)
        return;
    out->product_known = true;
    out->registers = product->is.registers;
    /* Who puts a secret there would have it for his name. */
    out->registers_unknown = product->is.registers_unknown && !registry_name_fault(device_name) &&
                             !secrets_in(registry_secrets(registry), device_name);
    out->product_secret = str_of(product->secret);
    if (!q->device)
        return;
    out->known = true;
    out->enabled = q->device->enabled;
    out->activated = q->device->activated;
    out->secret = str_of(q->device->secret);
}

static bool show_token(const struct question *q, const struct token *token, struct connect_token *out)
{
    if (!token)
        return false;
    *out = (struct connect_token){.product_key = str_of(token->product_key),
                                  .device_name = str_of(token->device_name),
                                  .client_id = str_of(token->client_id),
                                  .expired = tokens_expired(q->broker->tokens, token)};
    if (token->iot_id[0])
        out->iot_id = str_of(token->iot_id);
    return true;
}

static bool look_up_iot_id(void *ctx, struct str iot_id, struct connect_token *out)
{
    const struct question *q = ctx;
    return show_token(q, tokens_of_iot_id(q->broker->tokens, iot_id), out);
}

static bool look_up_token(void *ctx, struct str text, struct connect_token *out)
{
    const struct question *q = ctx;
    return show_token(q, tokens_find(q->broker->tokens, text), out);
}

static bool look_up_secret(void *ctx, struct str text)
{
    const struct question *q = ctx;
    return secrets_in(registry_secrets(q->broker->registry), text);
}

static void send_connack(struct connection *c, bool session_present, uint8_t return_code)
{
    struct buf *out = &c->broker->scratch;
    buf_clear(out);
    CHECK(mqtt_encode_connack(out, session_present, return_code));
    connection_send_scratch(c);
}

/* The reason code that MQTT 5 has for a version that is not served; its CONNACK ends with the length of no properties. */
static void send_connack_v5(struct connection *c)
{
    static const uint8_t unsupported_version[] = {0x20, 0x03, 0x00, 0x84, 0x00};
    connection_send(c, unsupported_version, sizeof unsupported_version);
}

static void send_refusal(struct connection *c, uint8_t level, uint8_t return_code)
{
    bool is_version = return_code == MQTT_BAD_PROTOCOL_LEVEL && level == MQTT_LEVEL_5;
    if (is_version && c->broker->profile.mqtt5_answer == PROFILE_MQTT5_V5)
        send_connack_v5(c);
    else
        send_connack(c, false, return_code);
}

/* input as for refusal_journal. */
static void refuse(struct connection *c, const struct mqtt_connect *packet, const struct connect_input *input,
                   const struct connect_verdict *verdict)
{
    int return_code = verdict->refusal.return_code;
    refusal_journal(c, input, verdict);
    metrics_refused(&c->broker->metrics, verdict->refusal.rule->id);
    if (return_code != PROFILE_REFUSAL_CLOSE)
        send_refusal(c, packet->level, (uint8_t)return_code);
    connection_close(c, OFFLINE_PROTOCOL_ERROR, (struct str){0});
}

static const char *login_name(enum connect_mode mode)
{
    return mode == CONNECT_BY_IOT_TOKEN      ? "iotToken"
           : mode == CONNECT_BY_DEVICE_TOKEN ? "deviceToken"
                                             : "secret";
}

static void journal_online(const struct connection *c, const char *login, bool present)
{
    struct journal_event event = {.kind = JOURNAL_ONLINE};
    event.u.online.who = connection_who(c);
    event.u.online.keep_alive_s = c->keep_alive_s;
    event.u.online.limit_ms = c->limit_ms;
    event.u.online.clean_session = c->session->clean;
    event.u.online.session_present = present;
    event.u.online.login = login;
    const struct channel_tls *tls = channel_tls_info(c->channel);
    if (tls) {
        event.u.online.tls.version = str_of(tls->version);
        event.u.online.tls.cipher = str_of(tls->cipher);
        event.u.online.tls.server_name = str_of(tls->server_name);
    }
    struct filter_ws_info ws;
    if (channel_ws_info(c->channel, &ws)) {
        event.u.online.ws.path = str_of(ws.path);
        event.u.online.ws.protocol = str_of(ws.protocol[0] ? ws.protocol : NULL);
    }
    journal_append(c->broker->journal, &event);
}

static void journal_notes(const struct connection *c, const struct connect_input *input, uint32_t notes)
{
    char text[CONNECT_TEXT_SIZE];
    for (int note = 0; note < CONNECT_NOTES; note++) {
        if ((notes >> note & 1) == 0)
            continue;
        connect_note_text(input, (enum connect_note)note, text);
        connection_note(c, text);
    }
}

/* A sign-in that passes every rule, but comes too often (where limits are enforced). */
static void refuse_rate(struct connection *c, const struct mqtt_connect *packet,
                        struct connect_verdict *verdict, enum limit rate)
{
    static const struct connect_rule rule = {.id = "connect-rate", .requirement = "LIM-01"};
    struct connect_refusal *refusal = &verdict->refusal;
    const char *window = rate == LIMIT_CONNECT_PER_SECOND ? "second" : "minute";
    refusal->rule = &rule;
    refusal->return_code = (int)c->broker->profile.refusal_rate;
    snprintf(refusal->received, sizeof refusal->received, "one more sign-in within a %s", window);
    snprintf(refusal->accepted, sizeof refusal->accepted, "%lld within a %s",
             (long long)limit_max(c->broker, rate), window);
    refuse(c, packet, NULL, verdict);
}

/* Both are counted, whatever the first says. */
static bool comes_too_often(struct broker *b, struct device *device, enum limit *which)
{
    bool second = limit_counts(b, device, LIMIT_CONNECT_PER_SECOND);
    bool minute = limit_counts(b, device, LIMIT_CONNECT_PER_MINUTE);
    *which = second ? LIMIT_CONNECT_PER_MINUTE : LIMIT_CONNECT_PER_SECOND;
    return !second || !minute;
}

/* What the device asks for in its client id: system topics without subscribing them, custom RRPC, notifications. */
static void read_wishes(struct session *s, struct str client_id)
{
    struct client_id id;
    struct client_id_fault fault;
    int64_t ext = 0;
    client_id_parse(client_id, &id, &fault);
    s->auto_subscribed = str_is(client_id_get(&id, "_ss"), "1");
    s->ext = str_to_int(client_id_get(&id, "ext"), &ext) && ext > 0 ? (unsigned)ext : 0;
}

static bool to_connection(void *ctx, const void *bytes, size_t n)
{
    return connection_send(ctx, bytes, n);
}

static void accept_device(struct connection *c, const struct connect_input *input,
                          const struct connect_verdict *verdict, struct device *device)
{
    struct broker *b = c->broker;
    bool clean = input->packet->clean_session, present;
    takeover_by(c, device);
    registry_activate(b->registry, device);
    struct session *s = session_open(device, clean, b->router, &b->sessions, &present);
    c->session = s;
    read_wishes(s, input->packet->client_id);
    c->client_id = mem_dup(verdict->shown.core.p, verdict->shown.core.n);
    c->stream.context.level = input->packet->level;
    connection_set_state(c, CONNECTION_ONLINE);
    b->metrics.accepted++;
    session_join(s, (struct message_sink){to_connection, c});
    keepalive_start(c, verdict->keep_alive_s);
    /* The bit is reserved in MQTT 3.1. */
    send_connack(c, present && input->packet->level >= MQTT_LEVEL_3_1_1, MQTT_ACCEPTED);
    journal_online(c, login_name(verdict->mode), present);
    if (verdict->notes)
        journal_notes(c, input, verdict->notes);
    struct inflight_limits limits = broker_limits(b);
    session_resume(s, &limits);
}

/* A certificate with a wildcard lets a device come to the endpoint of another product (NET-12). */
static void note_other_endpoint(const struct connection *c, struct str product_key)
{
    const struct channel_tls *tls = channel_tls_info(c->channel);
    if (!tls || !product_key.p || !endpoint_is_of_other_product(str_of(tls->server_name), product_key))
        return;
    char text[CONNECT_TEXT_SIZE], name[80];
    str_printable(str_of(tls->server_name), name, sizeof name);
    snprintf(text, sizeof text, "the server name %s is the endpoint of another product", name);
    connection_note(c, text);
}

void sign_in(struct connection *c, const struct mqtt_connect *packet)
{
    struct broker *b = c->broker;
    struct question question = {.broker = b};
    const struct connect_lookup lookup = {&question, look_up, look_up_iot_id, look_up_token, look_up_secret};
    const struct connect_input input = {packet, (enum transport)c->transport, &b->profile, &lookup};
    struct connect_verdict verdict;
    bool accepted = connect_rules_check(&input, &verdict);
    note_other_endpoint(c, verdict.product_key);
    enum limit rate;
    if (!accepted) {
        refuse(c, packet, &input, &verdict);
    } else if (question.device && comes_too_often(b, question.device, &rate)) {
        refuse_rate(c, packet, &verdict, rate);
    } else if (connect_mode_registers(verdict.mode)) {
        registration_over_mqtt(c, &verdict, question.device);
    } else if (question.device) {
        accept_device(c, &input, &verdict, question.device);
    } else {
        CHECK(without_count > 0); /* the rulebook is not whole: --without */
        connection_close(c, OFFLINE_PROTOCOL_ERROR, (struct str){0});
    }
}
