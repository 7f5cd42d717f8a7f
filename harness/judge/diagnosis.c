#include "diagnosis.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { TEXT_MAX_BYTES = 8192 };

/* The latest observation of a name; NULL when there was none. */
static const struct observation *latest(const struct stream *stream, const char *name,
                                        enum observation_from from)
{
    for (size_t i = stream_count(stream); i > 0; i--) {
        const struct observation *o = stream_items(stream)[i - 1];
        if (o->from == from && strcmp(o->name, name) == 0)
            return o;
    }
    return NULL;
}

static void tell_refusal(const struct observation *o, const cJSON *device, struct buf *out)
{
    const cJSON *explanation = cJSON_GetObjectItemCaseSensitive(o->fields, "explanation");
    const cJSON *refusals = cJSON_GetObjectItemCaseSensitive(explanation, "refusals");
    buf_printf(
        out, "the device connected, and its CONNECT was refused by rule %s (%s): received %s; accepted: %s\n",
        json_text_or(o->fields, "rule", ""), json_text_or(o->fields, "requirement", ""),
        json_text_or(o->fields, "received", ""), json_text_or(o->fields, "accepted", ""));
    const char *rule = json_text_or(o->fields, "rule", "");
    if (strcmp(rule, "device-unknown") == 0 || strcmp(rule, "username-form") == 0)
        buf_printf(out,
                   "  judged is productKey %s, deviceName %s: --product-key and --device-name say another\n",
                   json_text_or(device, "productKey", ""), json_text_or(device, "deviceName", ""));
    for (const cJSON *at = refusals ? refusals->child : NULL; at; at = at->next) {
        buf_printf(out, "  %s\n", json_text_or(cJSON_GetObjectItemCaseSensitive(at, "text"), "en", ""));
        buf_printf(out, "  to do: %s\n",
                   json_text_or(cJSON_GetObjectItemCaseSensitive(at, "change"), "en", ""));
    }
}

static void tell_end(const struct stream *stream, struct buf *out)
{
    const struct observation *o = latest(stream, "no-connect", FROM_JOURNAL);
    if (o)
        buf_printf(out, "a connection came, and ended without a CONNECT (%s): %s\n",
                   json_text_or(o->fields, "reason", ""), json_text_or(o->fields, "detail", ""));
    else
        buf_printf(out, "a connection came, and nothing was sent on it: neither a TLS hello nor a CONNECT\n");
}

char *diagnosis_of(const struct stream *stream, const cJSON *device)
{
    const struct observation *refused = latest(stream, "refused", FROM_JOURNAL),
                             *tls = latest(stream, "tls-failed", FROM_DEVICE),
                             *malformed = latest(stream, "malformed", FROM_DEVICE),
                             *auth = latest(stream, "auth", FROM_JOURNAL),
                             *registered = latest(stream, "registered", FROM_JOURNAL),
                             *ended = latest(stream, "ended-by-itself", FROM_JUDGE);
    struct buf out;
    buf_init(&out, TEXT_MAX_BYTES);
    if (refused) {
        tell_refusal(refused, device, &out);
    } else if (malformed) {
        char *seen = observation_text(malformed);
        buf_printf(&out, "the device sent what is no MQTT: %s\n", seen);
        free(seen);
    } else if (tls) {
        buf_printf(&out, "the device began TLS and gave it up: %s\n",
                   json_text_or(tls->fields, "detail", ""));
    } else if (registered) {
        buf_printf(
            &out,
            "the device registered, and did not sign in with what it was given: it is to leave after its "
            "registration, and to dial again\n");
    } else if (auth) {
        buf_printf(
            &out, "the device asked %s, and did not sign in afterwards; the answer's code was %d%s%s\n",
            json_text_or(auth->fields, "path", ""), (int)cJSON_GetNumberValue(json_get(auth->fields, "code")),
            json_text(auth->fields, "detail") ? ": " : "", json_text_or(auth->fields, "detail", ""));
    } else if (latest(stream, "accept", FROM_DEVICE)) {
        tell_end(stream, &out);
    } else {
        buf_printf(&out, "nothing reached the ports: is the device pointed at this address, and does a "
                         "firewall let it through?\n");
    }
    if (ended)
        buf_printf(&out, "the trigger ended with %s\n", json_text_or(ended->fields, "how", ""));
    char *text = mem_dup(out.data, out.len);
    buf_fini(&out);
    return text;
}
