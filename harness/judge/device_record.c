#include "device_record.h"

#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_state.h"
#include "harness/judge/sdk.h"
#include "harness/judge/timeline.h"
#include "lib/base/json.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"

/* Some members of an observation's fields. */
static cJSON *some_of(const cJSON *fields, const char *const *keys)
{
    cJSON *out = cJSON_CreateObject();
    for (; *keys; keys++)
        if (json_get(fields, *keys))
            cJSON_AddItemToObject(out, *keys, cJSON_Duplicate(json_get(fields, *keys), true));
    return out;
}

/* Each different one once, with the number of times that it was seen; those beyond the most are only counted by *more. */
static void add_seen(cJSON *list, cJSON *seen, int *more)
{
    cJSON *row;
    cJSON_ArrayForEach(row, list)
    {
        if (!cJSON_Compare(json_get(row, "fields"), seen, true))
            continue;
        cJSON_SetNumberValue(cJSON_GetObjectItemCaseSensitive(row, "count"),
                             cJSON_GetNumberValue(json_get(row, "count")) + 1);
        cJSON_Delete(seen);
        return;
    }
    if (cJSON_GetArraySize(list) >= DEVICE_RECORD_SEEN_MAX) {
        ++*more;
        cJSON_Delete(seen);
        return;
    }
    row = cJSON_CreateObject();
    cJSON_AddItemToObject(row, "fields", seen);
    cJSON_AddNumberToObject(row, "count", 1);
    cJSON_AddItemToArray(list, row);
}

static bool is_connect(const struct observation *o)
{
    return o->from == FROM_DEVICE && strcmp(o->name, "CONNECT") == 0;
}

static bool is_connect_of_device(const struct observation *o)
{
    const char *client_id = json_text(o->fields, "clientId");
    return is_connect(o) && (!client_id || strcmp(client_id, DEVICE_STATE_JUDGES_CLIENT_ID) != 0);
}

static void add_sdk(cJSON *out, const cJSON *connects)
{
    const char *client_id = json_text(json_get(connects->child, "fields"), "mqttClientId");
    const struct sdk *sdk;
    struct str version;
    if (!client_id || !sdk_of(str_of(client_id), &sdk, &version))
        return;
    cJSON *json = cJSON_AddObjectToObject(out, "sdk");
    char *text = mem_dup(version.p, version.n);
    cJSON_AddStringToObject(json, "name", sdk->name);
    cJSON_AddStringToObject(json, "version", text);
    cJSON_AddStringToObject(json, "sign", sdk->sign);
    free(text);
}

/* What a device showed of itself. */
static void add_shown(cJSON *out, const struct stream *stream)
{
    static const char *const connect_keys[] = {"mqttClientId", "username",     "password",
                                               "keepAlive",    "cleanSession", "protocolName",
                                               "level",        "will",         NULL};
    static const char *const tls_keys[] = {"version", "cipher", "serverName", NULL};
    cJSON *connects = cJSON_AddArrayToObject(out, "connect"), *tls = cJSON_AddArrayToObject(out, "tls");
    cJSON *ways = cJSON_AddArrayToObject(out, "sign_ins");
    static const char *const way_keys[] = {"transport", "login", NULL};
    int dials = 0, more = 0;
    char key[OBSERVATION_KEY_SIZE];
    struct map *handshakes = map_new(); /* whose they are shows by the CONNECT that follows */
    for (size_t i = 0; i < stream_count(stream); i++) {
        const struct observation *o = stream_items(stream)[i];
        const char *client_id = json_text(o->fields, "clientId");
        dials += strcmp(o->name, "accept") == 0;
        const cJSON *shaken =
            is_connect_of_device(o) ? map_get(handshakes, observation_key(o->conn, key)) : NULL;
        if (strcmp(o->name, "tls") == 0)
            map_put(handshakes, observation_key(o->conn, key), o->fields);
        if (shaken)
            add_seen(tls, some_of(shaken, tls_keys), &more);
        dials -= is_connect(o) && !is_connect_of_device(o); /* the judge's own */
        if (is_connect_of_device(o))
            add_seen(connects, some_of(o->fields, connect_keys), &more);
        else if (o->from == FROM_JOURNAL && strcmp(o->name, "online") == 0 &&
                 (!client_id || strcmp(client_id, DEVICE_STATE_JUDGES_CLIENT_ID) != 0))
            add_seen(ways, some_of(o->fields, way_keys), &more);
    }
    map_free(handshakes);
    cJSON_AddNumberToObject(out, "connections", dials);
    cJSON_AddNumberToObject(out, "seen_more", more);
    add_sdk(out, connects);
}

/* Cases that --quick did without. */
static void add_left_out(cJSON *out, const struct judge_plan *plan)
{
    cJSON *list = cJSON_AddArrayToObject(out, "left_out");
    for (size_t i = 0; i < plan->left_out; i++) {
        const struct device_case *c = plan->quick_without[i];
        cJSON *row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "id", c->test.id);
        cJSON_AddItemToObject(row, "title", cJSON_Duplicate(c->test.title, true));
        cJSON_AddNumberToObject(row, "longest_ms", (double)c->longest_ms);
        cJSON_AddItemToArray(list, row);
    }
}

cJSON *device_record(const struct device_record_frame *frame)
{
    cJSON *out = cJSON_CreateObject();
    const cJSON *device = frame->plan->device;
    cJSON_AddItemToObject(out, "productKey", cJSON_Duplicate(json_get(device, "productKey"), true));
    cJSON_AddItemToObject(out, "deviceName", cJSON_Duplicate(json_get(device, "deviceName"), true));
    cJSON_AddStringToObject(out, "mode", frame->mode);
    if (frame->clock)
        cJSON_AddStringToObject(out, "clock", frame->clock);
    if (frame->replay_of)
        cJSON_AddStringToObject(out, "replay_of", frame->replay_of);
    cJSON_AddItemToObject(out, "description", cJSON_Duplicate(frame->description, true));
    add_shown(out, frame->stream);
    add_left_out(out, frame->plan);
    cJSON_AddItemToObject(out, "timeline", timeline_of(frame->stream));
    return out;
}

cJSON *device_record_target(const struct device_record_frame *frame)
{
    const char *name = json_text(frame->description, "name"),
               *firmware = json_text(frame->description, "firmware");
    const cJSON *device = frame->plan->device;
    cJSON *out = cJSON_CreateObject();
    char *names = mem_printf("%s/%s", json_text(device, "productKey"), json_text(device, "deviceName"));
    cJSON_AddStringToObject(out, "kind", "device");
    cJSON_AddStringToObject(out, "name", name && *name ? name : names);
    cJSON_AddStringToObject(out, "version", firmware ? firmware : "");
    free(names);
    return out;
}
