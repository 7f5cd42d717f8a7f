#include "http_join.h"

#include "auth_endpoint.h"
#include "broker.h"
#include "connection.h"

#include "lib/base/mem.h"

#include <stdlib.h>

/* Lives as long as its inner channel; c is NULL once the device has gone. */
struct http_join {
    struct list link; /* in the broker's list */
    struct connection *c;
    struct channel *inner;
    uint32_t id;
};

static void on_answer(void *ctx, const uint8_t *bytes, size_t n)
{
    struct http_join *join = ctx;
    if (join->c && join->c->is_page)
        connection_write(join->c, bytes, n);
    else if (join->c)
        connection_send(join->c, bytes, n);
}

static void on_inner_end(void *ctx, const struct channel_end *end)
{
    (void)end;
    struct http_join *join = ctx;
    if (join->c) {
        join->c->u.join = NULL;
        if (!join->c->is_answered)
            connection_close_unsigned(join->c, "http", "no request that can be served");
        connection_close(join->c, OFFLINE_CONNECTION_CLOSED, (struct str){0});
    }
    list_remove(&join->link);
    free(join);
}

struct http_join *http_join_new(struct connection *c)
{
    static const struct channel_events events = {.on_bytes = on_answer, .on_end = on_inner_end};
    struct broker *b = c->broker;
    int fd;
    struct channel *inner = b->auth ? channel_pair(b->loop, "http", &fd) : NULL;
    if (!inner)
        return NULL;
    struct http_join *join = mem_zalloc(1, sizeof *join);
    join->id = ++b->joins_made;
    join->inner = inner;
    list_add_last(&b->joins, &join->link);
    channel_set_events(inner, &events, join);
    channel_set_output_max(inner, HTTP_JOIN_WAITING_BYTES);
    if (!auth_endpoint_join(b->auth, fd, join->id)) { /* which has closed fd */
        http_join_leave(join);
        return NULL;
    }
    join->c = c;
    channel_set_output_max(c->channel, HTTP_JOIN_WAITING_BYTES);
    return join;
}

void http_join_feed(struct http_join *join, const uint8_t *bytes, size_t n)
{
    channel_send(join->inner, bytes, n);
}

void http_join_leave(struct http_join *join)
{
    join->c = NULL;
    channel_close(join->inner, CHANNEL_RESET);
}

struct connection *http_join_find(const struct broker *b, uint32_t id)
{
    LIST_EACH(&b->joins, at)
    {
        const struct http_join *join = LIST_ITEM(at, struct http_join, link);
        if (join->id == id)
            return join->c;
    }
    return NULL;
}
