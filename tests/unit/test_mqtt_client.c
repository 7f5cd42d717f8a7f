#include "client/core/mqtt_client.h"

#include <string.h>

#include "client/core/client_settings.h"
#include "tests/unit/fake_device.h"
#include "tests/unit/unit.h"

/* Requests of the application: what the functions return, what goes out, what is told (SDK-02, -03, -04, -06, -07, -08). */

static int asked, asked_online;

static void requests_get_ids_and_events(void)
{
    struct fake_device d;
    fake_device_online(&d);
    struct fake_taker taker = {&d, "data", NULL};
    CU_ASSERT_EQUAL(IOT_MQTT_CheckStateNormal(d.handle), 1);
    CU_ASSERT_EQUAL(IOT_MQTT_Subscribe(d.handle, "/pk/d/data", IOTX_MQTT_QOS1, fake_device_take, &taker), 1);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 1, "/pk/d/data", "one"), 2);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 0, "/pk/d/data", "none"), 0);
    CU_ASSERT_EQUAL(IOT_MQTT_Unsubscribe(d.handle, "/pk/d/data"), 3);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), ""); /* only Yield tells */
    CU_ASSERT_EQUAL(IOT_MQTT_Yield(d.handle, 200), 0);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "3:1 9:2 6:3 ");
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port),
                           "0 SUBSCRIBE\n0 PUBLISH 2 one\n0 PUBLISH 0 none\n0 UNSUBSCRIBE\n");
    CU_ASSERT_EQUAL(fake_port_now_ms(d.port), 200);
    fake_device_fini(&d);
}

static void ids_go_round_and_leave_out_those_in_use(void)
{
    struct fake_device d;
    fake_device_online(&d);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 1, "/a", ""), 1);
    d.port->withheld = 1u << MQTT_PUBACK;
    CU_ASSERT_EQUAL(fake_device_publish(&d, 1, "/a", "kept"), 2);
    d.port->withheld = 0;
    for (int id = 3; id <= UINT16_MAX; id++) {
        if (fake_device_publish(&d, 1, "/a", "") != id)
            CU_FAIL_FATAL("ids are not given in order");
        IOT_MQTT_Yield(d.handle, 0);
        fake_port_log(d.port);
        fake_device_events(&d);
    }
    CU_ASSERT_EQUAL(fake_device_publish(&d, 1, "/a", ""), 1);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 1, "/a", ""), 3);
    fake_device_fini(&d);
}

static void topics_are_checked(void)
{
    static const char *const bad[] = {"",      "a",     "a/b",   "/a/b+", "/a+/b",     "/a/#/b",
                                      "/a/b#", "/#/",   "/a\tb", "/\x7f", "/\xc3\xa4", "/++",
                                      "/+a",   "/a/##", "#",     "+",     "/a/\x1f",   "/+#"};
    struct fake_device d;
    char longest[130] = "/";
    memset(longest + 1, 'a', 127);
    fake_device_online(&d);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CU_ASSERT_EQUAL(IOT_MQTT_Subscribe(d.handle, bad[i], 0, fake_device_take, NULL), -41);
        CU_ASSERT_EQUAL(IOT_MQTT_Unsubscribe(d.handle, bad[i]), -41);
        CU_ASSERT_EQUAL(fake_device_publish(&d, 0, bad[i], ""), -41);
    }
    CU_ASSERT_EQUAL(fake_device_publish(&d, 0, "/a/+", ""), -41);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 0, "/a/#", ""), -41);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 0, longest, ""), 0);
    longest[128] = 'a';
    CU_ASSERT_EQUAL(fake_device_publish(&d, 0, longest, ""), -41);
    CU_ASSERT_TRUE(IOT_MQTT_Subscribe(d.handle, "/+/a/#", 0, fake_device_take, NULL) > 0);
    CU_ASSERT_TRUE(IOT_MQTT_Subscribe(d.handle, "/#", 0, fake_device_take, NULL) > 0);
    fake_device_fini(&d);
}

static void null_and_qos_2_are_refused(void)
{
    struct fake_device d;
    fake_device_online(&d);
    iotx_mqtt_topic_info_t empty = {.payload_len = 1};
    CU_ASSERT_EQUAL(IOT_MQTT_Publish(d.handle, NULL, &empty), -2);
    CU_ASSERT_EQUAL(IOT_MQTT_Publish(d.handle, "/a", NULL), -2);
    CU_ASSERT_EQUAL(IOT_MQTT_Publish(d.handle, "/a", &empty), -2);
    CU_ASSERT_EQUAL(IOT_MQTT_Publish(NULL, "/a", &empty), -2);
    CU_ASSERT_EQUAL(IOT_MQTT_Subscribe(d.handle, NULL, 0, fake_device_take, NULL), -2);
    CU_ASSERT_EQUAL(IOT_MQTT_Subscribe(d.handle, "/a", 0, NULL, NULL), -2);
    CU_ASSERT_EQUAL(IOT_MQTT_Subscribe(NULL, "/a", 0, fake_device_take, NULL), -2);
    CU_ASSERT_EQUAL(IOT_MQTT_Unsubscribe(d.handle, NULL), -2);
    CU_ASSERT_EQUAL(IOT_MQTT_Unsubscribe(NULL, "/a"), -2);
    CU_ASSERT_EQUAL(IOT_MQTT_Yield(NULL, 0), -2);
    CU_ASSERT_EQUAL(IOT_MQTT_CheckStateNormal(NULL), 0);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 2, "/a", ""), -20);
    CU_ASSERT_EQUAL(IOT_MQTT_Subscribe(d.handle, "/a", IOTX_MQTT_QOS2, fake_device_take, NULL), -23);
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port), "");
    fake_device_fini(&d);
}

static void lists_are_full_at_30_20_and_30(void)
{
    struct fake_device d;
    char filter[16];
    fake_device_online(&d);
    for (int i = 0; i < 30; i++) {
        snprintf(filter, sizeof filter, "/f/%d", i);
        CU_ASSERT_TRUE(IOT_MQTT_Subscribe(d.handle, filter, 0, fake_device_take, NULL) > 0);
    }
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_EQUAL(IOT_MQTT_Subscribe(d.handle, "/f/30", 0, fake_device_take, NULL), -42);
    CU_ASSERT_TRUE(IOT_MQTT_Subscribe(d.handle, "/f/29", 0, fake_device_take, NULL) > 0); /* has its slot */
    CU_ASSERT_TRUE(IOT_MQTT_Unsubscribe(d.handle, "/f/7") > 0);
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_TRUE(IOT_MQTT_Subscribe(d.handle, "/f/30", 0, fake_device_take, NULL) > 0);
    IOT_MQTT_Yield(d.handle, 0);
    d.port->withheld = 1u << MQTT_PUBACK | 1u << MQTT_UNSUBACK;
    for (int i = 0; i < 20; i++)
        CU_ASSERT_TRUE(fake_device_publish(&d, 1, "/a", "") > 0);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 1, "/a", ""), -42);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 0, "/a", ""), 0);
    for (int i = 0; i < 30; i++)
        CU_ASSERT_TRUE(IOT_MQTT_Unsubscribe(d.handle, "/never/subscribed") > 0);
    CU_ASSERT_EQUAL(IOT_MQTT_Unsubscribe(d.handle, "/never/subscribed"), -42);
    CU_ASSERT_EQUAL(IOT_MQTT_Subscribe(d.handle, "/f/29", 0, fake_device_take, NULL), -42);
    fake_device_fini(&d);
}

static void what_does_not_fit_is_not_sent(void)
{
    struct fake_device d;
    char text[1100];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    fake_device_init(&d);
    d.param.write_buf_size = 100;
    CU_ASSERT_EQUAL_FATAL(fake_device_open(&d), 0);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 1, "/a", text), -21);
    text[99 - 2 - 4 - 2] = '\0'; /* 2 of the fixed header, topic 4, id 2: one byte too many is left out */
    CU_ASSERT_TRUE(fake_device_publish(&d, 1, "/a", text) > 0);
    memset(text, 'a', 110);
    text[0] = '/';
    text[110] = '\0';
    CU_ASSERT_EQUAL(IOT_MQTT_Subscribe(d.handle, text, 0, fake_device_take, NULL), -26);
    CU_ASSERT_EQUAL(IOT_MQTT_Unsubscribe(d.handle, text), -22);
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "9:2 ");
    fake_device_fini(&d);
}

static void nothing_is_taken_while_it_is_not_connected(void)
{
    struct fake_device d;
    fake_device_online(&d);
    fake_port_drop(d.port);
    IOT_MQTT_Yield(d.handle, 0);
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_EQUAL(IOT_MQTT_CheckStateNormal(d.handle), 0);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 0, "/a", ""), -27);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 1, "/a", ""), -27);
    CU_ASSERT_EQUAL(IOT_MQTT_Subscribe(d.handle, "/a", 0, fake_device_take, NULL), -27);
    CU_ASSERT_EQUAL(IOT_MQTT_Unsubscribe(d.handle, "/a"), -27);
    fake_device_fini(&d);
}

static void a_write_that_fails_loses_the_connection(void)
{
    struct fake_device d;
    fake_device_online(&d);
    d.port->breaks_writes = true;
    CU_ASSERT_EQUAL(fake_device_publish(&d, 1, "/a", "gone"), -14);
    CU_ASSERT_EQUAL(IOT_MQTT_CheckStateNormal(d.handle), 0);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 1, "/a", "gone"), -27);
    d.port->breaks_writes = false;
    IOT_MQTT_Yield(d.handle, 1000);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "1 2 ");
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port),
                           "1000 connect\n1000 CONNECT\n"); /* an error means: not kept */
    d.port->breaks_writes = true;
    CU_ASSERT_EQUAL(IOT_MQTT_Subscribe(d.handle, "/a", 0, fake_device_take, NULL), -14);
    d.port->breaks_writes = false;
    fake_device_fini(&d);
}

static void ask(void *ctx)
{
    struct fake_device *d = ctx;
    asked++;
    asked_online += IOT_MQTT_CheckStateNormal(d->handle);
}

/* The fake port knows when somebody wants the lock that the writer holds. */
static void who_only_asks_does_not_wait_for_a_writer(void)
{
    struct fake_device d;
    fake_device_online(&d);
    asked = asked_online = 0;
    d.port->while_writing = ask;
    d.port->ctx = &d;
    CU_ASSERT_EQUAL(fake_device_publish(&d, 0, "/a", "slow"), 0);
    CU_ASSERT_EQUAL(asked, 1);
    CU_ASSERT_EQUAL(asked_online, 1);
    d.port->while_writing = NULL;
    fake_device_fini(&d);
}

static void destroy_signs_off_once(void)
{
    struct fake_device d;
    void *none = NULL;
    fake_device_online(&d);
    CU_ASSERT_EQUAL(IOT_MQTT_Destroy(NULL), -2);
    CU_ASSERT_EQUAL(IOT_MQTT_Destroy(&none), -2);
    CU_ASSERT_EQUAL(IOT_MQTT_Destroy(&d.handle), 0);
    CU_ASSERT_PTR_NULL(d.handle);
    CU_ASSERT_EQUAL(IOT_MQTT_Destroy(&d.handle), -2);
}

static void two_handles_know_nothing_of_each_other(void)
{
    struct fake_device a, b;
    fake_device_online(&a);
    fake_device_online(&b);
    struct fake_taker taker = {&b, "b", NULL};
    IOT_MQTT_Subscribe(b.handle, "/a", 0, fake_device_take, &taker);
    fake_device_publish(&a, 1, "/a", "x");
    fake_port_publish(a.port, 0, 0, "/a", STR("y"));
    IOT_MQTT_Yield(a.handle, 100);
    IOT_MQTT_Yield(b.handle, 100);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&a), "9:1 12:/a=y ");
    CU_ASSERT_STRING_EQUAL(fake_device_events(&b), "3:1 ");
    fake_device_fini(&a);
    CU_ASSERT_EQUAL(IOT_MQTT_CheckStateNormal(b.handle), 1);
    fake_device_fini(&b);
}

void unit_mqtt_client(void)
{
    UNIT(requests_get_ids_and_events);
    UNIT(ids_go_round_and_leave_out_those_in_use);
    UNIT(topics_are_checked);
    UNIT(null_and_qos_2_are_refused);
    UNIT(lists_are_full_at_30_20_and_30);
    UNIT(what_does_not_fit_is_not_sent);
    UNIT(nothing_is_taken_while_it_is_not_connected);
    UNIT(a_write_that_fails_loses_the_connection);
    UNIT(who_only_asks_does_not_wait_for_a_writer);
    UNIT(destroy_signs_off_once);
    UNIT(two_handles_know_nothing_of_each_other);
}
