#include "fault_gate.h"

#include "broker.h"
#include "connection.h"
#include "dispatch.h"
#include "faults.h"
#include "trace.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_decode.h"

#include <stdio.h>
#include <stdlib.h>

/* Bytes that wait: a piece of the stream, whose turn comes wait_ms after the piece before it has left; or one packet that is
 * late by a time of its own while others pass it. */
struct held {
    struct list link;
    struct timer timer; /* of a late one */
    struct connection *connection;
    int64_t wait_ms;
    bool inbound;
    bool is_packet; /* whole: the trace tells of it when it leaves */
    size_t n;
    uint8_t bytes[];
};

struct fault_gate {
    struct buf partial; /* the beginning of a packet that is being sent */
    struct list queue;  /* pieces, in the order in which they leave */
    struct timer timer; /* for the first of them */
    struct list late;
    size_t held_bytes;
    bool is_mute; /* a CONNACK was withheld: nothing may leave before it, so nothing does */
    bool closes;  /* the channel is closed when the queue is empty */
    bool is_http; /* partial is an answer, which is whole when the connection is to be closed */
    char *product_key, *device_name; /* of an HTTP request; owned, NULL: unknown */
};

static struct fault_gate *gate_of(struct connection *c)
{
    if (c->gate)
        return c->gate;
    struct fault_gate *g = mem_zalloc(1, sizeof *g);
    /* The largest packet that is sent fits the scratch buffer, or is a QoS 1 message, which has an identifier more. */
    buf_init(&g->partial, c->broker->scratch.max + sizeof(uint16_t));
    list_init(&g->queue);
    list_init(&g->late);
    c->gate = g;
    return g;
}

static void drop(struct held *h)
{
    struct connection *c = h->connection;
    timerq_cancel(c->broker->timers, &h->timer);
    c->gate->held_bytes -= h->n;
    list_remove(&h->link);
    free(h);
}

void fault_gate_free(struct connection *c)
{
    struct fault_gate *g = c->gate;
    if (!g)
        return;
    LIST_EACH(&g->queue, at)
    drop(LIST_ITEM(at, struct held, link));
    LIST_EACH(&g->late, at)
    drop(LIST_ITEM(at, struct held, link));
    timerq_cancel(c->broker->timers, &g->timer);
    buf_fini(&g->partial);
    free(g->product_key);
    free(g->device_name);
    free(g);
    c->gate = NULL;
}

/* The channel's end comes later, never from inside: connection.c then writes the journal's line. */
static void end_it(struct connection *c, enum channel_close how)
{
    c->is_cut = true;
    if (how == CHANNEL_RESET || !fault_gate_close(c))
        channel_close(c->channel, how);
}

static struct held *hold(struct connection *c, struct list *where, const void *bytes, size_t n)
{
    struct held *h = mem_zalloc(1, sizeof *h + n);
    h->connection = c;
    h->n = n;
    memcpy(h->bytes, bytes, n);
    list_add_last(where, &h->link);
    c->gate->held_bytes += n;
    if (c->gate->held_bytes > FAULT_GATE_BYTES_MAX)
        end_it(c, CHANNEL_RESET);
    return h;
}

static void leave(struct connection *c, const void *bytes, size_t n, bool is_packet)
{
    if (is_packet)
        trace_packet(c->broker->trace, c, TRACE_OUT, bytes, n);
    connection_write(c, bytes, n);
}

static void on_turn(struct timer *timer, void *ctx);

static void set_turn(struct connection *c)
{
    struct held *first = LIST_ITEM(c->gate->queue.next, struct held, link);
    timerq_set(c->broker->timers, &c->gate->timer, clock_now_ms(c->broker->clock) + first->wait_ms, on_turn,
               c);
}

/* The first piece's time has come, and that of all behind it that wait for nothing else. */
static void on_turn(struct timer *timer, void *ctx)
{
    (void)timer;
    struct connection *c = ctx;
    struct fault_gate *g = c->gate;
    do {
        struct held *first = LIST_ITEM(g->queue.next, struct held, link);
        leave(c, first->bytes, first->n, first->is_packet);
        drop(first);
    } while (!list_is_empty(&g->queue) && LIST_ITEM(g->queue.next, struct held, link)->wait_ms == 0);
    if (!list_is_empty(&g->queue))
        set_turn(c);
    else if (g->closes)
        channel_close(c->channel, CHANNEL_FLUSH);
}

/* Sends a piece wait_ms after the one before it; at once when none waits and wait_ms is 0. */
static void send_piece(struct connection *c, const void *bytes, size_t n, int64_t wait_ms, bool is_packet)
{
    bool is_first = list_is_empty(&c->gate->queue);
    if (is_first && wait_ms == 0) {
        leave(c, bytes, n, is_packet);
        return;
    }
    struct held *held = hold(c, &c->gate->queue, bytes, n);
    held->wait_ms = wait_ms;
    held->is_packet = is_packet;
    if (is_first)
        set_turn(c);
}

static void send_packet(struct connection *c, const void *bytes, size_t n, int64_t wait_ms)
{
    send_piece(c, bytes, n, wait_ms, !c->gate->is_http);
}

/* In pieces: they are told of as the packet they are, when the first one leaves. */
static void send_slices(struct connection *c, const struct fault_effect *effect)
{
    trace_packet(c->broker->trace, c, TRACE_OUT, effect->bytes, effect->n);
    for (size_t at = 0, n; at < effect->n; at += n) {
        n = effect->n - at < effect->slice_bytes ? effect->n - at : effect->slice_bytes;
        send_piece(c, effect->bytes + at, n, at == 0 ? 0 : effect->slice_ms, false);
    }
}

static void receive_late(struct connection *c, const struct held *h)
{
    const struct mqtt_context context = {c->stream.context.level, c->stream.context.packet_max_bytes};
    struct mqtt_packet packet;
    struct mqtt_fault fault;
    CHECK(mqtt_decode(h->bytes, h->n, &context, &packet, &fault) == MQTT_DECODED);
    if (c->state == CONNECTION_ONLINE && !c->is_cut)
        dispatch_packet(c, &packet);
}

static void on_late(struct timer *timer, void *ctx)
{
    (void)timer;
    struct held *h = ctx;
    struct connection *c = h->connection;
    if (h->inbound)
        receive_late(c, h);
    else
        send_packet(c, h->bytes, h->n, 0);
    drop(h);
}

static void make_late(struct connection *c, const void *bytes, size_t n, int64_t delay_ms, bool inbound)
{
    struct held *h = hold(c, &c->gate->late, bytes, n);
    h->inbound = inbound;
    timerq_set(c->broker->timers, &h->timer, clock_now_ms(c->broker->clock) + delay_ms, on_late, h);
}

static void note_strike(const struct connection *c, const struct fault_target *target,
                        const struct fault *fault)
{
    struct journal_event event = {.kind = JOURNAL_FAULT};
    event.u.fault.fault = fault->kind->name;
    event.u.fault.packet = fault_packet_name(target->packet);
    event.u.fault.direction = target->inbound ? "in" : "out";
    event.u.fault.id = (int64_t)fault->id;
    event.u.fault.product_key = target->product_key;
    event.u.fault.device_name = target->device_name;
    registry_show_names(c->broker->registry, &event.u.fault.product_key, &event.u.fault.device_name);
    event.u.fault.peer = str_of(channel_peer(c->channel));
    journal_append(c->broker->journal, &event);
}

static bool strike(struct connection *c, unsigned packet, bool inbound, uint8_t *bytes, size_t n,
                   struct fault_effect *effect)
{
    struct journal_who who = connection_who(c);
    struct fault_target target = {packet, inbound, who.product_key, who.device_name};
    if (packet == FAULT_HTTP && c->gate->product_key)
        target.product_key = str_of(c->gate->product_key), target.device_name = str_of(c->gate->device_name);
    if (!faults_any(c->broker->faults) || !faults_strike(c->broker->faults, &target, bytes, n, effect))
        return false;
    c->broker->metrics.faults++;
    note_strike(c, &target, effect->fault);
    return true;
}

/* Nothing may come before a CONNACK [MQTT-3.2.0-1]: what is behind a late or a lost one waits, or is lost, with it. Every
 * other packet goes its own way. */
static void send_with(struct connection *c, const struct fault_effect *effect)
{
    bool is_first = c->gate->is_http || effect->bytes[0] >> 4 == MQTT_CONNACK;
    if (effect->is_dropped) {
        c->gate->is_mute = is_first;
        trace_packet(c->broker->trace, c, TRACE_WITHHELD, effect->bytes, c->gate->is_http ? 0 : effect->n);
    } else if (effect->delay_ms > 0 && !is_first) {
        make_late(c, effect->bytes, effect->n, effect->delay_ms, false);
    } else if (effect->slice_bytes > 0) {
        send_slices(c, effect);
    } else {
        send_packet(c, effect->bytes, effect->n, effect->delay_ms + effect->hold_ms);
    }
    if (effect->closes || effect->resets)
        end_it(c, effect->resets ? CHANNEL_RESET : CHANNEL_FLUSH);
}

/* The answer with the code that the fault asks for: an HTTP status, or a code of the platform in a body with status 200. */
static void recode_http(struct connection *c, int64_t code)
{
    char body[64], text[256];
    bool is_status = code >= 400 && code < 600;
    snprintf(body, sizeof body, "{\"code\":%d,\"message\":\"fault\"}", (int)code);
    int n = snprintf(text, sizeof text,
                     "HTTP/1.1 %d %s\r\nConnection: close\r\nContent-Length: %zu\r\n"
                     "Content-Type: application/json;charset=utf-8\r\n\r\n%s",
                     is_status ? (int)code : 200, is_status ? "Fault" : "OK", strlen(body), body);
    send_packet(c, text, (size_t)n, 0);
}

static void on_silence(struct timer *timer, void *ctx)
{
    (void)timer;
    channel_close(((struct connection *)ctx)->channel, CHANNEL_FLUSH);
}

/* The whole answer is there. When it is withheld, the device waits for it as long as we waited for its request. */
static void pass_http(struct connection *c)
{
    struct fault_gate *g = c->gate;
    struct fault_effect effect;
    struct buf answer = g->partial; /* it passes once: closing comes by here again */
    buf_init(&g->partial, answer.max);
    if (!strike(c, FAULT_HTTP, false, answer.data, answer.len, &effect))
        send_packet(c, answer.data, answer.len, 0);
    else if (effect.code >= 0)
        recode_http(c, effect.code);
    else
        send_with(c, &effect);
    buf_fini(&answer);
    if (g->is_mute && !c->is_cut)
        timerq_set(c->broker->timers, &g->timer,
                   clock_now_ms(c->broker->clock) + c->broker->profile.connect_wait_s * 1000, on_silence, c);
}

bool fault_gate_send(struct connection *c, const void *bytes, size_t n)
{
    struct fault_gate *g = gate_of(c);
    struct fault_effect effect;
    struct mqtt_fault fault;
    size_t size;
    CHECK(buf_append(&g->partial, bytes, n));
    g->is_http = c->state < CONNECTION_WAIT_CONNECT || c->state == CONNECTION_HTTP;
    if (g->is_http)
        return !c->is_cut;
    while (!c->is_cut && !g->is_mute &&
           mqtt_packet_size(g->partial.data, g->partial.len, &size, &fault) == MQTT_DECODED &&
           size <= g->partial.len) {
        if (strike(c, g->partial.data[0] >> 4, false, g->partial.data, size, &effect))
            send_with(c, &effect);
        else
            send_packet(c, g->partial.data, size, 0);
        buf_consume(&g->partial, size);
    }
    if (g->is_mute || c->is_cut)
        buf_clear(&g->partial);
    return !c->is_cut;
}

bool fault_gate_receive(struct connection *c, const struct mqtt_packet *packet, struct str raw)
{
    struct fault_effect effect;
    if (c->state != CONNECTION_ONLINE || !strike(c, packet->type, true, NULL, raw.n, &effect))
        return dispatch_packet(c, packet);
    gate_of(c);
    bool goes_on = true;
    if (effect.delay_ms > 0)
        make_late(c, raw.p, raw.n, effect.delay_ms, true);
    else if (!effect.is_dropped)
        goes_on = dispatch_packet(c, packet);
    if (effect.closes || effect.resets)
        end_it(c, effect.resets ? CHANNEL_RESET : CHANNEL_FLUSH);
    return goes_on && !c->is_cut;
}

bool fault_gate_close(struct connection *c)
{
    struct fault_gate *g = c->gate;
    if (!g)
        return false;
    if (g->is_http && g->partial.len > 0)
        pass_http(c);
    g->closes = !list_is_empty(&g->queue);
    return g->closes || timer_is_set(&g->timer);
}

int fault_gate_certificate(struct connection *c)
{
    struct fault_effect effect;
    return strike(c, FAULT_TLS, false, NULL, 0, &effect) ? (int)effect.certificate : -1;
}

void fault_gate_inject(struct connection *c, const void *bytes, size_t n)
{
    trace_bytes(c->broker->trace, c, TRACE_OUT, bytes, n, NULL);
    gate_of(c);
    send_piece(c, bytes, n, 0, false);
}

void fault_gate_identify(struct connection *c, struct str product_key, struct str device_name)
{
    if (!faults_any(c->broker->faults))
        return;
    struct fault_gate *g = gate_of(c);
    free(g->product_key);
    free(g->device_name);
    g->product_key = mem_dup(product_key.p, product_key.n);
    g->device_name = mem_dup(device_name.p, device_name.n);
}
