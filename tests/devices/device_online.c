#include <stdio.h>

#include "lib/base/log.h"
#include "lib/protocol/mqtt_encode.h"
#include "tests/devices/device_inner.h"

enum { TOPIC_SIZE = 256, PACKET_MAX_BYTES = 1024, LATE_PER_MILLE = 1500, RESTLESS_MS = 2000 };

/* --- messages of its own --- */

static void send_message(struct device *d, const struct outbox_message *m, bool with_dup)
{
    char topic[TOPIC_SIZE], payload[32];
    struct buf bytes;
    int topic_n =
        snprintf(topic, sizeof topic, "%s/%s/%s/%s", m->greeting ? "/sys" : "", d->setting->product_key,
                 d->setting->device_name, m->greeting ? m->greeting : "user/update");
    int n = snprintf(payload, sizeof payload, "{\"number\":%u}", m->number);
    const struct mqtt_publish publish = {.dup = with_dup,
                                         .qos = 1,
                                         .packet_id = m->packet_id,
                                         .topic = {topic, (size_t)topic_n},
                                         .payload = {payload, (size_t)n}};
    buf_init(&bytes, PACKET_MAX_BYTES);
    mqtt_encode_publish(&bytes, &publish);
    device_send(d, &bytes);
    buf_fini(&bytes);
}

void device_send_again(struct device *d, const struct outbox_message *m)
{
    send_message(d, m, !device_breaks(d, NO_DUP) && !device_breaks(d, NEW_PACKET_ID));
}

/* As SDK 3.0.1 does it: on the same connection, and without DUP. */
static void on_resend(struct timer *timer, void *ctx)
{
    struct device *d = ctx;
    for (size_t i = 0; i < d->outbox.count; i++)
        send_message(d, &d->outbox.items[i], false);
    if (d->outbox.count > 0)
        device_after(d, timer, d->setting->style->resend_ms, on_resend);
}

static void publish_one(struct device *d)
{
    struct outbox_message *m = outbox_put(&d->outbox);
    if (m && device_breaks(d, REUSES_PACKET_ID))
        m->packet_id = 1;
    if (m)
        send_message(d, m, false);
    if (d->setting->style->resend_ms && !timer_is_set(&d->resend_at))
        device_after(d, &d->resend_at, d->setting->style->resend_ms, on_resend);
}

static void on_publish(struct timer *timer, void *ctx)
{
    struct device *d = ctx;
    publish_one(d);
    if (device_breaks(d, REUSES_PACKET_ID))
        publish_one(d);
    device_after(d, timer, d->setting->every_s * 1000, on_publish);
}

/* What the connection before left unacknowledged. */
static void send_again(struct device *d)
{
    if (device_breaks(d, NO_RESEND))
        d->outbox.count = 0;
    for (size_t i = 0; i < d->outbox.count; i++) {
        if (device_breaks(d, NEW_PACKET_ID))
            d->outbox.items[i].packet_id = outbox_packet_id(&d->outbox);
        device_send_again(d, &d->outbox.items[i]);
    }
}

/* --- subscribing --- */

static uint16_t ask_for(struct device *d, const char *ending, int number)
{
    char topic[TOPIC_SIZE];
    struct buf bytes;
    const struct setting *s = d->setting;
    int n = number ? snprintf(topic, sizeof topic, "/sys/%s/%s/%s/%d", s->product_key, s->device_name, ending,
                              number)
                   : snprintf(topic, sizeof topic, "/%s/%s/%s", s->product_key, s->device_name, ending);
    const struct mqtt_filter filter = {{topic, (size_t)n}, 1};
    uint16_t packet_id = outbox_packet_id(&d->outbox);
    buf_init(&bytes, PACKET_MAX_BYTES);
    mqtt_encode_subscribe(&bytes, packet_id, &filter, 1);
    device_send(d, &bytes);
    buf_fini(&bytes);
    return packet_id;
}

void device_subscribe(struct device *d)
{
    if (device_breaks(d, RESUBSCRIBES_HALF) && !d->has_subscribed)
        ask_for(d, "user/command", 0);
    d->has_subscribed = true;
    d->subscribe_id = ask_for(d, "user/get", 0);
    for (int i = 1; i <= d->setting->style->more_filters; i++)
        ask_for(d, "thing/service", i);
}

static bool wants_subscription(const struct device *d, bool session_present)
{
    if (device_breaks(d, NO_RESUBSCRIBE) || device_breaks(d, CLEAN_SESSION_DEAF))
        return !d->has_subscribed;
    if (d->setting->style->pipelines)
        return false; /* it has */
    return !session_present || !d->is_subscribed;
}

void device_pipeline(struct device *d)
{
    if (!d->setting->style->pipelines)
        return;
    outbox_empty(&d->outbox);
    device_subscribe(d);
    publish_one(d);
}

/* What the older SDKs say first. */
static void greet(struct device *d)
{
    static const char *const greetings[] = {"thing/status/update", "thing/deviceinfo/update"};
    for (size_t i = 0; i < sizeof greetings / sizeof greetings[0]; i++) {
        struct outbox_message *m = outbox_put(&d->outbox);
        if (!m)
            return;
        m->greeting = greetings[i];
        send_message(d, m, false);
    }
}

/* --- pings --- */

static void ping_later(struct device *d);

static void on_ping(struct timer *timer, void *ctx)
{
    struct device *d = ctx;
    (void)timer;
    device_send_empty(d, MQTT_PINGREQ);
    device_expect_answer(d);
    ping_later(d);
}

static void ping_later(struct device *d)
{
    const struct style *style = d->setting->style;
    int64_t ms = style->ping_ms ? style->ping_ms : d->setting->keep_alive_s * 1000 + style->late_ms;
    if (device_breaks(d, LATE_PING))
        ms = ms * LATE_PER_MILLE / 1000;
    if (!device_breaks(d, NO_PING))
        device_after(d, &d->ping_at, ms, on_ping);
}

/* --- what is broken by itself --- */

/* What is no MQTT, one packet each. */
static const struct {
    enum breakage broken;
    size_t size;
    uint8_t bytes[8];
} malformed[] = {
    {MALFORMED_LATER, 7, {0x36, 0x05, 0x00, 0x01, 'a', 0x00, 0x01}},
    {RESERVED_FLAGS, 8, {0x80, 0x06, 0x00, 0x63, 0x00, 0x01, 'a', 0x01}},
    {WRONG_LENGTH, 5, {0x40, 0x03, 0x00, 0x01, 0x00}},
    {NO_UTF8, 6, {0x30, 0x04, 0x00, 0x01, 0xff, 'x'}},
    {PUBLISHES_QOS_2, 8, {0x34, 0x06, 0x00, 0x01, 'a', 0x00, 0x01, 'x'}},
    {SENDS_CONNACK, 4, {0x20, 0x02, 0x00, 0x00}},
};

static void play_trick(struct device *d)
{
    if (device_breaks(d, SECOND_CONNECT))
        device_send_connect(d);
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
        if (device_breaks(d, malformed[i].broken))
            channel_send(d->channel, malformed[i].bytes, malformed[i].size);
}

static void on_restless(struct timer *timer, void *ctx)
{
    (void)timer;
    device_hang_up(ctx);
}

static void on_stable(struct timer *timer, void *ctx)
{
    struct device *d = ctx;
    (void)timer;
    redial_reset(&d->redial);
}

void device_go_online(struct device *d, bool session_present)
{
    bool subscribes = wants_subscription(d, session_present);
    d->phase = DEVICE_ONLINE;
    log_line(LOG_INFO, "online, session %s", session_present ? "present" : "new");
    if (device_breaks(d, SESSION_DEAF))
        d->is_deaf = session_present && !subscribes;
    if (!d->setting->style->pipelines)
        send_again(d);
    if (d->setting->style->greets)
        greet(d);
    if (subscribes)
        device_subscribe(d);
    if (d->setting->style->pings_at_once)
        device_send_empty(d, MQTT_PINGREQ);
    ping_later(d);
    if (device_breaks(d, RESTLESS) && d->dials > 1)
        device_after(d, &d->trick_at, RESTLESS_MS, on_restless);
    if (!setting_is_quiet(d->setting))
        device_after(d, &d->publish_at, d->setting->every_s * 1000, on_publish);
    device_after(d, &d->stable_at, REDIAL_STABLE_MS, on_stable);
    if (setting_is_first(d->setting) && d->dials == 1)
        play_trick(d);
}
