#include "journal.h"

#include "lib/base/check.h"
#include "lib/base/clock.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

#include <stddef.h>
#include <stdlib.h>

/* How a member of the event is copied and rendered. WHO, TLS and PEERS are groups of texts. */
enum field_type { END, TEXT, WORD, INT, INT_OPTIONAL, CODE, BOOL, WHO, TLS, PEERS };

struct field {
    const char *key;
    enum field_type type;
    size_t offset;
};

#define AT(member) offsetof(struct journal_event, u.member)

static const struct field online_fields[] = {{NULL, WHO, AT(online.who)},
                                             {"keepAlive", INT, AT(online.keep_alive_s)},
                                             {"cleanSession", BOOL, AT(online.clean_session)},
                                             {"sessionPresent", BOOL, AT(online.session_present)},
                                             {"limit_ms", INT, AT(online.limit_ms)},
                                             {"tls", TLS, AT(online.tls)},
                                             {0}};
static const struct field offline_fields[] = {{NULL, WHO, AT(offline.who)},
                                              {"reason", WORD, AT(offline.reason)},
                                              {"idle_ms", INT_OPTIONAL, AT(offline.idle_ms)},
                                              {"limit_ms", INT_OPTIONAL, AT(offline.limit_ms)},
                                              {"newPeer", TEXT, AT(offline.new_peer)},
                                              {0}};
static const struct field refused_fields[] = {{"rule", WORD, AT(refused.rule)},
                                              {"requirement", WORD, AT(refused.requirement)},
                                              {"returnCode", CODE, AT(refused.return_code)},
                                              {"action", WORD, AT(refused.action)},
                                              {"received", TEXT, AT(refused.received)},
                                              {"accepted", TEXT, AT(refused.accepted)},
                                              {NULL, WHO, AT(refused.who)},
                                              {0}};
static const struct field flapping_fields[] = {
    {"productKey", TEXT, AT(flapping.product_key)}, {"deviceName", TEXT, AT(flapping.device_name)},
    {"peers", PEERS, AT(flapping.old_peer)},        {"count", INT, AT(flapping.count)},
    {"window_s", INT, AT(flapping.window_s)},       {0}};
static const struct field malformed_fields[] = {
    {"reason", WORD, AT(malformed.reason)}, {"offset", INT, AT(malformed.offset)},
    {"clause", WORD, AT(malformed.clause)}, {"packet", WORD, AT(malformed.packet)},
    {"peer", TEXT, AT(malformed.peer)},     {0}};
static const struct field no_connect_fields[] = {{"peer", TEXT, AT(no_connect.peer)},
                                                 {"reason", WORD, AT(no_connect.reason)},
                                                 {"bytes", INT, AT(no_connect.bytes)},
                                                 {"detail", TEXT, AT(no_connect.detail)},
                                                 {0}};
static const struct field denied_fields[] = {{"action", WORD, AT(denied.action)},
                                             {"rule", WORD, AT(denied.rule)},
                                             {"topic", TEXT, AT(denied.topic)},
                                             {"productKey", TEXT, AT(denied.product_key)},
                                             {"deviceName", TEXT, AT(denied.device_name)},
                                             {0}};
static const struct field limit_fields[] = {{"limit", WORD, AT(limit.limit)},
                                            {"value", INT, AT(limit.value)},
                                            {"max", INT, AT(limit.max)},
                                            {"productKey", TEXT, AT(limit.product_key)},
                                            {"deviceName", TEXT, AT(limit.device_name)},
                                            {0}};
static const struct field alink_error_fields[] = {{"reason", WORD, AT(alink_error.reason)},
                                                  {"code", INT, AT(alink_error.code)},
                                                  {"topic", TEXT, AT(alink_error.topic)},
                                                  {"productKey", TEXT, AT(alink_error.product_key)},
                                                  {"deviceName", TEXT, AT(alink_error.device_name)},
                                                  {0}};
static const struct field rrpc_fields[] = {{"messageId", TEXT, AT(rrpc.message_id)},
                                           {"topic", TEXT, AT(rrpc.topic)},
                                           {"payload", TEXT, AT(rrpc.payload)},
                                           {"bytes", INT, AT(rrpc.bytes)},
                                           {"productKey", TEXT, AT(rrpc.product_key)},
                                           {"deviceName", TEXT, AT(rrpc.device_name)},
                                           {0}};
static const struct field note_fields[] = {{"text", TEXT, AT(note.text)},
                                           {"productKey", TEXT, AT(note.product_key)},
                                           {"deviceName", TEXT, AT(note.device_name)},
                                           {"peer", TEXT, AT(note.peer)},
                                           {0}};

/* size: an event of this kind needs no more bytes than up to here. */
#define SIZE(member) (offsetof(struct journal_event, u) + sizeof(((struct journal_event *)0)->u.member))

static const struct {
    const char *name;
    const struct field *fields;
    size_t size;
    enum log_level level;
} kinds[JOURNAL_KINDS] = {
    [JOURNAL_ONLINE] = {"online", online_fields, SIZE(online), LOG_INFO},
    [JOURNAL_OFFLINE] = {"offline", offline_fields, SIZE(offline), LOG_INFO},
    [JOURNAL_REFUSED] = {"refused", refused_fields, SIZE(refused), LOG_WARNING},
    [JOURNAL_FLAPPING] = {"flapping", flapping_fields, SIZE(flapping), LOG_WARNING},
    [JOURNAL_MALFORMED] = {"malformed", malformed_fields, SIZE(malformed), LOG_WARNING},
    [JOURNAL_NO_CONNECT] = {"no-connect", no_connect_fields, SIZE(no_connect), LOG_INFO},
    [JOURNAL_DENIED] = {"denied", denied_fields, SIZE(denied), LOG_WARNING},
    [JOURNAL_LIMIT] = {"limit", limit_fields, SIZE(limit), LOG_INFO},
    [JOURNAL_ALINK_ERROR] = {"alink-error", alink_error_fields, SIZE(alink_error), LOG_WARNING},
    [JOURNAL_RRPC] = {"rrpc", rrpc_fields, SIZE(rrpc), LOG_INFO},
    [JOURNAL_NOTE] = {"note", note_fields, SIZE(note), LOG_INFO},
};

static const char *const reasons[OFFLINE_REASONS] = {
    [OFFLINE_DISCONNECT] = "disconnect",
    [OFFLINE_KEEPALIVE_TIMEOUT] = "keepalive-timeout",
    [OFFLINE_TAKEN_OVER] = "taken-over",
    [OFFLINE_CONNECTION_CLOSED] = "connection-closed",
    [OFFLINE_CONNECTION_RESET] = "connection-reset",
    [OFFLINE_TLS_ERROR] = "tls-error",
    [OFFLINE_PROTOCOL_ERROR] = "protocol-error",
    [OFFLINE_SLOW_CONSUMER] = "slow-consumer",
    [OFFLINE_PUBLISH_DENIED] = "publish-denied",
    [OFFLINE_DELETED] = "deleted",
    [OFFLINE_DISABLED] = "disabled",
    [OFFLINE_SHUTDOWN] = "shutdown",
};

const char *offline_reason_name(enum offline_reason reason)
{
    return reasons[reason];
}

struct journal {
    const struct clock *clock;
    uint64_t last;
    struct journal_event
        *ring[JOURNAL_EVENTS_MAX]; /* event n at n % MAX; each one block with its texts behind it */
};

struct journal *journal_new(const struct clock *clock)
{
    struct journal *j = mem_zalloc(1, sizeof *j);
    j->clock = clock;
    return j;
}

void journal_clear(struct journal *j)
{
    for (size_t i = 0; i < JOURNAL_EVENTS_MAX; i++) {
        free(j->ring[i]);
        j->ring[i] = NULL;
    }
    j->last = 0;
}

void journal_free(struct journal *j)
{
    if (!j)
        return;
    journal_clear(j);
    free(j);
}

/* How many struct str lie in a row at a field, and where the first of them is. */
static size_t texts_of(const struct field *field, void *event, struct str **first)
{
    static const size_t counts[] = {[TEXT] = 1, [WHO] = 4, [TLS] = 3, [PEERS] = 2};
    *first = (struct str *)(void *)((char *)event + field->offset);
    return field->type < sizeof counts / sizeof counts[0] ? counts[field->type] : 0;
}

/* Cuts a text to its maximum, between two characters. */
static struct str cut(struct str s)
{
    if (s.n <= JOURNAL_TEXT_MAX)
        return s;
    s.n = JOURNAL_TEXT_MAX;
    while (s.n > 0 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80)
        s.n--;
    return s;
}

static struct journal_event *copy(const struct journal_event *event)
{
    struct journal_event cut_event;
    size_t size = kinds[event->kind].size, text_bytes = 0, n;
    memcpy(&cut_event, event, size);
    struct str *texts;
    for (const struct field *f = kinds[event->kind].fields; f->type != END; f++) {
        n = texts_of(f, &cut_event, &texts);
        for (size_t i = 0; i < n; i++) {
            texts[i] = cut(texts[i]);
            text_bytes += texts[i].n;
        }
    }
    struct journal_event *kept = mem_alloc(size + text_bytes);
    memcpy(kept, &cut_event, size);
    char *to = (char *)kept + size;
    for (const struct field *f = kinds[event->kind].fields; f->type != END; f++) {
        n = texts_of(f, kept, &texts);
        for (size_t i = 0; i < n; i++) {
            if (!texts[i].p)
                continue;
            if (texts[i].n)
                memcpy(to, texts[i].p, texts[i].n);
            texts[i].p = to;
            to += texts[i].n;
        }
    }
    return kept;
}

static void add_text(cJSON *object, const char *key, struct str text)
{
    if (!text.p)
        return;
    char *copied = mem_dup(text.p, text.n);
    cJSON_AddStringToObject(object, key, copied);
    free(copied);
}

static void add_who(cJSON *object, const struct journal_who *who)
{
    add_text(object, "productKey", who->product_key);
    add_text(object, "deviceName", who->device_name);
    add_text(object, "clientId", who->client_id);
    if (who->transport)
        cJSON_AddStringToObject(object, "transport", who->transport);
    add_text(object, "peer", who->peer);
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

static void add_peers(cJSON *object, const char *key, const struct str peers[2])
{
    cJSON *list = cJSON_AddArrayToObject(object, key);
    for (int i = 0; i < 2; i++) {
        char *copied = mem_dup(peers[i].p, peers[i].n);
        cJSON_AddItemToArray(list, cJSON_CreateString(copied));
        free(copied);
    }
}

static void add_field(cJSON *object, const struct field *field, const struct journal_event *event)
{
    const void *at = (const char *)event + field->offset;
    int64_t number = 0;
    const char *word = NULL;
    switch (field->type) {
    case TEXT:
        add_text(object, field->key, *(const struct str *)at);
        break;
    case WORD:
        word = *(const char *const *)at;
        if (word)
            cJSON_AddStringToObject(object, field->key, word);
        break;
    case INT:
    case INT_OPTIONAL:
    case CODE:
        number = *(const int64_t *)at;
        if (number >= 0 || field->type == INT)
            cJSON_AddNumberToObject(object, field->key, (double)number);
        else if (field->type == CODE)
            cJSON_AddNullToObject(object, field->key);
        break;
    case BOOL:
        cJSON_AddBoolToObject(object, field->key, *(const bool *)at);
        break;
    case WHO:
        add_who(object, at);
        break;
    case TLS:
        add_tls(object, field->key, at);
        break;
    case PEERS:
        add_peers(object, field->key, at);
        break;
    case END:
        break;
    }
}

static cJSON *render(const struct journal_event *event)
{
    cJSON *object = cJSON_CreateObject();
    char time[CLOCK_TEXT_SIZE];
    clock_text(event->wall_ms, time);
    cJSON_AddNumberToObject(object, "seq", (double)event->seq);
    cJSON_AddStringToObject(object, "time", time);
    cJSON_AddNumberToObject(object, "clock_ms", (double)event->clock_ms);
    cJSON_AddStringToObject(object, "event", kinds[event->kind].name);
    for (const struct field *f = kinds[event->kind].fields; f->type != END; f++)
        add_field(object, f, event);
    return object;
}

/* Asked only when the level is shown, so sign-in does not pay for a log nobody reads. */
static void log_event(const struct journal_event *event)
{
    enum log_level level = kinds[event->kind].level;
    if (!log_is_on(level))
        return;
    cJSON *object = render(event);
    cJSON_DeleteItemFromObject(object, "time");
    cJSON_DeleteItemFromObject(object, "event");
    char *text = cJSON_PrintUnformatted(object);
    log_line(level, "%s %s", kinds[event->kind].name, text ? text : "");
    free(text);
    cJSON_Delete(object);
}

void journal_append(struct journal *j, const struct journal_event *event)
{
    CHECK((unsigned)event->kind < JOURNAL_KINDS);
    struct journal_event *kept = copy(event);
    kept->seq = ++j->last;
    kept->wall_ms = clock_wall_ms(j->clock);
    kept->clock_ms = clock_now_ms(j->clock);
    struct journal_event **place = &j->ring[kept->seq % JOURNAL_EVENTS_MAX];
    free(*place);
    *place = kept;
    log_event(kept);
}

uint64_t journal_last(const struct journal *j)
{
    return j->last;
}

cJSON *journal_render(const struct journal *j, uint64_t since)
{
    uint64_t oldest = j->last > JOURNAL_EVENTS_MAX ? j->last - JOURNAL_EVENTS_MAX + 1 : 1;
    uint64_t first = since < j->last ? since + 1 : j->last + 1;
    uint64_t lost = first < oldest ? oldest - first : 0;
    cJSON *answer = cJSON_CreateObject();
    cJSON *events = cJSON_AddArrayToObject(answer, "events");
    for (uint64_t n = first + lost; n <= j->last; n++)
        cJSON_AddItemToArray(events, render(j->ring[n % JOURNAL_EVENTS_MAX]));
    cJSON_AddNumberToObject(answer, "next", (double)j->last);
    cJSON_AddNumberToObject(answer, "lost", (double)lost);
    return answer;
}
