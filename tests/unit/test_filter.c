#include "lib/net/filter.h"

#include "lib/base/mem.h"
#include "lib/net/pipeline.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

/* A filter that only counts what it is asked for; the tests make its calls themselves. */
struct counter {
    struct filter filter;
    size_t started, received, sent, finished;
};

static struct counter *self(struct filter *f)
{
    return (struct counter *)(void *)f;
}

static void start(struct filter *f)
{
    self(f)->started++;
}

static void receive(struct filter *f, const uint8_t *bytes, size_t n)
{
    (void)bytes;
    self(f)->received += n;
}

static void send_bytes(struct filter *f, const uint8_t *bytes, size_t n)
{
    (void)bytes;
    self(f)->sent += n;
}

static void finish(struct filter *f)
{
    self(f)->finished++;
}

static void free_counter(struct filter *f)
{
    free(f);
}

static const struct filter_kind kind = {"counter", start, receive, send_bytes, finish, free_counter};

struct outside {
    size_t in, out;
    int opened;
};

static void take_in(void *ctx, const uint8_t *bytes, size_t n)
{
    (void)bytes;
    ((struct outside *)ctx)->in += n;
}

static void take_out(void *ctx, const uint8_t *bytes, size_t n)
{
    (void)bytes;
    ((struct outside *)ctx)->out += n;
}

static void note_open(void *ctx)
{
    ((struct outside *)ctx)->opened++;
}

static const struct pipeline_ends ends = {take_in, take_out, note_open};

static const uint8_t bytes[4] = {1, 2, 3, 4};

static struct counter *push(struct pipeline *p)
{
    struct counter *c = mem_zalloc(1, sizeof *c);
    c->filter.kind = &kind;
    pipeline_push(p, &c->filter);
    return c;
}

static void a_filter_passes_bytes_to_its_neighbours(void)
{
    struct outside o = {0};
    struct pipeline *p = pipeline_new(&ends, &o);
    struct counter *outer = push(p), *inner = push(p);
    CU_ASSERT_EQUAL(inner->started, 0);
    filter_inward(&outer->filter, bytes, 1); /* nobody takes it: the inner one has not started */
    CU_ASSERT_EQUAL(inner->received, 0);
    filter_outward(&inner->filter, bytes, 1); /* nor here: the outer one is not open */
    CU_ASSERT_EQUAL(outer->sent, 0);
    filter_opened(&outer->filter);
    CU_ASSERT_EQUAL(inner->started, 1);
    filter_inward(&outer->filter, bytes, 2);
    filter_outward(&inner->filter, bytes, 3);
    CU_ASSERT_EQUAL(inner->received, 2);
    CU_ASSERT_EQUAL(outer->sent, 3);
    filter_inward(&inner->filter, bytes, 4);
    filter_outward(&outer->filter, bytes, 1);
    CU_ASSERT_EQUAL(o.in, 4);
    CU_ASSERT_EQUAL(o.out, 1);
    CU_ASSERT_EQUAL(o.opened, 0);
    filter_opened(&inner->filter);
    CU_ASSERT_EQUAL(o.opened, 1);
    pipeline_finish(p);
    CU_ASSERT_EQUAL(outer->finished + inner->finished, 2);
    pipeline_free(p);
}

static void only_the_first_end_counts(void)
{
    struct outside o = {0};
    struct pipeline *p = pipeline_new(&ends, &o);
    struct counter *c = push(p);
    filter_opened(&c->filter);
    filter_ended(&c->filter);
    filter_failed(&c->filter, "late");
    CU_ASSERT_EQUAL(c->filter.state, FILTER_ENDED);
    CU_ASSERT_PTR_NULL(c->filter.detail);
    pipeline_free(p);

    p = pipeline_new(&ends, &o);
    c = push(p);
    filter_failed(&c->filter, "first");
    filter_failed(&c->filter, "second");
    filter_ended(&c->filter);
    CU_ASSERT_EQUAL(c->filter.state, FILTER_FAILED);
    CU_ASSERT_STRING_EQUAL(c->filter.detail, "first");
    pipeline_free(p);
}

void unit_filter(void)
{
    UNIT(a_filter_passes_bytes_to_its_neighbours);
    UNIT(only_the_first_end_counts);
}
