#include "pipeline.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"

#include <stdbool.h>
#include <stdlib.h>

struct pipeline {
    struct filter *outermost, *innermost;
    const struct pipeline_ends *ends;
    void *ctx;
};

struct pipeline *pipeline_new(const struct pipeline_ends *ends, void *ctx)
{
    struct pipeline *p = mem_zalloc(1, sizeof *p);
    p->ends = ends;
    p->ctx = ctx;
    return p;
}

void pipeline_free(struct pipeline *p)
{
    if (!p)
        return;
    for (struct filter *f = p->outermost, *next; f; f = next) {
        next = f->inner;
        free(f->detail);
        f->kind->free(f);
    }
    free(p);
}

static void start(struct filter *f)
{
    f->state = FILTER_OPENING;
    f->kind->start(f);
}

void pipeline_push(struct pipeline *p, struct filter *f)
{
    CHECK(f->state == FILTER_IDLE);
    f->pipeline = p;
    f->outer = p->innermost;
    if (p->innermost)
        p->innermost->inner = f;
    else
        p->outermost = f;
    p->innermost = f;
    if (!f->outer || f->outer->state == FILTER_OPEN)
        start(f);
}

static bool takes_bytes(const struct filter *f)
{
    return f->state == FILTER_OPENING || f->state == FILTER_OPEN;
}

/* A peer that ended its side may still read ours. */
static bool can_send(const struct filter *f)
{
    return f->state == FILTER_OPEN || f->state == FILTER_ENDED;
}

void pipeline_receive(struct pipeline *p, const uint8_t *bytes, size_t n)
{
    if (!p->outermost)
        p->ends->inward(p->ctx, bytes, n);
    else if (takes_bytes(p->outermost))
        p->outermost->kind->receive(p->outermost, bytes, n);
}

void pipeline_receive_inside(struct pipeline *p, const uint8_t *bytes, size_t n)
{
    if (takes_bytes(p->innermost))
        p->innermost->kind->receive(p->innermost, bytes, n);
}

void pipeline_send(struct pipeline *p, const uint8_t *bytes, size_t n)
{
    if (!p->innermost)
        p->ends->outward(p->ctx, bytes, n);
    else if (can_send(p->innermost))
        p->innermost->kind->send(p->innermost, bytes, n);
}

void pipeline_finish(struct pipeline *p)
{
    for (struct filter *f = p->innermost; f; f = f->outer)
        f->kind->finish(f);
}

enum filter_state pipeline_state(const struct pipeline *p, const char **detail)
{
    enum filter_state state = FILTER_OPEN;
    if (detail)
        *detail = "";
    for (const struct filter *f = p->outermost; f; f = f->inner) {
        if (f->state == FILTER_FAILED && detail)
            *detail = f->detail;
        if (f->state == FILTER_FAILED || f->state == FILTER_ENDED)
            return f->state;
        if (f->state != FILTER_OPEN)
            state = FILTER_OPENING;
    }
    return state;
}

void filter_inward(struct filter *f, const uint8_t *bytes, size_t n)
{
    if (!f->inner)
        f->pipeline->ends->inward(f->pipeline->ctx, bytes, n);
    else if (takes_bytes(f->inner))
        f->inner->kind->receive(f->inner, bytes, n);
}

void filter_outward(struct filter *f, const uint8_t *bytes, size_t n)
{
    if (!f->outer)
        f->pipeline->ends->outward(f->pipeline->ctx, bytes, n);
    else if (can_send(f->outer))
        f->outer->kind->send(f->outer, bytes, n);
}

void filter_opened(struct filter *f)
{
    CHECK(f->state == FILTER_OPENING);
    f->state = FILTER_OPEN;
    if (f->inner)
        start(f->inner);
    else
        f->pipeline->ends->opened(f->pipeline->ctx);
}

void filter_ended(struct filter *f)
{
    if (takes_bytes(f))
        f->state = FILTER_ENDED;
}

void filter_failed(struct filter *f, const char *detail)
{
    if (!takes_bytes(f))
        return;
    f->state = FILTER_FAILED;
    f->detail = mem_strdup(detail);
}
