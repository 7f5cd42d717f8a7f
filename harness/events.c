#include "events.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/check.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

/* What the platform's journal holds; contract of broker and harness. */
static const struct {
    const char *name;
    bool must_be_taken;
    const char *members; /* between blanks */
} kinds[] = {
    {"online", false,
     " productKey deviceName clientId transport peer keepAlive cleanSession sessionPresent limit_ms login "
     "tls ws "},
    {"offline", true, " productKey deviceName clientId transport peer reason idle_ms limit_ms newPeer "},
    {"refused", true,
     " rule requirement returnCode action received accepted clientId productKey deviceName transport peer "
     "explanation "},
    {"flapping", true, " productKey deviceName peers count window_s "},
    {"malformed", true, " reason offset clause peer packet productKey deviceName "},
    {"no-connect", false, " peer reason bytes detail "},
    {"denied", true, " action rule topic productKey deviceName "},
    {"limit", false, " limit value max productKey deviceName "},
    {"alink-error", false, " reason code topic productKey deviceName "},
    {"rrpc", false, " messageId topic payload payload_hex bytes productKey deviceName "},
    {"resent", false, " packetId topic productKey deviceName peer "},
    {"note", false, " text productKey deviceName clientId peer "},
    {"fault", false, " fault id packet direction productKey deviceName peer "},
    {"registered", false, " productKey deviceName clientId transport peer authType "},
    {"auth", false, " path status code detail productKey deviceName transport peer "},
    {"ws-error", true, " code reason clause productKey deviceName clientId transport peer "},
};

/* More than all sentences of an explanation. */
enum { CAUSE_MAX_BYTES = 65536 };

enum { KINDS = sizeof kinds / sizeof kinds[0] };

struct events {
    cJSON *list; /* an array */
    bool *taken; /* one for each, as is */
    size_t *marks;
    size_t count;
    int64_t next;
};

struct events *events_new(void)
{
    struct events *e = mem_zalloc(1, sizeof *e);
    events_clear(e);
    return e;
}

void events_clear(struct events *e)
{
    cJSON_Delete(e->list);
    free(e->taken);
    free(e->marks);
    *e = (struct events){.list = cJSON_CreateArray()};
}

void events_free(struct events *e)
{
    if (!e)
        return;
    cJSON_Delete(e->list);
    free(e->taken);
    free(e->marks);
    free(e);
}

int64_t events_next(const struct events *e)
{
    return e->next;
}

bool events_add(struct events *e, cJSON *answer, size_t first_mark)
{
    cJSON *added = cJSON_GetObjectItemCaseSensitive(answer, "events");
    const cJSON *next = cJSON_GetObjectItemCaseSensitive(answer, "next");
    bool good = cJSON_IsArray(added) && json_is_int(next, &e->next);
    while (good && added->child) {
        cJSON_AddItemToArray(e->list, cJSON_DetachItemViaPointer(added, added->child));
        e->taken = mem_realloc(e->taken, (e->count + 1) * sizeof *e->taken);
        e->marks = mem_realloc(e->marks, (e->count + 1) * sizeof *e->marks);
        e->marks[e->count] = first_mark++;
        e->taken[e->count++] = false;
    }
    cJSON_Delete(answer);
    return good;
}

size_t events_mark(const struct events *e, const cJSON *event)
{
    size_t i = 0;
    for (const cJSON *at = e->list->child; at && at != event; at = at->next)
        i++;
    CHECK(i < e->count);
    return e->marks[i];
}

static const char *name_of(const cJSON *event)
{
    const char *name = json_text(event, "event");
    return name ? name : "";
}

const cJSON *events_take(struct events *e, const char *name, const cJSON *where)
{
    struct mismatch ignored;
    size_t i = 0;
    for (const cJSON *at = e->list->child; at; at = at->next, i++) {
        if (!e->taken[i] && strcmp(name_of(at), name) == 0 && matcher_fits_object(where, at, &ignored)) {
            e->taken[i] = true;
            return at;
        }
    }
    return NULL;
}

const cJSON *events_near(const struct events *e, const char *name, const cJSON *where, struct mismatch *out)
{
    size_t i = 0;
    for (const cJSON *at = e->list->child; at; at = at->next, i++)
        if (!e->taken[i] && strcmp(name_of(at), name) == 0 && !matcher_fits_object(where, at, out))
            return at;
    return NULL;
}

static bool must_be_taken(const char *name)
{
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return kinds[i].must_be_taken;
    return false;
}

const cJSON *events_left(const struct events *e)
{
    size_t i = 0;
    for (const cJSON *at = e->list->child; at; at = at->next, i++)
        if (!e->taken[i] && must_be_taken(name_of(at)))
            return at;
    return NULL;
}

/* The sentences of one language: what is wrong, and what to change. False when the event was not explained. */
static bool explained(const cJSON *event, const char *language, struct buf *out)
{
    const cJSON *explanation = cJSON_GetObjectItemCaseSensitive(event, "explanation");
    const cJSON *refusal = cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(explanation, "refusals"), 0);
    const char *const members[] = {"text", "change"};
    for (size_t i = 0; i < 2; i++) {
        const cJSON *two = cJSON_GetObjectItemCaseSensitive(refusal, members[i]);
        const char *text = json_text(two, language);
        if (text)
            buf_printf(out, "%s%s", out->len ? " " : "", text);
    }
    return out->len > 0;
}

cJSON *events_cause(const struct events *e)
{
    static const char *const languages[] = {"en", "zh"};
    cJSON *cause = NULL;
    size_t i = 0;
    for (const cJSON *at = e->list->child; at; at = at->next, i++) {
        if (e->taken[i] || strcmp(name_of(at), "refused") != 0)
            continue;
        cJSON_Delete(cause);
        cause = cJSON_CreateObject();
        for (size_t l = 0; l < 2; l++) {
            struct buf text;
            buf_init(&text, CAUSE_MAX_BYTES);
            if (explained(at, languages[l], &text))
                cJSON_AddStringToObject(cause, languages[l], buf_cstr(&text));
            buf_fini(&text);
        }
    }
    if (cause && !cause->child) {
        cJSON_Delete(cause);
        cause = NULL;
    }
    return cause;
}

void events_describe(const cJSON *event, struct buf *out)
{
    static const char *const shown[] = {"reason",     "rule",     "returnCode", "action",   "topic", "clause",
                                        "deviceName", "clientId", "idle_ms",    "limit_ms", NULL};
    buf_printf(out, "%s", name_of(event));
    for (size_t i = 0; shown[i]; i++) {
        const cJSON *member = cJSON_GetObjectItemCaseSensitive(event, shown[i]);
        if (!member)
            continue;
        buf_printf(out, ", %s ", shown[i]);
        matcher_describe(member, out);
    }
}

static bool has_word(const char *words, const char *word)
{
    char *spaced = mem_printf(" %s ", word);
    bool found = strstr(words, spaced) != NULL;
    free(spaced);
    return found;
}

void events_check(const char *name, const cJSON *where, const char *path, struct problems *problems)
{
    const char *members = NULL;
    for (size_t i = 0; i < KINDS && !members; i++)
        if (strcmp(kinds[i].name, name) == 0)
            members = kinds[i].members;
    if (!members) {
        problems_add(problems, path, "there is no journal event '%s'", name);
        return;
    }
    if (where && !cJSON_IsObject(where)) {
        problems_add(problems, path, "where must be an object");
        return;
    }
    for (const cJSON *at = where ? where->child : NULL; at; at = at->next) {
        char place[JSON_PATH_SIZE];
        json_path(place, sizeof place, path, at->string, 0);
        if (!has_word(members, at->string) && strcmp(at->string, "clock_ms") != 0)
            problems_add(problems, place, "the event has no such member; it has:%s", members);
        matcher_check(at, place, problems);
    }
}
