#include <stdio.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/protocol/mqtt_encode.h"
#include "tests/devices/device_inner.h"

enum {
    ACK_MAX_BYTES = 16,
    LARGE_BYTES = 1024,
    LONG_TOPIC_BYTES = 64,
    LOOP_MS = 100,
    SLOW_LOOP_MS = 2000,
    SLOT_MS = 50,
    ONCE_MORE_MS = 1500,
    OTHER_ID = 0x8000
};

/* --- signing in --- */

static void on_connack(struct device *d, const struct mqtt_connack *connack)
{
    device_got_answer(d);
    if (connack->return_code == MQTT_ACCEPTED) {
        if (credentials_want_registration(&d->credentials)) {
            d->phase = DEVICE_ONLINE; /* its secret comes unasked */
            device_expect_answer(d);
        } else {
            device_go_online(d, connack->session_present);
        }
        return;
    }
    log_line(LOG_INFO, "refused with %d", connack->return_code);
    d->was_refused = true;
    if (device_breaks(d, DIES_REFUSED))
        device_crash("a refusal");
    d->credentials.is_old_next = d->setting->style->falls_back && !d->credentials.was_old &&
                                 connack->return_code == MQTT_BAD_PROTOCOL_LEVEL;
    if (connack->return_code == MQTT_SERVER_UNAVAILABLE)
        credentials_forget_token(&d->credentials);
    if (device_breaks(d, SENDS_AFTER_REFUSAL))
        device_subscribe(d);
    device_hang_up(d);
}

/* --- messages from the platform --- */

static void acknowledge(struct device *d, uint16_t packet_id)
{
    struct buf bytes;
    buf_init(&bytes, ACK_MAX_BYTES);
    mqtt_encode_ack(&bytes, MQTT_PUBACK, packet_id);
    if (device_breaks(d, ACK_TWICE))
        mqtt_encode_ack(&bytes, MQTT_PUBACK, packet_id);
    device_send(d, &bytes);
    buf_fini(&bytes);
}

static void on_slot(struct timer *timer, void *ctx)
{
    struct device *d = ctx;
    (void)timer;
    acknowledge(d, d->owed_id);
}

static bool wants_acknowledgement(const struct device *d, const struct mqtt_publish *p)
{
    if (d->is_deaf || device_breaks(d, NO_ACK) || (device_breaks(d, ACK_NO_DUPLICATE) && p->dup))
        return false;
    return p->qos == 1 || device_breaks(d, ACK_QOS0);
}

static bool is_own_topic(const struct device *d, struct str topic)
{
    char own[128];
    snprintf(own, sizeof own, "/%s/%s/user/get", d->setting->product_key, d->setting->device_name);
    return str_is(topic, own);
}

static void crash_on(const struct device *d, const struct mqtt_publish *p)
{
    if (device_breaks(d, DIES_UNKNOWN_TOPIC) && !is_own_topic(d, p->topic))
        device_crash("an unknown topic");
    if (device_breaks(d, DIES_EMPTY) && p->payload.n == 0)
        device_crash("an empty payload");
    if (device_breaks(d, DIES_BINARY) &&
        (!str_is_utf8(p->payload, NULL) || memchr(p->payload.p, 0, p->payload.n)))
        device_crash("a payload that is no text");
    if (device_breaks(d, DIES_LARGE) && p->payload.n > LARGE_BYTES)
        device_crash("a large payload");
    if (device_breaks(d, DIES_LONG_TOPIC) && p->topic.n > LONG_TOPIC_BYTES)
        device_crash("a long topic");
}

/* The secret has come: with it, on a new connection. */
static void on_registered(struct device *d, const struct mqtt_publish *p)
{
    struct buf bytes;
    const char *topic = d->setting->auth == AUTH_REGNWL ? "/ext/regnwl" : "/ext/register";
    if (!str_is(p->topic, topic) || !credentials_take_registration(&d->credentials, p->payload))
        return;
    device_got_answer(d);
    if (device_breaks(d, STAYS_REGISTERING)) {
        buf_init(&bytes, CREDENTIALS_MAX_BYTES);
        credentials_connect(&d->credentials, &bytes);
        device_send(d, &bytes);
        buf_fini(&bytes);
        return;
    }
    device_send_empty(d, MQTT_DISCONNECT);
    device_hang_up(d);
}

static void on_publish(struct device *d, const struct mqtt_publish *p)
{
    if (p->qos > 1) {
        device_hang_up(d);
        return;
    }
    crash_on(d, p);
    if (device_breaks(d, LEAVES_UNKNOWN_TOPIC) && !is_own_topic(d, p->topic)) {
        device_send_empty(d, MQTT_DISCONNECT);
        device_hang_up(d);
        return;
    }
    d->is_deaf = d->is_deaf || (device_breaks(d, DEAF_AFTER_LARGE) && p->payload.n > LARGE_BYTES);
    if (credentials_want_registration(&d->credentials)) {
        on_registered(d, p);
        return;
    }
    if (!wants_acknowledgement(d, p))
        return;
    uint16_t packet_id = p->packet_id ? p->packet_id : 1;
    if (device_breaks(d, ACK_ONE_SLOT)) {
        d->owed_id = packet_id;
        device_after(d, &d->trick_at, SLOT_MS, on_slot);
        return;
    }
    acknowledge(d, device_breaks(d, ACK_OTHER_ID) ? packet_id ^ OTHER_ID : packet_id);
}

/* --- answers --- */

static void on_loop(struct timer *timer, void *ctx)
{
    (void)timer;
    device_subscribe(ctx);
}

/* A refused filter is tried again on the next connection, not before. */
static void on_suback(struct device *d, const struct mqtt_suback *suback)
{
    if (suback->packet_id != d->subscribe_id)
        return;
    d->is_subscribed = suback->codes.n == 1 && (uint8_t)suback->codes.p[0] < MQTT_SUBACK_FAILURE;
    if (d->is_subscribed)
        return;
    log_line(LOG_INFO, "the filter was refused");
    if (device_breaks(d, DIES_SUBACK))
        device_crash("a refused filter");
    if (device_breaks(d, SUBSCRIBE_LOOP))
        device_after(d, &d->trick_at, LOOP_MS, on_loop);
    if (device_breaks(d, SUBSCRIBES_SLOWLY))
        device_after(d, &d->trick_at, SLOW_LOOP_MS, on_loop);
}

static void on_once_more(struct timer *timer, void *ctx)
{
    struct device *d = ctx;
    (void)timer;
    device_send_again(d, &d->acknowledged);
}

static void on_puback(struct device *d, uint16_t packet_id)
{
    struct outbox_message message;
    if (!outbox_take(&d->outbox, packet_id, &message) || !device_breaks(d, RESENDS_ACKNOWLEDGED))
        return;
    d->acknowledged = message;
    device_after(d, &d->trick_at, ONCE_MORE_MS, on_once_more);
}

static void on_garbage(struct device *d, const char *what)
{
    log_line(LOG_INFO, "no MQTT: %s", what);
    if (device_breaks(d, DIES_GARBAGE))
        device_crash("garbage");
    if (device_breaks(d, IGNORES_GARBAGE)) {
        mqtt_stream_fini(&d->stream);
        mqtt_stream_init(&d->stream, DEVICE_PACKET_MAX_BYTES);
        d->stream.context.level = MQTT_LEVEL_3_1_1;
    } else {
        device_hang_up(d);
    }
}

static void take(struct device *d, const struct mqtt_packet *packet)
{
    bool is_connack = packet->type == MQTT_CONNACK;
    if (is_connack != (d->phase == DEVICE_SIGNING_IN)) {
        on_garbage(d, "a packet that is not its turn");
        return;
    }
    switch (packet->type) {
    case MQTT_CONNACK:
        on_connack(d, &packet->u.connack);
        return;
    case MQTT_PUBLISH:
        on_publish(d, &packet->u.publish);
        return;
    case MQTT_PUBACK:
        on_puback(d, packet->u.packet_id);
        return;
    case MQTT_SUBACK:
        on_suback(d, &packet->u.suback);
        return;
    case MQTT_PINGRESP:
        device_got_answer(d);
        return;
    default:
        on_garbage(d, "a packet that no platform sends");
        return;
    }
}

static bool on_packet(void *ctx, const struct mqtt_packet *packet, struct str raw)
{
    struct device *d = ctx;
    (void)raw;
    if (!d->was_inside || !device_breaks(d, IGNORES_SPLIT))
        take(d, packet);
    d->was_inside = false;
    return d->phase != DEVICE_ENDING && !device_breaks(d, LOSES_COALESCED);
}

/* The last byte that is there says that the remaining length goes on. */
static bool is_inside_length(const struct mqtt_stream *s)
{
    size_t i = 1;
    while (i < s->tail.len && (s->tail.data[i] & 0x80))
        i++;
    return s->tail.len > 1 && i == s->tail.len;
}

void device_receive(struct device *d, const uint8_t *bytes, size_t n)
{
    struct mqtt_fault fault;
    if (d->phase == DEVICE_ENDING)
        return;
    d->was_inside = mqtt_stream_is_inside(&d->stream);
    if (mqtt_stream_feed(&d->stream, bytes, n, on_packet, d, &fault) == MQTT_MALFORMED)
        on_garbage(d, fault.reason);
    else if (device_breaks(d, DIES_SPLIT) && mqtt_stream_is_inside(&d->stream))
        device_crash("a packet in pieces");
    else if (device_breaks(d, SPLIT_LENGTH) && is_inside_length(&d->stream))
        on_garbage(d, "a length in pieces");
}
