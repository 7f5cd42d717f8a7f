#include "lib/net/channel.h"

#include "lib/net/channel_inner.h"
#include "lib/net/tls.h"
#include "tests/unit/net_certs.h"
#include "tests/unit/net_pair.h"
#include "tests/unit/peer.h"
#include "tests/unit/unit.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };
static uint8_t piece[PIECE];

/* Reads up to n bytes, letting the loop run between; how many came. */
static size_t drain(struct net_pair *p, int fd, size_t n)
{
    static uint8_t bytes[PIECE];
    size_t total = 0;
    while (total < n) {
        net_quiet(p);
        ssize_t got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
        if (got <= 0)
            break;
        total += (size_t)got;
    }
    return total;
}

static void more_than_the_socket_holds_arrives_in_order(void)
{
    struct net_pair p;
    net_pair_init(&p);
    net_pair_dial(&p, TRANSPORT_TCP, NULL, NULL);
    channel_set_output_max(p.client.channel, 64u << 20);
    size_t total = 0;
    for (int i = 0; i < 400; i++) {
        memset(piece, i, sizeof piece);
        CU_ASSERT_TRUE(channel_send(p.client.channel, piece, sizeof piece));
        total += sizeof piece;
    }
    CU_ASSERT_TRUE(net_until_got(&p, &p.server, total));
    size_t wrong = 0;
    for (size_t i = 0; i < p.server.got.len; i++)
        wrong += p.server.got.data[i] != (uint8_t)(i / PIECE);
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(p.server.got.len, total);
    net_quiet(&p);
    CU_ASSERT_EQUAL(channel_backlog(p.client.channel), 0);
    net_pair_fini(&p);
}

static void a_peer_that_does_not_read_is_reset_at_the_maximum(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    channel_set_output_max(p.server.channel, 1 << 20);
    size_t most = 0;
    int sent = 0;
    while (sent < 1000 && channel_send(p.server.channel, piece, sizeof piece)) {
        most = channel_backlog(p.server.channel) > most ? channel_backlog(p.server.channel) : most;
        sent++;
        net_quiet(&p);
    }
    CU_ASSERT_TRUE(sent > 16 && sent < 1000);
    CU_ASSERT_TRUE(most <= 1 << 20);
    CU_ASSERT_EQUAL(p.server.ended, 0);
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.server.end.kind, CHANNEL_END_OVERFLOW);
    CU_ASSERT_STRING_EQUAL(p.server.detail, "the peer does not read");
    close(fd);
    net_pair_fini(&p);
}

/* The maximum is about a peer that does not read, not about how much is said in one turn. */
static void a_turn_may_say_more_than_the_maximum_to_one_who_reads(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    channel_set_output_max(p.server.channel, 2 * PIECE);
    for (int i = 0; i < 8; i++) {
        CU_ASSERT_TRUE(channel_send(p.server.channel, piece, PIECE / 2));
    }
    CU_ASSERT_EQUAL(drain(&p, fd, 4 * PIECE), 4 * PIECE);
    CU_ASSERT_EQUAL(p.server.ended, 0);
    close(fd);
    net_pair_fini(&p);
}

static void one_send_above_the_maximum_is_an_overflow(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    channel_set_output_max(p.server.channel, 100);
    CU_ASSERT_TRUE(channel_send(p.server.channel, piece, 100));
    CU_ASSERT_FALSE(channel_send(p.server.channel, piece, 101));
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.server.end.kind, CHANNEL_END_OVERFLOW);
    close(fd);
    net_pair_fini(&p);
}

static size_t fill(struct net_pair *p)
{
    size_t total = 0;
    channel_set_output_max(p->server.channel, 64u << 20);
    while (channel_backlog(p->server.channel) == 0 || total < 1u << 20) {
        CU_ASSERT_TRUE_FATAL(channel_send(p->server.channel, piece, sizeof piece));
        total += sizeof piece;
        net_quiet(p);
    }
    return total;
}

static void a_flushing_close_hands_over_the_backlog(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    size_t total = fill(&p);
    channel_close(p.server.channel, CHANNEL_FLUSH);
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.server.ended, 1);
    CU_ASSERT_EQUAL(drain(&p, fd, total), total);
    net_quiet(&p);
    uint8_t end;
    CU_ASSERT_EQUAL(recv(fd, &end, 1, MSG_DONTWAIT), 0);
    close(fd);
    net_quiet(&p);
    net_pair_fini(&p);
}

static void a_closed_peer_that_never_reads_is_reset_after_five_seconds(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    size_t total = fill(&p);
    channel_close(p.server.channel, CHANNEL_FLUSH);
    net_quiet(&p);
    loop_advance(p.loop, 4999);
    net_quiet(&p);
    CU_ASSERT_EQUAL(send(fd, "x", 1, MSG_NOSIGNAL), 1);
    loop_advance(p.loop, 1);
    net_quiet(&p);
    CU_ASSERT_TRUE(drain(&p, fd, total) < total);
    CU_ASSERT_EQUAL(send(fd, "x", 1, MSG_NOSIGNAL), -1);
    CU_ASSERT_EQUAL(p.server.ended, 1);
    close(fd);
    net_pair_fini(&p);
}

static void one_that_takes_fin_but_stays_is_reset_too(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    channel_close(p.server.channel, CHANNEL_FLUSH);
    net_quiet(&p);
    uint8_t end;
    CU_ASSERT_EQUAL(recv(fd, &end, 1, MSG_DONTWAIT), 0);
    CU_ASSERT_EQUAL(send(fd, "x", 1, MSG_NOSIGNAL), 1);
    net_quiet(&p);
    loop_advance(p.loop, 5000);
    net_quiet(&p);
    CU_ASSERT_EQUAL(send(fd, "x", 1, MSG_NOSIGNAL), -1);
    close(fd);
    net_pair_fini(&p);
}

static void the_loop_is_freed_with_output_waiting(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    fill(&p);
    net_pair_fini(&p);
    CU_ASSERT_EQUAL(p.server.ended, 1);
    close(fd);
}

static void tls_output_is_bounded_in_the_same_way(void)
{
    const char *error = "";
    struct tls_server *server = tls_server_new(net_certs_dir(), &error);
    struct tls_client *client = tls_client_new(net_certs_file("root.crt"), NULL, &error);
    struct net_pair p;
    net_pair_init(&p);
    p.server.tls = server;
    net_pair_dial(&p, TRANSPORT_TLS, client, "localhost");
    CU_ASSERT_TRUE(channel_send(p.client.channel, "x", 1));
    CU_ASSERT_TRUE(net_until_got(&p, &p.server, 1));
    channel_set_output_max(p.server.channel, 64u << 20);
    for (int i = 0; i < 200; i++)
        CU_ASSERT_TRUE(channel_send(p.server.channel, piece, sizeof piece));
    CU_ASSERT_TRUE(net_until_got(&p, &p.client, 200 * sizeof piece));
    CU_ASSERT_EQUAL(p.client.got.len, 200 * sizeof piece);
    channel_set_output_max(p.server.channel, 1 << 20);
    int sent = 0;
    while (sent < 1000 && channel_send(p.server.channel, piece, sizeof piece))
        sent++; /* the loop does not run, so nobody reads */
    CU_ASSERT_TRUE(sent < 1000);
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.server.end.kind, CHANNEL_END_OVERFLOW);
    net_pair_fini(&p);
    tls_server_free(server);
    tls_client_free(client);
}

/* Reading knows nothing of it: nothing comes, and there is no end. */
static void a_socket_that_fails_to_send_ends_the_channel(void)
{
    struct net_pair p;
    uv_os_fd_t fd;
    net_pair_init(&p);
    int peer = net_pair_connect(&p);
    net_quiet(&p);
    CU_ASSERT_EQUAL_FATAL(uv_fileno((uv_handle_t *)&p.server.channel->tcp, &fd), 0);
    int copy = dup(fd); /* so that the peer keeps its other end */
    peer_break(fd);
    channel_send(p.server.channel, "lost", 4);
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.server.ended, 1);
    CU_ASSERT_EQUAL(p.server.end.kind, CHANNEL_END_FAILED);
    CU_ASSERT_STRING_EQUAL(p.server.detail, "destination address required");
    close(copy);
    close(peer);
    net_pair_fini(&p);
}

void unit_channel_output(void)
{
    UNIT(more_than_the_socket_holds_arrives_in_order);
    UNIT(a_peer_that_does_not_read_is_reset_at_the_maximum);
    UNIT(a_turn_may_say_more_than_the_maximum_to_one_who_reads);
    UNIT(one_send_above_the_maximum_is_an_overflow);
    UNIT(a_flushing_close_hands_over_the_backlog);
    UNIT(a_closed_peer_that_never_reads_is_reset_after_five_seconds);
    UNIT(one_that_takes_fin_but_stays_is_reset_too);
    UNIT(the_loop_is_freed_with_output_waiting);
    UNIT(tls_output_is_bounded_in_the_same_way);
    UNIT(a_socket_that_fails_to_send_ends_the_channel);
}
