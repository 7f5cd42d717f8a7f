#include "describe.h"
#include "lib/base/json.h"

#include <stdbool.h>
#include <string.h>

static const struct observation *first(const struct stream *stream, const char *name,
                                       enum observation_from from)
{
    for (size_t i = 0; i < stream_count(stream); i++) {
        const struct observation *o = stream_items(stream)[i];
        if (o->from == from && strcmp(o->name, name) == 0)
            return o;
    }
    return NULL;
}

static void add_list(cJSON *to, const char *key, cJSON *only)
{
    cJSON_AddItemToArray(cJSON_AddArrayToObject(to, key), only);
}

static const char *way_of(const struct observation *registered)
{
    const char *type = json_text(registered->fields, "authType");
    return type && strcmp(type, "regnwl") == 0 ? "regnwl" : "registration";
}

static void add_sign_in(cJSON *to, const struct stream *stream)
{
    const struct observation *online = first(stream, "online", FROM_JOURNAL),
                             *auth = first(stream, "auth", FROM_JOURNAL);
    const struct observation *registered = first(stream, "registered", FROM_JOURNAL);
    if (!online)
        return;
    add_list(to, "transports", cJSON_Duplicate(json_get(online->fields, "transport"), true));
    add_list(to, "auth", cJSON_CreateString(registered ? way_of(registered) : auth ? "https" : "secret"));
    cJSON_AddItemToObject(to, "keepAlive", cJSON_Duplicate(json_get(online->fields, "keepAlive"), true));
    cJSON_AddItemToObject(to, "cleanSession",
                          cJSON_Duplicate(json_get(online->fields, "cleanSession"), true));
}

static void note_qos(const cJSON *qos, bool used[2])
{
    if (cJSON_IsNumber(qos) && (qos->valuedouble == 0 || qos->valuedouble == 1))
        used[qos->valueint] = true;
}

/* The QoS of its messages in both directions: of what it publishes, and what its subscriptions were granted. */
static void add_qos(cJSON *to, const struct stream *stream)
{
    bool used[2] = {false, false};
    for (size_t i = 0; i < stream_count(stream); i++) {
        const struct observation *o = stream_items(stream)[i];
        if (o->from == FROM_DEVICE && strcmp(o->name, "PUBLISH") == 0)
            note_qos(json_get(o->fields, "qos"), used);
        const cJSON *codes = o->from == FROM_PLATFORM ? json_get(o->fields, "codes") : NULL;
        for (const cJSON *at = codes ? codes->child : NULL; at; at = at->next)
            note_qos(at, used);
    }
    cJSON *list = used[0] || used[1] ? cJSON_AddArrayToObject(to, "qos") : NULL;
    for (int i = 0; list && i < 2; i++)
        if (used[i])
            cJSON_AddItemToArray(list, cJSON_CreateNumber(i));
}

cJSON *describe(const struct stream *stream)
{
    cJSON *out = cJSON_CreateObject();
    cJSON_AddStringToObject(out, "name", "a device");
    add_sign_in(out, stream);
    add_qos(out, stream);
    if (first(stream, "SUBSCRIBE", FROM_DEVICE))
        cJSON_AddTrueToObject(out, "subscribes");
    if (first(stream, "PUBLISH", FROM_DEVICE))
        cJSON_AddTrueToObject(out, "publishes");
    return out;
}

void describe_print(const struct stream *stream, FILE *to)
{
    cJSON *description = describe(stream);
    char *text = cJSON_Print(description);
    fprintf(to, "%s\n", text);
    cJSON_free(text);
    cJSON_Delete(description);
}
