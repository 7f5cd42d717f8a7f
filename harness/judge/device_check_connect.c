#include "device_checks.h"

#include <ctype.h>
#include <string.h>

#include "harness/judge/device_connection.h"
#include "lib/base/str.h"
#include "lib/protocol/client_id.h"
#include "lib/protocol/mqtt_packet.h"

enum { RECOMMENDED_KEEP_ALIVE_S = 300 };

static const char nobody[] = "no CONNECT of the device was accepted";

/* "192.0.2.7" of "192.0.2.7:40000". */
static bool is_same_host(const char *a, const char *b)
{
    const char *end_a = strrchr(a, ':'), *end_b = strrchr(b, ':');
    return end_a && end_b &&
           str_eq((struct str){a, (size_t)(end_a - a)}, (struct str){b, (size_t)(end_b - b)});
}

/* A connection that began with something else is turned away before a packet of it is seen: the journal tells of it, and of whom by the
 * address only. */
static bool began_otherwise(const struct device_connections *all, const struct observation *o)
{
    static const char first[] = "the first byte";
    if (!device_stream_is(o, "no-connect", FROM_JOURNAL) ||
        strcmp(device_connection_text(o, "reason"), "not-mqtt") != 0 ||
        strncmp(device_connection_text(o, "detail"), first, sizeof first - 1) != 0)
        return false;
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].is_accepted && is_same_host(device_connection_text(all->items[i].begun, "peer"),
                                                      device_connection_text(o, "peer")))
            return true;
    return false;
}

void device_check_connect_first(const struct device_stream *s, struct device_finding *f)
{
    struct device_connections all;
    bool any = false;
    device_connections_init(&all, s);
    for (size_t i = 0; i < all.count; i++) {
        const struct device_connection *c = &all.items[i];
        size_t packets = 0;
        for (size_t k = c->first; k < c->last; k++) {
            const struct observation *o = s->items[k];
            if (o->conn != c->conn || o->from != FROM_DEVICE || !mqtt_type_named(o->name))
                continue;
            bool is_connect = strcmp(o->name, "CONNECT") == 0;
            any = any || is_connect;
            if (++packets == 1 && !is_connect)
                device_finding_fail_at(f, o, "CONNECT as the first packet of a connection");
            else if (packets > 1 && is_connect)
                device_finding_fail_at(f, o, "one CONNECT on a connection");
        }
    }
    for (size_t i = 0; i < s->count; i++)
        if (began_otherwise(&all, s->items[i]))
            device_finding_fail_at(f, s->items[i], "CONNECT as the first packet of a connection");
    device_connections_fini(&all);
    if (!any)
        device_finding_missing(f, "the device sent no CONNECT");
}

static void fail_refused(struct device_finding *f, const struct observation *o)
{
    struct buf text;
    buf_init(&text, 2048);
    buf_printf(&text, "refused by rule %s: %s", device_connection_text(o, "rule"),
               device_connection_text(o, "received"));
    device_finding_fail(f, o, device_connection_text(o, "accepted"), buf_cstr(&text));
    buf_fini(&text);
}

static bool was_online(const struct device_stream *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (device_stream_is(s->items[i], "online", FROM_JOURNAL))
            return true;
    return false;
}

/* One of the rules (NULL behind the last) has refused the device. Those that speak of what has become of a device (deleted, disabled, a
 * token that is over) are in no list: they are no mistake of its. Nor is what is refused because the judge has made it new, until it has
 * registered or the case is over. */
static void judge_refusals(const struct device_stream *s, struct device_finding *f, const char *const *rules)
{
    bool is_new = false;
    for (size_t i = 0; i < s->count; i++) {
        const struct observation *o = s->items[i];
        if (observation_is_deed(o, "renew"))
            is_new = true;
        else if (device_stream_is(o, "registered", FROM_JOURNAL) || device_stream_is(o, "end", FROM_JUDGE))
            is_new = false;
        if (is_new || !device_stream_is(o, "refused", FROM_JOURNAL))
            continue;
        for (size_t k = 0; rules[k]; k++)
            if (strcmp(device_connection_text(o, "rule"), rules[k]) == 0)
                fail_refused(f, o);
    }
    if (!was_online(s))
        device_finding_missing(f, nobody);
}

void device_check_credentials(const struct device_stream *s, struct device_finding *f)
{
    static const char *const rules[] = {
        "protocol-level", "client-id-length", "registration-form", "will", "sign-method", "signature", NULL};
    judge_refusals(s, f, rules);
}

void device_check_keep_alive_range(const struct device_stream *s, struct device_finding *f)
{
    static const char *const rules[] = {"keep-alive", NULL};
    judge_refusals(s, f, rules);
}

/* Calls back with every connection on which the device has come online. */
static void for_each_online(const struct device_stream *s, struct device_finding *f,
                            void (*look)(const struct device_connection *c, struct device_finding *f))
{
    struct device_connections all;
    bool any = false;
    device_connections_init(&all, s);
    for (size_t i = 0; i < all.count; i++) {
        if (!all.items[i].online || !all.items[i].connect)
            continue;
        any = true;
        look(&all.items[i], f);
    }
    device_connections_fini(&all);
    if (!any)
        device_finding_missing(f, nobody);
}

static bool signs_in_by_secret(const struct device_connection *c)
{
    const char *login = device_connection_text(c->online, "login");
    return !*login || strcmp(login, "secret") == 0;
}

static void look_at_securemode(const struct device_connection *c, struct device_finding *f)
{
    struct client_id id;
    struct client_id_fault fault;
    const char *text = device_connection_text(c->connect, "mqttClientId");
    const char *transport = device_connection_text(c->online, "transport");
    if (!signs_in_by_secret(c) || !client_id_parse(str_of(text), &id, &fault))
        return;
    struct str mode = client_id_get(&id, "securemode");
    bool is_encrypted = strcmp(transport, "tls") == 0 || strcmp(transport, "wss") == 0;
    if (str_eq(mode, is_encrypted ? STR("2") : STR("3")))
        return;
    device_finding_fail(f, c->connect, is_encrypted ? "securemode=2 over TLS" : "securemode=3 over plain TCP",
                        text);
}

void device_check_securemode(const struct device_stream *s, struct device_finding *f)
{
    static const char *const rules[] = {"securemode", NULL};
    judge_refusals(s, f, rules);
    for_each_online(s, f, look_at_securemode);
}

/* core|key=value,key=value|; an empty item is what SDKs leave behind (device-facts 2.3), and harmless. */
static bool is_client_id(const char *text)
{
    const char *first = strchr(text, '|'), *last = strrchr(text, '|');
    if (!first || first == text || first == last || last[1])
        return false;
    for (const char *item = first + 1; item <= last;) {
        const char *end = item + strcspn(item, ",");
        end = end > last ? last : end;
        const char *equals = memchr(item, '=', (size_t)(end - item));
        if (end > item && (!equals || equals == item))
            return false;
        item = end + 1;
    }
    return true;
}

static void look_at_client_id(const struct device_connection *c, struct device_finding *f)
{
    const char *text = device_connection_text(c->connect, "mqttClientId");
    if (signs_in_by_secret(c) && !is_client_id(text))
        device_finding_fail(f, c->connect, "clientId|key=value,key=value|", text);
}

void device_check_client_id_form(const struct device_stream *s, struct device_finding *f)
{
    static const char *const rules[] = {"client-id-form", NULL};
    judge_refusals(s, f, rules);
    for_each_online(s, f, look_at_client_id);
}

static void look_at_username(const struct device_connection *c, struct device_finding *f)
{
    struct buf wanted;
    const char *text = device_connection_text(c->connect, "username");
    if (!signs_in_by_secret(c))
        return;
    buf_init(&wanted, 1024);
    buf_printf(&wanted, "%s&%s", device_connection_text(c->online, "deviceName"),
               device_connection_text(c->online, "productKey"));
    if (strcmp(buf_cstr(&wanted), text) != 0)
        device_finding_fail(f, c->connect, buf_cstr(&wanted), text);
    buf_fini(&wanted);
}

void device_check_username(const struct device_stream *s, struct device_finding *f)
{
    static const char *const rules[] = {"username-form", "device-unknown", NULL};
    judge_refusals(s, f, rules);
    for_each_online(s, f, look_at_username);
}

static bool is_of_documents(const char *id)
{
    static const char *const examples[] = {"12345", "clientId"};
    for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++)
        if (strcmp(examples[i], id) == 0)
            return true;
    return false;
}

/* Twelve hexadecimal digits, whatever stands between them. */
static bool is_mac(const char *id)
{
    size_t digits = 0;
    for (; *id; id++) {
        if (isxdigit((unsigned char)*id))
            digits++;
        else if (!strchr(":-.", *id))
            return false;
    }
    return digits == 12;
}

static void look_at_own_id(const struct device_connection *c, struct device_finding *f)
{
    struct buf text;
    const char *id = device_connection_text(c->connect, "clientId");
    if (is_of_documents(id))
        device_finding_fail(f, c->connect, "the device's own MAC address or serial number", id);
    if (is_mac(id))
        return;
    buf_init(&text, 2048);
    buf_printf(&text, "clientId is '%s': whether that is a serial number of the device cannot be seen here",
               id);
    device_finding_remark(f, buf_cstr(&text));
    buf_fini(&text);
}

void device_check_client_id_own(const struct device_stream *s, struct device_finding *f)
{
    for_each_online(s, f, look_at_own_id);
}

static void look_at_keep_alive(const struct device_connection *c, struct device_finding *f)
{
    struct buf text;
    const cJSON *seconds = cJSON_GetObjectItemCaseSensitive(c->connect->fields, "keepAlive");
    if (!cJSON_IsNumber(seconds) || seconds->valuedouble >= RECOMMENDED_KEEP_ALIVE_S)
        return;
    buf_init(&text, 256);
    buf_printf(&text, "keep alive %d s", seconds->valueint);
    device_finding_fail(f, c->connect, "a keep alive of 300 s or more", buf_cstr(&text));
    buf_fini(&text);
}

void device_check_keep_alive_longer(const struct device_stream *s, struct device_finding *f)
{
    for_each_online(s, f, look_at_keep_alive);
}
