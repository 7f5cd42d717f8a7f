#include "layers.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "filter_tls.h"
#include "lib/base/mem.h"

const char *layers_end_means(enum channel_end_kind kind)
{
    static const char *const texts[] = {[CHANNEL_END_LOCAL] = "we closed it",
                                        [CHANNEL_END_FIN] = "the peer closed it",
                                        [CHANNEL_END_RESET] = "the peer reset it",
                                        [CHANNEL_END_TLS] = "TLS",
                                        [CHANNEL_END_WS] = "WebSocket",
                                        [CHANNEL_END_OVERFLOW] = "the peer does not read",
                                        [CHANNEL_END_FAILED] = "failed"};
    return texts[kind];
}

const char *layers_end_text(const struct channel_end *end)
{
    return end->detail[0] ? end->detail : layers_end_means(end->kind);
}

static void inward(void *ctx, const uint8_t *bytes, size_t n)
{
    struct layers *l = ctx;
    l->events->on_bytes(l->ctx, bytes, n);
}

static void outward(void *ctx, const uint8_t *bytes, size_t n)
{
    struct layers *l = ctx;
    buf_append(&l->out, bytes, n);
    l->events->on_output(l->ctx);
}

static void opened(void *ctx)
{
    struct layers *l = ctx;
    if (l->tls) {
        struct filter_tls_info info = filter_tls_info(l->tls);
        l->tls_terms = (struct channel_tls){info.version, info.cipher, info.server_name, info.anonymous};
    }
    l->events->on_open(l->ctx);
}

static const struct pipeline_ends ends = {inward, outward, opened};

struct layers *layers_new(const struct layers_events *events, void *ctx)
{
    struct layers *l = mem_zalloc(1, sizeof *l);
    l->events = events;
    l->ctx = ctx;
    buf_init(&l->out, SIZE_MAX / 4); /* the owner holds what it sends to a maximum */
    l->pipeline = pipeline_new(&ends, l);
    return l;
}

void layers_free(struct layers *l)
{
    if (!l)
        return;
    pipeline_free(l->pipeline);
    buf_fini(&l->out);
    free(l);
}

void layers_push(struct layers *l, struct filter *tls, struct filter *ws)
{
    if (tls)
        l->tls = tls;
    if (ws)
        l->ws = ws;
    if (tls)
        pipeline_push(l->pipeline, tls);
    if (ws)
        pipeline_push(l->pipeline, ws);
}

void layers_receive(struct layers *l, const uint8_t *bytes, size_t n)
{
    pipeline_receive(l->pipeline, bytes, n);
}

void layers_receive_inside(struct layers *l, const uint8_t *bytes, size_t n)
{
    pipeline_receive_inside(l->pipeline, bytes, n);
}

bool layers_can_send(const struct layers *l)
{
    enum filter_state state = pipeline_state(l->pipeline, NULL);
    return state == FILTER_OPEN || state == FILTER_ENDED;
}

void layers_send(struct layers *l, const uint8_t *bytes, size_t n)
{
    pipeline_send(l->pipeline, bytes, n);
}

void layers_finish(struct layers *l)
{
    pipeline_finish(l->pipeline);
}

bool layers_have_ended(const struct layers *l, struct channel_end *end, char text[LAYERS_TEXT_SIZE])
{
    enum filter_state state = pipeline_state(l->pipeline, &end->detail);
    if (state == FILTER_FAILED) {
        bool by_ws = l->ws && l->ws->state == FILTER_FAILED;
        end->kind = by_ws ? CHANNEL_END_WS : CHANNEL_END_TLS;
        return true;
    }
    if (state != FILTER_ENDED)
        return false;
    int code = l->ws ? filter_ws_info(l->ws).close_code : 0;
    text[0] = '\0';
    if (code && code != 1000)
        snprintf(text, LAYERS_TEXT_SIZE, "close frame %d", code);
    *end = (struct channel_end){CHANNEL_END_FIN, text};
    return true;
}

const char *layers_fin_detail(const struct layers *l)
{
    if (!l)
        return NULL;
    if (l->tls && l->tls->state == FILTER_OPENING)
        return "the peer closed during the TLS handshake";
    if (l->ws && l->ws->state == FILTER_OPENING)
        return "the peer closed during the opening of WebSocket";
    return l->ws ? "without a close frame" : l->tls ? "without close_notify" : NULL;
}

const char *layers_late_detail(const struct layers *l)
{
    if (l && l->tls && l->tls->state == FILTER_OPENING)
        return "the TLS handshake takes too long";
    if (l && l->ws && l->ws->state != FILTER_OPEN)
        return "the opening of WebSocket takes too long";
    return "it takes too long";
}

const struct channel_tls *layers_tls_info(const struct layers *l)
{
    return l && l->tls_terms.version ? &l->tls_terms : NULL;
}

char *layers_tls_subject(const struct layers *l)
{
    return layers_tls_info(l) ? filter_tls_subject(l->tls) : NULL;
}

const struct filter_ws_info *layers_ws_info(const struct layers *l, struct filter_ws_info *out)
{
    if (!l || !l->ws || l->ws->state == FILTER_OPENING || l->ws->state == FILTER_IDLE)
        return NULL;
    *out = filter_ws_info(l->ws);
    return out;
}
