#include "journal_view.h"

#include "journal_fields.h"

#include "lib/base/clock.h"
#include "lib/base/mem.h"

#include <stdio.h>
#include <stdlib.h>

static void add_text(cJSON *object, const char *key, struct str text)
{
    if (!text.p)
        return;
    char *copy = mem_dup(text.p, text.n);
    if (key)
        cJSON_AddStringToObject(object, key, copy);
    else
        cJSON_AddItemToArray(object, cJSON_CreateString(copy));
    free(copy);
}

static void add_json(cJSON *object, const char *key, struct str json)
{
    if (!json.p)
        return;
    char *copy = mem_dup(json.p, json.n);
    cJSON_AddRawToObject(object, key, copy);
    free(copy);
}

static void add_tls(cJSON *object, const char *key, const struct journal_tls *tls)
{
    if (!tls->version.p)
        return;
    cJSON *group = cJSON_AddObjectToObject(object, key);
    add_text(group, "version", tls->version);
    add_text(group, "cipher", tls->cipher);
    add_text(group, "serverName", tls->server_name);
}

static void add_ws(cJSON *object, const char *key, const struct journal_ws *ws)
{
    if (!ws->path.p)
        return;
    cJSON *group = cJSON_AddObjectToObject(object, key);
    add_text(group, "path", ws->path);
    if (ws->protocol.p)
        add_text(group, "protocol", ws->protocol);
    else
        cJSON_AddNullToObject(group, "protocol");
}

static void add_peers(cJSON *object, const char *key, const struct str peers[2])
{
    cJSON *list = cJSON_AddArrayToObject(object, key);
    add_text(list, NULL, peers[0]);
    add_text(list, NULL, peers[1]);
}

static void add_number(cJSON *object, const struct journal_field *field, int64_t number)
{
    if (number >= 0 || field->type == JOURNAL_INT)
        cJSON_AddNumberToObject(object, field->key, (double)number);
    else if (field->type == JOURNAL_CODE)
        cJSON_AddNullToObject(object, field->key);
}

static void add_field(cJSON *object, const struct journal_field *field, const struct journal_event *event)
{
    const void *at = (const char *)event + field->offset;
    const char *word;
    switch (field->type) {
    case JOURNAL_TEXT:
    case JOURNAL_HEARD:
        add_text(object, field->key, *(const struct str *)at);
        break;
    case JOURNAL_WORD:
        word = *(const char *const *)at;
        if (word)
            cJSON_AddStringToObject(object, field->key, word);
        break;
    case JOURNAL_INT:
    case JOURNAL_INT_OPTIONAL:
    case JOURNAL_CODE:
        add_number(object, field, *(const int64_t *)at);
        break;
    case JOURNAL_BOOL:
        cJSON_AddBoolToObject(object, field->key, *(const bool *)at);
        break;
    case JOURNAL_TLS:
        add_tls(object, field->key, at);
        break;
    case JOURNAL_WS:
        add_ws(object, field->key, at);
        break;
    case JOURNAL_PEERS:
        add_peers(object, field->key, at);
        break;
    case JOURNAL_JSON:
        add_json(object, field->key, *(const struct str *)at);
        break;
    case JOURNAL_END:
        break;
    }
}

cJSON *journal_view_json(const struct journal_event *event)
{
    const struct journal_shape *shape = journal_shape(event->kind);
    cJSON *object = cJSON_CreateObject();
    char time[CLOCK_TEXT_SIZE];
    clock_text(event->wall_ms, time);
    cJSON_AddNumberToObject(object, "seq", (double)event->seq);
    cJSON_AddStringToObject(object, "time", time);
    cJSON_AddNumberToObject(object, "clock_ms", (double)event->clock_ms);
    cJSON_AddStringToObject(object, "event", shape->name);
    for (const struct journal_field *f = shape->fields; f->type != JOURNAL_END; f++)
        add_field(object, f, event);
    return object;
}

static void log_refused(enum log_level level, const struct journal_event *event)
{
    char answer[32] = "closed without CONNACK";
    struct str why = event->u.refused.sentence;
    if (event->u.refused.return_code >= 0)
        snprintf(answer, sizeof answer, "CONNACK %d", (int)event->u.refused.return_code);
    log_line(level, "refused %.*s&%.*s from %.*s by rule %s (%s), %s: received %.*s; accepted is %.*s%s%.*s",
             STR_ARG(event->u.refused.who.device_name), STR_ARG(event->u.refused.who.product_key),
             STR_ARG(event->u.refused.who.peer), event->u.refused.rule, event->u.refused.requirement, answer,
             STR_ARG(event->u.refused.received), STR_ARG(event->u.refused.accepted), why.n ? ". " : "",
             STR_ARG(why));
}

static void log_fault(enum log_level level, const struct journal_event *event)
{
    log_line(level, "fault %lld: %s of %s (%s) for %.*s&%.*s from %.*s", (long long)event->u.fault.id,
             event->u.fault.fault, event->u.fault.packet, event->u.fault.direction,
             STR_ARG(event->u.fault.device_name), STR_ARG(event->u.fault.product_key),
             STR_ARG(event->u.fault.peer));
}

/* What a device does with its topics. */
static void log_traffic(enum log_level level, const struct journal_event *event)
{
    switch (event->kind) {
    case JOURNAL_DENIED:
        log_line(level, "denied: %.*s&%.*s may not %s %.*s (%s)", STR_ARG(event->u.denied.device_name),
                 STR_ARG(event->u.denied.product_key), event->u.denied.action, STR_ARG(event->u.denied.topic),
                 event->u.denied.rule ? event->u.denied.rule : "");
        break;
    case JOURNAL_LIMIT:
        log_line(level, "limit: %.*s&%.*s passed %s: %lld, at most %lld", STR_ARG(event->u.limit.device_name),
                 STR_ARG(event->u.limit.product_key), event->u.limit.limit, (long long)event->u.limit.value,
                 (long long)event->u.limit.max);
        break;
    case JOURNAL_ALINK_ERROR:
        log_line(level, "%.*s&%.*s published to %.*s, but %s (code %d)",
                 STR_ARG(event->u.alink_error.device_name), STR_ARG(event->u.alink_error.product_key),
                 STR_ARG(event->u.alink_error.topic), event->u.alink_error.reason,
                 (int)event->u.alink_error.code);
        break;
    case JOURNAL_RESENT:
        log_line(level, "resent: %.*s&%.*s published packet %d to %.*s again, with DUP",
                 STR_ARG(event->u.resent.device_name), STR_ARG(event->u.resent.product_key),
                 (int)event->u.resent.packet_id, STR_ARG(event->u.resent.topic));
        break;
    default:
        log_line(level, "rrpc: %.*s&%.*s answered %.*s with %lld bytes", STR_ARG(event->u.rrpc.device_name),
                 STR_ARG(event->u.rrpc.product_key), STR_ARG(event->u.rrpc.message_id),
                 (long long)event->u.rrpc.bytes);
        break;
    }
}

static void log_trouble(enum log_level level, const struct journal_event *event)
{
    switch (event->kind) {
    case JOURNAL_FLAPPING:
        log_line(level,
                 "flapping: two devices sign in as %.*s&%.*s and take over from each other, %.*s and %.*s "
                 "(%d times within %d s)",
                 STR_ARG(event->u.flapping.device_name), STR_ARG(event->u.flapping.product_key),
                 STR_ARG(event->u.flapping.old_peer), STR_ARG(event->u.flapping.new_peer),
                 (int)event->u.flapping.count, (int)event->u.flapping.window_s);
        break;
    case JOURNAL_MALFORMED:
        log_line(level, "malformed packet from %.*s: %s, at byte %d [%s]", STR_ARG(event->u.malformed.peer),
                 event->u.malformed.reason, (int)event->u.malformed.offset, event->u.malformed.clause);
        break;
    case JOURNAL_WS_ERROR:
        log_line(level, "WebSocket of %.*s: %s, code %d [%s]", STR_ARG(event->u.ws_error.who.peer),
                 event->u.ws_error.reason, (int)event->u.ws_error.code, event->u.ws_error.clause);
        break;
    default:
        log_line(level, "no CONNECT from %.*s (%s): %.*s", STR_ARG(event->u.no_connect.peer),
                 event->u.no_connect.reason, STR_ARG(event->u.no_connect.detail));
        break;
    }
}

void journal_view_log(const struct journal_event *event)
{
    enum log_level level = journal_shape(event->kind)->level;
    if (!log_is_on(level))
        return;
    const struct journal_who *who = &event->u.online.who; /* of offline too: both begin with it */
    switch (event->kind) {
    case JOURNAL_ONLINE:
        log_line(level, "online: %.*s&%.*s from %.*s over %s, keep alive %d s", STR_ARG(who->device_name),
                 STR_ARG(who->product_key), STR_ARG(who->peer), who->transport,
                 (int)event->u.online.keep_alive_s);
        break;
    case JOURNAL_OFFLINE:
        log_line(level, "offline: %.*s&%.*s from %.*s, %s, silent for %lld ms", STR_ARG(who->device_name),
                 STR_ARG(who->product_key), STR_ARG(who->peer), event->u.offline.reason,
                 (long long)event->u.offline.idle_ms);
        break;
    case JOURNAL_REFUSED:
        log_refused(level, event);
        break;
    case JOURNAL_FAULT:
        log_fault(level, event);
        break;
    case JOURNAL_REGISTERED:
        log_line(level, "registered: %.*s&%.*s from %.*s, authType=%s", STR_ARG(who->device_name),
                 STR_ARG(who->product_key), STR_ARG(who->peer), event->u.registered.auth_type);
        break;
    case JOURNAL_AUTH:
        log_line(level, "POST %.*s of %.*s&%.*s from %.*s: HTTP %d, code %d, %.*s",
                 STR_ARG(event->u.auth.path), STR_ARG(event->u.auth.device_name),
                 STR_ARG(event->u.auth.product_key), STR_ARG(event->u.auth.peer), (int)event->u.auth.status,
                 (int)event->u.auth.code, STR_ARG(event->u.auth.detail));
        break;
    case JOURNAL_DENIED:
    case JOURNAL_LIMIT:
    case JOURNAL_ALINK_ERROR:
    case JOURNAL_RRPC:
    case JOURNAL_RESENT:
        log_traffic(level, event);
        break;
    case JOURNAL_NOTE:
        log_line(level, "note on %.*s&%.*s from %.*s: %.*s", STR_ARG(event->u.note.device_name),
                 STR_ARG(event->u.note.product_key), STR_ARG(event->u.note.peer),
                 STR_ARG(event->u.note.text));
        break;
    default:
        log_trouble(level, event);
        break;
    }
}
