#include "lib/net/channel.h"

#include "lib/net/channel_inner.h"
#include "tests/unit/net_pair.h"
#include "tests/unit/unit.h"

#include <netdb.h>
#include <stdio.h>
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

static void names_are_looked_up(void)
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

static struct addrinfo *address_of(int port, struct addrinfo *next)
{
    char service[8];
    struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM}, *found = NULL;
    snprintf(service, sizeof service, "%d", port);
    CU_ASSERT_EQUAL_FATAL(getaddrinfo("127.0.0.1", service, &hints, &found), 0);
    found->ai_next = next;
    return found;
}

/* A port where nobody listens, at least for the time of a test. */
static int dead_port(struct net_pair *p)
{
    const char *error = NULL;
    struct listener *l = listener_new(p->loop, "127.0.0.1", 0, NULL, NULL, &error);
    int port = listener_port(l);
    listener_free(l);
    return port;
}

static void all_addresses_of_a_name_are_tried(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int dead = dead_port(&p), live = listener_port(p.listener);
    p.client.channel = channel_dial_list(p.loop, address_of(dead, address_of(dead, address_of(live, NULL))),
                                         &net_events, &p.client);
    CU_ASSERT_TRUE(channel_send(p.client.channel, "hello", 5));
    CU_ASSERT_TRUE(net_until_got(&p, &p.server, 5));
    CU_ASSERT_EQUAL(p.client.opened, 1);
    net_pair_fini(&p);
}

static void the_last_address_gives_the_reason(void)
{
    struct net_pair p;
    net_pair_init(&p);
    int dead = dead_port(&p);
    p.client.channel =
        channel_dial_list(p.loop, address_of(dead, address_of(dead, NULL)), &net_events, &p.client);
    CU_ASSERT_TRUE(net_until_ended(&p, &p.client));
    CU_ASSERT_STRING_EQUAL(p.client.detail, "cannot connect: connection refused");
    net_pair_fini(&p);
}

static void one_may_be_closed_between_two_addresses(void)
{
    for (int turns = 0; turns < 5; turns++) {
        struct net_pair p;
        net_pair_init(&p);
        int dead = dead_port(&p), live = listener_port(p.listener);
        p.client.channel =
            channel_dial_list(p.loop, address_of(dead, address_of(live, NULL)), &net_events, &p.client);
        for (int turn = 0; turn < turns; turn++)
            loop_run_until(p.loop, never, NULL, 0);
        channel_close(p.client.channel, CHANNEL_FLUSH);
        net_quiet(&p);
        CU_ASSERT_EQUAL(p.client.ended, 1);
        net_pair_fini(&p);
    }
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
                loop_run_until(p.loop, never, NULL, 0);
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
    UNIT(names_are_looked_up);
    UNIT(all_addresses_of_a_name_are_tried);
    UNIT(the_last_address_gives_the_reason);
    UNIT(one_may_be_closed_between_two_addresses);
    UNIT(a_dial_may_be_closed_at_any_time);
    UNIT(a_loop_may_be_freed_while_a_name_is_looked_up);
}
