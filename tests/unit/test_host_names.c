#include "mock-broker/host_names.h"

#include "mock-broker/registry.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

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
    UNIT(a_hosts_file_has_a_line_for_each);
}
