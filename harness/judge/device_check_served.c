#include "harness/judge/device_checks.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"

/* What is no MQTT is well-formed's, and what comes at the wrong time connect-first's. */
static bool is_of_others(const struct device_stream *s, size_t at)
{
    static const char *const others[] = {"MQTT-3.1.0-1", "MQTT-3.1.0-2"};
    const char *clause = json_text_or(s->items[at]->fields, "clause", "");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(clause, others[i]) == 0)
            return true;
    /* A packet that could not be read stands in the trace as such, right before the event. */
    return at > 0 && device_stream_is(s->items[at - 1], "malformed", FROM_DEVICE);
}

void device_check_served(const struct device_stream *s, struct device_finding *f)
{
    struct buf seen;
    bool connected = false;
    buf_init(&seen, 512);
    for (size_t i = 0; i < s->count; i++) {
        const struct observation *o = s->items[i];
        connected = connected || device_stream_is(o, "CONNECT", FROM_DEVICE);
        if (!device_stream_is(o, "malformed", FROM_JOURNAL) || is_of_others(s, i))
            continue;
        buf_clear(&seen);
        buf_printf(&seen, "%s: %s", json_text_or(o->fields, "packet", "a packet"),
                   json_text_or(o->fields, "reason", ""));
        device_finding_fail(f, o, "what the platform serves", buf_cstr(&seen));
    }
    buf_fini(&seen);
    if (!connected)
        device_finding_missing(f, "the device sent no CONNECT");
}

/* How often it dials, and what it acknowledges that was injected, is the judge's doing as much: DEV-07 and DEV-03 look at what is its own. _v
 * is what the SDKs send. */
static bool is_of_interest(const char *text)
{
    static const char *const passed_over[] = {"limits.connect_",
                                              "a PUBACK for a message that is not in flight"};
    for (size_t i = 0; i < sizeof passed_over / sizeof passed_over[0]; i++)
        if (strncmp(text, passed_over[i], strlen(passed_over[i])) == 0)
            return false;
    return strcmp(text, "unknown extension keys: _v") != 0;
}

/* What the journal says of a thing that was taken all the same; "" when the observation is none. */
static const char *note_of(const struct observation *o)
{
    static const struct {
        const char *event, *member;
    } notes[] = {{"note", "text"}, {"denied", "topic"}, {"limit", "limit"}, {"alink-error", "reason"}};
    const char *text = "";
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
        if (device_stream_is(o, notes[i].event, FROM_JOURNAL))
            text = json_text_or(o->fields, notes[i].member, "");
    return is_of_interest(text) ? text : "";
}

/* Each text once, with how often it was. */
static void add(cJSON *counts, const char *event, const char *text)
{
    char key[256];
    snprintf(key, sizeof key, "%s%s%s", strcmp(event, "note") == 0 ? "" : event,
             strcmp(event, "note") == 0 ? "" : ": ", text);
    const cJSON *count = json_get(counts, key);
    double times = count ? count->valuedouble + 1 : 1;
    cJSON_DeleteItemFromObjectCaseSensitive(counts, key);
    cJSON_AddNumberToObject(counts, key, times);
}

void device_check_noted(const struct device_stream *s, struct device_finding *f)
{
    enum { SHOWN = 8 };
    int shown = 0;
    struct buf text;
    cJSON *counts = cJSON_CreateObject();
    for (size_t i = 0; i < s->count; i++)
        if (*note_of(s->items[i]))
            add(counts, s->items[i]->name, note_of(s->items[i]));
    buf_init(&text, 2048);
    for (const cJSON *at = counts->child; at && shown < SHOWN; at = at->next, shown++)
        buf_printf(&text, "%s%s (%d)", shown ? "; " : "", at->string, (int)at->valuedouble);
    if (cJSON_GetArraySize(counts) > SHOWN)
        buf_printf(&text, "; and %d more", cJSON_GetArraySize(counts) - SHOWN);
    if (counts->child)
        device_finding_remark(f, buf_cstr(&text));
    buf_fini(&text);
    cJSON_Delete(counts);
}
