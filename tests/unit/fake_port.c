#include "tests/unit/fake_port.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_decode.h"
#include "lib/protocol/mqtt_encode.h"

enum { FAKE_MAX_BYTES = 1024 * 1024 };

static struct fake_port *fake_of(struct port *p)
{
    return (struct fake_port *)(void *)p;
}

int64_t fake_port_now_ms(const struct fake_port *p)
{
    return clock_now_ms(p->base.clock);
}

void fake_port_say(struct fake_port *p, const void *bytes, size_t n)
{
    CHECK(buf_append(&p->in, bytes, n));
}

void fake_port_publish(struct fake_port *p, uint8_t qos, uint16_t id, const char *topic, struct str payload)
{
    struct mqtt_publish publish = {.qos = qos, .packet_id = id, .topic = str_of(topic), .payload = payload};
    CHECK(mqtt_encode_publish(&p->in, &publish));
}

void fake_port_drop(struct fake_port *p)
{
    p->ends = true;
}

const char *fake_port_log(struct fake_port *p)
{
    static char text[8192];
    CHECK(p->log.len < sizeof text);
    if (p->log.len)
        memcpy(text, p->log.data, p->log.len);
    text[p->log.len] = '\0';
    buf_clear(&p->log);
    return text;
}

static bool is_withheld(const struct fake_port *p, enum mqtt_type type)
{
    return p->withheld >> type & 1;
}

static void answer(struct fake_port *p, const struct mqtt_packet *packet)
{
    switch (packet->type) {
    case MQTT_CONNECT:
        if (!is_withheld(p, MQTT_CONNACK))
            mqtt_encode_connack(&p->in, p->session_present, p->connack_code);
        buf_append_str(&p->in, p->said_on_connect);
        p->ends = p->ends_on_connect;
        break;
    case MQTT_SUBSCRIBE:
        if (!is_withheld(p, MQTT_SUBACK))
            mqtt_encode_suback(&p->in, packet->u.subscribe.packet_id, &p->suback_code, 1);
        break;
    case MQTT_UNSUBSCRIBE:
        if (!is_withheld(p, MQTT_UNSUBACK))
            mqtt_encode_ack(&p->in, MQTT_UNSUBACK, packet->u.subscribe.packet_id);
        break;
    case MQTT_PUBLISH:
        if (packet->u.publish.qos == 1 && !is_withheld(p, MQTT_PUBACK))
            mqtt_encode_ack(&p->in, MQTT_PUBACK, packet->u.publish.packet_id);
        break;
    case MQTT_PINGREQ:
        if (!is_withheld(p, MQTT_PINGRESP))
            mqtt_encode_empty(&p->in, MQTT_PINGRESP);
        break;
    default:
        break;
    }
}

static void write_down(struct fake_port *p, const struct mqtt_packet *packet)
{
    const struct mqtt_publish *publish = &packet->u.publish;
    buf_printf(&p->log, "%lld %s", (long long)fake_port_now_ms(p), mqtt_type_name(packet->type));
    if (packet->type == MQTT_PUBLISH)
        buf_printf(&p->log, "%s %u %.*s", publish->dup ? " DUP" : "", publish->packet_id,
                   STR_ARG(publish->payload));
    else if (packet->type == MQTT_PUBACK)
        buf_printf(&p->log, " %u", packet->u.packet_id);
    buf_append_byte(&p->log, '\n');
}

static int fake_connect(struct port *base, const struct port_target *target, int64_t timeout_ms)
{
    struct fake_port *p = fake_of(base);
    CHECK(!p->is_open && !p->is_locked && timeout_ms == 10000 && target->host);
    p->connects++;
    buf_printf(&p->log, "%lld connect\n", (long long)fake_port_now_ms(p));
    buf_clear(&p->in);
    buf_clear(&p->sent);
    p->ends = false;
    if (p->connects_failed > 0 && p->connects_failed--)
        return -1;
    p->is_open = true;
    return 0;
}

static int fake_read(struct port *base, void *bytes, size_t n, int64_t timeout_ms)
{
    struct fake_port *p = fake_of(base);
    CHECK(p->is_open && !p->is_locked && n > 0);
    if (p->in.len == 0 && p->ends)
        return -1;
    if (p->in.len == 0) {
        clock_advance(base->clock, timeout_ms);
        return 0;
    }
    size_t now = p->in.len < n ? p->in.len : n;
    if (now > p->read_max)
        now = p->read_max;
    memcpy(bytes, p->in.data, now);
    buf_consume(&p->in, now);
    return (int)now;
}

static int fake_write(struct port *base, const void *bytes, size_t n, int64_t timeout_ms)
{
    struct fake_port *p = fake_of(base);
    struct mqtt_context context = {.packet_max_bytes = FAKE_MAX_BYTES};
    struct mqtt_packet packet;
    struct mqtt_fault fault;
    CHECK(p->is_open && timeout_ms > 0);
    if (p->while_writing)
        p->while_writing(p->ctx);
    if (p->breaks_writes)
        return -1;
    buf_append(&p->sent, bytes, n);
    while (p->sent.len && mqtt_decode(p->sent.data, p->sent.len, &context, &packet, &fault) == MQTT_DECODED) {
        write_down(p, &packet);
        answer(p, &packet);
        buf_consume(&p->sent, packet.size);
    }
    return 0;
}

static void fake_close(struct port *base)
{
    fake_of(base)->is_open = false;
}

static void fake_lock(struct port *base)
{
    struct fake_port *p = fake_of(base);
    CHECK(!p->is_locked);
    p->is_locked = true;
}

static void fake_unlock(struct port *base)
{
    struct fake_port *p = fake_of(base);
    CHECK(p->is_locked);
    p->is_locked = false;
}

static void fake_wait(struct port *base, int64_t timeout_ms)
{
    CHECK(fake_of(base)->is_locked);
    clock_advance(base->clock, timeout_ms);
}

static void fake_wake(struct port *base)
{
    CHECK(fake_of(base)->is_locked);
}

static uintptr_t fake_thread(struct port *base)
{
    (void)base;
    return 1;
}

static void fake_free(struct port *base)
{
    struct fake_port *p = fake_of(base);
    CHECK(!p->is_locked && !p->is_open);
    buf_fini(&p->in);
    buf_fini(&p->sent);
    buf_fini(&p->log);
    clock_free(base->clock);
    free(p);
}

static const struct port_ops ops = {.connect = fake_connect,
                                    .read = fake_read,
                                    .write = fake_write,
                                    .close = fake_close,
                                    .lock = fake_lock,
                                    .unlock = fake_unlock,
                                    .wait = fake_wait,
                                    .wake = fake_wake,
                                    .thread = fake_thread,
                                    .free = fake_free};

struct fake_port *fake_port_new(void)
{
    struct fake_port *p = mem_zalloc(1, sizeof *p);
    p->base = (struct port){&ops, clock_new_manual(0)};
    p->read_max = FAKE_MAX_BYTES;
    buf_init(&p->in, FAKE_MAX_BYTES);
    buf_init(&p->sent, FAKE_MAX_BYTES);
    buf_init(&p->log, FAKE_MAX_BYTES);
    return p;
}
