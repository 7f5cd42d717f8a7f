#include "obstacle.h"

#include <stdlib.h>
#include <string.h>

#include "harness/demand.h"
#include "harness/place.h"
#include "harness/step.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

static bool has_head(const cJSON *step, const char *head)
{
    return cJSON_GetObjectItemCaseSensitive(step, head) != NULL;
}

/* The documents' device, "pk" and "device", by name or by a password that only its secret gives. */
static bool names_builtin(const cJSON *node)
{
    static const char *const marks[] = {"/pk/", "&pk", "pk.device", "2f 70 6b 2f"};
    const char *text = cJSON_GetStringValue(node);
    if (node->string && strcmp(node->string, "password") == 0 && text)
        return true;
    if (node->string && strcmp(node->string, "deviceName") == 0 && text && strcmp(text, "device") == 0)
        return true;
    for (size_t i = 0; text && i < sizeof marks / sizeof marks[0]; i++)
        if (strstr(text, marks[i]))
            return true;
    for (const cJSON *at = text ? NULL : node->child; at; at = at->next)
        if (names_builtin(at))
            return true;
    return false;
}

static bool is_builtin(const cJSON *device)
{
    return strcmp(json_text_or(device, "productKey", ""), "pk") == 0 &&
           strcmp(json_text_or(device, "deviceName", ""), "device") == 0 &&
           strcmp(json_text_or(device, "deviceSecret", ""), "secret") == 0;
}

/* A second device would have to be known there, and it is not. */
static bool needs_others(const struct testcase *test, const struct target *target)
{
    const cJSON *device;
    cJSON_ArrayForEach(device, test->devices)
    {
        if (strcmp(json_text_or(device, "deviceName", ""), json_text_or(target->device, "deviceName", "")) !=
                0 ||
            strcmp(json_text_or(device, "productKey", ""), json_text_or(target->device, "productKey", "")) !=
                0)
            return true;
    }
    return false;
}

/* Every requirement of the case shows in the journal or the sessions only. */
static bool shows_by_control_only(const struct testcase *test, const struct ledger *ledger)
{
    const cJSON *id;
    cJSON_ArrayForEach(id, test->requires)
    {
        if (!ledger_needs_control(ledger, id->valuestring))
            return false;
    }
    return true;
}

/* All that a case demands on the wire is a sign-in or a fence, and it asks journal or sessions for more than that the device is
 * online: what it is about does not show, and it would pass on any platform. */
static bool is_about_journal(const struct testcase *test)
{
    bool asks_more = false;
    const cJSON *step;
    cJSON_ArrayForEach(step, test->steps)
    {
        const char *verb = json_text_or(step, "do", "");
        const cJSON *where = cJSON_GetObjectItemCaseSensitive(step, "where");
        const cJSON *code = cJSON_GetObjectItemCaseSensitive(where, "returnCode");
        bool is_sign_in = strcmp(json_text_or(step, "packet", ""), "CONNACK") == 0 && cJSON_IsNumber(code) &&
                          code->valuedouble == 0;
        if (strncmp(verb, "expect", 6) == 0 && !is_sign_in)
            return false;
        if (step_needs_control(step) && strcmp(json_text_or(step, "event", ""), "online") != 0)
            asks_more = true;
    }
    return asks_more;
}

/* What a case needs that only a control API has; NULL when it can do without. */
static char *lack_of_control(const struct testcase *test, const struct target *target,
                             const struct ledger *ledger)
{
    const cJSON *step;
    cJSON_ArrayForEach(step, test->steps)
    {
        if (has_head(step, "control") && strcmp(json_text_or(step, "control", ""), "GET") != 0)
            return mem_printf("the platform is prepared by %s %s, and the target has no control API",
                              json_text_or(step, "control", ""), json_text_or(step, "path", ""));
        if (cJSON_GetObjectItemCaseSensitive(step, "capture") && has_head(step, "control"))
            return mem_strdup("the case goes on with what the control API tells, and the target has none");
    }
    if (needs_others(test, target))
        return mem_strdup("the case needs another device, and the target knows one");
    if (shows_by_control_only(test, ledger))
        return mem_strdup("what the case requires shows in the journal only, and the target has none");
    if (is_about_journal(test))
        return mem_strdup("what the case asks for beyond a sign-in shows in journal and sessions only");
    if (demand_fault_on_wire(test))
        return mem_strdup("without journal and sessions no step of the case could fail");
    return NULL;
}

/* A connection that the target does not serve; NULL when it serves all of them. */
static char *lack_of_transport(const struct testcase *test, const struct target *target)
{
    const cJSON *step;
    cJSON_ArrayForEach(step, test->steps)
    {
        const char *verb = json_text_or(step, "do", ""), *port = json_text_or(step, "port", ""), *host;
        int number;
        if (strcmp(verb, "open") != 0 && strcmp(verb, "connect") != 0)
            continue;
        enum transport transport = place_transport(target, test, step);
        if (!*port)
            port = transport_is_websocket(transport) ? "web" : "mqtt";
        if (!target_place(target, port, transport, &host, &number))
            return mem_printf("the target does not serve %s on the port %s", transport_name(transport), port);
    }
    return NULL;
}

static char *lack(const struct testcase *test, const struct target *target, const struct ledger *ledger,
                  bool clock_is_manual)
{
    const cJSON *step;
    if (test->set_count > 0)
        return mem_strdup("the case needs a broker with other profile values");
    if (!is_builtin(target->device) && names_builtin(test->steps))
        return mem_strdup("the case holds the documents' own device or a password of it");
    cJSON_ArrayForEach(step, test->steps)
    {
        if (has_head(step, "clock") && !clock_is_manual)
            return mem_strdup("the case moves the clock, and the target's is real");
    }
    char *message = lack_of_transport(test, target);
    return message || target->control ? message : lack_of_control(test, target, ledger);
}

struct obstacle obstacle_of(const struct testcase *test, const struct target *target,
                            const struct ledger *ledger, bool may_harm, bool clock_is_manual)
{
    if (!may_harm && !test->safe)
        return (struct obstacle){VERDICT_SKIP, "unsafe",
                                 mem_strdup("the case is not tagged safe for a platform that is not ours")};
    char *message = lack(test, target, ledger, clock_is_manual);
    return (struct obstacle){VERDICT_UNSUPPORTED, message ? "unsupported" : NULL, message};
}

int obstacle_connections(const struct testcase *test, const struct target *target)
{
    int count = 0;
    bool keeps = false;
    const cJSON *step;
    cJSON_ArrayForEach(step, test->steps)
    {
        const char *verb = json_text_or(step, "do", "");
        const cJSON *with = cJSON_GetObjectItemCaseSensitive(step, "with");
        count += strcmp(verb, "open") == 0 || strcmp(verb, "connect") == 0;
        keeps = keeps || cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(with, "cleanSession"));
    }
    return count + (keeps && !target->control ? 1 : 0);
}
