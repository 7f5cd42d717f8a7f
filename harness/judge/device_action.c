#include "device_action.h"

#include <stdlib.h>
#include <string.h>

#include "harness/packet_build.h"
#include "harness/packet_fields.h"
#include "harness/variable.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { PAYLOAD_MAX_BYTES = 384 * 1024, TOPIC_MAX_BYTES = 65535 };

static const char *const no_keys[] = {NULL};
static const char *const publish_keys[] = {"topic", "qos", "payload", "payloadHex", "payloadBytes", NULL};
static const char *const fault_keys[] = {"kind",   "packet", "direction", "ms",    "code",  "bytes",
                                         "offset", "xor",    "which",     "after", "times", NULL};
static const char *const inject_keys[] = {"hex", "packet", "with", "topicBytes", NULL};

static const struct device_action actions[] = {
    {"publish", publish_keys, BY_CONTROL, false},   /* a message to the device */
    {"fault", fault_keys, BY_CONTROL, false},       /* as the control API's faults, for this device */
    {"certificate", fault_keys, BY_CONTROL, true},  /* the next handshakes show another one */
    {"clear_faults", no_keys, BY_CONTROL, true},    /* those of all devices */
    {"kick", no_keys, BY_CONTROL, false},           /* its connection is ended; nothing when it has none */
    {"forget_session", no_keys, BY_CONTROL, false}, /* and nothing is kept of it */
    {"inject", inject_keys, BY_CONTROL, false},     /* raw bytes, or a packet past session and faults */
    {"takeover", no_keys, BY_EXAMINER, false},      /* somebody else signs in as this device, and leaves */
    {"restart", no_keys, BY_EXAMINER, true},        /* the platform ends and starts again on the same ports */
    {"renew", no_keys, BY_EXAMINER, false},         /* as it left the factory: not activated, no secret */
    {"stop", no_keys, BY_EXAMINER, false},          /* the device is asked to end (SIGTERM to the trigger) */
};

const struct device_action *device_action_named(const char *name)
{
    for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++)
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    return NULL;
}

static bool is_among(const char *key, const char *const *keys)
{
    for (; *keys; keys++)
        if (strcmp(key, *keys) == 0)
            return true;
    return false;
}

static void check_size(const cJSON *step, const char *key, int64_t max, const char *path,
                       struct problems *problems)
{
    int64_t number;
    if (!variable_is_later(cJSON_GetObjectItemCaseSensitive(step, key)))
        json_int(step, path, key, JSON_OPTIONAL, 1, max, &number, problems);
}

static void check_inject(const cJSON *step, const char *path, struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    const char *name = NULL, *hex = NULL;
    bool has_hex = json_string(step, path, "hex", JSON_OPTIONAL, &hex, problems);
    bool has_packet = json_string(step, path, "packet", JSON_OPTIONAL, &name, problems);
    if (has_hex == has_packet)
        problems_add(problems, path, "inject wants hex, or packet with its fields");
    if (!has_packet)
        return;
    json_path(place, sizeof place, path, "packet", 0);
    if (!mqtt_type_named(name) || mqtt_type_named(name) == MQTT_CONNECT) {
        problems_add(problems, place, "'%s' is no packet that can be built here", name);
        return;
    }
    json_path(place, sizeof place, path, "with", 0);
    packet_fields_check_with(mqtt_type_named(name), cJSON_GetObjectItemCaseSensitive(step, "with"), place,
                             problems);
}

void device_action_check(const cJSON *step, const char *path, struct problems *problems)
{
    static const char *const common[] = {"do", "as", "note", NULL};
    const char *name;
    if (!json_string(step, path, "do", JSON_REQUIRED, &name, problems))
        return;
    const struct device_action *action = device_action_named(name);
    if (!action) {
        problems_add(problems, path, "there is no action '%s'", name);
        return;
    }
    for (const cJSON *at = step->child; at; at = at->next)
        if (!is_among(at->string, action->keys) && !is_among(at->string, common))
            problems_add(problems, path, "'%s' is no key of %s", at->string, name);
    check_size(step, "payloadBytes", PAYLOAD_MAX_BYTES, path, problems);
    check_size(step, "topicBytes", TOPIC_MAX_BYTES, path, problems);
    if (strcmp(name, "inject") == 0)
        check_inject(step, path, problems);
}

static cJSON *identity(const cJSON *device)
{
    cJSON *body = cJSON_CreateObject();
    static const char *const names[] = {"productKey", "deviceName"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cJSON_AddItemToObject(body, names[i],
                              cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(device, names[i]), true));
    return body;
}

/* The step's keys, under the names that the control API has for them. */
static void add_keys(cJSON *body, const cJSON *step)
{
    static const char *const ours[] = {"do", "as", "note", NULL};
    for (const cJSON *at = step->child; at; at = at->next)
        if (!is_among(at->string, ours))
            cJSON_AddItemToObject(body, strcmp(at->string, "payloadHex") == 0 ? "payload_hex" : at->string,
                                  cJSON_Duplicate(at, true));
}

/* A payload of so many bytes. */
static void add_payload(cJSON *body)
{
    const cJSON *bytes = cJSON_GetObjectItemCaseSensitive(body, "payloadBytes");
    if (!cJSON_IsNumber(bytes))
        return;
    char *text = mem_alloc((size_t)bytes->valuedouble + 1);
    memset(text, 'x', (size_t)bytes->valuedouble);
    text[(size_t)bytes->valuedouble] = '\0';
    cJSON_AddStringToObject(body, "payload", text);
    cJSON_DeleteItemFromObjectCaseSensitive(body, "payloadBytes");
    free(text);
}

/* A topic that is made so long; one that is longer already stays. */
static void lengthen_topic(cJSON *with, const cJSON *bytes)
{
    const char *topic = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(with, "topic"));
    size_t length = topic ? strlen(topic) : 0,
           wanted = cJSON_IsNumber(bytes) ? (size_t)bytes->valuedouble : 0;
    if (!topic || wanted <= length)
        return;
    char *text = mem_alloc(wanted + 1);
    memset(text, 'x', wanted);
    memcpy(text, topic, length);
    text[wanted] = '\0';
    cJSON_ReplaceItemInObjectCaseSensitive(with, "topic", cJSON_CreateString(text));
    free(text);
}

/* The bytes of the packet that an inject names, in place of its name and fields. What is no packet has no bytes, and is refused. */
static void put_bytes(cJSON *body)
{
    static const char *const ours[] = {"packet", "with", "topicBytes"};
    const struct packet_sender nobody = {0};
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "packet"));
    cJSON *with = cJSON_GetObjectItemCaseSensitive(body, "with");
    if (!name)
        return;
    lengthen_topic(with, cJSON_GetObjectItemCaseSensitive(body, "topicBytes"));
    struct buf bytes, digits;
    buf_init(&bytes, PACKET_BUILD_MAX);
    buf_init(&digits, 2 * PACKET_BUILD_MAX + 1);
    bool built = packet_build(mqtt_type_named(name), with, &nobody, &bytes);
    for (size_t i = 0; built && i < bytes.len; i++)
        buf_printf(&digits, "%02x", bytes.data[i]);
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        cJSON_DeleteItemFromObjectCaseSensitive(body, ours[i]);
    if (built)
        cJSON_AddStringToObject(body, "hex", buf_cstr(&digits));
    buf_fini(&bytes);
    buf_fini(&digits);
}

static char *session_path(const cJSON *device, const char *query)
{
    return mem_printf("/sessions/%s/%s%s",
                      cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(device, "productKey")),
                      cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(device, "deviceName")), query);
}

/* A call of the control API; path and body (NULL: none) are owned. */
struct call {
    const char *method;
    char *path;
    cJSON *body;
};

static struct call call_of(const cJSON *step, const cJSON *device)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(step, "do"));
    struct call call = {.method = "POST"};
    if (strcmp(name, "kick") == 0 || strcmp(name, "forget_session") == 0) {
        call.method = "DELETE";
        call.path = session_path(device, name[0] == 'f' ? "?forget=true" : "");
        return call;
    }
    if (strcmp(name, "clear_faults") == 0) {
        call.method = "DELETE";
        call.path = mem_strdup("/faults");
        return call;
    }
    bool is_certificate = strcmp(name, "certificate") == 0;
    call.path = mem_strdup(is_certificate || strcmp(name, "fault") == 0 ? "/faults"
                           : name[0] == 'p'                             ? "/publish"
                                                                        : "/inject");
    call.body = is_certificate ? cJSON_CreateObject() : identity(device);
    add_keys(call.body, step);
    add_payload(call.body);
    if (strcmp(name, "inject") == 0)
        put_bytes(call.body);
    if (is_certificate && !cJSON_HasObjectItem(call.body, "kind"))
        cJSON_AddStringToObject(call.body, "kind", "certificate");
    if (is_certificate && !cJSON_HasObjectItem(call.body, "packet"))
        cJSON_AddStringToObject(call.body, "packet", "TLS");
    return call;
}

char *device_action_perform(struct platform *platform, const cJSON *step, const cJSON *device)
{
    struct call call = call_of(step, device);
    cJSON *answer;
    int status = platform_call(platform, call.method, call.path, call.body, &answer);
    bool nothing_to_end = status == 404 && strcmp(call.method, "DELETE") == 0;
    char *why = status == 200 || nothing_to_end ? NULL : mem_strdup(platform_error(platform));
    cJSON_Delete(answer);
    cJSON_Delete(call.body);
    free(call.path);
    return why;
}
