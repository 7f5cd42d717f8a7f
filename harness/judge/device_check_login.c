#include "device_checks.h"

#include <string.h>

#include "harness/judge/device_connection.h"

static bool is_refused_with_3(const struct observation *o)
{
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(o->fields, "returnCode");
    return device_stream_is(o, "CONNACK", FROM_PLATFORM) && cJSON_IsNumber(code) && code->valuedouble == 3;
}

/* Between a CONNACK 3 and the next CONNECT of a device that signs in by an iotToken there is an authentication. */
void device_check_token_renewed(const struct device_stream *s, struct device_finding *f)
{
    bool has_token = false, is_due = false, any = false;
    for (size_t i = 0; i < s->count; i++) {
        const struct observation *o = s->items[i];
        if (device_stream_is(o, "online", FROM_JOURNAL))
            has_token = strcmp(device_connection_text(o, "login"), "iotToken") == 0;
        if (has_token && is_refused_with_3(o))
            is_due = any = true;
        else if (device_stream_is(o, "auth", FROM_JOURNAL) || device_stream_is(o, "start", FROM_JUDGE))
            is_due = false;
        else if (is_due && device_stream_is(o, "CONNECT", FROM_DEVICE))
            device_finding_fail(f, o, "a new authentication (POST /auth/devicename) before the next CONNECT",
                                "another CONNECT with the token that was refused");
    }
    if (!any)
        device_finding_missing(f, "no iotToken of the device was refused with code 3");
}

static bool has_left(const struct device_stream *s, const struct device_connection *c)
{
    bool left = c->ended && c->ended->from == FROM_DEVICE;
    for (size_t k = c->first; k < c->last && !left; k++)
        left = s->items[k]->conn == c->conn && device_stream_is(s->items[k], "DISCONNECT", FROM_DEVICE);
    return left;
}

/* After a registration: it leaves by itself, and what it dials next is accepted and no registration. */
void device_check_registration_taken(const struct device_stream *s, struct device_finding *f)
{
    struct device_connections all;
    bool any = false;
    device_connections_init(&all, s);
    for (size_t i = 0; i < all.count; i++) {
        const struct device_connection *c = &all.items[i], *next = NULL;
        if (!c->is_registering || !c->is_accepted)
            continue;
        for (size_t k = i + 1; k < all.count && !next; k++)
            next = all.items[k].connect ? &all.items[k] : NULL;
        if (c->ended && !has_left(s, c))
            device_finding_fail(f, c->ended, "DISCONNECT of the device after it was given its secret",
                                "the platform had to end the connection");
        if (next && next->is_registering)
            device_finding_fail(f, next->connect, "a sign-in with the secret that was given",
                                "another registration");
        else if (next && next->connack && !next->is_accepted)
            device_finding_fail_at(f, next->connack, "a sign-in with the secret that was given");
        any = any || (next && next->connack);
    }
    device_connections_fini(&all);
    if (!any)
        device_finding_missing(f, "the device registered nowhere, or dialled no more afterwards");
}

/* After a registration that was accepted there is no other, unless the device was made new. */
void device_check_registered_once(const struct device_stream *s, struct device_finding *f)
{
    struct device_connections all;
    size_t i = 0;
    bool was_registered = false, any = false;
    device_connections_init(&all, s);
    for (size_t k = 0; k < s->count; k++) {
        const struct observation *o = s->items[k];
        if (device_stream_is(o, "renew", FROM_JUDGE))
            was_registered = false;
        while (i < all.count && all.items[i].first < k)
            i++;
        if (i == all.count || all.items[i].first > k || !all.items[i].is_registering)
            continue;
        any = true;
        if (was_registered)
            device_finding_fail(f, all.items[i].connect, "one registration", "another one");
        was_registered = was_registered || all.items[i].is_accepted;
    }
    device_connections_fini(&all);
    if (!any)
        device_finding_missing(f, "the device did not register");
}
