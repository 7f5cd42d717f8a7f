#include "step.h"

#include <stdlib.h>
#include <string.h>

#include "harness/upgrade.h"
#include "harness/variable.h"
#include "harness/verbs.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

static const char *const no_keys[] = {NULL};
static const char *const open_keys[] = {"transport", "port", "tls", "fails", "websocket", NULL};
#define PIECES "cut", "frames", "fragments", "between"
static const char *const connect_keys[] = {"transport", "port", "tls", "websocket", "with", PIECES, NULL};
static const char *const send_keys[] = {"packet", "with", PIECES, NULL};
static const char *const send_hex_keys[] = {"hex", "repeat", PIECES, NULL};
static const char *const together_keys[] = {"packets", PIECES, NULL};
static const char *const upgrade_keys[] = {UPGRADE_KEYS, "expect", "cut", "within_ms", NULL};
static const char *const answer_keys[] = {"status", "headers", "text", "within_ms", NULL};
static const char *const text_keys[] = {"text", "repeat", "end", "cut", NULL};
static const char *const frame_keys[] = {"opcode",    "fin",    "masked", "rsv",  "payload", "payloadHex",
                                         "closeCode", "reason", "packet", "with", "length",  "declared",
                                         "mask",      "repeat", "cut",    NULL};
static const char *const expect_frame_keys[] = {"opcode", "payload",   "payloadHex", "closeCode",
                                                "reason", "within_ms", NULL};
static const char *const expect_keys[] = {"packet", "where", "capture", "within_ms", "mock", NULL};
static const char *const any_keys[] = {"of", "within_ms", NULL};
static const char *const expect_hex_keys[] = {"hex", "within_ms", NULL};
static const char *const within_keys[] = {"within_ms", NULL};
static const char *const closed_keys[] = {"within_ms", "how", "bytes", NULL};
static const char *const refused_keys[] = {"rule", "code", "within_ms", NULL};
static const char *const close_keys[] = {"how", "bytes", NULL};
static const char *const ms_keys[] = {"ms", NULL};
static const char *const journal_keys[] = {"event", "where", NULL};
static const char *const session_keys[] = {"device", "where", NULL};
static const char *const session_none_keys[] = {"device", NULL};
static const char *const control_keys[] = {"path", "body", "expect", "capture", NULL};
static const char *const http_keys[] = {"device",  "port",      "tls",     "path",    "form",
                                        "body",    "repeat",    "headers", "chunked", "expect",
                                        "capture", "within_ms", NULL};

static const struct verb verbs[] = {
    {"device", "open", open_keys, verb_open_check, verb_open},
    {"device", "connect", connect_keys, verb_open_check, verb_connect},
    {"device", "send", send_keys, verb_send_check, verb_send},
    {"device", "send_hex", send_hex_keys, verb_send_hex_check, verb_send_hex},
    {"device", "send_together", together_keys, verb_send_together_check, verb_send_together},
    {"device", "expect", expect_keys, verb_expect_check, verb_expect},
    {"device", "expect_any", any_keys, verb_expect_any_check, verb_expect_any},
    {"device", "expect_all", any_keys, verb_expect_all_check, verb_expect_all},
    {"device", "expect_hex", expect_hex_keys, verb_expect_hex_check, verb_expect_hex},
    {"device", "expect_open", no_keys, NULL, verb_expect_open},
    {"device", "expect_closed", closed_keys, verb_expect_closed_check, verb_expect_closed},
    {"device", "expect_refused", refused_keys, verb_expect_refused_check, verb_expect_refused},
    {"device", "fence", within_keys, verb_within_check, verb_fence},
    {"device", "upgrade", upgrade_keys, verb_upgrade_check, verb_upgrade},
    {"device", "expect_answer", answer_keys, verb_expect_answer_check, verb_expect_answer},
    {"device", "send_text", text_keys, verb_send_text_check, verb_send_text},
    {"device", "send_frame", frame_keys, verb_send_frame_check, verb_send_frame},
    {"device", "expect_frame", expect_frame_keys, verb_expect_frame_check, verb_expect_frame},
    {"device", "disconnect", no_keys, NULL, verb_disconnect},
    {"device", "close", close_keys, verb_close_check, verb_close},
    {"clock", "advance", ms_keys, verb_clock_check, verb_clock_advance},
    {"clock", "expect", ms_keys, verb_clock_check, verb_clock_expect},
    {"journal", "expect", journal_keys, verb_journal_check, verb_journal_expect},
    {"journal", "none", journal_keys, verb_journal_check, verb_journal_none},
    {"session", "expect", session_keys, verb_session_check, verb_session_expect},
    {"session", "none", session_none_keys, verb_session_check, verb_session_none},
    {"control", "GET", control_keys, verb_control_check, verb_control},
    {"control", "POST", control_keys, verb_control_check, verb_control},
    {"control", "DELETE", control_keys, verb_control_check, verb_control},
    {"http", "GET", http_keys, verb_http_check, verb_http},
    {"http", "POST", http_keys, verb_http_check, verb_http},
    {"http", "PUT", http_keys, verb_http_check, verb_http},
};

/* Session and HTTP steps name a device too, so "device" is a head only when there is no other. */
static const char *const heads[] = {"clock", "journal", "session", "control", "http", "device"};

enum { VERBS = sizeof verbs / sizeof verbs[0], HEADS = sizeof heads / sizeof heads[0] };

static const char *head_of(const cJSON *step)
{
    for (size_t i = 0; i < HEADS; i++)
        if (cJSON_GetObjectItemCaseSensitive(step, heads[i]))
            return heads[i];
    return NULL;
}

static const char *name_of(const cJSON *step, const char *head)
{
    return json_text(step, strcmp(head, "device") == 0 ? "do" : head);
}

static const struct verb *find(const char *head, const char *name)
{
    for (size_t i = 0; i < VERBS; i++)
        if (strcmp(verbs[i].head, head) == 0 && strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

const struct verb *step_verb(const cJSON *step)
{
    const char *head = head_of(step), *name = head ? name_of(step, head) : NULL;
    return name ? find(head, name) : NULL;
}

static void unknown_verb(const char *head, const char *name, const char *path, struct problems *problems)
{
    struct buf names;
    buf_init(&names, 1024);
    for (size_t i = 0; i < VERBS; i++)
        if (strcmp(verbs[i].head, head) == 0)
            buf_printf(&names, " %s", verbs[i].name);
    problems_add(problems, path, "a %s step has no verb '%s'; there are:%s", head, name, buf_cstr(&names));
    buf_fini(&names);
}

static void check_keys(const cJSON *step, const struct verb *verb, const char *path,
                       struct problems *problems)
{
    const char *allowed[24] = {verb->head, "note", "precondition"};
    size_t count = 3;
    if (strcmp(verb->head, "device") == 0)
        allowed[count++] = "do";
    for (size_t i = 0; verb->keys[i]; i++)
        allowed[count++] = verb->keys[i];
    json_keys(step, path, allowed, problems);
}

void step_check(const cJSON *step, const char *path, const struct step_scope *scope,
                struct problems *problems)
{
    const char *head = cJSON_IsObject(step) ? head_of(step) : NULL, *name = NULL, *note;
    bool truth;
    if (!head) {
        problems_add(problems, path,
                     "a step is an object with device, clock, journal, session, control or http");
        return;
    }
    const char *key = strcmp(head, "device") == 0 ? "do" : head;
    if (!json_string(step, path, key, JSON_REQUIRED, &name, problems))
        return;
    const struct verb *verb = find(head, name);
    if (!verb) {
        unknown_verb(head, name, path, problems);
        return;
    }
    check_keys(step, verb, path, problems);
    json_string(step, path, "note", JSON_OPTIONAL, &note, problems);
    json_bool(step, path, "precondition", JSON_OPTIONAL, &truth, problems);
    const cJSON *device = cJSON_GetObjectItemCaseSensitive(step, "device");
    if (device &&
        (!cJSON_IsString(device) || !cJSON_GetObjectItemCaseSensitive(scope->devices, device->valuestring)))
        problems_add(problems, path, "the case has no device '%s'",
                     cJSON_IsString(device) ? device->valuestring : "?");
    if (verb->check)
        verb->check(step, path, scope, problems);
}

char *step_summary(const cJSON *step)
{
    const char *head = head_of(step), *name = head ? name_of(step, head) : NULL;
    const char *object = json_text(step, "packet");
    if (!object)
        object = json_text(step, "event");
    if (!object)
        object = json_text(step, "path");
    const char *who = json_text(step, "device");
    return mem_printf("%s %s%s%s",
                      who && strcmp(head, "device") == 0 ? who
                      : head                             ? head
                                                         : "?",
                      name ? name : "?", object ? " " : "", object ? object : "");
}

int64_t step_longest_ms(const cJSON *step)
{
    const cJSON *within = cJSON_GetObjectItemCaseSensitive(step, "within_ms");
    const struct verb *verb = step_verb(step);
    if (cJSON_IsNumber(within))
        return (int64_t)within->valuedouble;
    return verb && (strcmp(verb->head, "device") == 0 || strcmp(verb->head, "http") == 0)
               ? STEP_WITHIN_DEFAULT_MS
               : 0;
}

bool step_needs_control(const cJSON *step)
{
    static const char *const needing[] = {"clock", "journal", "session", "control"};
    const char *head = head_of(step);
    for (size_t i = 0; head && i < sizeof needing / sizeof needing[0]; i++)
        if (strcmp(head, needing[i]) == 0)
            return true;
    return false;
}
