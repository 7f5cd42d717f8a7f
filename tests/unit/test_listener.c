#include "lib/net/listener.h"

#include "tests/unit/net_pair.h"
#include "tests/unit/unit.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void no_accept(void *ctx, struct channel *channel)
{
    (void)ctx, (void)channel;
    CU_FAIL("nothing should connect");
}

static void a_free_port_is_chosen(void)
{
    struct net_pair p;
    net_pair_init(&p);
    CU_ASSERT_TRUE(listener_port(p.listener) > 0);
    net_pair_fini(&p);
}

static void what_cannot_be_listened_on_has_a_clear_reason(void)
{
    struct net_pair p;
    net_pair_init(&p);
    const char *error = NULL;
    CU_ASSERT_PTR_NULL(listener_new(p.loop, "127.0.0.1", listener_port(p.listener), no_accept, NULL, &error));
    CU_ASSERT_STRING_EQUAL(error, "address already in use");
    CU_ASSERT_PTR_NULL(listener_new(p.loop, "192.0.2.1", 0, no_accept, NULL, &error));
    CU_ASSERT_STRING_EQUAL(error, "this machine has no such address");
    CU_ASSERT_PTR_NULL(listener_new(p.loop, "no.address", 1883, no_accept, NULL, &error));
    CU_ASSERT_STRING_EQUAL(error, "not an IP address and port");
    CU_ASSERT_PTR_NULL(listener_new(p.loop, "127.0.0.1", 70000, no_accept, NULL, &error));
    CU_ASSERT_STRING_EQUAL(error, "not an IP address and port");
    net_pair_fini(&p);
}

static void a_freed_listener_refuses_but_its_channels_live_on(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int fd = net_pair_connect(&p);
    net_quiet(&p);
    int port = listener_port(p.listener);
    listener_free(p.listener);
    CU_ASSERT_EQUAL(send(fd, "still", 5, 0), 5);
    CU_ASSERT_TRUE(net_until_got(&p, &p.server, 5));
    struct net_end late = {.loop = p.loop};
    channel_dial(p.loop, "127.0.0.1", port, TRANSPORT_TCP, NULL, NULL, &net_events, &late);
    CU_ASSERT_TRUE(net_until_ended(&p, &late));
    CU_ASSERT_EQUAL(late.end.kind, CHANNEL_END_FAILED);
    CU_ASSERT_STRING_EQUAL(late.detail, "cannot connect: connection refused");
    net_pair_fini(&p);
    close(fd);
}

static void many_at_once_are_all_accepted_in_one_quiet(void)
{
    struct net_pair p;
    int fds[50];
    struct net_end crowd[50] = {{0}};
    net_pair_init(&p);
    p.crowd = crowd;
    for (int i = 0; i < 50; i++)
        fds[i] = net_pair_connect(&p);
    net_quiet(&p);
    CU_ASSERT_EQUAL(p.accepted, 50);
    for (int i = 0; i < 50; i++)
        close(fds[i]);
    net_quiet(&p);
    for (int i = 0; i < 50; i++)
        CU_ASSERT_EQUAL(crowd[i].ended, 1);
    net_pair_fini(&p);
}

static void accepted_sockets_do_not_delay_small_packets(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int client = net_pair_connect(&p);
    net_quiet(&p);
    int fd = channel_detach(p.server.channel);
    p.server.channel = NULL;
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    int no_delay = 0;
    socklen_t size = sizeof no_delay;
    CU_ASSERT_EQUAL(getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size), 0);
    CU_ASSERT_NOT_EQUAL(no_delay, 0);
    close(fd);
    close(client);
    net_pair_fini(&p);
}

void unit_listener(void)
{
    UNIT(a_free_port_is_chosen);
    UNIT(what_cannot_be_listened_on_has_a_clear_reason);
    UNIT(a_freed_listener_refuses_but_its_channels_live_on);
    UNIT(many_at_once_are_all_accepted_in_one_quiet);
    UNIT(accepted_sockets_do_not_delay_small_packets);
}
