#include "session.h"

#include "message_age.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "registry.h"

#include <stdlib.h>

struct session *session_open(struct device *device, bool clean, struct router *router, struct list *sessions,
                             bool *present)
{
    struct session *s = device->session;
    CHECK(!s || !s->sink.send);
    *present = false;
    if (s && clean) {
        session_end(s, router);
        s = NULL;
    }
    if (s) {
        *present = true;
        s->drop_noted = false;
        return s;
    }
    s = mem_zalloc(1, sizeof *s);
    s->device = device;
    s->clean = clean;
    device->session = s;
    list_add_last(sessions, &s->link);
    return s;
}

struct session *session_of(struct subscriber *who)
{
    return LIST_ITEM(who, struct session, subscriber);
}

struct connection *session_online(const struct session *s)
{
    return s->sink.ctx;
}

void session_join(struct session *s, struct message_sink sink)
{
    s->sink = sink;
}

void session_leave(struct session *s, struct router *router)
{
    s->sink = (struct message_sink){0};
    if (s->clean)
        session_end(s, router);
}

void session_end(struct session *s, struct router *router)
{
    router_leave(router, &s->subscriber);
    message_age_free(s->age);
    inflight_fini(&s->inflight);
    list_remove(&s->link);
    s->device->session = NULL;
    free(s);
}

/* Sends what waits as far as the window allows. */
static void pump(struct session *s, const struct inflight_limits *limits)
{
    const struct inflight_item *item;
    while (s->sink.send && (item = inflight_next(&s->inflight, limits)) != NULL)
        if (!message_send(item->message, item->packet_id, false, &s->sink))
            return;
}

void session_resume(struct session *s, const struct inflight_limits *limits)
{
    for (uint32_t i = 0; i < s->inflight.sent; i++) {
        const struct inflight_item *item = inflight_sent(&s->inflight, i);
        if (!message_send(item->message, item->packet_id, true, &s->sink))
            return;
    }
    pump(s, limits);
}

uint32_t session_expire(struct session *s, int64_t until_ms, const struct inflight_limits *limits)
{
    uint32_t dropped = inflight_expire(&s->inflight, until_ms);
    pump(s, limits);
    return dropped;
}

bool session_deliver(struct session *s, struct delivery *delivery, uint8_t granted, int64_t now_ms,
                     const struct inflight_limits *limits)
{
    if (delivery->qos == 0 || granted == 0) {
        if (s->sink.send) {
            struct str packet = delivery_qos0(delivery);
            s->sink.send(s->sink.ctx, packet.p, packet.n);
        }
        return true;
    }
    if (!s->sink.send && inflight_queued(&s->inflight) >= limits->queued_max)
        return false; /* the window is open to a device that is there */
    if (!inflight_push(&s->inflight, delivery_qos1(delivery), now_ms, limits))
        return false;
    pump(s, limits);
    return true;
}

bool session_acknowledge(struct session *s, uint16_t packet_id, const struct inflight_limits *limits)
{
    if (!inflight_acknowledge(&s->inflight, packet_id))
        return false;
    pump(s, limits);
    return true;
}
