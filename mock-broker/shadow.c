#include "shadow.h"

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "system_topic.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct shadow {
    int64_t version;
    cJSON *reported; /* an object */
    cJSON *times;    /* {"attribute":{"timestamp":s}} */
};

/* What goes wrong with a request: the platform's numbers. */
enum {
    SHADOW_JSON = 400,
    SHADOW_NO_METHOD = 401,
    SHADOW_NO_STATE = 402,
    SHADOW_BAD_VERSION = 403,
    SHADOW_NO_REPORTED = 404,
    SHADOW_EMPTY_REPORTED = 405,
    SHADOW_BAD_METHOD = 406,
    SHADOW_TOO_MANY = 408,
    SHADOW_CONFLICT = 409
};

/* One request at work. */
struct request {
    struct shadow *shadow;
    const cJSON *state, *reported; /* NULL: left out */
    bool has_version;
    int64_t version, now_s;
    int64_t code; /* 0: good */
    const char *fault;
};

static struct shadow *shadow_new(void)
{
    struct shadow *s = mem_zalloc(1, sizeof *s);
    s->reported = cJSON_CreateObject();
    s->times = cJSON_CreateObject();
    return s;
}

void shadow_free(struct shadow *s)
{
    if (!s)
        return;
    cJSON_Delete(s->reported);
    cJSON_Delete(s->times);
    free(s);
}

int64_t shadow_version(const struct shadow *s)
{
    return s ? s->version : 0;
}

static void fail(struct request *r, int64_t code, const char *fault)
{
    if (r->code)
        return;
    r->code = code;
    r->fault = fault;
}

static bool is_null(const cJSON *node)
{
    const char *text = cJSON_GetStringValue(node);
    return cJSON_IsNull(node) || (text && strcmp(text, "null") == 0);
}

static int depth_of(const cJSON *node)
{
    int deepest = 0;
    for (const cJSON *at = node->child; at; at = at->next) {
        int depth = depth_of(at);
        deepest = depth > deepest ? depth : deepest;
    }
    return 1 + deepest;
}

static void empty(struct shadow *s)
{
    cJSON_Delete(s->reported);
    cJSON_Delete(s->times);
    s->reported = cJSON_CreateObject();
    s->times = cJSON_CreateObject();
}

static void put(cJSON *object, const char *key, cJSON *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, key);
    cJSON_AddItemToObject(object, key, value);
}

/* The state as it would be; NULL when it would pass a bound. Attributes are counted first: merging takes their square. */
static cJSON *merged(struct request *r)
{
    if (cJSON_GetArraySize(r->reported) > SHADOW_ATTRIBUTES_MAX) {
        fail(r, SHADOW_TOO_MANY, "more than 128 attributes");
        return NULL;
    }
    cJSON *next = cJSON_Duplicate(r->shadow->reported, true);
    for (const cJSON *at = r->reported->child; at; at = at->next)
        put(next, at->string, cJSON_Duplicate(at, true));
    char *text = cJSON_PrintUnformatted(next);
    if (cJSON_GetArraySize(next) > SHADOW_ATTRIBUTES_MAX)
        fail(r, SHADOW_TOO_MANY, "more than 128 attributes");
    else if (!text || strlen(text) > SHADOW_BYTES_MAX)
        fail(r, SHADOW_JSON, "the shadow is above 16 KB");
    else if (depth_of(next) > SHADOW_DEPTH_MAX + 1)
        fail(r, SHADOW_JSON, "the shadow is deeper than 5 levels");
    free(text);
    if (!r->code)
        return next;
    cJSON_Delete(next);
    return NULL;
}

static void stamp(struct request *r, const char *key)
{
    cJSON *time = cJSON_CreateObject();
    cJSON_AddNumberToObject(time, "timestamp", (double)r->now_s);
    put(r->shadow->times, key, time);
}

/* A request's version must be above the shadow's; left out, it is the next one. */
static void check_version(struct request *r)
{
    if (!r->has_version)
        r->version = r->shadow->version + 1;
    else if (r->version <= r->shadow->version)
        fail(r, SHADOW_CONFLICT, "version conflict");
}

static void update(struct request *r)
{
    struct shadow *s = r->shadow;
    if (r->has_version && r->version == -1) {
        empty(s);
        s->version = 0;
        return;
    }
    if (!r->state)
        fail(r, SHADOW_NO_STATE, "state is missing");
    else if (!r->reported && !cJSON_GetObjectItemCaseSensitive(r->state, "desired"))
        fail(r, SHADOW_NO_REPORTED, "reported is missing");
    else if (r->reported && !is_null(r->reported) &&
             (!cJSON_IsObject(r->reported) || cJSON_GetArraySize(r->reported) == 0))
        fail(r, SHADOW_EMPTY_REPORTED, "reported is empty");
    check_version(r);
    if (r->code)
        return;
    if (r->reported && is_null(r->reported)) {
        empty(s);
    } else if (r->reported) {
        cJSON *next = merged(r);
        if (!next)
            return;
        cJSON_Delete(s->reported);
        s->reported = next;
        for (const cJSON *at = r->reported->child; at; at = at->next)
            stamp(r, at->string);
    }
    s->version = r->version;
}

static void delete (struct request *r)
{
    struct shadow *s = r->shadow;
    if (!r->state)
        fail(r, SHADOW_NO_STATE, "state is missing");
    else if (!r->reported)
        fail(r, SHADOW_NO_REPORTED, "reported is missing");
    check_version(r);
    if (r->code)
        return;
    if (is_null(r->reported))
        empty(s);
    else
        for (const cJSON *at = r->reported->child; at; at = at->next) {
            if (!at->string || !is_null(at))
                continue;
            cJSON_DeleteItemFromObjectCaseSensitive(s->reported, at->string);
            cJSON_DeleteItemFromObjectCaseSensitive(s->times, at->string);
        }
    s->version = r->version;
}

static void get(struct request *r)
{
    (void)r; /* the reply says it all */
}

static const struct {
    const char *method;
    void (*run)(struct request *);
    bool shows; /* the reply holds the whole shadow */
} methods[] = {{"update", update, false}, {"get", get, true}, {"delete", delete, false}};

enum { METHODS = sizeof methods / sizeof methods[0] };

static void add_shadow(cJSON *reply, cJSON *payload, const struct shadow *s)
{
    cJSON *state = cJSON_AddObjectToObject(payload, "state");
    cJSON *metadata = cJSON_AddObjectToObject(payload, "metadata");
    cJSON_AddItemToObject(state, "reported", cJSON_Duplicate(s->reported, true));
    cJSON_AddItemToObject(metadata, "reported", cJSON_Duplicate(s->times, true));
    cJSON_AddNumberToObject(reply, "version", (double)s->version);
}

static cJSON *reply_of(const struct request *r, bool shows)
{
    cJSON *reply = cJSON_CreateObject();
    cJSON_AddStringToObject(reply, "method", "reply");
    cJSON *payload = cJSON_AddObjectToObject(reply, "payload");
    cJSON_AddStringToObject(payload, "status", r->code ? "error" : "success");
    if (r->code) {
        char code[24];
        snprintf(code, sizeof code, "%d", (int)r->code);
        cJSON *content = cJSON_AddObjectToObject(payload, "content");
        cJSON_AddStringToObject(content, "errorcode", code);
        cJSON_AddStringToObject(content, "errormessage", r->fault);
    } else if (shows) {
        add_shadow(reply, payload, r->shadow);
    } else {
        cJSON_AddNumberToObject(payload, "version", (double)r->shadow->version);
    }
    cJSON_AddNumberToObject(reply, "timestamp", (double)r->now_s);
    return reply;
}

/* Which method, or METHODS with the fault. */
static size_t read_request(struct request *r, const cJSON *root)
{
    const char *method = json_text(root, "method");
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(root, "version");
    const cJSON *state = cJSON_GetObjectItemCaseSensitive(root, "state");
    size_t i = 0;
    if (!cJSON_IsObject(root))
        fail(r, SHADOW_JSON, "the payload is no JSON object");
    else if (!method)
        fail(r, SHADOW_NO_METHOD, "method is missing");
    while (method && i < METHODS && strcmp(method, methods[i].method) != 0)
        i++;
    if (i == METHODS)
        fail(r, SHADOW_BAD_METHOD, "the method is none of update, get, delete");
    r->has_version = version != NULL;
    if (version && (!json_is_int(version, &r->version) || r->version < -1))
        fail(r, SHADOW_BAD_VERSION, "version is no whole number from -1");
    r->state = cJSON_IsObject(state) ? state : NULL;
    r->reported = cJSON_GetObjectItemCaseSensitive(r->state, "reported");
    return r->code ? METHODS : i;
}

void shadow_answer(const struct inquiry *question, struct answer *out)
{
    if (!*question->shadow)
        *question->shadow = shadow_new();
    struct request r = {.shadow = *question->shadow, .now_s = question->wall_ms / 1000};
    cJSON *root = NULL;
    if (question->payload.n > 2 * SHADOW_BYTES_MAX)
        fail(&r, SHADOW_JSON, "the request is above 32 KB");
    else
        root = json_parse_peer(question->payload);
    size_t method = read_request(&r, root);
    if (method < METHODS)
        methods[method].run(&r);
    if (r.code)
        answer_fault(out, r.code, r.fault);
    const struct topic_names *names = question->names;
    buf_clear(&out->topic);
    if (buf_printf(&out->topic, "/shadow/get/%.*s/%.*s", STR_ARG(names->product_key),
                   STR_ARG(names->device_name)))
        answer_json(out, reply_of(&r, method < METHODS && methods[method].shows));
    cJSON_Delete(root);
}
