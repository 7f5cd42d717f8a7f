#include "lib/net/channel.h"

#include "tests/unit/net_pair.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void reset_socket(int fd)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
    close(fd);
}

static bool got_is(const struct net_end *e, const char *text)
{
    return str_is(buf_str(&e->got), text);
}

static void bytes_go_both_ways(void)
{
    struct net_pair p;
    net_pair_init(&p);
    net_pair_dial(&p, TRANSPORT_TCP, NULL, NULL);
    CU_ASSERT_TRUE(channel_send(p.client.channel, "early", 5)); /* before it is connected */
    CU_ASSERT_TRUE(net_until_got(&p, &p.server, 5));
    CU_ASSERT_EQUAL(p.client.opened, 1);
    CU_ASSERT_TRUE(channel_send(p.server.channel, "an", 2));
    CU_ASSERT_TRUE(channel_send(p.server.channel, "swer", 4));
    CU_ASSERT_TRUE(net_until_got(&p, &p.client, 6));
    CU_ASSERT_TRUE(got_is(&p.server, "early"));
    CU_ASSERT_TRUE(got_is(&p.client, "answer"));
    CU_ASSERT_EQUAL(p.client.calls, 1); /* all that was sent in a turn leaves at once */
    CU_ASSERT_EQUAL(channel_backlog(p.server.channel), 0);
    CU_ASSERT_EQUAL(strncmp(channel_peer(p.server.channel), "127.0.0.1:", 10), 0);
    CU_ASSERT_PTR_NULL(channel_tls_info(p.server.channel));
    net_pair_fini(&p);
    CU_ASSERT_EQUAL(p.server.ended, 1);
    CU_ASSERT_EQUAL(p.server.end.kind, CHANNEL_END_LOCAL);
}

static void quiet_has_accepted_and_read_what_was_there(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    CU_ASSERT_EQUAL(send(fd, "hello", 5, 0), 5);
    CU_ASSERT_EQUAL(p.accepted, 0);
    net_quiet(&p);
    CU_ASSERT_TRUE(got_is(&p.server, "hello"));
    CU_ASSERT_EQUAL(send(fd, "again", 5, 0), 5);
    close(fd);
    net_quiet(&p);
    CU_ASSERT_TRUE(got_is(&p.server, "helloagain"));
    CU_ASSERT_EQUAL(p.server.ended, 1);
    CU_ASSERT_EQUAL(p.server.end.kind, CHANNEL_END_FIN);
    net_pair_fini(&p);
}

static void quiet_reads_more_than_one_buffer(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    static uint8_t much[300000];
    ssize_t sent = send(fd, much, sizeof much, MSG_DONTWAIT);
    CU_ASSERT_TRUE(sent > 64 * 1024);
    net_quiet(&p);
    CU_ASSERT_EQUAL((ssize_t)p.server.got.len, sent);
    close(fd);
    net_pair_fini(&p);
}

static void fin_and_reset_are_told_apart(void)
{
    for (int reset = 0; reset < 2; reset++) {
        struct net_pair p;
        net_pair_init(&p);
        int fd = net_pair_connect(&p);
        net_quiet(&p);
        if (reset)
            reset_socket(fd);
        else
            close(fd);
        net_quiet(&p);
        CU_ASSERT_EQUAL(p.server.ended, 1);
        CU_ASSERT_EQUAL(p.server.end.kind, reset ? CHANNEL_END_RESET : CHANNEL_END_FIN);
        net_pair_fini(&p);
        CU_ASSERT_EQUAL(p.server.ended, 1);
    }
}

static void a_reset_that_comes_together_with_data_is_seen_as_one(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    CU_ASSERT_EQUAL(send(fd, "last", 4, 0), 4);
    reset_socket(fd);
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.server.got.len, 4);
    CU_ASSERT_EQUAL(p.server.ended, 1);
    CU_ASSERT_EQUAL(p.server.end.kind, CHANNEL_END_RESET);
    net_pair_fini(&p);
}

static void a_reset_is_seen_as_one_even_when_a_write_meets_it_first(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    CU_ASSERT_EQUAL(send(fd, "last", 4, 0), 4);
    reset_socket(fd);
    CU_ASSERT_TRUE(channel_send(p.server.channel, "x", 1)); /* leaves before the loop reads */
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.server.ended, 1);
    CU_ASSERT_EQUAL(p.server.end.kind, CHANNEL_END_RESET);
    net_pair_fini(&p);
}

static void half_closed_peers_get_their_answer(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    CU_ASSERT_EQUAL(send(fd, "ask", 3, 0), 3);
    shutdown(fd, SHUT_WR);
    CU_ASSERT_TRUE(channel_send(p.server.channel, "answer", 6));
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.server.end.kind, CHANNEL_END_FIN);
    char answer[16];
    CU_ASSERT_EQUAL(recv(fd, answer, sizeof answer, 0), 6);
    CU_ASSERT_EQUAL(recv(fd, answer, sizeof answer, 0), 0);
    close(fd);
    net_pair_fini(&p);
}

static void a_flushing_close_sends_the_last_bytes_and_fin(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    CU_ASSERT_EQUAL(send(fd, "unread by the user", 18, 0), 18); /* must not turn the FIN into a reset */
    CU_ASSERT_TRUE(channel_send(p.server.channel, "bye", 3));
    channel_close(p.server.channel, CHANNEL_FLUSH);
    channel_close(p.server.channel, CHANNEL_RESET); /* does nothing */
    CU_ASSERT_FALSE(channel_send(p.server.channel, "late", 4));
    CU_ASSERT_EQUAL(p.server.ended, 0); /* never from inside another call */
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.server.ended, 1);
    CU_ASSERT_EQUAL(p.server.end.kind, CHANNEL_END_LOCAL);
    CU_ASSERT_EQUAL(p.server.got.len, 0);
    char last[16];
    CU_ASSERT_EQUAL(recv(fd, last, sizeof last, 0), 3);
    CU_ASSERT_EQUAL(recv(fd, last, sizeof last, 0), 0);
    int64_t due_ms;
    CU_ASSERT_TRUE(timerq_next(loop_timers(p.loop), &due_ms)); /* it lingers */
    close(fd);
    net_quiet(&p);
    CU_ASSERT_FALSE(timerq_next(loop_timers(p.loop), &due_ms)); /* until the peer closes, too */
    net_pair_fini(&p);
}

static void a_resetting_close_sends_a_reset(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    CU_ASSERT_TRUE(channel_send(p.server.channel, "bye", 3));
    channel_close(p.server.channel, CHANNEL_RESET);
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.server.end.kind, CHANNEL_END_LOCAL);
    char last[16];
    CU_ASSERT_EQUAL(recv(fd, last, sizeof last, 0), 3);
    CU_ASSERT_EQUAL(recv(fd, last, sizeof last, 0), -1);
    close(fd);
    net_pair_fini(&p);
}

static void close_in_call(struct net_end *e)
{
    channel_send(e->channel, "no", 2);
    channel_close(e->channel, CHANNEL_FLUSH);
    CU_ASSERT_EQUAL(e->ended, 0);
}

static void a_channel_may_be_closed_in_its_own_call(void)
{
    struct net_pair p;
    net_pair_init(&p);
    p.server.then = close_in_call;
    net_pair_dial(&p, TRANSPORT_TCP, NULL, NULL);
    CU_ASSERT_TRUE(channel_send(p.client.channel, "x", 1));
    CU_ASSERT_TRUE(net_until_ended(&p, &p.client));
    CU_ASSERT_TRUE(got_is(&p.client, "no"));
    CU_ASSERT_EQUAL(p.client.end.kind, CHANNEL_END_FIN);
    CU_ASSERT_EQUAL(p.server.end.kind, CHANNEL_END_LOCAL);
    net_pair_fini(&p);
}

static void ends_come_in_the_order_of_events(void)
{
    struct net_pair p;
    net_pair_init(&p);
    net_pair_dial(&p, TRANSPORT_TCP, NULL, NULL);
    CU_ASSERT_TRUE(channel_send(p.client.channel, "x", 1));
    CU_ASSERT_TRUE(net_until_got(&p, &p.server, 1));
    struct net_end first = p.server;
    channel_set_events(first.channel, &net_events, &first);
    channel_close(p.client.channel, CHANNEL_RESET);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    CU_ASSERT_EQUAL(first.ended, 1);
    CU_ASSERT_EQUAL(first.end.kind, CHANNEL_END_RESET);
    CU_ASSERT_EQUAL(p.accepted, 2);
    CU_ASSERT_PTR_NOT_NULL(p.server.channel);
    first.got = (struct buf){0};
    close(fd);
    net_pair_fini(&p);
}

static void close_at_ten(struct timer *timer, void *ctx)
{
    (void)timer;
    channel_close(((struct net_end *)ctx)->channel, CHANNEL_FLUSH);
}

static void ends_are_told_at_the_moment_of_their_timer(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    struct timer timer = {0};
    timerq_set(loop_timers(p.loop), &timer, 10, close_at_ten, &p.server);
    loop_advance(p.loop, 1000);
    CU_ASSERT_EQUAL(p.server.ended, 1);
    CU_ASSERT_EQUAL(p.server.end_ms, 10);
    CU_ASSERT_EQUAL(clock_now_ms(p.clock), 1000);
    char end;
    CU_ASSERT_EQUAL(recv(fd, &end, 1, MSG_DONTWAIT), 0); /* the FIN has left already */
    close(fd);
    net_pair_fini(&p);
}

static void a_plain_channel_can_be_given_away(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int client = net_pair_connect(&p);
    net_quiet(&p);
    CU_ASSERT_TRUE(channel_send(p.server.channel, "before ", 7));
    int fd = channel_detach(p.server.channel);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    p.server.channel = NULL;
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.server.ended, 0);
    CU_ASSERT_EQUAL(send(fd, "after", 5, 0), 5);
    CU_ASSERT_EQUAL(send(client, "mine", 4, 0), 4);
    char text[32];
    CU_ASSERT_EQUAL(recv(client, text, sizeof text, 0), 12);
    CU_ASSERT_EQUAL(recv(fd, text, sizeof text, 0), 4);
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.server.got.len, 0);
    close(fd);
    close(client);
    net_pair_fini(&p);
}

static void one_end_of_a_socket_pair(void)
{
    struct net_pair p;
    int fd = -1;
    char text[8];
    net_pair_init(&p);
    struct net_end *e = &p.client;
    e->channel = channel_pair(p.loop, "http", &fd);
    CU_ASSERT_PTR_NOT_NULL_FATAL(e->channel);
    CU_ASSERT_STRING_EQUAL(channel_peer(e->channel), "http");
    channel_set_events(e->channel, &net_events, e);
    CU_ASSERT_TRUE(channel_send(e->channel, "there", 5));
    CU_ASSERT_EQUAL(send(fd, "back", 4, 0), 4);
    CU_ASSERT_TRUE(net_until_got(&p, e, 4));
    CU_ASSERT_EQUAL(recv(fd, text, sizeof text, MSG_DONTWAIT), 5);
    close(fd);
    CU_ASSERT_TRUE(net_until_ended(&p, e));
    CU_ASSERT_EQUAL(e->end.kind, CHANNEL_END_FIN);
    net_pair_fini(&p);
}

static void a_loop_with_open_channels_ends_them_all(void)
{
    struct net_pair p;
    net_pair_init(&p);
    net_pair_dial(&p, TRANSPORT_TCP, NULL, NULL);
    CU_ASSERT_TRUE(channel_send(p.client.channel, "x", 1));
    CU_ASSERT_TRUE(net_until_got(&p, &p.server, 1));
    int connected = net_pair_connect(&p), closed = net_pair_connect(&p);
    close(closed);
    struct net_end connecting = {.loop = p.loop};
    channel_dial(p.loop, "127.0.0.1", listener_port(p.listener), TRANSPORT_TCP, NULL, NULL, &net_events,
                 &connecting);
    channel_close(p.server.channel, CHANNEL_FLUSH);
    net_pair_fini(&p);
    CU_ASSERT_EQUAL(p.server.ended, 1);
    CU_ASSERT_EQUAL(p.client.ended, 1);
    CU_ASSERT_EQUAL(connecting.ended, 1);
    close(connected);
}

void unit_channel(void)
{
    UNIT(bytes_go_both_ways);
    UNIT(quiet_has_accepted_and_read_what_was_there);
    UNIT(quiet_reads_more_than_one_buffer);
    UNIT(fin_and_reset_are_told_apart);
    UNIT(a_reset_that_comes_together_with_data_is_seen_as_one);
    UNIT(a_reset_is_seen_as_one_even_when_a_write_meets_it_first);
    UNIT(half_closed_peers_get_their_answer);
    UNIT(a_flushing_close_sends_the_last_bytes_and_fin);
    UNIT(a_resetting_close_sends_a_reset);
    UNIT(a_channel_may_be_closed_in_its_own_call);
    UNIT(ends_come_in_the_order_of_events);
    UNIT(ends_are_told_at_the_moment_of_their_timer);
    UNIT(a_plain_channel_can_be_given_away);
    UNIT(one_end_of_a_socket_pair);
    UNIT(a_loop_with_open_channels_ends_them_all);
}
