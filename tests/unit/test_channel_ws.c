/* Channels with WebSocket on them, over real sockets. */
#include "lib/net/channel.h"
#include "lib/net/filter_ws.h"
#include "lib/net/tls.h"
#include "tests/unit/net_certs.h"
#include "tests/unit/net_pair.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A pair whose server opens WebSocket, in TLS or not. */
struct ws_pair {
    struct net_pair net;
    struct tls_server *server_tls;
    struct tls_client *client_tls;
};

static void ws_pair_init(struct ws_pair *p, enum transport transport)
{
    const char *error = "";
    net_pair_init(&p->net);
    p->server_tls = tls_server_new(net_certs_dir(), &error);
    p->client_tls = tls_client_new(net_certs_file("root.crt"), NULL, &error);
    CU_ASSERT_FATAL(p->server_tls && p->client_tls);
    p->net.server.tls = transport == TRANSPORT_WSS ? p->server_tls : NULL;
    p->net.server.ws = true;
    net_pair_dial(&p->net, transport, p->client_tls, "localhost");
}

static void ws_pair_fini(struct ws_pair *p)
{
    net_pair_fini(&p->net);
    tls_server_free(p->server_tls);
    tls_client_free(p->client_tls);
}

static void echo(struct net_end *e)
{
    channel_send(e->channel, "echo", 4);
}

static void both_transports_open_and_carry_bytes(void)
{
    for (int encrypted = 0; encrypted < 2; encrypted++) {
        struct ws_pair p;
        struct filter_ws_info info;
        ws_pair_init(&p, encrypted ? TRANSPORT_WSS : TRANSPORT_WS);
        p.net.server.then = echo;
        CU_ASSERT_PTR_NULL(channel_ws_info(p.net.client.channel, &info));
        CU_ASSERT_TRUE(channel_send(p.net.client.channel, "early", 5)); /* waits until it is open */
        CU_ASSERT_TRUE(net_until_got(&p.net, &p.net.client, 4));
        CU_ASSERT_EQUAL(p.net.client.opened, 1);
        CU_ASSERT_TRUE(str_is(buf_str(&p.net.server.got), "early"));
        CU_ASSERT_TRUE(str_is(buf_str(&p.net.client.got), "echo"));
        CU_ASSERT_PTR_NOT_NULL_FATAL(channel_ws_info(p.net.server.channel, &info));
        CU_ASSERT_STRING_EQUAL(info.path, CHANNEL_WS_PATH);
        CU_ASSERT_STRING_EQUAL(info.protocol, CHANNEL_WS_PROTOCOLS);
        CU_ASSERT_EQUAL(channel_tls_info(p.net.server.channel) != NULL, encrypted);
        CU_ASSERT_EQUAL(channel_tls_info(p.net.client.channel) != NULL, encrypted);
        ws_pair_fini(&p);
    }
}

static void path_and_subprotocols_can_be_chosen(void)
{
    struct ws_pair p;
    struct filter_ws_info info;
    ws_pair_init(&p, TRANSPORT_WS);
    channel_set_ws(p.net.client.channel, "/other?x=1", NULL);
    CU_ASSERT_TRUE(channel_send(p.net.client.channel, "x", 1));
    CU_ASSERT_TRUE(net_until_got(&p.net, &p.net.server, 1));
    CU_ASSERT_PTR_NOT_NULL_FATAL(channel_ws_info(p.net.server.channel, &info));
    CU_ASSERT_STRING_EQUAL(info.path, "/other?x=1");
    CU_ASSERT_STRING_EQUAL(info.protocol, "");
    ws_pair_fini(&p);
}

static void either_end_closes_in_an_orderly_way(void)
{
    for (int by_server = 0; by_server < 2; by_server++) {
        for (int encrypted = 0; encrypted < 2; encrypted++) {
            struct ws_pair p;
            ws_pair_init(&p, encrypted ? TRANSPORT_WSS : TRANSPORT_WS);
            CU_ASSERT_TRUE(channel_send(p.net.client.channel, "x", 1));
            CU_ASSERT_TRUE(net_until_got(&p.net, &p.net.server, 1));
            struct net_end *one = by_server ? &p.net.server : &p.net.client;
            struct net_end *other = by_server ? &p.net.client : &p.net.server;
            channel_send(one->channel, "last", 4);
            channel_close(one->channel, CHANNEL_FLUSH);
            CU_ASSERT_TRUE(net_until_ended(&p.net, other));
            CU_ASSERT_EQUAL(other->end.kind, CHANNEL_END_FIN);
            CU_ASSERT_STRING_EQUAL(other->detail, "");
            CU_ASSERT_TRUE(str_ends(buf_str(&other->got), STR("last")));
            ws_pair_fini(&p);
        }
    }
}

/* A bare socket on the client's side that has written a request and these bytes. */
static int rude(struct ws_pair *p, const void *bytes, size_t n)
{
    static const char request[] =
        "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
        "dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    net_pair_init(&p->net);
    p->server_tls = NULL;
    p->client_tls = NULL;
    p->net.server.ws = true;
    int fd = net_pair_connect(&p->net);
    CU_ASSERT_EQUAL(write(fd, request, sizeof request - 1), (ssize_t)sizeof request - 1);
    CU_ASSERT_EQUAL(write(fd, bytes, n), (ssize_t)n);
    return fd;
}

static void ends_are_told_apart(void)
{
    static const struct {
        const char *bytes;
        size_t n;
        enum channel_end_kind kind;
        const char *detail;
        bool fin;
    } rows[] = {{"\x88\x80\0\0\0\0", 6, CHANNEL_END_FIN, "", false},
                {"\x88\x82\0\0\0\0\x03\xe8", 8, CHANNEL_END_FIN, "", false},
                {"\x88\x82\0\0\0\0\x03\xe9", 8, CHANNEL_END_FIN, "close frame 1001", false},
                {"\x82\x80\0\0\0\0", 6, CHANNEL_END_FIN, "without a close frame", true},
                {"\x81\x80\0\0\0\0", 6, CHANNEL_END_WS, "1003 (MQTT-6.0.0-1): a text frame", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct ws_pair p;
        int fd = rude(&p, rows[i].bytes, rows[i].n);
        if (rows[i].fin)
            shutdown(fd, SHUT_WR);
        CU_ASSERT_TRUE(net_until_ended(&p.net, &p.net.server));
        CU_ASSERT_EQUAL(p.net.server.end.kind, rows[i].kind);
        CU_ASSERT_STRING_EQUAL(p.net.server.detail, rows[i].detail);
        close(fd);
        ws_pair_fini(&p);
    }
}

static void a_server_that_is_no_websocket_fails_the_dial(void)
{
    struct ws_pair p;
    ws_pair_init(&p, TRANSPORT_WS);
    p.net.server.ws = false;
    CU_ASSERT_TRUE(net_until_got(&p.net, &p.net.server, 1));
    channel_send(p.net.server.channel, "HTTP/1.1 404 Not Found\r\n\r\n", 26);
    CU_ASSERT_TRUE(net_until_ended(&p.net, &p.net.client));
    CU_ASSERT_EQUAL(p.net.client.opened, 0);
    CU_ASSERT_EQUAL(p.net.client.end.kind, CHANNEL_END_WS);
    CU_ASSERT_STRING_EQUAL(p.net.client.detail,
                           "404 (RFC 6455 4.1 (1)): the server did not switch to WebSocket");
    ws_pair_fini(&p);
    ws_pair_init(&p, TRANSPORT_WS);
    p.net.server.ws = false;
    CU_ASSERT_TRUE(net_until_got(&p.net, &p.net.server, 1));
    channel_close(p.net.server.channel, CHANNEL_FLUSH);
    CU_ASSERT_TRUE(net_until_ended(&p.net, &p.net.client));
    CU_ASSERT_STRING_EQUAL(p.net.client.detail, "the peer closed during the opening of WebSocket");
    ws_pair_fini(&p);
}

static void pongs_count_against_the_output_maximum(void)
{
    static uint8_t pings[131 * 400];
    for (size_t at = 0; at < sizeof pings; at += 131)
        memcpy(pings + at, "\x89\xfd\0\0\0\0", 6);
    struct ws_pair p;
    int fd = rude(&p, "\x82\x81\0\0\0\0x", 7);
    CU_ASSERT_TRUE(net_until_got(&p.net, &p.net.server, 1));
    channel_set_output_max(p.net.server.channel, 1 << 20);
    size_t most = 0;
    for (size_t sent = 0; !p.net.server.ended && sent < 64u << 20;) {
        ssize_t n = send(fd, pings + sent % 131, sizeof pings - 131, MSG_DONTWAIT | MSG_NOSIGNAL);
        sent += n > 0 ? (size_t)n : 0;
        net_quiet(&p.net);
        if (p.net.server.channel && channel_backlog(p.net.server.channel) > most)
            most = channel_backlog(p.net.server.channel);
    }
    CU_ASSERT_EQUAL(p.net.server.ended, 1);
    CU_ASSERT_EQUAL(p.net.server.end.kind, CHANNEL_END_OVERFLOW);
    CU_ASSERT_TRUE(most > 1 << 19 && most <= (1 << 20) + (1 << 18));
    close(fd);
    ws_pair_fini(&p);
}

void unit_channel_ws(void)
{
    UNIT(both_transports_open_and_carry_bytes);
    UNIT(path_and_subprotocols_can_be_chosen);
    UNIT(either_end_closes_in_an_orderly_way);
    UNIT(ends_are_told_apart);
    UNIT(a_server_that_is_no_websocket_fails_the_dial);
    UNIT(pongs_count_against_the_output_maximum);
}
