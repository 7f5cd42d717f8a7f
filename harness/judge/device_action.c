#include "device_action.h"

#include <string.h>

#include "lib/base/check.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

static const char *const no_keys[] = {NULL};
static const char *const publish_keys[] = {"topic", "qos", "payload", "payloadHex", NULL};
static const char *const fault_keys[] = {"kind",   "packet", "direction", "ms",    "code",  "bytes",
                                         "offset", "xor",    "which",     "after", "times", NULL};
static const char *const inject_keys[] = {"hex", NULL};
static const char *const stop_keys[] = {"signal", NULL};

static const struct device_action actions[] = {
    {"publish", publish_keys, BY_CONTROL, false},   /* a message to the device */
    {"fault", fault_keys, BY_CONTROL, false},       /* as the control API's faults, for this device */
    {"certificate", fault_keys, BY_CONTROL, true},  /* the next handshakes show another one */
    {"clear_faults", no_keys, BY_CONTROL, true},    /* */
    {"kick", no_keys, BY_CONTROL, false},           /* its connection is ended; nothing when it has none */
    {"forget_session", no_keys, BY_CONTROL, false}, /* and nothing is kept of it */
    {"inject", inject_keys, BY_CONTROL, false},     /* raw bytes */
    {"takeover", no_keys, BY_EXAMINER, false},      /* somebody else signs in as this device, and leaves */
    {"restart", no_keys, BY_EXAMINER, true},        /* the platform ends and starts again on the same ports */
    {"stop", stop_keys, BY_EXAMINER, false},        /* the device is asked to end (SIGTERM to the trigger) */
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

static char *session_path(const cJSON *device, const char *query)
{
    return mem_printf("/sessions/%s/%s%s",
                      cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(device, "productKey")),
                      cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(device, "deviceName")), query);
}

struct device_action_call device_action_call(const cJSON *step, const cJSON *device)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(step, "do"));
    struct device_action_call call = {.method = "POST"};
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
    if (is_certificate && !cJSON_HasObjectItem(call.body, "kind"))
        cJSON_AddStringToObject(call.body, "kind", "certificate");
    if (is_certificate && !cJSON_HasObjectItem(call.body, "packet"))
        cJSON_AddStringToObject(call.body, "packet", "TLS");
    return call;
}
