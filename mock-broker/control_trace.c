#include "control_trace.h"

#include "broker.h"
#include "control_body.h"
#include "fault_gate.h"
#include "http_server.h"
#include "session.h"
#include "trace.h"

#include "lib/base/hex.h"

/* An entry is at most a packet's hex and its frame. */
enum { ANSWER_MAX = TRACE_ANSWER_BYTES_MAX + 256 * 1024 };

static void watch(struct broker *b, void (*then)(void *ctx), void *ctx)
{
    if (b->trace)
        trace_on_change(b->trace, then, ctx);
}

static void answer(struct broker *b, struct http_call *call, uint64_t since)
{
    struct buf text;
    buf_init(&text, ANSWER_MAX);
    trace_render(b->trace, since, &text);
    http_call_answer_text(call, 200, "application/json", buf_str(&text));
    buf_fini(&text);
}

const struct long_poll_source control_trace_source = {watch, answer};

void control_trace_get(struct broker *b, struct long_poll *waits, struct http_call *call)
{
    int64_t since = 0, wait_ms = 0;
    if (!b->trace) {
        http_call_fail(call, 409, "no-trace", "the broker keeps no trace (--trace)", http_call_path(call),
                       NULL);
        return;
    }
    if (!control_query_int(call, "since", 0, INT64_MAX, &since) ||
        !control_query_int(call, "wait", 0, LONG_POLL_MAX_MS, &wait_ms))
        return;
    if (wait_ms == 0 || trace_last(b->trace) > (uint64_t)since)
        answer(b, call, (uint64_t)since);
    else if (!long_poll_add(waits, call, (uint64_t)since, wait_ms))
        http_call_fail(call, 429, "too-many", "too many calls wait for the trace already", "?wait", NULL);
}

static void inject(struct broker *b, struct http_call *call, struct control_body *body, struct buf *bytes)
{
    struct str product_key, device_name;
    const char *digits = NULL;
    size_t bad;
    if (!control_body_name(body, "productKey", &product_key) ||
        !control_body_name(body, "deviceName", &device_name) ||
        !json_string(body->root, "", "hex", JSON_REQUIRED, &digits, &body->problems))
        return;
    if (!hex_decode(str_of(digits), bytes, &bad))
        problems_add(&body->problems, "/hex", "is no hex at character %zu", bad);
    else if (bytes->len == 0)
        problems_add(&body->problems, "/hex", "is empty");
    if (!control_body_good(body))
        return;
    struct device *device = registry_device(b->registry, product_key, device_name);
    struct connection *c = device && device->session ? session_online(device->session) : NULL;
    if (!c) {
        http_call_fail(call, 404, "not-online", "this device is not online", "/deviceName", NULL);
        return;
    }
    fault_gate_inject(c, bytes->data, bytes->len);
    cJSON *good = cJSON_CreateObject();
    cJSON_AddStringToObject(good, "status", "ok");
    http_call_answer(call, 200, good);
}

void control_inject_post(struct broker *b, struct http_call *call)
{
    static const char *const keys[] = {"productKey", "deviceName", "hex", NULL};
    struct control_body body;
    struct buf bytes;
    buf_init(&bytes, HTTP_BODY_MAX);
    if (control_body_open(&body, call, keys))
        inject(b, call, &body, &bytes);
    control_body_close(&body, call);
    buf_fini(&bytes);
}

void control_forget(struct broker *b, struct device *device)
{
    if (device->session)
        session_end(device->session, b->router);
}
