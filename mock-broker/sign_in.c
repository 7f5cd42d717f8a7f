#include "sign_in.h"

#include "broker.h"
#include "connection.h"
#include "keepalive.h"
#include "session.h"
#include "system_topic.h"
#include "takeover.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_encode.h"
#include "lib/rules/connect_rules.h"

#include <stdio.h>

/* The rulebook's question, and the device found for it. */
struct question {
    const struct registry *registry;
    struct device *device;
};

static void look_up(void *ctx, struct str product_key, struct str device_name, struct connect_device *out)
{
    struct question *q = ctx;
    q->device = registry_device(q->registry, product_key, device_name);
    out->product_known = q->device || registry_product(q->registry, product_key);
    if (!q->device)
        return;
    out->known = true;
    out->enabled = q->device->enabled;
    out->secret = str_of(q->device->secret);
}

static void send_connack(struct connection *c, bool session_present, uint8_t return_code)
{
    struct buf *out = &c->broker->scratch;
    buf_clear(out);
    CHECK(mqtt_encode_connack(out, session_present, return_code));
    connection_send_scratch(c);
}

static void refuse(struct connection *c, const struct connect_verdict *verdict)
{
    const struct connect_refusal *refusal = &verdict->refusal;
    bool silent = refusal->return_code == PROFILE_REFUSAL_CLOSE;
    struct journal_event event = {.kind = JOURNAL_REFUSED};
    event.u.refused.who = connection_who(c);
    event.u.refused.who.product_key = verdict->product_key;
    event.u.refused.who.device_name = verdict->device_name;
    event.u.refused.who.client_id = verdict->core;
    event.u.refused.rule = refusal->rule->id;
    event.u.refused.requirement = refusal->rule->requirement;
    event.u.refused.action = silent ? "close" : "connack";
    event.u.refused.return_code = refusal->return_code;
    event.u.refused.received = str_of(refusal->received);
    event.u.refused.accepted = str_of(refusal->accepted);
    journal_append(c->broker->journal, &event);
    metrics_refused(&c->broker->metrics, refusal->rule->id);
    if (!silent)
        send_connack(c, false, (uint8_t)refusal->return_code);
    connection_close(c, OFFLINE_PROTOCOL_ERROR, (struct str){0});
}

static void journal_online(const struct connection *c, bool present)
{
    struct journal_event event = {.kind = JOURNAL_ONLINE};
    event.u.online.who = connection_who(c);
    event.u.online.keep_alive_s = c->keep_alive_s;
    event.u.online.limit_ms = c->limit_ms;
    event.u.online.clean_session = c->session->clean;
    event.u.online.session_present = present;
    const struct channel_tls *tls = channel_tls_info(c->channel);
    if (tls) {
        event.u.online.tls.version = str_of(tls->version);
        event.u.online.tls.cipher = str_of(tls->cipher);
        event.u.online.tls.server_name = str_of(tls->server_name);
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
static void refuse_rate(struct connection *c, struct connect_verdict *verdict, enum limit rate)
{
    static const struct connect_rule rule = {.id = "connect-rate", .requirement = "LIM-01"};
    struct connect_refusal *refusal = &verdict->refusal;
    const char *window = rate == LIMIT_CONNECT_PER_SECOND ? "second" : "minute";
    refusal->rule = &rule;
    refusal->return_code = (int)c->broker->profile.refusal_rate;
    snprintf(refusal->received, sizeof refusal->received, "one more sign-in within a %s", window);
    snprintf(refusal->accepted, sizeof refusal->accepted, "%lld within a %s",
             (long long)limit_max(c->broker, rate), window);
    refuse(c, verdict);
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
    struct session *s = session_open(device, clean, b->router, &b->sessions, &present);
    c->session = s;
    read_wishes(s, input->packet->client_id);
    c->client_id = mem_dup(verdict->core.p, verdict->core.n);
    c->stream.context.level = input->packet->level;
    connection_set_state(c, CONNECTION_ONLINE);
    b->metrics.accepted++;
    session_join(s, (struct message_sink){to_connection, c});
    keepalive_start(c, verdict->keep_alive_s);
    /* The bit is reserved in MQTT 3.1. */
    send_connack(c, present && input->packet->level >= MQTT_LEVEL_3_1_1, MQTT_ACCEPTED);
    journal_online(c, present);
    if (verdict->notes)
        journal_notes(c, input, verdict->notes);
    struct inflight_limits limits = broker_limits(b);
    session_resume(s, &limits);
}

void sign_in(struct connection *c, const struct mqtt_connect *packet)
{
    struct broker *b = c->broker;
    struct question question = {.registry = b->registry};
    const struct connect_lookup lookup = {&question, look_up};
    const struct connect_input input = {packet, (enum transport)c->transport, &b->profile, &lookup};
    struct connect_verdict verdict;
    if (!connect_rules_check(&input, &verdict)) {
        refuse(c, &verdict);
        return;
    }
    CHECK(question.device != NULL);
    enum limit rate;
    if (comes_too_often(b, question.device, &rate)) {
        refuse_rate(c, &verdict, rate);
        return;
    }
    accept_device(c, &input, &verdict, question.device);
}
