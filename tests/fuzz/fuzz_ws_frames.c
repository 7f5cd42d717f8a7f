/* Any bytes as frames, cut anywhere, to both ends: the same data, the same answers and the same fault; nothing comes inward behind
 * a fault, and never more than came from outside. The first byte says which end reads (bit 0) and how the bytes are cut (the
 * rest). Memory held between two frames is none. */
#include <string.h>

#include "lib/base/check.h"
#include "lib/net/filter_ws.h"
#include "lib/net/pipeline.h"
#include "lib/protocol/http_head.h"
#include "tests/fuzz/fuzz.h"

struct outcome {
    struct pipeline *pipeline;
    struct filter *filter;
    struct buf data, answers;
    char detail[160];
    enum filter_state state;
};

static void take_in(void *ctx, const uint8_t *bytes, size_t n)
{
    struct outcome *out = ctx;
    CHECK(n > 0 && pipeline_state(out->pipeline, NULL) == FILTER_OPEN);
    CHECK(buf_append(&out->data, bytes, n));
}

static void take_out(void *ctx, const uint8_t *bytes, size_t n)
{
    CHECK(buf_append(&((struct outcome *)ctx)->answers, bytes, n));
}

static void on_open(void *ctx)
{
    (void)ctx;
}

/* The client's filter is opened by an answer to the request that it has just written. */
static void open_client(struct outcome *out)
{
    struct ws_request request;
    struct ws_fault fault;
    struct buf answer;
    buf_init(&answer, 512);
    CHECK(ws_request_parse(buf_str(&out->answers), &request, &fault));
    ws_answer_accept(&answer, &request);
    pipeline_receive(out->pipeline, answer.data, answer.len);
    buf_fini(&answer);
}

static void feed(struct outcome *out, const uint8_t *data, size_t size, bool is_client, size_t piece)
{
    static const struct pipeline_ends ends = {take_in, take_out, on_open};
    const struct ws_request request = {STR("/"), STR("x"), STR("dGhlIHNhbXBsZSBub25jZQ=="), "mqtt"};
    *out = (struct outcome){0};
    buf_init(&out->data, size);
    buf_init(&out->answers, 4 * size + 1024);
    out->pipeline = pipeline_new(&ends, out);
    out->filter = is_client ? filter_ws_new_client("x", "/", "mqtt") : filter_ws_new_server(&request);
    pipeline_push(out->pipeline, out->filter);
    if (is_client)
        open_client(out);
    CHECK(pipeline_state(out->pipeline, NULL) == FILTER_OPEN);
    buf_clear(&out->answers);
    for (size_t at = 0; at < size; at += piece)
        pipeline_receive(out->pipeline, data + at, size - at < piece ? size - at : piece);
    const char *detail;
    out->state = pipeline_state(out->pipeline, &detail);
    strncpy(out->detail, detail, sizeof out->detail - 1);
    CHECK(!filter_ws_info(out->filter).fault == (out->state != FILTER_FAILED));
    pipeline_finish(out->pipeline);
    CHECK(out->answers.len >= 2); /* a close frame, whoever ended it */
    pipeline_free(out->pipeline);
}

/* A client's masks are random: only how much it answered can be compared. */
static void compare(const struct outcome *a, const struct outcome *b, bool is_client)
{
    CHECK(a->state == b->state && strcmp(a->detail, b->detail) == 0);
    CHECK(str_eq(buf_str(&a->data), buf_str(&b->data)));
    CHECK(a->answers.len == b->answers.len);
    CHECK(is_client || str_eq(buf_str(&a->answers), buf_str(&b->answers)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    bool is_client = data[0] & 1;
    struct outcome whole, bytes, pieces;
    feed(&whole, data + 1, size - 1, is_client, size);
    feed(&bytes, data + 1, size - 1, is_client, 1);
    feed(&pieces, data + 1, size - 1, is_client, 2 + (data[0] >> 1) % 61);
    compare(&whole, &bytes, is_client);
    compare(&whole, &pieces, is_client);
    struct outcome *all[] = {&whole, &bytes, &pieces};
    for (size_t i = 0; i < 3; i++) {
        buf_fini(&all[i]->data);
        buf_fini(&all[i]->answers);
    }
    return 0;
}
