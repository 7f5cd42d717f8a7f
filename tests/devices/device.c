#include "tests/devices/device.h"

#include <stdlib.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/net/tls.h"
#include "lib/protocol/mqtt_encode.h"
#include "tests/devices/device_inner.h"

enum { STORM_MS = 200, NO_GROWTH_MS = 5000, NO_CEILING_MS = 24 * 3600 * 1000, EARLY_MS = 500 };

static const char auth_name[] = "iot-auth.cn-shanghai.aliyuncs.com";

static void dial(struct device *d);

static enum tls_neglect neglect(enum breakage b)
{
    switch (b) {
    case IGNORES_ROOT:
        return TLS_NEGLECTS_ROOT;
    case IGNORES_NAME:
        return TLS_NEGLECTS_NAME;
    case IGNORES_EXPIRY:
        return TLS_NEGLECTS_TIME;
    default:
        return TLS_NEGLECTS_NOTHING;
    }
}

static void init_redial(struct device *d)
{
    const struct style *style = d->setting->style;
    redial_init(&d->redial, d->setting->test);
    d->redial.first_ms = style->redial_ms ? style->redial_ms : d->redial.first_ms;
    d->redial.is_even = style->redials_evenly;
    if (d->setting->broken == NO_CEILING)
        d->redial.ceiling_ms = NO_CEILING_MS;
}

struct device *device_new(struct loop *loop, const struct setting *setting, const char **error)
{
    struct device *d = mem_zalloc(1, sizeof *d);
    const struct tls_client_options options = {
        .neglects = neglect(setting->broken),
        .ciphers = setting->broken == OFFERS_ANONYMOUS ? "ALL:@SECLEVEL=0" : NULL,
        .hides_name = setting->broken == NO_SNI};
    const struct tls_client_options old = {.min_version = "1.0", .max_version = "1.1"};
    d->setting = setting;
    d->loop = loop;
    d->server_name = mem_printf("%s.iot-as-mqtt.cn-shanghai.aliyuncs.com", setting->product_key);
    credentials_init(&d->credentials, setting);
    init_redial(d);
    mqtt_stream_init(&d->stream, DEVICE_PACKET_MAX_BYTES);
    d->tls = tls_client_new(setting->ca, &options, error);
    d->old_tls = d->tls ? tls_client_new(setting->ca, &old, error) : NULL;
    if (d->old_tls)
        return d;
    device_free(d);
    return NULL;
}

void device_free(struct device *d)
{
    if (!d)
        return;
    mqtt_stream_fini(&d->stream);
    credentials_fini(&d->credentials);
    tls_client_free(d->tls);
    tls_client_free(d->old_tls);
    free(d->server_name);
    free(d);
}

void device_crash(const char *why)
{
    log_line(LOG_ERROR, "crash: %s", why);
    abort();
}

/* --- time --- */

void device_after(struct device *d, struct timer *timer, int64_t ms, void (*fire)(struct timer *, void *))
{
    timerq_set(loop_timers(d->loop), timer, clock_now_ms(loop_clock(d->loop)) + ms, fire, d);
}

static void end_timers(struct device *d)
{
    struct timer *timers[] = {&d->dial_at,   &d->give_up_at, &d->ping_at,  &d->publish_at,
                              &d->stable_at, &d->trick_at,   &d->resend_at};
    for (size_t i = 0; i < sizeof timers / sizeof timers[0]; i++)
        timerq_cancel(loop_timers(d->loop), timers[i]);
}

static void on_dial(struct timer *timer, void *ctx)
{
    (void)timer;
    dial(ctx);
}

void device_send_connect(struct device *d)
{
    struct buf bytes;
    buf_init(&bytes, CREDENTIALS_MAX_BYTES);
    credentials_connect(&d->credentials, &bytes);
    device_send(d, &bytes);
    mem_wipe(bytes.data, bytes.len);
    buf_fini(&bytes);
}

/* An answer is waited for from here. */
static void sign_in(struct device *d)
{
    device_send_connect(d);
    device_got_answer(d);
    device_expect_answer(d);
}

static void on_no_answer(struct timer *timer, void *ctx)
{
    struct device *d = ctx;
    (void)timer;
    log_line(LOG_INFO, "no answer");
    if (device_breaks(d, CONNECTS_IN_PLACE) && d->phase == DEVICE_SIGNING_IN)
        sign_in(d);
    else
        device_hang_up(d);
}

static int64_t patience_ms(const struct device *d)
{
    if (d->phase == DEVICE_ONLINE && device_breaks(d, LATE_PINGRESP))
        return 2 * 1000 * d->setting->keep_alive_s - EARLY_MS;
    return d->setting->style->patience_ms ? d->setting->style->patience_ms : DEVICE_PATIENCE_MS;
}

void device_expect_answer(struct device *d)
{
    bool hangs = device_breaks(d, d->phase == DEVICE_ONLINE ? HANGS_PINGRESP : HANGS_CONNACK);
    bool waits = device_breaks(d, LATE_PINGRESP) &&
                 timer_is_set(&d->give_up_at); /* for the first one that was not answered */
    if ((!hangs && !waits) || d->phase == DEVICE_DIALLING)
        device_after(d, &d->give_up_at, patience_ms(d), on_no_answer);
}

void device_got_answer(struct device *d)
{
    timerq_cancel(loop_timers(d->loop), &d->give_up_at);
}

/* --- the end of a connection --- */

static bool gives_up(const struct device *d)
{
    return device_breaks(d, GIVES_UP) || (device_breaks(d, GIVES_UP_REFUSED) && d->was_refused) ||
           (device_breaks(d, GIVES_UP_DIALLING) && d->phase == DEVICE_DIALLING);
}

static int64_t wait_ms(struct device *d, bool was_taken)
{
    if (d->credentials.is_old_next)
        return 0;
    if (device_breaks(d, STORM) || (device_breaks(d, FIGHTS_TAKEOVER) && was_taken))
        return STORM_MS;
    return device_breaks(d, NO_GROWTH) ? NO_GROWTH_MS : redial_wait_ms(&d->redial);
}

/* Nothing is connected any more: once more, later. */
static void come_back(struct device *d)
{
    bool was_taken = d->phase == DEVICE_ONLINE;
    end_timers(d);
    bool ends = d->has_stopped || gives_up(d);
    d->is_deaf = d->is_deaf || (device_breaks(d, DEAF_AFTER_RESTART) && d->phase == DEVICE_DIALLING);
    d->phase = DEVICE_OFFLINE;
    if (ends)
        return;
    if (device_breaks(d, EXITS) && was_taken) {
        loop_stop(d->loop);
        return;
    }
    int64_t ms = wait_ms(d, was_taken);
    log_line(LOG_INFO, "dials again in %lld ms", (long long)ms);
    device_after(d, &d->dial_at, ms, on_dial);
}

void device_hang_up(struct device *d)
{
    if (d->post)
        https_post_give_up(d->post);
    if (!d->channel)
        return;
    if (d->setting->style->disconnects && d->phase >= DEVICE_SIGNING_IN)
        device_send_empty(d, MQTT_DISCONNECT);
    d->phase = DEVICE_ENDING;
    end_timers(d);
    channel_close(d->channel, CHANNEL_FLUSH);
}

static enum transport transport_of(const struct device *d)
{
    return d->is_plain ? TRANSPORT_TCP : d->setting->transport;
}

static void on_end(void *ctx, const struct channel_end *end)
{
    struct device *d = ctx;
    log_line(LOG_INFO, "the connection has ended: %s", end->detail);
    d->is_plain = d->is_plain || (end->kind == CHANNEL_END_TLS && device_breaks(d, FALLS_BACK_PLAIN));
    d->credentials.transport = transport_of(d);
    d->channel = NULL;
    come_back(d);
}

/* --- connecting --- */

void device_send(struct device *d, const struct buf *bytes)
{
    if (d->channel)
        channel_send(d->channel, bytes->data, bytes->len);
}

void device_send_empty(struct device *d, enum mqtt_type type)
{
    struct buf bytes;
    buf_init(&bytes, CREDENTIALS_MAX_BYTES);
    mqtt_encode_empty(&bytes, type);
    device_send(d, &bytes);
    buf_fini(&bytes);
}

/* Before CONNECT, where that is what is broken. */
static void publish_first(struct device *d)
{
    static const uint8_t publish[] = {0x30, 0x04, 0x00, 0x01, 'a', 'x'};
    if (device_breaks(d, PUBLISHES_FIRST) && setting_is_first(d->setting) && d->dials == 1)
        channel_send(d->channel, publish, sizeof publish);
}

static void on_open(void *ctx)
{
    struct device *d = ctx;
    d->phase = DEVICE_SIGNING_IN;
    publish_first(d);
    sign_in(d);
    device_pipeline(d);
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    device_receive(ctx, bytes, n);
}

static const struct channel_events events = {on_open, on_bytes, on_end};

static void connect_channel(struct device *d)
{
    const struct setting *s = d->setting;
    bool is_old = device_breaks(d, OLD_TLS) && d->dials == 1 && setting_is_first(s);
    d->phase = DEVICE_DIALLING;
    mqtt_stream_fini(&d->stream);
    mqtt_stream_init(&d->stream, DEVICE_PACKET_MAX_BYTES);
    d->stream.context.level = MQTT_LEVEL_3_1_1;
    d->channel = channel_dial(d->loop, s->address, setting_port(s), transport_of(d),
                              is_old ? d->old_tls : d->tls, d->server_name, &events, d);
    device_expect_answer(d);
}

static void on_https_answer(void *ctx, struct str body)
{
    struct device *d = ctx;
    d->post = NULL;
    bool good = !d->has_stopped && credentials_take_answer(&d->credentials, body);
    device_got_answer(d);
    if (good)
        connect_channel(d);
    else
        come_back(d);
}

static void ask_over_https(struct device *d, const char *path)
{
    const struct https_post_target target = {.host = d->setting->address,
                                             .server_name = auth_name,
                                             .path = path,
                                             .port = (int)d->setting->web_port,
                                             .tls = d->tls};
    struct buf form;
    buf_init(&form, CREDENTIALS_MAX_BYTES);
    credentials_form(&d->credentials, &form);
    d->phase = DEVICE_ASKING;
    d->post = https_post_new(d->loop, &target, buf_str(&form), on_https_answer, d);
    device_after(d, &d->give_up_at, DEVICE_PATIENCE_MS, on_no_answer);
    buf_fini(&form);
}

static void dial(struct device *d)
{
    d->dials++;
    d->was_refused = false;
    log_line(LOG_INFO, "dials for the %u. time", d->dials);
    const char *path = credentials_post_path(&d->credentials);
    if (path)
        ask_over_https(d, path);
    else
        connect_channel(d);
}

void device_start(struct device *d)
{
    dial(d);
}

void device_stop(struct device *d)
{
    d->has_stopped = true;
    if (d->phase == DEVICE_ONLINE && !device_breaks(d, NO_DISCONNECT))
        device_send_empty(d, MQTT_DISCONNECT);
    device_hang_up(d);
    end_timers(d);
}
