#include "device_state.h"

#include <string.h>

#include "harness/judge/device_connection.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/protocol/mqtt_packet.h"

#include <stdlib.h>

enum { TOPIC_MAX_BYTES = 1024 };

void device_state_init(struct device_state *s, const char *product_key, const char *device_name,
                       bool is_named)
{
    *s = (struct device_state){.product_key = product_key, .device_name = device_name, .is_named = is_named};
    s->subscriptions = cJSON_CreateArray();
    s->wanted = cJSON_CreateObject();
    s->asked = cJSON_CreateObject();
    s->owners = map_new();
}

void device_state_fini(struct device_state *s)
{
    cJSON *trees[] = {s->connect,       s->tls,    s->ws,    s->online,
                      s->subscriptions, s->wanted, s->asked, s->resubscription};
    for (size_t i = 0; i < sizeof trees / sizeof trees[0]; i++)
        cJSON_Delete(trees[i]);
    map_free(s->owners);
    *s = (struct device_state){0};
}

static void replace(cJSON **to, const cJSON *by)
{
    cJSON_Delete(*to);
    *to = by ? cJSON_Duplicate(by, true) : NULL;
}

/* A stored session may hold anything: 0 when there is no such number. */
static int64_t number_of(const cJSON *object, const char *key)
{
    int64_t number;
    return json_is_int(json_get(object, key), &number) ? number : 0;
}

/* A filter's example: "+" and "#" are a level each. */
static void add_topic(cJSON *subscription, const char *filter)
{
    struct buf topic;
    buf_init(&topic, TOPIC_MAX_BYTES);
    for (const char *c = filter; *c; c++)
        buf_append_byte(&topic, *c == '+' || *c == '#' ? 'x' : (uint8_t)*c);
    cJSON_AddStringToObject(subscription, "topic", topic.len ? buf_cstr(&topic) : "");
    buf_fini(&topic);
}

static void forget_subscription(struct device_state *s, const char *filter)
{
    cJSON *at = s->subscriptions->child;
    while (at) {
        cJSON *next = at->next;
        if (strcmp(json_text(at, "filter"), filter) == 0)
            cJSON_Delete(cJSON_DetachItemViaPointer(s->subscriptions, at));
        at = next;
    }
}

static void grant(struct device_state *s, const char *filter, int code)
{
    forget_subscription(s, filter);
    if (code >= MQTT_SUBACK_FAILURE) {
        cJSON_DeleteItemFromObjectCaseSensitive(s->wanted, filter); /* to ask for it again is not demanded */
        return;
    }
    cJSON *subscription = cJSON_CreateObject();
    cJSON_AddStringToObject(subscription, "filter", filter);
    cJSON_AddNumberToObject(subscription, "qos", code);
    add_topic(subscription, filter);
    cJSON_AddItemToArray(s->subscriptions, subscription);
    if (!json_get(s->wanted, filter))
        cJSON_AddTrueToObject(s->wanted, filter);
}

static void on_subscribe(struct device_state *s, const struct observation *o)
{
    const cJSON *filters = json_get(o->fields, "filters");
    char key[OBSERVATION_KEY_SIZE];
    observation_key((unsigned)number_of(o->fields, "packetId"), key);
    cJSON_DeleteItemFromObjectCaseSensitive(s->asked, key);
    if (filters)
        cJSON_AddItemToObject(s->asked, key, cJSON_Duplicate(filters, true));
}

static void on_suback(struct device_state *s, const struct observation *o)
{
    char key[OBSERVATION_KEY_SIZE];
    observation_key((unsigned)number_of(o->fields, "packetId"), key);
    cJSON *filters = cJSON_DetachItemFromObjectCaseSensitive(s->asked, key);
    const cJSON *codes = json_get(o->fields, "codes"), *code = codes ? codes->child : NULL;
    for (const cJSON *at = filters ? filters->child : NULL; at && code; at = at->next, code = code->next)
        grant(s, json_text(at, "filter"), code->valueint);
    cJSON_Delete(filters);
}

static void on_unsubscribe(struct device_state *s, const struct observation *o)
{
    const cJSON *filters = json_get(o->fields, "filters");
    for (const cJSON *at = filters ? filters->child : NULL; at; at = at->next)
        if (cJSON_IsString(at)) {
            forget_subscription(s, at->valuestring);
            cJSON_DeleteItemFromObjectCaseSensitive(s->wanted, at->valuestring);
        }
}

static void on_connack(struct device_state *s, const struct observation *o)
{
    bool is_accepted = cJSON_GetNumberValue(json_get(o->fields, "returnCode")) == 0;
    s->is_online = is_accepted && !device_connection_registers(s->connect);
    if (!s->is_online || cJSON_IsTrue(json_get(o->fields, "sessionPresent")))
        return;
    cJSON_Delete(s->subscriptions);
    s->subscriptions = cJSON_CreateArray();
}

static void on_connect(struct device_state *s, const struct observation *o)
{
    s->conn = o->conn;
    s->is_open = true;
    s->is_online = false;
    s->keep_alive_s = number_of(o->fields, "keepAlive");
    s->connects++;
    replace(&s->connect, o->fields);
}

/* What stands in the map of owners. */
static char device[] = "device", foreign[] = "foreign";

/* Whose connection a CONNECT makes it. */
static char *owner_by(const struct device_state *s, const cJSON *connect)
{
    const char *client_id = json_text(connect, "clientId");
    const char *username = json_text(connect, "username");
    if (client_id && strcmp(client_id, DEVICE_STATE_JUDGES_CLIENT_ID) == 0)
        return foreign;
    if (!s->is_named)
        return device;
    size_t n = strlen(s->device_name);
    bool ours = username && strncmp(username, s->device_name, n) == 0 && username[n] == '&';
    return ours ? device : foreign;
}

static bool is_ours(struct device_state *s, const struct observation *o)
{
    char key[OBSERVATION_KEY_SIZE];
    struct str conn = observation_key(o->conn, key);
    char *owner = map_get(s->owners, conn);
    if (!owner && o->from == FROM_DEVICE && strcmp(o->name, "CONNECT") == 0) {
        owner = owner_by(s, o->fields);
        map_put(s->owners, conn, owner);
    }
    return owner ? owner == device : !s->is_named;
}

/* Events carry names; one without is everybody's. */
static bool is_event_of_ours(const struct device_state *s, const struct observation *o)
{
    const char *client_id = json_text(o->fields, "clientId");
    const char *device_name = json_text(o->fields, "deviceName");
    if (client_id && strcmp(client_id, DEVICE_STATE_JUDGES_CLIENT_ID) == 0)
        return false;
    return !s->is_named || (device_name && strcmp(device_name, s->device_name) == 0);
}

static void on_end(struct device_state *s, const struct observation *o)
{
    if (o->conn != s->conn)
        return;
    s->is_open = s->is_online = false;
    cJSON_Delete(s->asked);
    s->asked = cJSON_CreateObject();
}

/* What a name changes. */
static const struct {
    const char *name;
    enum observation_from from;
    void (*take)(struct device_state *s, const struct observation *o);
} changes[] = {
    {"CONNECT", FROM_DEVICE, on_connect},
    {"CONNACK", FROM_PLATFORM, on_connack},
    {"SUBSCRIBE", FROM_DEVICE, on_subscribe},
    {"SUBACK", FROM_PLATFORM, on_suback},
    {"UNSUBSCRIBE", FROM_DEVICE, on_unsubscribe},
    {"ended", FROM_DEVICE, on_end},
    {"ended", FROM_PLATFORM, on_end},
};

bool device_state_observe(struct device_state *s, const struct observation *o)
{
    if (o->from == FROM_JUDGE) {
        /* The platform that ends tells of no connection that it ended. */
        if (observation_is_deed(o, "restart"))
            s->is_open = s->is_online = false;
        return true;
    }
    if (o->from == FROM_JOURNAL) {
        bool is_ours_too = is_event_of_ours(s, o);
        if (is_ours_too && strcmp(o->name, "online") == 0)
            replace(&s->online, o->fields);
        return is_ours_too;
    }
    if (!is_ours(s, o))
        return false;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        if (changes[i].from == o->from && strcmp(changes[i].name, o->name) == 0)
            changes[i].take(s, o);
    if (strcmp(o->name, "tls") == 0 || strcmp(o->name, "ws") == 0)
        replace(o->name[0] == 't' ? &s->tls : &s->ws, o->fields);
    return true;
}

/* How well a subscription serves: 0 when it is of no topic of the device's own. */
static int worth(const cJSON *subscription, const char *own)
{
    const char *at = strstr(json_text(subscription, "topic"), own);
    bool is_custom = at == json_text(subscription, "topic");
    return at ? 1 + is_custom + 2 * (int)cJSON_GetNumberValue(json_get(subscription, "qos")) : 0;
}

const cJSON *device_state_subscription(const struct device_state *s)
{
    const cJSON *best = NULL;
    char *own = mem_printf("/%s/%s/", s->product_key, s->device_name);
    for (const cJSON *at = s->subscriptions->child; at; at = at->next)
        if (worth(at, own) > (best ? worth(best, own) : 0))
            best = at;
    free(own);
    return best;
}

static bool has_subscription(const struct device_state *s, const char *filter)
{
    for (const cJSON *at = s->subscriptions->child; at; at = at->next)
        if (strcmp(json_text(at, "filter"), filter) == 0)
            return true;
    return false;
}

static const cJSON *resubscription(struct device_state *s)
{
    for (const cJSON *wanted = s->wanted->child; wanted; wanted = wanted->next)
        if (!has_subscription(s, wanted->string))
            return NULL;
    cJSON_Delete(s->resubscription);
    s->resubscription = cJSON_CreateObject();
    cJSON_AddNumberToObject(s->resubscription, "count", cJSON_GetArraySize(s->wanted));
    return s->resubscription;
}

const cJSON *device_state_named(struct device_state *s, const char *name)
{
    return strcmp(name, "resubscription") == 0 ? resubscription(s) : device_state_subscription(s);
}
