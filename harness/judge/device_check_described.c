#include "device_checks.h"

#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_connection.h"
#include "lib/base/mem.h"

/* A device that says nothing within so long on one connection does not do it. */
enum { CLAIM_MS = 300000 };

static const cJSON *said(const struct device_stream *s, const char *member)
{
    return cJSON_GetObjectItemCaseSensitive(s->description, member);
}

static bool holds(const cJSON *list, const cJSON *value)
{
    for (const cJSON *at = list->child; at; at = at->next)
        if (cJSON_Compare(at, value, true))
            return true;
    return false;
}

static void fail(struct device_finding *f, const struct observation *at, const char *member,
                 const cJSON *said_so)
{
    char *value = cJSON_PrintUnformatted(said_so),
         *expected = mem_printf("%s %s, as the description says", member, value);
    device_finding_fail_at(f, at, expected);
    free(expected);
    cJSON_free(value);
}

/* "transports", "keepAlive" …: the member of an observation that a member of the description speaks of. */
static const struct stated {
    const char *member, *name;
    enum observation_from from;
    const char *field;
} stated[] = {
    {"transports", "online", FROM_JOURNAL, "transport"},
    {"keepAlive", "CONNECT", FROM_DEVICE, "keepAlive"},
    {"cleanSession", "CONNECT", FROM_DEVICE, "cleanSession"},
    {"qos", "PUBLISH", FROM_DEVICE, "qos"},
};

/* What a device that cannot do it must not be seen to do. */
static const struct {
    const char *member, *name;
} denied[] = {{"subscribes", "SUBSCRIBE"}, {"publishes", "PUBLISH"}, {"pings", "PINGREQ"}};

static void look(const struct device_stream *s, const struct observation *o, struct device_finding *f)
{
    if (device_stream_is(o, "CONNECT", FROM_DEVICE) && device_connection_registers(o->fields))
        return;
    for (size_t i = 0; i < sizeof stated / sizeof stated[0]; i++) {
        const struct stated *row = &stated[i];
        const cJSON *what = said(s, row->member),
                    *is = cJSON_GetObjectItemCaseSensitive(o->fields, row->field);
        if (!what || !is || !device_stream_is(o, row->name, row->from))
            continue;
        if (cJSON_IsArray(what) ? !holds(what, is) : !cJSON_Compare(what, is, true))
            fail(f, o, row->member, what);
    }
    for (size_t i = 0; i < sizeof denied / sizeof denied[0]; i++)
        if (cJSON_IsFalse(said(s, denied[i].member)) && device_stream_is(o, denied[i].name, FROM_DEVICE))
            fail(f, o, denied[i].member, said(s, denied[i].member));
}

/* How the device came by what it signs in with; one that has registered before signs in as if it had always had it. */
static const char *way_of(const struct device_stream *s)
{
    static const char *const ways[][2] = {{"iotToken", "https"}, {"deviceToken", "regnwl"}};
    const char *way = "secret";
    for (size_t i = 0; i < s->count; i++) {
        const struct observation *o = s->items[i];
        if (device_stream_is(o, "registered", FROM_JOURNAL))
            return strcmp(device_connection_text(o, "authType"), "regnwl") == 0 ? "regnwl" : "registration";
        for (size_t k = 0; k < sizeof ways / sizeof ways[0]; k++)
            if (device_stream_is(o, "online", FROM_JOURNAL) &&
                strcmp(device_connection_text(o, "login"), ways[k][0]) == 0)
                way = ways[k][1];
    }
    return way;
}

static bool says_auth(const struct device_stream *s, const char *way)
{
    const cJSON *what = said(s, "auth");
    cJSON *is = cJSON_CreateString(way);
    bool found = !what || holds(what, is);
    cJSON_Delete(is);
    return found;
}

static void look_at_auth(const struct device_stream *s, struct device_finding *f)
{
    const char *way = way_of(s);
    bool was_registered_before = strcmp(way, "secret") == 0 && says_auth(s, "registration");
    if (!says_auth(s, way) && !was_registered_before)
        device_finding_fail(f, NULL, "a sign-in by what the description says (auth)", way);
}

/* How long the longest connection lasted on which the device was online. */
static int64_t longest_online_ms(const struct device_stream *s)
{
    struct device_connections all;
    int64_t longest_ms = 0;
    device_connections_init(&all, s);
    for (size_t i = 0; i < all.count; i++) {
        const struct device_connection *c = &all.items[i];
        const struct observation *end = c->ended ? c->ended : s->items[s->count - 1];
        if (c->is_accepted && !c->is_registering && end->at_ms - c->begun->at_ms > longest_ms)
            longest_ms = end->at_ms - c->begun->at_ms;
    }
    device_connections_fini(&all);
    return longest_ms;
}

/* "subscribes": true, and it never did, though it was online for long enough. */
static void look_for_claims(const struct device_stream *s, struct device_finding *f)
{
    int64_t online_ms = longest_online_ms(s);
    for (size_t i = 0; i < sizeof denied / sizeof denied[0]; i++) {
        bool seen = false;
        for (size_t k = 0; k < s->count; k++)
            seen = seen || device_stream_is(s->items[k], denied[i].name, FROM_DEVICE);
        if (!cJSON_IsTrue(said(s, denied[i].member)) || seen || strcmp(denied[i].name, "PINGREQ") == 0)
            continue;
        char *actual = mem_printf("no %s in the whole session, whose longest connection lasted %.1f s",
                                  denied[i].name, (double)online_ms / 1000);
        char *expected = mem_printf("%s true, as the description says", denied[i].member);
        if (online_ms < CLAIM_MS)
            device_finding_missing(f, actual);
        else
            device_finding_fail(f, NULL, expected, actual);
        free(expected);
        free(actual);
    }
}

void device_check_described(const struct device_stream *s, struct device_finding *f)
{
    bool was_online = false;
    for (size_t i = 0; i < s->count; i++) {
        was_online = was_online || device_stream_is(s->items[i], "online", FROM_JOURNAL);
        look(s, s->items[i], f);
    }
    if (!was_online) {
        device_finding_missing(f, "no CONNECT of the device was accepted");
        return;
    }
    look_at_auth(s, f);
    look_for_claims(s, f);
    if (!s->description || !s->description->child)
        device_finding_remark(f, "there is no description (--device FILE), so nothing was claimed");
}
