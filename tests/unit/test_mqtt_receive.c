#include <string.h>

#include "tests/unit/fake_device.h"
#include "tests/unit/unit.h"

/* What comes from the platform, and what handlers may do (SDK-02, SDK-05, SDK-06, SDK-08). */

static void messages_go_to_every_handler_that_fits_else_to_the_event(void)
{
    struct fake_device d;
    fake_device_online(&d);
    struct fake_taker exact = {&d, "exact", NULL}, level = {&d, "level", NULL}, all = {&d, "all", NULL};
    IOT_MQTT_Subscribe(d.handle, "/pk/d/user/get", 1, fake_device_take, &exact);
    IOT_MQTT_Subscribe(d.handle, "/pk/d/+/get", 1, fake_device_take, &level);
    IOT_MQTT_Subscribe(d.handle, "/pk/#", 1, fake_device_take, &all);
    IOT_MQTT_Yield(d.handle, 0);
    fake_device_events(&d);
    fake_port_publish(d.port, 0, 0, "/pk/d/user/get", STR("1"));
    fake_port_publish(d.port, 0, 0, "/pk/d/x/get", STR("2"));
    fake_port_publish(d.port, 0, 0, "/pk", STR("3"));
    fake_port_publish(d.port, 0, 0, "/other", STR("4"));
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_STRING_EQUAL(
        fake_device_events(&d),
        "exact:/pk/d/user/get=1 level:/pk/d/user/get=1 all:/pk/d/user/get=1 level:/pk/d/x/get=2 "
        "all:/pk/d/x/get=2 all:/pk=3 12:/other=4 ");
    fake_device_fini(&d);
}

static void a_filter_subscribed_twice_has_the_later_handler(void)
{
    struct fake_device d;
    fake_device_online(&d);
    struct fake_taker first = {&d, "first", NULL}, second = {&d, "second", NULL};
    IOT_MQTT_Subscribe(d.handle, "/a", 1, fake_device_take, &first);
    IOT_MQTT_Subscribe(d.handle, "/a", 1, fake_device_take, &second);
    fake_port_publish(d.port, 0, 0, "/a", STR("x"));
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "3:1 3:2 second:/a=x ");
    fake_device_fini(&d);
}

static void qos_1_is_acknowledged_after_its_handler(void)
{
    struct fake_device d;
    fake_device_online(&d);
    fake_port_publish(d.port, 1, 77, "/a", STR("x"));
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "12:/a=x ");
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port), "0 PUBACK 77\n");
    fake_device_fini(&d);
}

static void bytes_may_come_one_by_one(void)
{
    struct fake_device d;
    fake_device_online(&d);
    d.port->read_max = 1;
    fake_port_publish(d.port, 1, 1, "/a", STR("one"));
    fake_port_publish(d.port, 0, 0, "/a", STR("two"));
    IOT_MQTT_Yield(d.handle, 100);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "12:/a=one 12:/a=two ");
    fake_device_fini(&d);
}

static void a_message_too_large_is_skipped_and_told(void)
{
    static char large[5000];
    struct fake_device d;
    fake_device_init(&d);
    d.param.read_buf_size = 64;
    CU_ASSERT_EQUAL_FATAL(fake_device_open(&d), 0);
    memset(large, 'x', sizeof large);
    for (size_t step = 1; step <= 5000; step = step * 3 + 1) {
        d.port->read_max = step;
        fake_port_publish(d.port, 1, 5, "/a", (struct str){large, sizeof large});
        fake_port_publish(d.port, 1, 6, "/b", STR("small"));
        fake_port_publish(d.port, 0, 0, "/c", (struct str){large, 80});
        IOT_MQTT_Yield(d.handle, 100);
        CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "13 12:/b=small 13 ");
        const char *log = fake_port_log(d.port);
        CU_ASSERT_PTR_NOT_NULL(strstr(log, "PUBACK 5\n"));
        CU_ASSERT_PTR_NOT_NULL(strstr(log, "PUBACK 6\n"));
    }
    CU_ASSERT_EQUAL(IOT_MQTT_CheckStateNormal(d.handle), 1);
    fake_device_fini(&d);
}

static void a_message_that_just_fits_is_given(void)
{
    static char text[64];
    struct fake_device d;
    fake_device_init(&d);
    d.param.read_buf_size = 64;
    CU_ASSERT_EQUAL_FATAL(fake_device_open(&d), 0);
    memset(text, 'x', sizeof text);
    fake_port_publish(d.port, 0, 0, "/a", (struct str){text, 64 - 6});
    fake_port_publish(d.port, 0, 0, "/a", (struct str){text, 64 - 5});
    IOT_MQTT_Yield(d.handle, 10);
    const char *events = fake_device_events(&d);
    CU_ASSERT_EQUAL(strncmp(events, "12:/a=xxx", 9), 0);
    CU_ASSERT_STRING_EQUAL(events + strlen(events) - 4, " 13 ");
    fake_device_fini(&d);
}

static void garbage_ends_the_connection_and_no_more(void)
{
    struct fake_device d;
    fake_device_online(&d);
    fake_port_publish(d.port, 0, 0, "/a", STR("good"));
    fake_port_say(d.port, "\xff\xff\xff\xff\xff\xff", 6);
    IOT_MQTT_Yield(d.handle, 1000);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "12:/a=good 1 2 ");
    fake_device_fini(&d);
}

static void packets_of_qos_2_are_left_alone(void)
{
    struct fake_device d;
    fake_device_online(&d);
    fake_port_say(d.port, "\x50\x02\x00\x01\x62\x02\x00\x01\x70\x02\x00\x01", 12);
    fake_port_publish(d.port, 2, 9, "/a", STR("two"));
    IOT_MQTT_Yield(d.handle, 10);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "12:/a=two ");
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port), "");
    fake_device_fini(&d);
}

/* A second CONNACK, PINGREQ, DISCONNECT, SUBSCRIBE, UNSUBSCRIBE, CONNECT (MQTT-4.8.0-1). */
static void what_a_server_never_sends_ends_the_connection(void)
{
    static const struct str packets[] = {
        {"\x20\x02\x00\x00", sizeof "\x20\x02\x00\x00" - 1},
        {"\xc0\x00", sizeof "\xc0\x00" - 1},
        {"\xe0\x00", sizeof "\xe0\x00" - 1},
        {"\x82\x06\x00\x01\x00\x01\x61\x00", sizeof "\x82\x06\x00\x01\x00\x01\x61\x00" - 1},
        {"\xa2\x05\x00\x01\x00\x01\x61", sizeof "\xa2\x05\x00\x01\x00\x01\x61" - 1},
        {"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00",
         sizeof "\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00" - 1}};
    for (size_t i = 0; i < sizeof packets / sizeof packets[0]; i++) {
        struct fake_device d;
        fake_device_online(&d);
        fake_port_say(d.port, packets[i].p, packets[i].n);
        IOT_MQTT_Yield(d.handle, 1000);
        CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "1 2 ");
        fake_device_fini(&d);
    }
}

static int yielded;

static void call_everything(struct fake_device *d, const iotx_mqtt_topic_info_t *info)
{
    (void)info;
    yielded = IOT_MQTT_Yield(d->handle, 100);
    CU_ASSERT_EQUAL(IOT_MQTT_CheckStateNormal(d->handle), 1);
    CU_ASSERT_TRUE(IOT_MQTT_Unsubscribe(d->handle, "/a") > 0);
    CU_ASSERT_TRUE(IOT_MQTT_Subscribe(d->handle, "/b", 0, fake_device_take, NULL) > 0);
    CU_ASSERT_TRUE(fake_device_publish(d, 1, "/c", "from inside") > 0);
}

static void handlers_may_call_everything_but_yield(void)
{
    struct fake_device d;
    fake_device_online(&d);
    struct fake_taker taker = {&d, "a", call_everything};
    IOT_MQTT_Subscribe(d.handle, "/a", 0, fake_device_take, &taker);
    IOT_MQTT_Yield(d.handle, 0);
    fake_port_publish(d.port, 0, 0, "/a", STR("x"));
    IOT_MQTT_Yield(d.handle, 100);
    CU_ASSERT_EQUAL(yielded, -1);
    CU_ASSERT_EQUAL(fake_port_now_ms(d.port), 100);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "3:1 a:/a=x 6:2 3:3 9:4 ");
    fake_device_fini(&d);
}

static void destroy_from_handler(struct fake_device *d, const iotx_mqtt_topic_info_t *info)
{
    void *handle = d->handle;
    CU_ASSERT_EQUAL(IOT_MQTT_Destroy(&handle), 0);
    CU_ASSERT_PTR_NULL(handle);
    CU_ASSERT_EQUAL(info->payload[0], 'x'); /* the message is good until we return */
}

static void destroy_from_event(struct fake_device *d, int event)
{
    if (event == IOTX_MQTT_EVENT_DISCONNECT || event == IOTX_MQTT_EVENT_SUBCRIBE_TIMEOUT)
        destroy_from_handler(d, &(iotx_mqtt_topic_info_t){.payload = "x"});
}

static void destroy_inside_a_handler_ends_the_yield(void)
{
    struct fake_device d;
    fake_device_online(&d);
    struct fake_taker first = {&d, "first", destroy_from_handler}, second = {&d, "second", NULL};
    IOT_MQTT_Subscribe(d.handle, "/a", 0, fake_device_take, &first);
    IOT_MQTT_Subscribe(d.handle, "/+", 0, fake_device_take, &second);
    fake_port_publish(d.port, 1, 1, "/a", STR("x"));
    fake_port_publish(d.port, 0, 0, "/a", STR("never seen"));
    CU_ASSERT_EQUAL(IOT_MQTT_Yield(d.handle, 100000), 0);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "3:1 3:2 first:/a=x ");
}

static void destroy_inside_an_event_ends_the_yield(void)
{
    struct fake_device d;
    fake_device_online(&d);
    d.then = destroy_from_event;
    fake_port_drop(d.port);
    CU_ASSERT_EQUAL(IOT_MQTT_Yield(d.handle, 100000), 0);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "1 ");
    fake_device_online(&d);
    d.then = destroy_from_event;
    d.port->withheld = 1u << MQTT_SUBACK;
    IOT_MQTT_Subscribe(d.handle, "/a", 0, fake_device_take, NULL);
    IOT_MQTT_Subscribe(d.handle, "/b", 0, fake_device_take, NULL);
    CU_ASSERT_EQUAL(IOT_MQTT_Yield(d.handle, 100000), 0);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "4:1 ");
}

void unit_mqtt_receive(void)
{
    UNIT(messages_go_to_every_handler_that_fits_else_to_the_event);
    UNIT(a_filter_subscribed_twice_has_the_later_handler);
    UNIT(qos_1_is_acknowledged_after_its_handler);
    UNIT(bytes_may_come_one_by_one);
    UNIT(a_message_too_large_is_skipped_and_told);
    UNIT(a_message_that_just_fits_is_given);
    UNIT(garbage_ends_the_connection_and_no_more);
    UNIT(packets_of_qos_2_are_left_alone);
    UNIT(what_a_server_never_sends_ends_the_connection);
    UNIT(handlers_may_call_everything_but_yield);
    UNIT(destroy_inside_a_handler_ends_the_yield);
    UNIT(destroy_inside_an_event_ends_the_yield);
}
