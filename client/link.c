#include "link.h"

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/net/address.h"
#include "lib/protocol/mqtt_decode.h"
#include "lib/protocol/mqtt_stream.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct link {
    struct wire wire;
    struct wires *wires;
    char peer[ADDRESS_TEXT_SIZE]; /* for link_peer */
    const struct link_observer *observer;
    void *ctx;
    const struct link_layer *layer; /* NULL: MQTT comes as it is */
    void *layer_ctx;
    struct mqtt_stream stream;
    uint8_t level;
    struct list received; /* struct link_packet */
    size_t given;         /* bytes of the packets that the current feeding has given */
    struct mqtt_fault fault;
    struct buf garbage; /* the first of the bytes that are no MQTT */
    bool has_fault;
};

static const struct link_observer no_observer;
static const struct wire_events wire_events;

struct link *link_new(struct wires *wires, const struct link_observer *observer, void *ctx)
{
    struct link *l = mem_zalloc(1, sizeof *l);
    wire_init(&l->wire, &wire_events, l);
    wires_add(wires, &l->wire);
    l->wires = wires;
    l->observer = observer ? observer : &no_observer;
    l->ctx = ctx;
    l->level = MQTT_LEVEL_3_1_1;
    list_init(&l->received);
    mqtt_stream_init(&l->stream, LINK_PACKET_MAX_BYTES);
    buf_init(&l->garbage, LINK_GARBAGE_MAX_BYTES);
    return l;
}

static void forget(struct link *l)
{
    LIST_EACH(&l->received, at)
    free(LIST_ITEM(at, struct link_packet, link));
    list_init(&l->received);
    mqtt_stream_fini(&l->stream);
    mqtt_stream_init(&l->stream, LINK_PACKET_MAX_BYTES);
    l->stream.context.level = l->level;
    buf_fini(&l->garbage);
    l->has_fault = false;
}

void link_free(struct link *l)
{
    if (!l)
        return;
    wires_remove(l->wires, &l->wire);
    wire_fini(&l->wire);
    forget(l);
    mqtt_stream_fini(&l->stream);
    free(l);
}

/* The stream's packet borrows from bytes that go away, so a copy is decoded that owns its own. */
static bool on_packet(void *ctx, const struct mqtt_packet *packet, struct str raw)
{
    struct link *l = ctx;
    struct link_packet *p = mem_alloc(sizeof *p + raw.n);
    struct mqtt_context context = {.level = l->level, .packet_max_bytes = LINK_PACKET_MAX_BYTES};
    struct mqtt_fault fault;
    (void)packet;
    l->given += raw.n;
    p->note = 0;
    p->n = raw.n;
    p->mark = 0;
    memcpy(p->bytes, raw.p, raw.n);
    CHECK(mqtt_decode(p->bytes, p->n, &context, &p->packet, &fault) == MQTT_DECODED);
    list_add_last(&l->received, &p->link);
    if (l->observer->received)
        p->mark = l->observer->received(l->ctx, &p->packet, p->bytes, p->n);
    return true;
}

static void show_garbage(struct link *l, const uint8_t *bytes, size_t n)
{
    size_t room = LINK_GARBAGE_MAX_BYTES - l->garbage.len;
    buf_append(&l->garbage, bytes, n < room ? n : room);
    if (n > 0 && l->observer->received)
        l->observer->received(l->ctx, NULL, bytes, n);
}

void link_feed(struct link *l, const uint8_t *bytes, size_t n)
{
    size_t before = l->stream.tail.len, good = 0;
    if (!l->has_fault) {
        l->given = 0;
        if (mqtt_stream_feed(&l->stream, bytes, n, on_packet, l, &l->fault) != MQTT_MALFORMED)
            return;
        l->has_fault = true;
        good = l->given > before ? l->given - before : 0;
    }
    show_garbage(l, bytes + good, n - good);
}

void link_note(struct link *l, int kind, size_t mark, const void *bytes, size_t n)
{
    struct link_packet *p = mem_alloc(sizeof *p + n);
    *p = (struct link_packet){.note = kind, .mark = mark, .n = n};
    if (n > 0)
        memcpy(p->bytes, bytes, n);
    list_add_last(&l->received, &p->link);
}

void link_break(struct link *l, const char *reason, const char *clause)
{
    if (!l->has_fault)
        l->fault = (struct mqtt_fault){reason, 0, clause};
    l->has_fault = true;
}

void link_set_layer(struct link *l, const struct link_layer *layer, void *ctx)
{
    l->layer = layer;
    l->layer_ctx = ctx;
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    struct link *l = ctx;
    if (l->layer)
        l->layer->receive(l->layer_ctx, bytes, n);
    else
        link_feed(l, bytes, n);
}

static void on_end(void *ctx, const struct channel_end *end)
{
    struct link *l = ctx;
    if (!l->has_fault && mqtt_stream_is_inside(&l->stream)) {
        l->has_fault = true;
        l->fault = (struct mqtt_fault){"the connection ends inside a packet", l->stream.tail.len, ""};
        show_garbage(l, l->stream.tail.data, l->stream.tail.len);
    }
    if (l->observer->ended)
        l->observer->ended(l->ctx, end);
}

static const struct wire_events wire_events = {on_bytes, on_end};

static bool has_news(void *ctx)
{
    const struct link *l = ctx;
    return !list_is_empty(&l->received) || l->has_fault || wire_is_over(&l->wire);
}

static bool is_over(void *ctx)
{
    return wire_is_over(&((struct link *)ctx)->wire);
}

bool link_open(struct link *l, const struct wire_target *target, int64_t timeout_ms)
{
    CHECK(wire_is_over(&l->wire));
    forget(l);
    return wire_open(&l->wire, target, timeout_ms);
}

bool link_is_open(const struct link *l)
{
    return wire_is_open(&l->wire);
}

void link_set_level(struct link *l, uint8_t level)
{
    l->level = level;
    l->stream.context.level = level;
}

bool link_send(struct link *l, const void *bytes, size_t n)
{
    return link_send_cut(l, bytes, n, NULL, 0);
}

bool link_send_cut(struct link *l, const void *bytes, size_t n, const size_t *sizes, size_t count)
{
    if (!link_is_open(l))
        return false;
    if (l->observer->sent)
        l->observer->sent(l->ctx, bytes, n);
    return link_write(l, bytes, n, sizes, count);
}

bool link_write(struct link *l, const void *bytes, size_t n, const size_t *sizes, size_t count)
{
    const uint8_t *at = bytes;
    if (!link_is_open(l))
        return false;
    for (size_t i = 0; n > 0; i++) {
        size_t piece = i < count && sizes[i] < n ? sizes[i] : n;
        if (!wire_send(&l->wire, at, piece))
            return false;
        at += piece;
        n -= piece;
    }
    return true;
}

enum link_event link_wait(struct link *l, int64_t timeout_ms)
{
    if (!has_news(l))
        wires_wait(l->wires, has_news, l, timeout_ms);
    if (!list_is_empty(&l->received))
        return link_peek(l)->note ? LINK_NOTE : LINK_PACKET;
    if (l->has_fault)
        return LINK_GARBAGE;
    return wire_is_over(&l->wire) ? LINK_END : LINK_TIMEOUT;
}

bool link_wait_end(struct link *l, int64_t timeout_ms)
{
    return is_over(l) || wires_wait(l->wires, is_over, l, timeout_ms);
}

struct link_packet *link_take(struct link *l)
{
    if (list_is_empty(&l->received))
        return NULL;
    struct link_packet *p = LIST_ITEM(l->received.next, struct link_packet, link);
    list_remove(&p->link);
    return p;
}

void link_drop(struct link *l)
{
    for (struct link_packet *p = link_take(l); p; p = link_take(l))
        free(p);
}

const struct link_packet *link_peek(const struct link *l)
{
    return list_is_empty(&l->received) ? NULL : LIST_ITEM(l->received.next, struct link_packet, link);
}

struct str link_garbage(const struct link *l)
{
    return buf_str(&l->garbage);
}

const struct mqtt_fault *link_fault(const struct link *l)
{
    return l->has_fault ? &l->fault : NULL;
}

const struct channel_end *link_end(const struct link *l)
{
    return wire_end(&l->wire);
}

const struct channel_tls *link_tls(const struct link *l)
{
    return wire_tls(&l->wire);
}

const char *link_peer(struct link *l)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    if (!wire_is_open(&l->wire) || getpeername(l->wire.fd, (struct sockaddr *)&address, &size) != 0)
        return NULL;
    address_text((struct sockaddr *)&address, l->peer);
    return l->peer;
}

char *link_subject(const struct link *l)
{
    return wire_tls_subject(&l->wire);
}

void link_close(struct link *l, enum channel_close how)
{
    wire_close(&l->wire, how);
}
