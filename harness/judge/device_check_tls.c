#include "device_checks.h"

#include <string.h>

#include "harness/judge/device_connection.h"

static void missing_tls(struct device_finding *f, bool any)
{
    if (!any)
        device_finding_missing(f, "the device did not use TLS");
}

/* Calls back with every handshake on which a CONNECT of the device followed: others may be anybody's. */
static bool for_each_handshake(const struct device_stream *s, struct device_finding *f,
                               void (*look)(const struct observation *tls, struct device_finding *f))
{
    struct device_connections all;
    bool any = false;
    device_connections_init(&all, s);
    for (size_t i = 0; i < all.count; i++) {
        if (!all.items[i].tls || !all.items[i].connect)
            continue;
        any = true;
        look(all.items[i].tls, f);
    }
    device_connections_fini(&all);
    return any;
}

static void look_at_version(const struct observation *tls, struct device_finding *f)
{
    const char *version = device_connection_text(tls, "version");
    if (strcmp(version, "TLSv1.2") != 0 && strcmp(version, "TLSv1.3") != 0)
        device_finding_fail(f, tls, "TLS 1.2 or later", version);
}

static void look_at_cipher(const struct observation *tls, struct device_finding *f)
{
    static const char *const bad[] = {"ADH-", "AECDH-", "anon", "NULL", "EXP-", "RC4", "DES"};
    const char *cipher = device_connection_text(tls, "cipher");
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (strstr(cipher, bad[i]))
            device_finding_fail(f, tls, "a cipher suite that authenticates and encrypts", cipher);
}

/* Offered is as bad as taken: it is the server's choice, or that of somebody in between. */
static void look_at_offer(const struct observation *tls, struct device_finding *f)
{
    const char *anonymous = device_connection_text(tls, "anonymous");
    if (*anonymous)
        device_finding_fail(f, tls, "no offer of a cipher suite without authentication", anonymous);
}

/* A hello that the platform turned away because it knows no version that is new enough. */
static void look_for_old_hellos(const struct device_stream *s, struct device_finding *f)
{
    for (size_t i = 0; i < s->count; i++) {
        const char *detail = device_connection_text(s->items[i], "detail");
        if (device_stream_is(s->items[i], "tls-failed", FROM_DEVICE) &&
            (strstr(detail, "protocol version") || strstr(detail, "unsupported protocol")))
            device_finding_fail(f, s->items[i], "TLS 1.2 or later", detail);
    }
}

void device_check_tls_policy(const struct device_stream *s, struct device_finding *f)
{
    look_for_old_hellos(s, f);
    missing_tls(f, for_each_handshake(s, f, look_at_version));
    for_each_handshake(s, f, look_at_cipher);
    for_each_handshake(s, f, look_at_offer);
}

static void look_at_server_name(const struct observation *tls, struct device_finding *f)
{
    if (!*device_connection_text(tls, "serverName"))
        device_finding_fail(f, tls, "the server's name in the handshake (SNI)",
                            "no name; a device that dials an address instead of a name has none to send");
}

void device_check_tls_server_name(const struct device_stream *s, struct device_finding *f)
{
    missing_tls(f, for_each_handshake(s, f, look_at_server_name));
}

void device_check_encrypted(const struct device_stream *s, struct device_finding *f)
{
    bool any = false;
    for (size_t i = 0; i < s->count; i++) {
        const struct observation *o = s->items[i];
        if (!device_stream_is(o, "online", FROM_JOURNAL))
            continue;
        const char *transport = device_connection_text(o, "transport");
        any = true;
        if (strcmp(transport, "tcp") == 0 || strcmp(transport, "ws") == 0)
            device_finding_fail(f, o, "a connection over TLS", transport);
    }
    if (!any)
        device_finding_missing(f, "no CONNECT of the device was accepted");
}

/* What can be seen from outside: it connects by the root that this judge gave it, and turns away another one. */
void device_check_root_replaced(const struct device_stream *s, struct device_finding *f)
{
    struct device_connections all;
    bool is_over_tls = false, has_turned_away = false;
    device_connections_init(&all, s);
    for (size_t i = 0; i < all.count; i++) {
        const struct device_connection *c = &all.items[i];
        is_over_tls = is_over_tls || (c->tls && c->is_accepted);
        has_turned_away =
            has_turned_away ||
            (c->tls_failed && strcmp(device_connection_text(c->tls_failed, "certificate"), "server") != 0);
    }
    device_connections_fini(&all);
    missing_tls(f, is_over_tls);
    if (!has_turned_away)
        device_finding_missing(
            f,
            "the device was not seen to turn a certificate away, so nothing says that it uses a root at all");
    device_finding_remark(
        f,
        "the device signs in by the judge's own root and turns others away, so its root can be replaced in "
        "the laboratory; whether it can be in the field cannot be seen here");
}
