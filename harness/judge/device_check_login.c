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

/* A POST to the registration over HTTPS (REG-08), whatever came of it. */
static bool is_https_registration(const struct observation *o)
{
    return device_stream_is(o, "auth", FROM_JOURNAL) &&
           strcmp(device_connection_text(o, "path"), "/auth/register/device") == 0;
}

static bool is_successful(const struct observation *answer)
{
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(answer->fields, "code");
    return cJSON_IsNumber(code) && code->valuedouble == 200;
}

/* The first connection with a CONNECT that began behind this place; NULL: none. */
static const struct device_connection *next_dial(const struct device_connections *all, size_t behind)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].first > behind && all->items[i].connect)
            return &all->items[i];
    return NULL;
}

/* True when the dial behind a registration shows what the device made of it. */
static bool look_at_dial(const struct device_connection *next, struct device_finding *f)
{
    static const char expected[] = "a sign-in with the secret that was given";
    if (next && next->is_registering)
        device_finding_fail(f, next->connect, expected, "another registration");
    else if (next && next->connack && !next->is_accepted)
        device_finding_fail_at(f, next->connack, expected);
    return next && next->connack;
}

/* After a registration: it leaves by itself, and what it dials next is accepted and no registration. */
void device_check_registration_taken(const struct device_stream *s, struct device_finding *f)
{
    struct device_connections all;
    bool any = false;
    device_connections_init(&all, s);
    for (size_t i = 0; i < all.count; i++) {
        const struct device_connection *c = &all.items[i];
        if (!c->is_registering || !c->is_accepted)
            continue;
        const struct device_connection *next = next_dial(&all, c->first);
        if ((c->ended || next) && !has_left(s, c))
            device_finding_fail(f, c->ended ? c->ended : next->begun,
                                "DISCONNECT of the device after it was given its secret",
                                c->ended ? "the platform had to end the connection"
                                         : "another connection beside the one of the registration");
        any = look_at_dial(next, f) || any;
    }
    for (size_t k = 0; k < s->count; k++)
        if (is_https_registration(s->items[k]) && is_successful(s->items[k]))
            any = look_at_dial(next_dial(&all, k), f) || any;
    device_connections_fini(&all);
    if (!any)
        device_finding_missing(f, "the device registered nowhere, or dialled no more afterwards");
}

/* The registration that begins at this place: its CONNECT or its POST; NULL: none does. */
static const struct observation *registration_at(const struct device_stream *s,
                                                 const struct device_connections *all, size_t place,
                                                 bool *is_good)
{
    const struct observation *o = s->items[place];
    if (is_https_registration(o)) {
        *is_good = is_successful(o);
        return o;
    }
    if (!device_stream_is(o, "CONNECT", FROM_DEVICE) || !device_connection_registers(o->fields))
        return NULL;
    *is_good = false;
    for (size_t i = 0; i < all->count; i++)
        *is_good = *is_good || (all->items[i].connect == o && all->items[i].is_accepted);
    return o;
}

/* After a registration that was accepted there is no other, unless the device was made new. */
void device_check_registered_once(const struct device_stream *s, struct device_finding *f)
{
    struct device_connections all;
    bool was_registered = false, any = false, is_good;
    device_connections_init(&all, s);
    for (size_t k = 0; k < s->count; k++) {
        if (observation_is_deed(s->items[k], "renew"))
            was_registered = false;
        const struct observation *o = registration_at(s, &all, k, &is_good);
        if (!o)
            continue;
        any = true;
        if (was_registered)
            device_finding_fail(f, o, "one registration", "another one");
        was_registered = was_registered || is_good;
    }
    device_connections_fini(&all);
    if (!any)
        device_finding_missing(f, "the device did not register");
}
