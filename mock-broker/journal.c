#include "journal.h"

#include "journal_fields.h"
#include "journal_file.h"
#include "journal_record.h"
#include "journal_view.h"

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/secrets.h"
#include "lib/base/without.h"

#include <stdlib.h>

static const char *const reasons[OFFLINE_REASONS] = {
    [OFFLINE_DISCONNECT] = "disconnect",
    [OFFLINE_KEEPALIVE_TIMEOUT] = "keepalive-timeout",
    [OFFLINE_TAKEN_OVER] = "taken-over",
    [OFFLINE_CONNECTION_CLOSED] = "connection-closed",
    [OFFLINE_CONNECTION_RESET] = "connection-reset",
    [OFFLINE_TLS_ERROR] = "tls-error",
    [OFFLINE_WS_ERROR] = "ws-error",
    [OFFLINE_PROTOCOL_ERROR] = "protocol-error",
    [OFFLINE_SLOW_CONSUMER] = "slow-consumer",
    [OFFLINE_PUBLISH_DENIED] = "publish-denied",
    [OFFLINE_DELETED] = "deleted",
    [OFFLINE_DISABLED] = "disabled",
    [OFFLINE_SHUTDOWN] = "shutdown",
    [OFFLINE_KICKED] = "kicked",
    [OFFLINE_FAULT] = "fault",
};

const char *offline_reason_name(enum offline_reason reason)
{
    return reasons[reason];
}

struct journal {
    const struct clock *clock;
    const struct secrets *secrets; /* borrowed; NULL: none */
    uint64_t last;
    struct journal_file *file; /* owned; NULL: none */
    void (*on_change)(void *ctx);
    void *on_change_ctx;
    void (*on_event)(void *ctx, const struct journal_event *event);
    void *on_event_ctx;
    struct journal_record *ring[JOURNAL_EVENTS_MAX]; /* event n at n % JOURNAL_EVENTS_MAX; owned */
};

struct journal *journal_new(const struct clock *clock)
{
    struct journal *j = mem_zalloc(1, sizeof *j);
    j->clock = clock;
    return j;
}

void journal_clear(struct journal *j)
{
    for (size_t i = 0; i < JOURNAL_EVENTS_MAX && i <= j->last; i++) {
        free(j->ring[i]);
        j->ring[i] = NULL;
    }
    j->last = 0;
    if (j->on_change)
        j->on_change(j->on_change_ctx);
}

void journal_free(struct journal *j)
{
    if (!j)
        return;
    j->on_change = NULL;
    journal_clear(j);
    journal_file_free(j->file);
    free(j);
}

void journal_guard(struct journal *j, const struct secrets *secrets)
{
    j->secrets = secrets;
}

static void hide_secrets(const struct journal *j, struct journal_event *event)
{
    struct str *text;
    for (const struct journal_field *f = journal_shape(event->kind)->fields; f->type != JOURNAL_END; f++)
        if (f->type == JOURNAL_HEARD && journal_texts(f, event, &text) && secrets_in(j->secrets, *text))
            *text = STR(SECRETS_MASK);
    struct str *server_name = &event->u.online.tls.server_name;
    if (event->kind == JOURNAL_ONLINE && secrets_in(j->secrets, *server_name))
        *server_name = STR(SECRETS_MASK);
    struct str *path = &event->u.online.ws.path;
    if (event->kind == JOURNAL_ONLINE && secrets_in(j->secrets, *path))
        *path = STR(SECRETS_MASK);
}

void journal_append(struct journal *j, const struct journal_event *event)
{
    if (without("event", journal_shape(event->kind)->name))
        return;
    struct journal_event timed = *event;
    timed.seq = ++j->last;
    timed.wall_ms = clock_wall_ms(j->clock);
    timed.clock_ms = clock_now_ms(j->clock);
    hide_secrets(j, &timed);
    struct journal_record **place = &j->ring[timed.seq % JOURNAL_EVENTS_MAX];
    free(*place);
    *place = journal_record_new(&timed);
    journal_view_log(&timed);
    if (j->file) {
        cJSON *line = journal_view_json(&timed);
        journal_file_write(j->file, line);
        cJSON_Delete(line);
    }
    if (j->on_event)
        j->on_event(j->on_event_ctx, &timed);
    if (j->on_change)
        j->on_change(j->on_change_ctx);
}

void journal_set_file(struct journal *j, struct journal_file *file)
{
    j->file = file;
}

void journal_on_change(struct journal *j, void (*then)(void *ctx), void *ctx)
{
    j->on_change = then;
    j->on_change_ctx = ctx;
}

void journal_on_event(struct journal *j, void (*then)(void *ctx, const struct journal_event *event),
                      void *ctx)
{
    j->on_event = then;
    j->on_event_ctx = ctx;
}

uint64_t journal_last(const struct journal *j)
{
    return j->last;
}

uint64_t journal_lost(const struct journal *j)
{
    return j->last > JOURNAL_EVENTS_MAX ? j->last - JOURNAL_EVENTS_MAX : 0;
}

cJSON *journal_render(const struct journal *j, uint64_t since)
{
    uint64_t oldest = journal_lost(j) + 1;
    uint64_t first = since < j->last ? since + 1 : j->last + 1;
    uint64_t lost = first < oldest ? oldest - first : 0;
    cJSON *answer = cJSON_CreateObject();
    cJSON *events = cJSON_AddArrayToObject(answer, "events");
    for (uint64_t n = first + lost; n <= j->last; n++) {
        struct journal_event event;
        journal_record_read(j->ring[n % JOURNAL_EVENTS_MAX], &event);
        event.seq = n;
        cJSON_AddItemToArray(events, journal_view_json(&event));
    }
    cJSON_AddNumberToObject(answer, "next", (double)j->last);
    cJSON_AddNumberToObject(answer, "lost", (double)lost);
    return answer;
}

static bool is_of(const struct journal_event *event, struct str product_key, struct str device_name)
{
    const struct journal_who *who = &event->u.refused.who;
    return event->kind == JOURNAL_REFUSED && (!product_key.p || str_eq(who->product_key, product_key)) &&
           (!device_name.p || str_eq(who->device_name, device_name));
}

cJSON *journal_render_refusals(const struct journal *j, struct str product_key, struct str device_name,
                               size_t last)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(answer, "refusals");
    size_t found = 0;
    for (uint64_t n = j->last; n > journal_lost(j) && found < last; n--) {
        struct journal_event event;
        journal_record_read(j->ring[n % JOURNAL_EVENTS_MAX], &event);
        event.seq = n;
        if (!is_of(&event, product_key, device_name))
            continue;
        cJSON_InsertItemInArray(list, 0, journal_view_json(&event));
        found++;
    }
    cJSON_AddNumberToObject(answer, "lost", (double)journal_lost(j));
    return answer;
}
