#include "device_checks.h"

#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_connection.h"
#include "lib/base/mem.h"

/* ON_ITS_WAY_MS: a PUBACK that was sent may take so long to the device, and what the device has sent as long to us. */
enum { PACKET_IDS = 65536, ON_ITS_WAY_MS = 1000 };

/* What is in flight while the stream is walked: the packet that bears each identifier, as it was sent last, and those that were
 * acknowledged on the present connection. */
struct flight {
    const struct observation **out;
    const struct observation **acknowledged; /* by this, on the present connection; NULL: not */
    const struct observation *latest;        /* PUBLISH */
    bool is_seen;                            /* what a check looks for was there */
    bool
        is_used; /* since all was forgotten: clearing a table that is empty takes time when a device dials again and again */
};

static const cJSON *field(const struct observation *o, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(o->fields, key);
}

static size_t id_of(const struct observation *o)
{
    const cJSON *id = field(o, "packetId");
    return cJSON_IsNumber(id) && id->valuedouble > 0 && id->valuedouble < PACKET_IDS ? (size_t)id->valuedouble
                                                                                     : 0;
}

static void flight_init(struct flight *in)
{
    *in = (struct flight){.out = mem_zalloc(PACKET_IDS, sizeof(const struct observation *)),
                          .acknowledged = mem_zalloc(PACKET_IDS, sizeof(const struct observation *))};
}

static void flight_fini(struct flight *in)
{
    free(in->out);
    free(in->acknowledged);
}

static void forget_all(struct flight *in)
{
    if (!in->is_used)
        return;
    in->is_used = false;
    memset(in->out, 0, PACKET_IDS * sizeof(const struct observation *));
    memset(in->acknowledged, 0, PACKET_IDS * sizeof(const struct observation *));
}

static bool takes_id(const struct observation *o)
{
    return o->from == FROM_DEVICE && (strcmp(o->name, "PUBLISH") == 0 || strcmp(o->name, "SUBSCRIBE") == 0 ||
                                      strcmp(o->name, "UNSUBSCRIBE") == 0);
}

static bool is_acknowledgement(const struct observation *o)
{
    return o->from == FROM_PLATFORM && (strcmp(o->name, "PUBACK") == 0 || strcmp(o->name, "SUBACK") == 0 ||
                                        strcmp(o->name, "UNSUBACK") == 0);
}

/* SUBSCRIBE and UNSUBSCRIBE are not kept with a session. */
static void forget_requests(struct flight *in)
{
    if (!in->is_used)
        return;
    for (size_t id = 0; id < PACKET_IDS; id++)
        if (in->out[id] && strcmp(in->out[id]->name, "PUBLISH") != 0)
            in->out[id] = NULL;
}

/* The platform kept nothing of the session. What stands behind this CONNECT already, because the device does not wait for its CONNACK, stays
 * in flight. */
static void forget_before(struct flight *in, unsigned conn)
{
    if (!in->is_used)
        return;
    for (size_t id = 0; id < PACKET_IDS; id++)
        if (in->out[id] && in->out[id]->conn != conn)
            in->out[id] = NULL;
}

static void follow_sign_in(struct flight *in, const struct observation *o)
{
    const cJSON *code = field(o, "returnCode");
    if (device_stream_is(o, "CONNECT", FROM_DEVICE)) {
        if (cJSON_IsTrue(field(o, "cleanSession")))
            forget_all(in); /* by itself, whatever the platform says */
        else
            forget_requests(in);
    } else if (device_stream_is(o, "CONNACK", FROM_PLATFORM) && cJSON_IsNumber(code) &&
               code->valuedouble == 0 && !cJSON_IsTrue(field(o, "sessionPresent"))) {
        forget_before(in, o->conn);
    }
}

/* The same packet, but for DUP. */
static bool is_same(const struct observation *a, const struct observation *b)
{
    static const char *const keys[] = {"topic", "payload", "payloadHex", "qos", "filters"};
    if (strcmp(a->name, b->name) != 0)
        return false;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const cJSON *one = field(a, keys[i]), *other = field(b, keys[i]);
        if ((one || other) && !cJSON_Compare(one, other, true))
            return false;
    }
    return true;
}

/* After each observation has been looked at. */
static void follow(struct flight *in, const struct observation *o)
{
    size_t id = id_of(o);
    if (takes_id(o) && id && (!in->out[id] || is_same(in->out[id], o))) {
        in->out[id] = o;
        in->acknowledged[id] = NULL;
        in->is_used = true;
    } else if (is_acknowledgement(o) && id) {
        in->out[id] = NULL;
        in->acknowledged[id] = o;
        in->is_used = true;
    } else if (device_stream_is(o, "start", FROM_JUDGE)) {
        forget_all(in); /* the program that knew of them was ended by the judge */
    } else {
        follow_sign_in(in, o);
    }
}

static void walk(const struct device_stream *s, struct flight *in, struct device_finding *f,
                 void (*look)(struct flight *in, const struct observation *o, struct device_finding *f))
{
    flight_init(in);
    for (size_t i = 0; i < s->count; i++) {
        if (takes_id(s->items[i]) && id_of(s->items[i]))
            look(in, s->items[i], f);
        follow(in, s->items[i]);
    }
    flight_fini(in);
}

static void look_for_reuse(struct flight *in, const struct observation *o, struct device_finding *f)
{
    const struct observation *before = in->out[id_of(o)];
    in->is_seen = true; /* an identifier was there to be looked at */
    if (!before || is_same(before, o))
        return;
    char *first = observation_text(before), *expected = NULL;
    expected = mem_printf("another packet identifier than %zu, which is in flight with %s", id_of(o), first);
    device_finding_fail_at(f, o, expected);
    free(expected);
    free(first);
}

void device_check_packet_ids(const struct device_stream *s, struct device_finding *f)
{
    struct flight in;
    walk(s, &in, f, look_for_reuse);
    if (!in.is_seen)
        device_finding_missing(f, "the device sent no packet with a packet identifier");
}

static void look_at_resend(struct flight *in, const struct observation *o, struct device_finding *f)
{
    const struct observation *before = in->out[id_of(o)], *ack = in->acknowledged[id_of(o)];
    bool is_dup = cJSON_IsTrue(field(o, "dup"));
    if (strcmp(o->name, "PUBLISH") != 0)
        return;
    if (before && is_same(before, o) && before->conn == o->conn)
        return; /* resends-at-once looks at it */
    if (before && is_same(before, o)) {
        in->is_seen = true;
        if (!is_dup)
            device_finding_fail_at(f, o, "DUP set when a message is sent again");
    } else if (is_dup && ack && ack->conn == o->conn && o->at_ms - ack->at_ms >= ON_ITS_WAY_MS) {
        in->is_seen = true;
        device_finding_fail_at(f, o, "nothing sent again that was acknowledged on the same connection");
    }
}

void device_check_resends(const struct device_stream *s, struct device_finding *f)
{
    struct flight in;
    walk(s, &in, f, look_at_resend);
    if (!in.is_seen)
        device_finding_missing(f, "the device sent no message again");
}

/* MQTT demands DUP here as well; that it is a recommendation only to us is the case's to say. */
static void look_at_early_resend(struct flight *in, const struct observation *o, struct device_finding *f)
{
    const struct observation *before = in->out[id_of(o)];
    if (strcmp(o->name, "PUBLISH") != 0 || !before || before->conn != o->conn || !is_same(before, o))
        return;
    in->is_seen = true;
    if (!cJSON_IsTrue(field(o, "dup")))
        device_finding_fail_at(f, o, "DUP set when a message is sent again");
}

void device_check_resends_at_once(const struct device_stream *s, struct device_finding *f)
{
    struct flight in;
    walk(s, &in, f, look_at_early_resend);
    if (!in.is_seen)
        device_finding_remark(f,
                              "the device sent nothing again on the connection that it was on, and need not");
}

/* Another message while the one before it was not acknowledged: only then an identifier could have been used twice. */
static void look_for_second(struct flight *in, const struct observation *o, struct device_finding *f)
{
    const struct observation *before = in->latest;
    (void)f;
    if (strcmp(o->name, "PUBLISH") != 0)
        return;
    in->latest = o;
    in->is_seen = in->is_seen || (before && in->out[id_of(before)] == before &&
                                  (id_of(before) != id_of(o) || !is_same(before, o)));
}

void device_check_ids_in_flight(const struct device_stream *s, struct device_finding *f)
{
    struct flight in;
    walk(s, &in, f, look_for_reuse);
    in = (struct flight){0};
    walk(s, &in, f, look_for_second);
    if (!in.is_seen)
        device_finding_missing(f, "the device published no other message while one was not acknowledged");
}

/* DEV-03 over the whole stream: each QoS 1 message that came to the device, answered on its connection. */
struct owed {
    unsigned conn, count[PACKET_IDS]; /* of each identifier: messages that wait for their PUBACK */
};

static void settle(struct owed *owed, const struct observation *o, struct device_finding *f)
{
    size_t id = id_of(o);
    if (id && owed->count[id] > 0)
        owed->count[id]--;
    else
        device_finding_fail_at(f, o, "PUBACK only for a QoS 1 message that came, once");
}

void device_check_acknowledges(const struct device_stream *s, struct device_finding *f)
{
    struct owed *owed = mem_zalloc(1, sizeof *owed);
    bool any = false, is_used = false;
    for (size_t i = 0; i < s->count; i++) {
        const struct observation *o = s->items[i];
        if (device_stream_is(o, "CONNECT", FROM_DEVICE)) {
            if (is_used)
                memset(owed, 0, sizeof *owed);
            is_used = false;
            owed->conn = o->conn;
        }
        /* Bytes that were injected may be a message as well: they are counted by the cases that inject them. */
        if (o->conn != owed->conn || !owed->conn)
            continue;
        if (device_stream_is(o, "PUBLISH", FROM_PLATFORM) && id_of(o)) {
            owed->count[id_of(o)]++;
            is_used = true;
        }
        any = any || device_stream_is(o, "PUBACK", FROM_DEVICE);
        if (device_stream_is(o, "PUBACK", FROM_DEVICE))
            settle(owed, o, f);
    }
    free(owed);
    if (!any)
        device_finding_missing(f, "the device acknowledged nothing");
}

/* Messages that wait for their PUBACK, oldest first; more than there is room for are not looked at. */
struct waiting {
    const struct observation *items[64];
    size_t count;
};

/* MQTT wants PUBACKs in the order of the messages, so that what is acknowledged has none before it that is not. A second PUBACK of one message
 * is not what is looked for here. */
static void look_at_order(struct waiting *w, const struct observation *ack, struct device_finding *f)
{
    size_t at = 0, older = w->count;
    for (; at < w->count && (w->items[at]->conn != ack->conn || id_of(w->items[at]) != id_of(ack)); at++)
        if (w->items[at]->conn == ack->conn && older == w->count)
            older = at;
    if (at == w->count)
        return;
    if (older < at) {
        char *expected = mem_printf("PUBACK of packet identifier %zu first, whose message came before",
                                    id_of(w->items[older]));
        device_finding_fail_at(f, ack, expected);
        free(expected);
    }
    w->count--;
    memmove(&w->items[at], &w->items[at + 1], (w->count - at) * sizeof w->items[0]);
}

/* What was not acknowledged on a connection that has ended comes again on the next, if at all. */
static void forget_connection(struct waiting *w, unsigned conn)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->count; i++)
        if (w->items[i]->conn != conn)
            w->items[kept++] = w->items[i];
    w->count = kept;
}

void device_check_acknowledged_in_order(const struct device_stream *s, struct device_finding *f)
{
    struct waiting w = {.count = 0};
    bool any = false;
    for (size_t i = 0; i < s->count; i++) {
        const struct observation *o = s->items[i];
        /* What comes again with DUP is an older affair. */
        if (device_stream_is(o, "PUBLISH", FROM_PLATFORM) && id_of(o) && !cJSON_IsTrue(field(o, "dup")) &&
            w.count < sizeof w.items / sizeof w.items[0])
            w.items[w.count++] = o;
        if (strcmp(o->name, "ended") == 0)
            forget_connection(&w, o->conn);
        if (!device_stream_is(o, "PUBACK", FROM_DEVICE))
            continue;
        any = true;
        look_at_order(&w, o, f);
    }
    if (!any)
        device_finding_missing(f, "the device acknowledged nothing");
}
