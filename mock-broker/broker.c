#include "broker.h"

#include "auth_endpoint.h"
#include "faults.h"
#include "tokens.h"
#include "trace.h"

#include "lib/base/check.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "message_age.h"
#include "session.h"

#include <stdlib.h>

/* The largest packet that is ever encoded here: a delivery, which is no larger than the PUBLISH it came from, or a SUBACK. */
enum { SCRATCH_MARGIN_BYTES = 64 };

static const struct {
    const char *name;
    struct port_policy policy;
} ports[BROKER_PORTS] = {
    [PORT_MQTT] = {"mqtt", {.plain = true, .tls = true}},
    [PORT_WEB] = {"web", {.plain = true, .tls = true, .http = true}},
    [PORT_MQTTS] = {"mqtts", {.plain = false, .tls = true}},
};

const char *broker_port_name(enum broker_port port)
{
    return ports[port].name;
}

struct broker *broker_new(struct loop *loop, const struct profile *profile, struct registry *registry,
                          struct tls_server *tls, size_t connections_max, uint64_t seed)
{
    struct broker *b = mem_zalloc(1, sizeof *b);
    b->loop = loop;
    b->clock = loop_clock(loop);
    b->timers = loop_timers(loop);
    b->tls = tls;
    b->profile = *profile;
    b->registry = registry;
    registry_mark_start(registry);
    b->router = router_new();
    b->journal = journal_new(b->clock);
    journal_guard(b->journal, registry_secrets(registry));
    b->faults = faults_new(seed);
    b->tokens = tokens_new(b->clock, registry_secrets(registry));
    b->region = "cn-shanghai";
    const char *error;
    b->auth = auth_endpoint_new(b, &error);
    if (!b->auth)
        log_line(LOG_WARNING, "no HTTP on the device ports: %s", error);
    list_init(&b->joins);
    b->connections_max = connections_max;
    list_init(&b->connections);
    list_init(&b->sessions);
    buf_init(&b->scratch, (size_t)profile->mqtt_packet_max_bytes + SCRATCH_MARGIN_BYTES);
    return b;
}

static void on_event(void *ctx, const struct journal_event *event)
{
    trace_event(((struct broker *)ctx)->trace, event);
}

void broker_keep_trace(struct broker *b)
{
    b->trace = trace_new(b->clock, b->registry);
    journal_on_event(b->journal, on_event, b);
}

static void drop_sessions(struct broker *b)
{
    LIST_EACH(&b->sessions, at)
    {
        struct session *s = LIST_ITEM(at, struct session, link);
        CHECK(!session_online(s));
        session_end(s, b->router);
    }
}

void broker_close(struct broker *b)
{
    for (size_t i = 0; i < BROKER_PORTS; i++) {
        if (b->listeners[i].listener)
            listener_free(b->listeners[i].listener);
        b->listeners[i].listener = NULL;
    }
    auth_endpoint_free(b->auth);
    b->auth = NULL;
    LIST_EACH(&b->connections, at)
    connection_close(LIST_ITEM(at, struct connection, link), OFFLINE_SHUTDOWN, (struct str){0});
    drop_sessions(b);
}

void broker_free(struct broker *b)
{
    CHECK(list_is_empty(&b->connections) && list_is_empty(&b->joins));
    tokens_free(b->tokens);
    registry_free(b->registry);
    router_free(b->router);
    journal_free(b->journal);
    trace_free(b->trace);
    faults_free(b->faults);
    buf_fini(&b->scratch);
    free(b);
}

static void on_accept(void *ctx, struct channel *channel)
{
    struct broker_listener *l = ctx;
    struct broker *b = l->broker;
    connection_open(b, channel, &l->policy);
    trace_accept(b->trace, LIST_ITEM(b->connections.prev, struct connection, link),
                 broker_port_name((enum broker_port)(l - b->listeners)));
    if (b->connection_count <= b->connections_max)
        return;
    if (!b->full_logged)
        log_line(LOG_WARNING, "%zu connections are open, more are closed at once (--max-connections)",
                 b->connections_max);
    b->full_logged = true;
    connection_abort(LIST_ITEM(b->connections.prev, struct connection, link), OFFLINE_SHUTDOWN);
}

bool broker_listen(struct broker *b, enum broker_port port, const char *address, int number, int *bound,
                   const char **error)
{
    struct broker_listener *l = &b->listeners[port];
    *l = (struct broker_listener){.broker = b, .policy = ports[port].policy};
    l->listener = listener_new(b->loop, address, number, on_accept, l, error);
    if (!l->listener)
        return false;
    *bound = l->number = listener_port(l->listener);
    return true;
}

void broker_remember(struct broker *b, struct connection *c)
{
    list_add_last(&b->connections, &c->link);
    b->connection_count++;
}

void broker_forget(struct broker *b, struct connection *c)
{
    list_remove(&c->link);
    b->connection_count--;
    if (b->connection_count < b->connections_max)
        b->full_logged = false;
}

void broker_reset(struct broker *b)
{
    LIST_EACH(&b->connections, at)
    connection_abort(LIST_ITEM(at, struct connection, link), OFFLINE_SHUTDOWN);
    drop_sessions(b);
    registry_restore(b->registry);
    tokens_clear(b->tokens);
    journal_clear(b->journal);
    trace_clear(b->trace);
    faults_clear(b->faults);
    b->metrics = (struct metrics){0};
    if (clock_is_manual(b->clock))
        clock_rewind(b->clock);
}

void broker_expel(struct broker *b, struct device *device, enum offline_reason reason)
{
    struct session *s = device->session;
    if (s && session_online(s))
        connection_close(session_online(s), reason, (struct str){0});
    if (reason == OFFLINE_DELETED)
        tokens_revoke(b->tokens, str_of(device->product->key), str_of(device->name));
    if (reason == OFFLINE_DELETED && device->session)
        session_end(device->session, b->router);
}

struct inflight_limits broker_limits(const struct broker *b)
{
    return (struct inflight_limits){b->profile.session_inflight_max, b->profile.session_queue_max};
}

struct publication {
    struct broker *broker;
    struct delivery delivery;
};

/* A message that is lost to a full queue is noted once per sign-in, so that a flood of them does not flood the journal. */
static void note_loss(struct broker *b, struct session *s)
{
    if (s->drop_noted)
        return;
    s->drop_noted = true;
    struct journal_event event = {.kind = JOURNAL_NOTE};
    event.u.note.text = STR("the queue of QoS 1 messages is full: the newest are dropped");
    event.u.note.product_key = str_of(s->device->product->key);
    event.u.note.device_name = str_of(s->device->name);
    journal_append(b->journal, &event);
}

bool broker_deliver(struct broker *b, struct session *s, struct delivery *delivery, uint8_t granted)
{
    const struct inflight_limits limits = broker_limits(b);
    if (session_online(s) && !limit_counts(b, s->device, LIMIT_DOWNLINK))
        return false;
    bool taken = session_deliver(s, delivery, granted, clock_now_ms(b->clock), &limits);
    message_age_watch(b, s);
    if (taken)
        b->metrics.messages_out++;
    else
        note_loss(b, s);
    if (session_online(s) && inflight_queued(&s->inflight) > 0)
        limit_allows(b, s->device, LIMIT_INFLIGHT, s->inflight.count);
    return taken;
}

static void deliver(void *ctx, struct subscriber *who, uint8_t granted)
{
    struct publication *p = ctx;
    broker_deliver(p->broker, session_of(who), &p->delivery, granted);
}

void broker_publish(struct broker *b, struct str topic, struct str payload, uint8_t qos)
{
    struct publication p = {.broker = b};
    delivery_init(&p.delivery, topic, payload, qos, &b->scratch);
    router_match(b->router, topic, deliver, &p);
    delivery_fini(&p.delivery);
}
