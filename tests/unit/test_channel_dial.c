#include "lib/net/channel.h"

#include "lib/net/channel_inner.h"
#include "tests/unit/net_pair.h"
#include "tests/unit/unit.h"

#include <string.h>

static bool never(void *ctx)
{
    (void)ctx;
    return false;
}

static void a_refused_connection_fails_with_its_reason(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int port = listener_port(p.listener);
    listener_free(p.listener);
    p.client.channel =
        channel_dial(p.loop, "127.0.0.1", port, TRANSPORT_TCP, NULL, NULL, &net_events, &p.client);
    CU_ASSERT_EQUAL(p.client.ended, 0);
    CU_ASSERT_TRUE(net_until_ended(&p, &p.client));
    CU_ASSERT_EQUAL(p.client.opened, 0);
    CU_ASSERT_EQUAL(p.client.end.kind, CHANNEL_END_FAILED);
    CU_ASSERT_STRING_EQUAL(p.client.detail, "cannot connect: connection refused");
    net_pair_fini(&p);
}

static void bad_ports_and_names_fail(void)
{
    static const struct {
        const char *address;
        int port;
    } rows[] = {{"127.0.0.1", 0}, {"127.0.0.1", 65536}, {"localhost", 1883}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct net_pair p;
        net_pair_init(&p);
        p.client.channel = channel_dial(p.loop, rows[i].address, rows[i].port, TRANSPORT_TCP, NULL, NULL,
                                        &net_events, &p.client);
        CU_ASSERT_TRUE(net_until_ended(&p, &p.client));
        CU_ASSERT_EQUAL(p.client.end.kind, CHANNEL_END_FAILED);
        CU_ASSERT_STRING_EQUAL(p.client.detail, "cannot connect: invalid argument");
        net_pair_fini(&p);
    }
}

static void what_is_sent_early_leaves_when_it_is_open(void)
{
    struct net_pair p;
    net_pair_init(&p);
    p.client.channel = channel_dial(p.loop, "127.0.0.1", listener_port(p.listener), TRANSPORT_TCP, NULL, NULL,
                                    &net_events, &p.client);
    CU_ASSERT_TRUE(channel_send(p.client.channel, "hello", 5));
    CU_ASSERT_TRUE(net_until_got(&p, &p.server, 5));
    CU_ASSERT_EQUAL(p.client.opened, 1);
    net_pair_fini(&p);
}

static void a_dial_may_be_closed_at_any_time(void)
{
    for (int turns = 0; turns < 4; turns++) {
        struct net_pair p;
        net_pair_init(&p);
        p.client.channel = channel_dial(p.loop, "127.0.0.1", listener_port(p.listener), TRANSPORT_TCP, NULL,
                                        NULL, &net_events, &p.client);
        for (int turn = 0; turn < turns; turn++)
            loop_run_until(p.loop, never, NULL, 0);
        channel_close(p.client.channel, turns % 2 ? CHANNEL_FLUSH : CHANNEL_RESET);
        CU_ASSERT_FALSE(channel_send(p.client.channel, "x", 1));
        net_quiet(&p);
        CU_ASSERT_EQUAL(p.client.ended, 1);
        CU_ASSERT_EQUAL(p.client.end.kind, CHANNEL_END_LOCAL);
        net_pair_fini(&p);
    }
}

void unit_channel_dial(void)
{
    UNIT(a_refused_connection_fails_with_its_reason);
    UNIT(bad_ports_and_names_fail);
    UNIT(what_is_sent_early_leaves_when_it_is_open);
    UNIT(a_dial_may_be_closed_at_any_time);
}
