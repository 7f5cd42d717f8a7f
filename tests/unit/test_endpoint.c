#include "mock-broker/endpoint.h"

#include "tests/unit/unit.h"

static void other_products_are_seen(void)
{
    static const struct {
        const char *host;
        bool other;
    } rows[] = {
        {"pk.iot-as-mqtt.cn-shanghai.aliyuncs.com", false},
        {"PK.iot-as-mqtt.cn-shanghai.aliyuncs.com", false},
        {"qk.iot-as-mqtt.cn-shanghai.aliyuncs.com", true},
        {"pkk.iot-as-mqtt.us-west-1.aliyuncs.com", true},
        {"localhost", false},
        {"", false},
        {"qk.mqtt.iothub.aliyuncs.com", false},
        {".iot-as-mqtt.x", false},
        {"127.0.0.1", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(endpoint_is_of_other_product(str_of(rows[i].host), STR("pk")), rows[i].other);
}

static void the_way_back_leads_here(void)
{
    static const struct {
        const char *header, *host;
    } rows[] = {
        {"127.0.0.1:8443", "127.0.0.1"},
        {"localhost", "localhost"},
        {"[::1]:8443", "::1"},
        {"iot-auth.cn-shanghai.aliyuncs.com", "pk.iot-as-mqtt.cn-hangzhou.aliyuncs.com"},
        {"iot-auth-global.aliyuncs.com:443", "pk.iot-as-mqtt.cn-hangzhou.aliyuncs.com"},
        {"", "127.0.0.1"},
        {"a\"b", "127.0.0.1"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "127.0.0.1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char out[ENDPOINT_HOST_SIZE];
        endpoint_host_for(str_of(rows[i].header), STR("cn-hangzhou"), STR("pk"), out);
        CU_ASSERT_STRING_EQUAL(out, rows[i].host);
    }
}

void unit_endpoint(void)
{
    UNIT(other_products_are_seen);
    UNIT(the_way_back_leads_here);
}
