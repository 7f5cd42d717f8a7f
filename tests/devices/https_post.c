#include "tests/devices/https_post.h"

#include <stdlib.h>

#include "lib/base/buf.h"
#include "lib/base/mem.h"
#include "lib/net/channel.h"
#include "lib/protocol/http_head.h"

struct https_post {
    struct channel *channel;
    struct buf request, answer;
    void (*done)(void *ctx, struct str body);
    void *ctx;
};

static void on_open(void *ctx)
{
    struct https_post *p = ctx;
    channel_send(p->channel, p->request.data, p->request.len);
    mem_wipe(p->request.data, p->request.len);
}

/* The answer ends with the connection. */
static void on_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    struct https_post *p = ctx;
    if (!buf_append(&p->answer, bytes, n))
        channel_close(p->channel, CHANNEL_RESET);
}

static void on_end(void *ctx, const struct channel_end *end)
{
    struct https_post *p = ctx;
    struct str all = buf_str(&p->answer);
    size_t head = http_head_end(all, 0);
    (void)end;
    p->done(p->ctx, head ? (struct str){all.p + head, all.n - head} : (struct str){0});
    if (p->answer.len > 0)
        mem_wipe(p->answer.data, p->answer.len);
    buf_fini(&p->answer);
    buf_fini(&p->request);
    free(p);
}

static const struct channel_events events = {on_open, on_bytes, on_end};

struct https_post *https_post_new(struct loop *loop, const struct https_post_target *target, struct str form,
                                  void (*done)(void *ctx, struct str body), void *ctx)
{
    struct https_post *p = mem_zalloc(1, sizeof *p);
    p->done = done;
    p->ctx = ctx;
    buf_init(&p->request, HTTPS_POST_ANSWER_MAX_BYTES);
    buf_init(&p->answer, HTTPS_POST_ANSWER_MAX_BYTES);
    buf_printf(&p->request,
               "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\n"
               "Content-Length: %zu\r\nConnection: close\r\n\r\n",
               target->path, target->server_name, form.n);
    buf_append_str(&p->request, form);
    p->channel = channel_dial(loop, target->host, target->port, TRANSPORT_TLS, target->tls,
                              target->server_name, &events, p);
    return p;
}

void https_post_give_up(struct https_post *p)
{
    channel_close(p->channel, CHANNEL_RESET);
}
