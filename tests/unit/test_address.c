#include "lib/net/address.h"

#include "tests/unit/unit.h"

#include <string.h>

static void addresses_there_and_back(void)
{
    static const struct {
        const char *host;
        int port;
        const char *text;
    } rows[] = {
        {"127.0.0.1", 1883, "127.0.0.1:1883"},
        {"255.255.255.255", 65535, "255.255.255.255:65535"},
        {"0.0.0.0", 0, "0.0.0.0:0"},
        {"10.20.30.4", 80, "10.20.30.4:80"},
        {"::1", 8883, "[::1]:8883"},
        {"2001:db8:1111:2222:3333:4444:5555:6666", 65535, "[2001:db8:1111:2222:3333:4444:5555:6666]:65535"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct sockaddr_storage address;
        char text[ADDRESS_TEXT_SIZE];
        CU_ASSERT_TRUE_FATAL(address_parse(rows[i].host, rows[i].port, &address));
        CU_ASSERT_EQUAL(address_text((struct sockaddr *)&address, text), strlen(rows[i].text));
        CU_ASSERT_STRING_EQUAL(text, rows[i].text);
        CU_ASSERT_EQUAL(address_port((struct sockaddr *)&address), rows[i].port);
    }
}

static void names_and_bad_ports_are_no_addresses(void)
{
    struct sockaddr_storage address;
    CU_ASSERT_FALSE(address_parse("localhost", 1, &address));
    CU_ASSERT_FALSE(address_parse("", 1, &address));
    CU_ASSERT_FALSE(address_parse("127.0.0.256", 1, &address));
    CU_ASSERT_FALSE(address_parse("127.0.0.1", -1, &address));
    CU_ASSERT_FALSE(address_parse("127.0.0.1", 65536, &address));
}

void unit_address(void)
{
    UNIT(addresses_there_and_back);
    UNIT(names_and_bad_ports_are_no_addresses);
}
