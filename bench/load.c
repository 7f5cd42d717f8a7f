#include "bench/load.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/net/channel.h"
#include "lib/net/loop.h"
#include "lib/protocol/device_sign.h"
#include "lib/protocol/mqtt_encode.h"
#include "lib/protocol/mqtt_stream.h"

enum { PACKET_MAX = 256 * 1024, KEEP_ALIVE_S = 600, NAME_SIZE = 32, TOPIC_SIZE = 64 };

enum device_state { DEVICE_NEW, DEVICE_SIGNING_IN, DEVICE_READY, DEVICE_LEAVING, DEVICE_GONE };

struct device {
    struct load *load;
    enum device_state state;
    struct channel *channel; /* NULL when there is none */
    struct mqtt_stream stream;
    struct buf connect; /* the CONNECT packet */
    char topic[TOPIC_SIZE];
    uint16_t packet_id;
};

struct load {
    struct load_options options;
    struct loop *loop;
    struct load_counts counts;
    struct device *devices;
    int64_t dialled, settled, open;
    bool running;
    struct buf out; /* scratch for the packet being sent */
    struct str payload;
    char *payload_bytes;
};

static void device_dial(struct device *d);

static void prepare_connect(struct device *d, int number)
{
    const struct load_options *o = &d->load->options;
    char name[NAME_SIZE], client_id[128], username[NAME_SIZE + 4], password[SIGN_HEX_SIZE];
    snprintf(name, sizeof name, "dev%d", number);
    snprintf(client_id, sizeof client_id, "%s|securemode=%d,signmethod=hmacsha1,timestamp=789|", name,
             transport_is_encrypted(o->transport) ? 2 : 3);
    snprintf(username, sizeof username, "%s&pk", name);
    snprintf(d->topic, sizeof d->topic, "/pk/%s/user/loop", name);
    struct mqtt_connect connect = {.protocol_name = STR("MQTT"),
                                   .level = MQTT_LEVEL_3_1_1,
                                   .clean_session = true,
                                   .keep_alive_s = KEEP_ALIVE_S,
                                   .client_id = str_of(client_id)};
    connect.has_username = connect.has_password = o->sign_in != LOAD_ANONYMOUS;
    if (o->sign_in == LOAD_SIGNED) {
        struct sign_fields fields = {str_of(name), str_of(name), STR("pk"), STR("789")};
        sign_password(SIGN_HMACSHA1, STR("secret"), &fields, password);
        connect.username = str_of(username);
        connect.password = str_of(password);
    } else {
        connect.username = connect.password = STR("bench");
    }
    buf_init(&d->connect, 1024);
    CHECK(mqtt_encode_connect(&d->connect, &connect));
}

/* Sends what stands in load->out. */
static void device_send(struct device *d)
{
    struct load *load = d->load;
    channel_send(d->channel, load->out.data, load->out.len);
    buf_clear(&load->out);
}

static void device_publish(struct device *d)
{
    struct load *load = d->load;
    struct mqtt_publish publish = {
        .qos = (uint8_t)load->options.qos, .topic = str_of(d->topic), .payload = load->payload};
    if (publish.qos) {
        d->packet_id = (uint16_t)(d->packet_id == 0xffff ? 1 : d->packet_id + 1);
        publish.packet_id = d->packet_id;
    }
    CHECK(mqtt_encode_publish(&load->out, &publish));
    device_send(d);
    load->counts.sent++;
}

static void device_ping(struct device *d)
{
    CHECK(mqtt_encode_empty(&d->load->out, MQTT_PINGREQ));
    device_send(d);
    d->load->counts.sent++;
}

/* A device has reached its goal, or never will: the next one may dial. */
static void device_settled(struct device *d)
{
    struct load *load = d->load;
    load->settled++;
    if (load->dialled < load->options.devices)
        device_dial(&load->devices[load->dialled++]);
}

static void device_ready(struct device *d)
{
    d->state = DEVICE_READY;
    d->load->counts.signed_in++;
    device_settled(d);
}

static void device_fail(struct device *d)
{
    d->load->counts.failed++;
    if (d->state == DEVICE_SIGNING_IN)
        device_settled(d);
    d->state = DEVICE_GONE;
}

static void on_connack(struct device *d, const struct mqtt_connack *connack)
{
    struct load *load = d->load;
    if (connack->return_code != MQTT_ACCEPTED) {
        channel_close(d->channel, CHANNEL_RESET);
        return;
    }
    if (load->options.mode == LOAD_CONNECT) {
        d->state = DEVICE_LEAVING; /* the server closes; on_end counts */
        CHECK(mqtt_encode_empty(&load->out, MQTT_DISCONNECT));
        device_send(d);
    } else if (load->options.mode == LOAD_PUBLISH) {
        struct mqtt_filter filter = {str_of(d->topic), (uint8_t)load->options.qos};
        CHECK(mqtt_encode_subscribe(&load->out, 1, &filter, 1));
        device_send(d);
    } else {
        device_ready(d);
    }
}

static void on_own_message(struct device *d, const struct mqtt_publish *publish)
{
    struct load *load = d->load;
    load->counts.done++;
    if (publish->qos) {
        CHECK(mqtt_encode_ack(&load->out, MQTT_PUBACK, publish->packet_id));
        device_send(d);
    }
    if (load->running)
        device_publish(d);
}

static bool on_packet(void *ctx, const struct mqtt_packet *packet, struct str raw)
{
    struct device *d = ctx;
    (void)raw;
    switch (packet->type) {
    case MQTT_CONNACK:
        on_connack(d, &packet->u.connack);
        break;
    case MQTT_SUBACK:
        device_ready(d);
        break;
    case MQTT_PUBLISH:
        on_own_message(d, &packet->u.publish);
        break;
    case MQTT_PINGRESP:
        d->load->counts.done++;
        if (d->load->running)
            device_ping(d);
        break;
    default:
        break;
    }
    return true;
}

static void on_open(void *ctx)
{
    struct device *d = ctx;
    channel_send(d->channel, d->connect.data, d->connect.len);
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    struct device *d = ctx;
    struct mqtt_fault fault;
    if (mqtt_stream_feed(&d->stream, bytes, n, on_packet, d, &fault) == MQTT_MALFORMED)
        channel_close(d->channel, CHANNEL_RESET);
}

static void on_end(void *ctx, const struct channel_end *end)
{
    struct device *d = ctx;
    d->channel = NULL;
    d->load->open--;
    mqtt_stream_fini(&d->stream);
    if (d->state == DEVICE_LEAVING && end->kind == CHANNEL_END_FIN) {
        d->load->counts.signed_in++;
        device_settled(d);
        d->state = DEVICE_GONE;
    } else if (d->state != DEVICE_GONE) {
        if (d->load->counts.failed == 0)
            fprintf(stderr, "mqtt-load: first failure: %s ended: kind %d %s\n", d->topic, (int)end->kind,
                    end->detail);
        device_fail(d);
    }
}

static void device_dial(struct device *d)
{
    static const struct channel_events events = {on_open, on_bytes, on_end};
    const struct load_options *o = &d->load->options;
    d->state = DEVICE_SIGNING_IN;
    d->load->open++;
    mqtt_stream_init(&d->stream, PACKET_MAX);
    d->channel =
        channel_dial(d->load->loop, "127.0.0.1", (int)o->port, o->transport, o->tls, "localhost", &events, d);
    if (o->ws_path)
        channel_set_ws(d->channel, o->ws_path, CHANNEL_WS_PROTOCOLS);
}

struct load *load_new(struct loop *loop, const struct load_options *options)
{
    struct load *load = mem_zalloc(1, sizeof *load);
    load->options = *options;
    load->loop = loop;
    load->payload_bytes = mem_zalloc((size_t)options->payload + 1, 1);
    load->payload = (struct str){load->payload_bytes, (size_t)options->payload};
    buf_init(&load->out, PACKET_MAX);
    load->devices = mem_zalloc((size_t)options->devices, sizeof *load->devices);
    for (int i = 0; i < (int)options->devices; i++) {
        load->devices[i].load = load;
        prepare_connect(&load->devices[i], i);
    }
    return load;
}

void load_start(struct load *load)
{
    while (load->dialled < load->options.devices && load->dialled < load->options.dialling)
        device_dial(&load->devices[load->dialled++]);
}

bool load_is_settled(void *load)
{
    const struct load *l = load;
    return l->settled == l->options.devices;
}

void load_begin(struct load *load)
{
    load->running = true;
    for (int64_t i = 0; i < load->options.devices; i++) {
        struct device *d = &load->devices[i];
        if (d->state != DEVICE_READY)
            continue;
        if (load->options.mode == LOAD_PING)
            device_ping(d);
        for (int64_t n = 0; load->options.mode == LOAD_PUBLISH && n < load->options.window; n++)
            device_publish(d);
    }
}

void load_stop(struct load *load)
{
    load->running = false;
}

bool load_is_drained(void *load)
{
    const struct load *l = load;
    return l->counts.done >= l->counts.sent;
}

const struct load_counts *load_counts(const struct load *load)
{
    return &load->counts;
}

void load_close(struct load *load)
{
    load->dialled = load->options.devices;
    for (int64_t i = 0; i < load->options.devices; i++) {
        load->devices[i].state = DEVICE_GONE;
        if (load->devices[i].channel)
            channel_close(load->devices[i].channel, CHANNEL_RESET);
    }
}

bool load_is_closed(void *load)
{
    const struct load *l = load;
    return l->open == 0;
}

void load_free(struct load *load)
{
    for (int64_t i = 0; i < load->options.devices; i++)
        buf_fini(&load->devices[i].connect);
    buf_fini(&load->out);
    free(load->devices);
    free(load->payload_bytes);
    free(load);
}
