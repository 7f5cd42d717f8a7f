#include "timeline.h"

#include <stdlib.h>
#include <string.h>

#include "harness/judge/device_state.h"
#include "lib/base/json.h"
#include "lib/base/map.h"
#include "lib/base/mem.h"

/* What an observation is drawn as; the first row that fits. */
static const struct kind {
    enum observation_from from;
    const char *name, *kind;
} kinds[] = {
    {FROM_DEVICE, "PINGREQ", "ping"},          {FROM_DEVICE, "PUBLISH", "publish"},
    {FROM_PLATFORM, "PUBLISH", "downlink"},    {FROM_DEVICE, "SUBSCRIBE", "subscribe"},
    {FROM_DEVICE, "tls-failed", "tls-failed"}, {FROM_DEVICE, "malformed", "malformed"},
    {FROM_JOURNAL, "refused", "refused"},      {FROM_JOURNAL, "auth", "auth"},
};

struct timeline {
    cJSON *connections, *marks, *cases;
    struct map *open;   /* connections that have not ended, by number */
    cJSON *last;        /* mark of its kind and connection, to be joined: the latest one */
    const char *reason; /* of the offline event that stands before an end */
    size_t left_out;
    int connection_count, mark_count;
};

static void set_text(cJSON *object, const char *key, const char *text)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
    cJSON_AddStringToObject(object, key, text);
}

static void set_number(cJSON *object, const char *key, double number)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
    cJSON_AddNumberToObject(object, key, number);
}

static cJSON *connection(const struct timeline *t, unsigned conn)
{
    char key[OBSERVATION_KEY_SIZE];
    return map_get(t->open, observation_key(conn, key));
}

/* --- connections --- */

static void begin(struct timeline *t, const struct observation *o)
{
    char key[OBSERVATION_KEY_SIZE];
    if (t->connection_count++ >= TIMELINE_CONNECTIONS_MAX) {
        t->left_out++;
        return;
    }
    cJSON *c = cJSON_CreateObject();
    cJSON_AddNumberToObject(c, "conn", o->conn);
    cJSON_AddNumberToObject(c, "from_ms", (double)o->at_ms);
    cJSON_AddStringToObject(c, "transport", "tcp");
    cJSON_AddStringToObject(c, "end", "open");
    cJSON_AddItemToArray(t->connections, c);
    map_put(t->open, observation_key(o->conn, key), c);
}

static void end(struct timeline *t, const struct observation *o, cJSON *c)
{
    char key[OBSERVATION_KEY_SIZE];
    const char *by = json_text(o->entry, "by"), *how = json_text(o->entry, "how");
    bool was_online = json_get(c, "online_ms") != NULL;
    set_number(c, "to_ms", (double)o->at_ms);
    if (was_online && t->reason)
        set_text(c, "end", t->reason);
    else
        set_text(c, "end", by && strcmp(by, "device") == 0 ? "device" : "platform");
    if (how && *how)
        set_text(c, "how", how);
    t->reason = NULL;
    map_take(t->open, observation_key(o->conn, key));
}

/* What a connection turns out to be. */
static void learn(struct timeline *t, const struct observation *o)
{
    cJSON *c = o->conn ? connection(t, o->conn) : NULL;
    if (!c)
        return;
    const char *transport = json_text(c, "transport"), *client_id = json_text(o->fields, "clientId");
    if (strcmp(o->name, "tls") == 0)
        set_text(c, "transport", "tls");
    else if (strcmp(o->name, "ws") == 0)
        set_text(c, "transport", strcmp(transport, "tls") == 0 ? "wss" : "ws");
    else if (strcmp(o->name, "CONNECT") == 0 && client_id &&
             strcmp(client_id, DEVICE_STATE_JUDGES_CLIENT_ID) == 0)
        set_text(c, "who", "judge");
    else if (strcmp(o->name, "CONNACK") == 0 && o->from == FROM_PLATFORM &&
             cJSON_GetNumberValue(json_get(o->fields, "returnCode")) == 0)
        set_number(c, "online_ms", (double)o->at_ms);
    else if (strcmp(o->name, "ended") == 0)
        end(t, o, c);
}

/* --- marks --- */

static bool joins(const struct timeline *t, const struct observation *o, const char *kind)
{
    const cJSON *last = t->last;
    return last && strcmp(json_text(last, "kind"), kind) == 0 &&
           cJSON_GetNumberValue(json_get(last, "conn")) == o->conn &&
           (double)o->at_ms - cJSON_GetNumberValue(json_get(last, "at_ms")) < TIMELINE_JOIN_MS;
}

static void mark(struct timeline *t, const struct observation *o, const char *kind, const char *text)
{
    bool is_ours = strcmp(kind, "action") == 0;
    if (!is_ours && joins(t, o, kind)) {
        const cJSON *count = json_get(t->last, "count");
        set_number(t->last, "count", cJSON_IsNumber(count) ? count->valuedouble + 1 : 2);
        return;
    }
    if (t->mark_count++ >= TIMELINE_MARKS_MAX) {
        t->left_out++;
        return;
    }
    cJSON *m = cJSON_CreateObject();
    cJSON_AddNumberToObject(m, "at_ms", (double)o->at_ms);
    cJSON_AddNumberToObject(m, "conn", o->conn);
    cJSON_AddStringToObject(m, "kind", kind);
    if (text && *text)
        cJSON_AddStringToObject(m, "text", text);
    cJSON_AddItemToArray(t->marks, m);
    t->last = m;
}

static const char *text_for(const struct observation *o)
{
    static const char *const members[] = {"topic", "rule", "path", "detail", NULL};
    for (size_t i = 0; members[i]; i++)
        if (json_text(o->fields, members[i]))
            return json_text(o->fields, members[i]);
    return NULL;
}

static void see(struct timeline *t, const struct observation *o)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (kinds[i].from == o->from && strcmp(kinds[i].name, o->name) == 0) {
            mark(t, o, kinds[i].kind, text_for(o));
            return;
        }
}

/* --- ours --- */

static void begin_case(struct timeline *t, const struct observation *o, const char *key)
{
    cJSON *c = cJSON_CreateObject();
    cJSON_AddStringToObject(c, "key", key);
    cJSON_AddNumberToObject(c, "from_ms", (double)o->at_ms);
    cJSON_AddItemToArray(t->cases, c);
}

static void end_case(const struct timeline *t, const struct observation *o, const char *key)
{
    cJSON *c;
    cJSON_ArrayForEach(c, t->cases)
    {
        if (strcmp(json_text(c, "key"), key) != 0 || json_get(c, "to_ms"))
            continue;
        const char *verdict = json_text(o->fields, "verdict");
        cJSON_AddNumberToObject(c, "to_ms", (double)o->at_ms);
        cJSON_AddStringToObject(c, "verdict", verdict ? verdict : "INCONCLUSIVE");
    }
}

/* "fault withhold PINGRESP": what an action is, in so few words that they fit a drawing. */
static char *action_text(const struct observation *o)
{
    const cJSON *step = json_get(o->fields, "step");
    const char *kind = json_text(step, "kind"), *packet = json_text(step, "packet"),
               *which = json_text(step, "which");
    return mem_printf("%s%s%s%s%s%s%s", o->name, kind ? " " : "", kind ? kind : "", packet ? " " : "",
                      packet ? packet : "", which ? " " : "", which ? which : "");
}

/* The platform was started anew: what was open is gone. */
static void end_all(struct timeline *t, const struct observation *o)
{
    size_t at = 0;
    struct str key;
    void *c;
    while (map_next(t->open, &at, &key, &c)) {
        set_number(c, "to_ms", (double)o->at_ms);
        set_text(c, "end", "restart");
    }
    map_free(t->open);
    t->open = map_new();
}

static void act(struct timeline *t, const struct observation *o)
{
    const char *key = json_text(o->fields, "case");
    if (key && strcmp(o->name, "begin") == 0) {
        begin_case(t, o, key);
    } else if (key && strcmp(o->name, "end") == 0) {
        end_case(t, o, key);
    } else if (json_get(o->fields,
                        "step")) { /* else the trigger's beginning or end, which shows in the connections */
        char *text = action_text(o);
        mark(t, o, "action", text);
        free(text);
        if (observation_is_deed(o, "restart"))
            end_all(t, o);
    }
}

cJSON *timeline_of(const struct stream *stream)
{
    struct timeline t = {.connections = cJSON_CreateArray(),
                         .marks = cJSON_CreateArray(),
                         .cases = cJSON_CreateArray(),
                         .open = map_new()};
    struct observation *const *items = stream_items(stream);
    size_t count = stream_count(stream);
    for (size_t i = 0; i < count; i++) {
        const struct observation *o = items[i];
        if (o->from == FROM_JUDGE)
            act(&t, o);
        else if (strcmp(o->name, "accept") == 0)
            begin(&t, o);
        else if (o->from == FROM_JOURNAL && strcmp(o->name, "offline") == 0)
            t.reason = json_text(o->fields, "reason");
        learn(&t, o);
        see(&t, o);
    }
    cJSON *out = cJSON_CreateObject();
    cJSON_AddNumberToObject(out, "from_ms", count ? (double)items[0]->at_ms : 0);
    cJSON_AddNumberToObject(out, "to_ms", count ? (double)items[count - 1]->at_ms : 0);
    cJSON_AddItemToObject(out, "connections", t.connections);
    cJSON_AddItemToObject(out, "marks", t.marks);
    cJSON_AddItemToObject(out, "cases", t.cases);
    cJSON_AddNumberToObject(out, "left_out", (double)t.left_out);
    map_free(t.open);
    return out;
}
