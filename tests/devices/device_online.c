#include <stdio.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_encode.h"
#include "tests/devices/device_inner.h"

enum { TOPIC_SIZE = 256, PACKET_MAX_BYTES = 1024, LATE_PER_MILLE = 1500 };

/* --- messages of its own --- */

static void send_message(struct device *d, const struct outbox_message *m, bool again)
{
    char topic[TOPIC_SIZE], payload[32];
    struct buf bytes;
    int topic_n =
        snprintf(topic, sizeof topic, "/%s/%s/user/update", d->setting->product_key, d->setting->device_name);
    int n = snprintf(payload, sizeof payload, "{\"number\":%u}", m->number);
    const struct mqtt_publish publish = {.dup = again && !device_breaks(d, NO_DUP) &&
                                                !device_breaks(d, NEW_PACKET_ID),
                                         .qos = 1,
                                         .packet_id = m->packet_id,
                                         .topic = {topic, (size_t)topic_n},
                                         .payload = {payload, (size_t)n}};
    buf_init(&bytes, PACKET_MAX_BYTES);
    mqtt_encode_publish(&bytes, &publish);
    device_send(d, &bytes);
    buf_fini(&bytes);
}

static void publish_one(struct device *d)
{
    struct outbox_message *m = outbox_put(&d->outbox);
    if (m && device_breaks(d, REUSES_PACKET_ID))
        m->packet_id = 1;
    if (m)
        send_message(d, m, false);
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
        send_message(d, &d->outbox.items[i], true);
    }
}

/* --- subscribing --- */

void device_subscribe(struct device *d)
{
    char topic[TOPIC_SIZE];
    struct buf bytes;
    int n =
        snprintf(topic, sizeof topic, "/%s/%s/user/get", d->setting->product_key, d->setting->device_name);
    const struct mqtt_filter filter = {{topic, (size_t)n}, 1};
    d->subscribe_id = outbox_packet_id(&d->outbox);
    d->has_subscribed = true;
    buf_init(&bytes, PACKET_MAX_BYTES);
    mqtt_encode_subscribe(&bytes, d->subscribe_id, &filter, 1);
    device_send(d, &bytes);
    buf_fini(&bytes);
}

static bool wants_subscription(const struct device *d, bool session_present)
{
    if (device_breaks(d, NO_RESUBSCRIBE) || device_breaks(d, CLEAN_SESSION_DEAF))
        return !d->has_subscribed;
    return !session_present || !d->is_subscribed;
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
    int64_t ms = d->setting->keep_alive_s * 1000;
    if (device_breaks(d, LATE_PING))
        ms = ms * LATE_PER_MILLE / 1000;
    if (!device_breaks(d, NO_PING))
        device_after(d, &d->ping_at, ms, on_ping);
}

/* --- what is broken by itself --- */

static void send_second_connect(struct device *d)
{
    struct buf bytes;
    buf_init(&bytes, CREDENTIALS_MAX_BYTES);
    credentials_connect(&d->credentials, &bytes);
    device_send(d, &bytes);
    mem_wipe(bytes.data, bytes.len);
    buf_fini(&bytes);
}

static void play_trick(struct device *d)
{
    static const uint8_t qos3[] = {0x36, 0x05, 0x00, 0x01, 'a', 0x00, 0x01};
    if (device_breaks(d, SECOND_CONNECT))
        send_second_connect(d);
    if (device_breaks(d, MALFORMED_LATER))
        channel_send(d->channel, qos3, sizeof qos3);
}

static void on_stable(struct timer *timer, void *ctx)
{
    struct device *d = ctx;
    (void)timer;
    redial_reset(&d->redial);
}

void device_go_online(struct device *d, bool session_present)
{
    bool is_silent = device_breaks(d, NO_PING) || device_breaks(d, LATE_PING);
    d->phase = DEVICE_ONLINE;
    log_line(LOG_INFO, "online, session %s", session_present ? "present" : "new");
    if (wants_subscription(d, session_present))
        device_subscribe(d);
    send_again(d);
    ping_later(d);
    if (!is_silent)
        device_after(d, &d->publish_at, d->setting->every_s * 1000, on_publish);
    device_after(d, &d->stable_at, REDIAL_STABLE_MS, on_stable);
    if (setting_is_first(d->setting) && d->dials == 1)
        play_trick(d);
}
