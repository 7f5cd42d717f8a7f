#include "control_journal.h"

#include "broker.h"
#include "control_body.h"
#include "http_server.h"

enum { REFUSALS_DEFAULT = 20 };

static void watch(struct broker *b, void (*then)(void *ctx), void *ctx)
{
    journal_on_change(b->journal, then, ctx);
}

static void answer(struct broker *b, struct http_call *call, uint64_t since)
{
    http_call_answer(call, 200, journal_render(b->journal, since));
}

const struct long_poll_source control_journal_source = {watch, answer};

void control_journal_get(struct broker *b, struct long_poll *waits, struct http_call *call)
{
    int64_t since = 0, wait_ms = 0;
    if (!control_query_int(call, "since", 0, INT64_MAX, &since) ||
        !control_query_int(call, "wait", 0, LONG_POLL_MAX_MS, &wait_ms))
        return;
    if (wait_ms == 0 || journal_last(b->journal) > (uint64_t)since)
        answer(b, call, (uint64_t)since);
    else if (!long_poll_add(waits, call, (uint64_t)since, wait_ms))
        http_call_fail(call, 429, "too-many", "too many calls wait for the journal already", "?wait", NULL);
}

void control_journal_refusals(struct broker *b, struct http_call *call)
{
    int64_t last = REFUSALS_DEFAULT;
    if (!control_query_int(call, "last", 1, JOURNAL_EVENTS_MAX, &last))
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
