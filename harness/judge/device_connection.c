#include "device_connection.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"

const char *device_connection_text(const struct observation *o, const char *key)
{
    const cJSON *member = o ? cJSON_GetObjectItemCaseSensitive(o->fields, key) : NULL;
    return cJSON_IsString(member) ? member->valuestring : "";
}

bool device_connection_registers(const cJSON *connect)
{
    const char *id = json_text(connect, "mqttClientId");
    return id && (strstr(id, "authType=register") || strstr(id, "authType=regnwl"));
}

static struct device_connection *find(const struct device_connections *all, unsigned conn)
{
    /* They are numbered as they come: one beyond the latest is new, and a flood of them is no walk through all. */
    for (size_t i = all->count; i > 0 && (all->items[all->count - 1].conn >= conn); i--)
        if (all->items[i - 1].conn == conn)
            return &all->items[i - 1];
    return NULL;
}

static struct device_connection *of(struct device_connections *all, const struct observation *o, size_t at)
{
    struct device_connection *c = find(all, o->conn);
    if (c)
        return c;
    all->items = mem_realloc(all->items, (all->count + 1) * sizeof *all->items);
    c = &all->items[all->count++];
    *c = (struct device_connection){.conn = o->conn, .begun = o, .first = at};
    return c;
}

/* An event tells no connection: "online" is about the latest one that was accepted, "refused" about the latest that was not. */
static void take_event(struct device_connections *all, const struct observation *o)
{
    bool is_online = strcmp(o->name, "online") == 0;
    for (size_t i = all->count; i > 0; i--) {
        struct device_connection *c = &all->items[i - 1];
        const struct observation **to = is_online ? &c->online : &c->refused;
        if (!c->connect || c->is_accepted != is_online || *to)
            continue;
        *to = o;
        return;
    }
}

static void take_packet(struct device_connection *c, const struct observation *o)
{
    if (device_stream_is(o, "CONNECT", FROM_DEVICE) && !c->connect) {
        c->connect = o;
        c->is_registering = device_connection_registers(o->fields);
    } else if (device_stream_is(o, "CONNACK", FROM_PLATFORM) && !c->connack) {
        const cJSON *code = cJSON_GetObjectItemCaseSensitive(o->fields, "returnCode");
        c->connack = o;
        c->is_accepted = cJSON_IsNumber(code) && code->valuedouble == 0;
    } else if (device_stream_is(o, "tls", FROM_DEVICE)) {
        c->tls = o;
    } else if (device_stream_is(o, "tls-failed", FROM_DEVICE)) {
        c->tls_failed = o;
    } else if (strcmp(o->name, "ended") == 0) {
        c->ended = o;
    }
}

/* A platform that is started again tells nothing of the connections that ended with it. */
static void end_all(struct device_connections *all, const struct observation *restart)
{
    for (size_t i = 0; i < all->count; i++)
        if (!all->items[i].ended)
            all->items[i].ended = restart;
}

void device_connections_init(struct device_connections *all, const struct device_stream *stream)
{
    bool was_started = false;
    *all = (struct device_connections){0};
    for (size_t i = 0; i < stream->count; i++) {
        const struct observation *o = stream->items[i];
        was_started = was_started || device_stream_is(o, "start", FROM_JUDGE);
        if (device_stream_is(o, "online", FROM_JOURNAL) || device_stream_is(o, "refused", FROM_JOURNAL))
            take_event(all, o);
        if (observation_is_deed(o, "restart"))
            end_all(all, o);
        if (o->conn == 0 || o->from == FROM_JOURNAL || o->from == FROM_JUDGE)
            continue;
        size_t before = all->count;
        struct device_connection *c = of(all, o, i);
        if (all->count > before) {
            c->is_first_of_start = was_started;
            was_started = false;
        }
        take_packet(c, o);
        c->last = i + 1;
    }
}

void device_connections_fini(struct device_connections *all)
{
    free(all->items);
    *all = (struct device_connections){0};
}
