/* What the parts of the device share: device.c (its connections), device_online.c (what it does by itself), device_receive.c (what it makes of
 * packets). */
#ifndef DEVICES_DEVICE_INNER_H
#define DEVICES_DEVICE_INNER_H

#include "lib/net/channel.h"
#include "lib/protocol/mqtt_stream.h"
#include "tests/devices/credentials.h"
#include "tests/devices/device.h"
#include "tests/devices/https_post.h"
#include "tests/devices/outbox.h"
#include "tests/devices/redial.h"

/* The platform's largest packet; a larger one is none. */
enum { DEVICE_PACKET_MAX_BYTES = 1024 * 1024 };

enum device_phase {
    DEVICE_OFFLINE, /* waits for the time to dial, or has given up */
    DEVICE_ASKING,  /* for a token, or a secret, over HTTPS */
    DEVICE_DIALLING,
    DEVICE_SIGNING_IN, /* CONNECT is sent */
    DEVICE_ONLINE,
    DEVICE_ENDING /* the channel is closed by us */
};

struct device {
    const struct setting *setting;
    struct loop *loop;
    struct tls_client *tls, *old_tls;
    char *server_name;
    struct credentials credentials;
    struct outbox outbox;
    struct redial redial;
    enum device_phase phase;
    struct channel *channel;
    struct https_post *post;
    struct mqtt_stream stream;
    struct timer dial_at, give_up_at, ping_at, publish_at, stable_at, trick_at, resend_at;
    uint16_t subscribe_id, owed_id; /* owed_id: of the message that waits in the one slot */
    bool is_subscribed, has_subscribed, was_online, was_refused, has_stopped, was_inside;
    bool is_deaf;                       /* takes no message any more */
    bool is_plain;                      /* dials without TLS */
    struct outbox_message acknowledged; /* the latest one */
    unsigned dials;
};

static inline bool device_breaks(const struct device *d, enum breakage b)
{
    return d->setting->broken == b;
}

/* device.c */
void device_send(struct device *d, const struct buf *bytes);
void device_send_connect(struct device *d);
void device_send_empty(struct device *d, enum mqtt_type type);
void device_after(struct device *d, struct timer *timer, int64_t ms,
                  void (*fire)(struct timer *timer, void *ctx));
void device_hang_up(struct device *d);
void device_expect_answer(struct device *d);
void device_got_answer(struct device *d);
void device_crash(const char *why);

/* device_online.c: CONNACK 0 has come. */
void device_go_online(struct device *d, bool session_present);
void device_subscribe(struct device *d);
void device_send_again(struct device *d, const struct outbox_message *m);
void device_pipeline(struct device *d);

/* device_receive.c */
void device_receive(struct device *d, const uint8_t *bytes, size_t n);

#endif
