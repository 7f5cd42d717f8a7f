#include "device_action.h"

#include <stdlib.h>
#include <string.h>

#include "harness/packet_build.h"
#include "harness/packet_fields.h"
#include "harness/variable.h"
#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { PAYLOAD_MAX_BYTES = 384 * 1024, TOPIC_MAX_BYTES = 65535 };

static const char *const no_keys[] = {NULL};
static const char *const publish_keys[] = {"topic", "qos", "payload", "payloadHex", "payloadBytes", NULL};
static const char *const fault_keys[] = {"kind",   "packet", "direction", "ms",    "code",  "bytes",
                                         "offset", "xor",    "which",     "after", "times", NULL};
static const char *const inject_keys[] = {"hex", "packet", "with", "topicBytes", NULL};

/* A payload of so many bytes. */
static void put_payload(cJSON *body)
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
    const char *topic = json_text(with, "topic");
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
    const char *name = json_text(body, "packet");
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

/* A fault of the TLS handshake, whoever's it is. */
static void put_certificate(cJSON *body)
{
    static const char *const members[][2] = {{"kind", "certificate"}, {"packet", "TLS"}};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (!cJSON_HasObjectItem(body, members[i][0]))
            cJSON_AddStringToObject(body, members[i][0], members[i][1]);
}

static const struct device_action actions[] = {
    /* a message to the device */
    {"publish", publish_keys, BY_CONTROL, false, "POST", "/publish", false, put_payload},
    /* as the control API's faults, for this device */
    {"fault", fault_keys, BY_CONTROL, false, "POST", "/faults", false, NULL},
    /* the next handshakes show another one */
    {"certificate", fault_keys, BY_CONTROL, true, "POST", "/faults", false, put_certificate},
    /* its connection is ended; nothing when it has none */
    {"kick", no_keys, BY_CONTROL, false, "DELETE", "", true, NULL},
    /* and nothing is kept of it */
    {"forget_session", no_keys, BY_CONTROL, false, "DELETE", "?forget=true", true, NULL},
    /* raw bytes, or a packet past session and faults */
    {"inject", inject_keys, BY_CONTROL, false, "POST", "/inject", false, put_bytes},
    /* somebody else signs in as this device, and leaves */
    {.name = "takeover", .keys = no_keys, .by = BY_TAKEOVER},
    /* the platform ends and starts again on the same ports */
    {.name = "restart", .keys = no_keys, .by = BY_RESTART, .strikes_all = true},
    /* as it left the factory: not activated, not told its secret */
    {.name = "renew", .keys = no_keys, .by = BY_RENEWAL},
    /* the device is asked to end (SIGTERM to the trigger) */
    {.name = "stop", .keys = no_keys, .by = BY_STOPPING},
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

/* A call of the control API; path and body (NULL: none) are owned. */
struct call {
    char *path;
    cJSON *body;
};

static struct call call_of(const struct device_action *action, const cJSON *step, const cJSON *device)
{
    struct call call = {.path = action->is_of_session
                                    ? mem_printf("/sessions/%s/%s%s", json_text(device, "productKey"),
                                                 json_text(device, "deviceName"), action->path)
                                    : mem_strdup(action->path)};
    if (strcmp(action->method, "POST") != 0)
        return call;
    call.body = action->strikes_all ? cJSON_CreateObject() : identity(device);
    add_keys(call.body, step);
    if (action->finish)
        action->finish(call.body);
    return call;
}

char *device_action_perform(struct platform *platform, const cJSON *step, const cJSON *device)
{
    const struct device_action *action = device_action_named(json_text(step, "do"));
    CHECK(action && action->by == BY_CONTROL);
    struct call call = call_of(action, step, device);
    cJSON *answer;
    int status = platform_call(platform, action->method, call.path, call.body, &answer);
    bool nothing_to_end = status == 404 && strcmp(action->method, "DELETE") == 0;
    char *why = status == 200 || nothing_to_end ? NULL : mem_strdup(platform_error(platform));
    cJSON_Delete(answer);
    cJSON_Delete(call.body);
    free(call.path);
    return why;
}
