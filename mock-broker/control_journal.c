#include "control_journal.h"

#include "broker.h"
#include "http_server.h"
#include "journal_wait.h"

#include <stdio.h>

enum { REFUSALS_DEFAULT = 20 };

/* A query parameter that is a whole number; false when the call was answered because it is none. */
static bool number(struct http_call *call, const char *name, int64_t min, int64_t max, int64_t *out)
{
    const char *text = http_call_query(call, name);
    char path[32], message[96];
    if (!text || (str_to_int(str_of(text), out) && *out >= min && *out <= max))
        return true;
    snprintf(path, sizeof path, "?%s", name);
    snprintf(message, sizeof message, "%s is no whole number from %lld to %lld", name, (long long)min,
             (long long)max);
    http_call_fail(call, 400, "bad-field", message, path, NULL);
    return false;
}

void control_journal_get(struct broker *b, struct journal_wait *waits, struct http_call *call)
{
    int64_t since = 0, wait_ms = 0;
    if (!number(call, "since", 0, INT64_MAX, &since) ||
        !number(call, "wait", 0, JOURNAL_WAIT_MAX_MS, &wait_ms))
        return;
    if (wait_ms == 0 || journal_last(b->journal) > (uint64_t)since)
        http_call_answer(call, 200, journal_render(b->journal, (uint64_t)since));
    else if (!journal_wait_add(waits, call, (uint64_t)since, wait_ms))
        http_call_fail(call, 429, "too-many", "too many calls wait for the journal already", "?wait", NULL);
}

void control_journal_refusals(struct broker *b, struct http_call *call)
{
    int64_t last = REFUSALS_DEFAULT;
    if (!number(call, "last", 1, JOURNAL_EVENTS_MAX, &last))
        return;
    struct str product_key = {0}, device_name = str_of(http_call_query(call, "device"));
    size_t slash = str_find(device_name, '/');
    if (slash < device_name.n) {
        product_key = (struct str){device_name.p, slash};
        device_name = (struct str){device_name.p + slash + 1, device_name.n - slash - 1};
    }
    http_call_answer(call, 200, journal_render_refusals(b->journal, product_key, device_name, (size_t)last));
}

void control_journal_metrics(struct broker *b, struct http_call *call)
{
    struct buf text;
    buf_init(&text, METRICS_TEXT_MAX);
    metrics_render(b, &text);
    http_call_answer_text(call, 200, METRICS_CONTENT_TYPE, buf_str(&text));
    buf_fini(&text);
}
