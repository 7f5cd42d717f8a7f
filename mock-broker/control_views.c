#include "control_views.h"

#include "broker.h"
#include "keepalive.h"
#include "session.h"

#include "lib/base/mem.h"

#include <stdlib.h>

static void add_text(cJSON *object, const char *key, struct str text)
{
    char *copy = mem_dup(text.p, text.n);
    cJSON_AddStringToObject(object, key, copy);
    free(copy);
}

/* What only a session that is online has. */
static void add_connection(cJSON *view, const struct connection *c)
{
    add_text(view, "clientId", str_of(c->client_id));
    cJSON_AddBoolToObject(view, "online", true);
    cJSON_AddStringToObject(view, "transport", transport_name((enum transport)c->transport));
    add_text(view, "peer", str_of(channel_peer(c->channel)));
    cJSON_AddNumberToObject(view, "keepAlive", c->keep_alive_s);
    int64_t left_ms = c->limit_ms - keepalive_idle_ms(c);
    cJSON_AddNumberToObject(view, "seconds_left", (double)((left_ms + 999) / 1000));
}

static cJSON *view_session(const struct session *s)
{
    cJSON *view = cJSON_CreateObject();
    add_text(view, "productKey", str_of(s->device->product->key));
    add_text(view, "deviceName", str_of(s->device->name));
    if (session_online(s))
        add_connection(view, session_online(s));
    else
        cJSON_AddBoolToObject(view, "online", false);
    cJSON_AddBoolToObject(view, "cleanSession", s->clean);
    cJSON *list = cJSON_AddArrayToObject(view, "subscriptions");
    const struct subscription *at = NULL;
    struct str filter;
    uint8_t qos;
    while (router_next(&s->subscriber, &at, &filter, &qos)) {
        cJSON *item = cJSON_CreateObject();
        add_text(item, "filter", filter);
        cJSON_AddNumberToObject(item, "qos", qos);
        cJSON_InsertItemInArray(list, 0, item); /* the router gives the newest first */
    }
    cJSON_AddNumberToObject(view, "inflight", s->inflight.sent);
    cJSON_AddNumberToObject(view, "queued", inflight_queued(&s->inflight));
    return view;
}

cJSON *control_view_sessions(const struct broker *b)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(answer, "sessions");
    LIST_EACH(&b->sessions, at)
    cJSON_AddItemToArray(list, view_session(LIST_ITEM(at, struct session, link)));
    return answer;
}

cJSON *control_view_device(const struct device *device)
{
    cJSON *view = cJSON_CreateObject();
    add_text(view, "productKey", str_of(device->product->key));
    add_text(view, "deviceName", str_of(device->name));
    cJSON_AddBoolToObject(view, "enabled", device->enabled);
    cJSON_AddBoolToObject(view, "activated", device->activated);
    cJSON_AddBoolToObject(view, "online", device->session && session_online(device->session));
    return view;
}

cJSON *control_view_devices(const struct broker *b)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(answer, "devices");
    size_t at = 0;
    struct device *device;
    while (registry_next_device(b->registry, &at, &device))
        cJSON_AddItemToArray(list, control_view_device(device));
    return answer;
}

cJSON *control_view_clock(const struct broker *b)
{
    cJSON *view = cJSON_CreateObject();
    cJSON_AddBoolToObject(view, "manual", clock_is_manual(b->clock));
    cJSON_AddNumberToObject(view, "now_ms", (double)clock_now_ms(b->clock));
    cJSON_AddNumberToObject(view, "wall_ms", (double)clock_wall_ms(b->clock));
    int64_t next_ms;
    bool waits = timerq_next(b->timers, &next_ms);
    cJSON_AddItemToObject(view, "next_ms", waits ? cJSON_CreateNumber((double)next_ms) : cJSON_CreateNull());
    return view;
}
