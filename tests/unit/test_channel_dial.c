#include "lib/net/channel.h"

#include "tests/unit/net_pair.h"
#include "tests/unit/unit.h"

#include <string.h>

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
    struct net_pair p;
    net_pair_init(&p);
    p.client.channel =
        channel_dial(p.loop, "127.0.0.1", 0, TRANSPORT_TCP, NULL, NULL, &net_events, &p.client);
    CU_ASSERT_TRUE(net_until_ended(&p, &p.client));
    CU_ASSERT_EQUAL(p.client.end.kind, CHANNEL_END_FAILED);
    p.client.ended = 0;
    p.client.channel =
        channel_dial(p.loop, "no such host", 1883, TRANSPORT_TCP, NULL, NULL, &net_events, &p.client);
    CU_ASSERT_TRUE(net_until_ended(&p, &p.client));
    CU_ASSERT_EQUAL(strncmp(p.client.detail, "cannot find the host: ", 22), 0);
    net_pair_fini(&p);
}

/* "localhost" may mean ::1 first, where nobody listens: the next address is tried. */
static void names_are_looked_up_and_all_addresses_tried(void)
{
    struct net_pair p;
    net_pair_init(&p);
    p.client.channel = channel_dial(p.loop, "localhost", listener_port(p.listener), TRANSPORT_TCP, NULL, NULL,
                                    &net_events, &p.client);
    CU_ASSERT_TRUE(channel_send(p.client.channel, "hello", 5));
    CU_ASSERT_TRUE(net_until_got(&p, &p.server, 5));
    CU_ASSERT_EQUAL(p.client.opened, 1);
    net_pair_fini(&p);
}

static void a_dial_may_be_closed_at_any_time(void)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost"};
    for (size_t i = 0; i < 2; i++) {
        for (int turns = 0; turns < 4; turns++) {
            struct net_pair p;
            net_pair_init(&p);
            p.client.channel = channel_dial(p.loop, hosts[i], listener_port(p.listener), TRANSPORT_TCP, NULL,
                                            NULL, &net_events, &p.client);
            for (int turn = 0; turn < turns; turn++)
                net_until_got(&p, &p.client, 0);
            channel_close(p.client.channel, turns % 2 ? CHANNEL_FLUSH : CHANNEL_RESET);
            CU_ASSERT_FALSE(channel_send(p.client.channel, "x", 1));
            net_quiet(&p);
            CU_ASSERT_EQUAL(p.client.ended, 1);
            CU_ASSERT_EQUAL(p.client.end.kind, CHANNEL_END_LOCAL);
            net_pair_fini(&p);
        }
    }
}

static void a_loop_may_be_freed_while_a_name_is_looked_up(void)
{
    struct net_pair p;
    net_pair_init(&p);
    p.client.channel = channel_dial(p.loop, "localhost", listener_port(p.listener), TRANSPORT_TCP, NULL, NULL,
                                    &net_events, &p.client);
    net_pair_fini(&p);
    CU_ASSERT_EQUAL(p.client.ended, 1);
}

void unit_channel_dial(void)
{
    UNIT(a_refused_connection_fails_with_its_reason);
    UNIT(bad_ports_and_names_fail);
    UNIT(names_are_looked_up_and_all_addresses_tried);
    UNIT(a_dial_may_be_closed_at_any_time);
    UNIT(a_loop_may_be_freed_while_a_name_is_looked_up);
}
