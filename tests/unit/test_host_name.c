#include "lib/net/host_name.h"

#include <string.h>

#include "tests/unit/unit.h"

static void names_and_addresses(void)
{
    static const struct {
        const char *text;
        bool is_name;
    } rows[] = {{"a", true},
                {"mock.lab", true},
                {"A1-b_2.x", true},
                {"10.0.0.1", true},
                {"fe80::1", true},
                {"", false},
                {".", false},
                {"a..b", false},
                {"a.", false},
                {"-a", false},
                {"a-.b", false},
                {"a b", false},
                {"a\n1.2.3.4 b", false},
                {"*.a", false},
                {"a/b", false},
                {"mock:1883", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(host_name_is_good(rows[i].text), rows[i].is_name);
}

static void long_names(void)
{
    char text[300];
    memset(text, 'a', sizeof text);
    text[64] = '\0';
    CU_ASSERT_FALSE(host_name_is_good(text));
    text[63] = '\0';
    CU_ASSERT_TRUE(host_name_is_good(text));
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 50 == 49 ? '.' : 'a';
    text[254] = '\0';
    CU_ASSERT_FALSE(host_name_is_good(text));
    text[253] = '\0';
    CU_ASSERT_TRUE(host_name_is_good(text));
}

void unit_host_name(void)
{
    UNIT(names_and_addresses);
    UNIT(long_names);
}
