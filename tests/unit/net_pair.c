#include "tests/unit/net_pair.h"

#include "lib/net/sniff.h"
#include "lib/protocol/http_head.h"
#include "lib/protocol/ws_handshake.h"
#include "tests/unit/unit.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void on_open(void *ctx)
{
    struct net_end *e = ctx;
    CU_ASSERT_FALSE(e->inside);
    CU_ASSERT_EQUAL(e->got.len, 0);
    e->opened++;
}

/* Collects the head and answers it; what is behind it comes back to on_bytes. */
static void open_ws(struct net_end *e, const uint8_t *bytes, size_t n)
{
    struct ws_request request;
    struct ws_fault fault;
    size_t before = e->head.len;
    e->head.max = HTTP_HEAD_MAX_BYTES;
    CU_ASSERT_TRUE(buf_append(&e->head, bytes, n));
    size_t end = http_head_end(buf_str(&e->head), before);
    if (!end)
        return;
    e->ws = false;
    CU_ASSERT_TRUE_FATAL(ws_request_parse((struct str){(char *)e->head.data, end}, &request, &fault));
    channel_start_ws(e->channel, &request, e->head.data + end, e->head.len - end);
    buf_fini(&e->head);
}

static void on_bytes(void *ctx, const uint8_t *bytes, size_t n)
{
    struct net_end *e = ctx;
    CU_ASSERT_EQUAL(e->ended, 0);
    CU_ASSERT_TRUE(n > 0);
    struct tls_server *tls = e->tls;
    if (tls && sniff_bytes(bytes, n) == SNIFF_TLS) {
        e->tls = NULL;
        channel_start_tls(e->channel, tls, bytes, n);
        return;
    }
    if (e->ws) {
        open_ws(e, bytes, n);
        return;
    }
    CU_ASSERT_FALSE(e->inside);
    e->inside = true;
    e->calls++;
    CU_ASSERT_TRUE(buf_append(&e->got, bytes, n));
    if (e->then)
        e->then(e);
    e->inside = false;
}

static void on_end(void *ctx, const struct channel_end *end)
{
    struct net_end *e = ctx;
    CU_ASSERT_FALSE(e->inside);
    CU_ASSERT_EQUAL(e->ended, 0);
    e->ended++;
    e->end = *end;
    e->end_ms = clock_now_ms(loop_clock(e->loop));
    snprintf(e->detail, sizeof e->detail, "%s", end->detail);
    e->channel = NULL;
}

const struct channel_events net_events = {on_open, on_bytes, on_end};

static void on_accept(void *ctx, struct channel *channel)
{
    struct net_pair *p = ctx;
    struct net_end *e = p->crowd ? &p->crowd[p->accepted] : &p->server;
    p->accepted++;
    e->loop = p->loop;
    e->channel = channel;
    channel_set_events(channel, &net_events, e);
}

void net_pair_init(struct net_pair *p)
{
    const char *error = NULL;
    memset(p, 0, sizeof *p);
    p->clock = clock_new_manual(0);
    p->loop = loop_new(p->clock);
    p->listener = listener_new(p->loop, "127.0.0.1", 0, on_accept, p, &error);
    CU_ASSERT_PTR_NOT_NULL_FATAL(p->listener);
    p->server.loop = p->client.loop = p->loop;
    buf_init(&p->server.got, 64u << 20);
    buf_init(&p->client.got, 64u << 20);
}

void net_pair_fini(struct net_pair *p)
{
    loop_free(p->loop);
    clock_free(p->clock);
    buf_fini(&p->server.got);
    buf_fini(&p->client.got);
    buf_fini(&p->server.head);
    CU_ASSERT_PTR_NULL(p->server.channel);
    CU_ASSERT_PTR_NULL(p->client.channel);
}

void net_pair_dial(struct net_pair *p, enum transport transport, struct tls_client *tls,
                   const char *server_name)
{
    p->client.channel = channel_dial(p->loop, "127.0.0.1", listener_port(p->listener), transport, tls,
                                     server_name, &net_events, &p->client);
}

int net_pair_connect(struct net_pair *p)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)listener_port(p->listener)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CU_ASSERT_EQUAL_FATAL(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

bool net_until(struct net_pair *p, bool (*done)(void *ctx))
{
    return loop_run_until(p->loop, done, p, 5000);
}

struct got {
    struct net_end *end;
    size_t n;
};

static bool has_got(void *ctx)
{
    struct got *got = ctx;
    return got->end->got.len >= got->n || got->end->ended;
}

bool net_until_got(struct net_pair *p, struct net_end *e, size_t n)
{
    struct got got = {e, n};
    return loop_run_until(p->loop, has_got, &got, 5000) && e->got.len >= n;
}

static bool has_ended(void *ctx)
{
    return ((struct net_end *)ctx)->ended;
}

bool net_until_ended(struct net_pair *p, struct net_end *e)
{
    return loop_run_until(p->loop, has_ended, e, 5000);
}

static bool is_set(void *ctx)
{
    return *(bool *)ctx;
}

static void set(void *ctx)
{
    *(bool *)ctx = true;
}

void net_quiet(struct net_pair *p)
{
    bool quiet = false;
    loop_when_quiet(p->loop, set, &quiet);
    CU_ASSERT_TRUE(loop_run_until(p->loop, is_set, &quiet, 5000));
}
