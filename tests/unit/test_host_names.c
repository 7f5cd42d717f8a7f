#include "mock-broker/host_names.h"

#include "lib/net/host_name.h"
#include "mock-broker/registry.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

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

/* What host_names_print writes; the caller frees. */
static char *printed(const struct host_names *names, const char *const *extra, size_t extra_count)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    host_names_print(names, extra, extra_count, "10.0.0.1", to);
    fclose(to);
    return text;
}

static void a_hosts_file_has_a_line_for_each(void)
{
    struct registry *r = registry_new();
    struct host_names names;
    const char *const extra[] = {"mock.lab", "10.0.0.1"};
    registry_put_product(r, STR("qk"), NULL);
    registry_put_product(r, STR("a.b"), NULL);
    registry_put_product(r, STR("a1B2c3"), NULL);
    host_names_of(&names, r, "us-west-1");
    char *text = printed(&names, extra, 2);
    CU_ASSERT_STRING_EQUAL(text, "# begin iotconform mock-broker: this machine stands for the platform\n"
                                 "10.0.0.1 a1B2c3.iot-as-mqtt.us-west-1.aliyuncs.com\n"
                                 "10.0.0.1 qk.iot-as-mqtt.us-west-1.aliyuncs.com\n"
                                 "10.0.0.1 iot-auth.us-west-1.aliyuncs.com\n"
                                 "10.0.0.1 iot-auth-global.aliyuncs.com\n"
                                 "10.0.0.1 mock.lab\n"
                                 "# left out: 1 product keys that cannot stand in a host name\n"
                                 "# end iotconform mock-broker\n");
    free(text);
    host_names_fini(&names);
    registry_free(r);
}

void unit_host_names(void)
{
    UNIT(names_and_addresses);
    UNIT(long_names);
    UNIT(a_hosts_file_has_a_line_for_each);
}
