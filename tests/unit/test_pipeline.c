#include "lib/net/pipeline.h"

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

/* A toy layer: adds its key to each byte on the way out and takes it off on the way in. It opens with one byte '!' each way;
 * 'E' ends it, 'F' fails it (both as they arrive, before decoding). */
struct toy {
    struct filter filter;
    uint8_t key;
};

static struct toy *self(struct filter *f)
{
    return (struct toy *)(void *)f;
}

static void start(struct filter *f)
{
    filter_outward(f, (const uint8_t *)"!", 1);
}

static void receive(struct filter *f, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t decoded = (uint8_t)(bytes[i] - self(f)->key);
        if (f->state == FILTER_OPENING && bytes[i] == '!')
            filter_opened(f);
        else if (bytes[i] == 'E')
            filter_ended(f);
        else if (bytes[i] == 'F')
            filter_failed(f, "the peer sent F");
        else if (f->state == FILTER_OPEN)
            filter_inward(f, &decoded, 1);
    }
}

static void send_bytes(struct filter *f, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint8_t encoded = (uint8_t)(bytes[i] + self(f)->key);
        filter_outward(f, &encoded, 1);
    }
}

static void finish(struct filter *f)
{
    filter_outward(f, (const uint8_t *)".", 1);
}

static void free_toy(struct filter *f)
{
    free(f);
}

static const struct filter_kind toy_kind = {"toy", start, receive, send_bytes, finish, free_toy};

static struct filter *toy_new(uint8_t key)
{
    struct toy *toy = mem_zalloc(1, sizeof *toy);
    toy->filter.kind = &toy_kind;
    toy->key = key;
    return &toy->filter;
}

struct side {
    struct pipeline *pipeline;
    struct buf in, out;
    int opened;
};

static void take_in(void *ctx, const uint8_t *bytes, size_t n)
{
    buf_append(&((struct side *)ctx)->in, bytes, n);
}

static void take_out(void *ctx, const uint8_t *bytes, size_t n)
{
    buf_append(&((struct side *)ctx)->out, bytes, n);
}

static void note_open(void *ctx)
{
    ((struct side *)ctx)->opened++;
}

static const struct pipeline_ends ends = {take_in, take_out, note_open};

static void side_init(struct side *s)
{
    *s = (struct side){.pipeline = pipeline_new(&ends, s)};
    buf_init(&s->in, 1000);
    buf_init(&s->out, 1000);
}

static void side_fini(struct side *s)
{
    pipeline_free(s->pipeline);
    buf_fini(&s->in);
    buf_fini(&s->out);
}

static void from_socket(struct side *s, const char *text)
{
    struct str bytes = str_of(text);
    pipeline_receive(s->pipeline, (const uint8_t *)bytes.p, bytes.n);
}

static void from_user(struct side *s, const char *text)
{
    struct str bytes = str_of(text);
    pipeline_send(s->pipeline, (const uint8_t *)bytes.p, bytes.n);
}

static void an_empty_one_passes_bytes_as_they_are(void)
{
    struct side s;
    side_init(&s);
    from_socket(&s, "in");
    from_user(&s, "out");
    pipeline_finish(s.pipeline);
    CU_ASSERT_TRUE(str_is(buf_str(&s.in), "in"));
    CU_ASSERT_TRUE(str_is(buf_str(&s.out), "out"));
    CU_ASSERT_EQUAL(pipeline_state(s.pipeline, NULL), FILTER_OPEN);
    side_fini(&s);
}

static void inner_filters_start_when_the_outer_are_open(void)
{
    struct side s;
    side_init(&s);
    pipeline_push(s.pipeline, toy_new(1));
    pipeline_push(s.pipeline, toy_new(2));
    CU_ASSERT_TRUE(str_is(buf_str(&s.out), "!")); /* only the outer one speaks */
    CU_ASSERT_EQUAL(pipeline_state(s.pipeline, NULL), FILTER_OPENING);
    from_socket(&s, "!");
    CU_ASSERT_TRUE(str_is(buf_str(&s.out), "!\"")); /* the inner one's '!', through the outer */
    CU_ASSERT_EQUAL(s.opened, 0);
    from_socket(&s, "\"d"); /* its answer and a byte of data in one go */
    CU_ASSERT_EQUAL(s.opened, 1);
    CU_ASSERT_EQUAL(pipeline_state(s.pipeline, NULL), FILTER_OPEN);
    CU_ASSERT_TRUE(str_is(buf_str(&s.in), "a"));
    from_user(&s, "a");
    pipeline_finish(s.pipeline);
    CU_ASSERT_TRUE(
        str_is(buf_str(&s.out), "!\"d/.")); /* inside out: '.' of the inner one, encoded, then the outer's */
    side_fini(&s);
}

static void one_pushed_later_starts_at_once(void)
{
    struct side s;
    side_init(&s);
    pipeline_push(s.pipeline, toy_new(1));
    from_socket(&s, "!");
    CU_ASSERT_EQUAL(s.opened, 1);
    pipeline_push(s.pipeline, toy_new(2));
    CU_ASSERT_TRUE(str_is(buf_str(&s.out), "!\""));
    CU_ASSERT_EQUAL(pipeline_state(s.pipeline, NULL), FILTER_OPENING);
    side_fini(&s);
}

static void an_ended_layer_takes_no_more_but_may_still_send(void)
{
    struct side s;
    side_init(&s);
    pipeline_push(s.pipeline, toy_new(1));
    from_socket(&s, "!bEb");
    from_socket(&s, "b");
    CU_ASSERT_EQUAL(pipeline_state(s.pipeline, NULL), FILTER_ENDED);
    CU_ASSERT_TRUE(str_is(buf_str(&s.in), "a"));
    from_user(&s, "x");
    CU_ASSERT_TRUE(str_is(buf_str(&s.out), "!y"));
    side_fini(&s);
}

static void the_first_failure_stays_and_has_its_words(void)
{
    struct side s;
    const char *detail = NULL;
    side_init(&s);
    pipeline_push(s.pipeline, toy_new(1));
    pipeline_push(s.pipeline, toy_new(2));
    from_socket(&s, "!F");
    from_socket(&s, "E");
    CU_ASSERT_EQUAL(pipeline_state(s.pipeline, &detail), FILTER_FAILED);
    CU_ASSERT_STRING_EQUAL(detail, "the peer sent F");
    size_t before = s.out.len;
    from_user(&s, "x");
    CU_ASSERT_EQUAL(s.out.len, before);
    side_fini(&s);
}

void unit_pipeline(void)
{
    UNIT(an_empty_one_passes_bytes_as_they_are);
    UNIT(inner_filters_start_when_the_outer_are_open);
    UNIT(one_pushed_later_starts_at_once);
    UNIT(an_ended_layer_takes_no_more_but_may_still_send);
    UNIT(the_first_failure_stays_and_has_its_words);
}
