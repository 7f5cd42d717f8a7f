#include "lib/protocol/transport.h"

#include <string.h>

#include "tests/unit/unit.h"

static void four_ways_with_their_properties(void)
{
    const struct {
        enum transport transport;
        const char *name;
        bool encrypted, websocket;
    } rows[] = {{TRANSPORT_TCP, "tcp", false, false},
                {TRANSPORT_TLS, "tls", true, false},
                {TRANSPORT_WS, "ws", false, true},
                {TRANSPORT_WSS, "wss", true, true}};
    CU_ASSERT_EQUAL(sizeof rows / sizeof rows[0], TRANSPORTS);
    for (size_t i = 0; i < TRANSPORTS; i++) {
        enum transport named = TRANSPORTS;
        CU_ASSERT_STRING_EQUAL(transport_name(rows[i].transport), rows[i].name);
        CU_ASSERT_TRUE(transport_named(rows[i].name, &named));
        CU_ASSERT_EQUAL(named, rows[i].transport);
        CU_ASSERT_EQUAL(transport_is_encrypted(rows[i].transport), rows[i].encrypted);
        CU_ASSERT_EQUAL(transport_is_websocket(rows[i].transport), rows[i].websocket);
    }
}

static void other_names_leave_the_answer_alone(void)
{
    const char *const wrong[] = {"", "TCP", "tcp ", "w", "wsss", "mqtt", "ssl"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        enum transport named = TRANSPORT_WSS;
        CU_ASSERT_FALSE(transport_named(wrong[i], &named));
        CU_ASSERT_EQUAL(named, TRANSPORT_WSS);
    }
}

void unit_transport(void)
{
    UNIT(four_ways_with_their_properties);
    UNIT(other_names_leave_the_answer_alone);
}
