#include <string.h>

#include "tests/unit/fake_device.h"
#include "tests/unit/unit.h"

/* Time: heartbeats, requests without an answer, reconnection (SDK-05, SDK-12). All on a clock that the waiting moves. */

static void a_yield_takes_as_long_as_it_is_told(void)
{
    struct fake_device d;
    fake_device_online(&d);
    IOT_MQTT_Yield(d.handle, 0);
    IOT_MQTT_Yield(d.handle, -5);
    CU_ASSERT_EQUAL(fake_port_now_ms(d.port), 0);
    IOT_MQTT_Yield(d.handle, 12345);
    CU_ASSERT_EQUAL(fake_port_now_ms(d.port), 12345);
    fake_device_fini(&d);
}

static void a_ping_is_sent_in_each_interval_whatever_else_is(void)
{
    struct fake_device d;
    fake_device_online(&d);
    IOT_MQTT_Yield(d.handle, 57000);
    fake_device_publish(&d, 0, "/a", "x");
    IOT_MQTT_Yield(d.handle, 180000 - 57000);
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port),
                           "57000 PUBLISH 0 x\n58000 PINGREQ\n116000 PINGREQ\n174000 PINGREQ\n");
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "");
    fake_device_fini(&d);
}

static void three_pings_in_vain_are_the_end(void)
{
    struct fake_device d;
    fake_device_online(&d);
    d.port->withheld = 1u << MQTT_PINGRESP;
    IOT_MQTT_Yield(d.handle, 69999);
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port), "58000 PINGREQ\n62000 PINGREQ\n66000 PINGREQ\n");
    CU_ASSERT_EQUAL(IOT_MQTT_CheckStateNormal(d.handle), 1);
    IOT_MQTT_Yield(d.handle, 1);
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_EQUAL(IOT_MQTT_CheckStateNormal(d.handle), 0);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "1 ");
    fake_device_fini(&d);
}

static void only_pingresp_answers_a_ping(void)
{
    struct fake_device d;
    fake_device_online(&d);
    d.port->withheld = 1u << MQTT_PINGRESP;
    IOT_MQTT_Yield(d.handle, 67000);
    fake_port_publish(d.port, 0, 0, "/a", STR("x"));
    IOT_MQTT_Yield(d.handle, 2999);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "12:/a=x ");
    IOT_MQTT_Yield(d.handle, 1);
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port), "58000 PINGREQ\n62000 PINGREQ\n66000 PINGREQ\n");
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "1 ");
    fake_device_fini(&d);
}

static void a_publication_is_sent_again_and_then_given_up(void)
{
    struct fake_device d;
    fake_device_online(&d);
    d.port->withheld = 1u << MQTT_PUBACK;
    IOT_MQTT_Yield(d.handle, 100);
    CU_ASSERT_EQUAL(fake_device_publish(&d, 1, "/a", "x"), 1);
    IOT_MQTT_Yield(d.handle, 15999);
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port),
                           "100 PUBLISH 1 x\n4100 PUBLISH DUP 1 x\n8100 PUBLISH DUP 1 x\n"
                           "12100 PUBLISH DUP 1 x\n");
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "");
    IOT_MQTT_Yield(d.handle, 1);
    IOT_MQTT_Yield(d.handle, 10000);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "10:1 ");
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port), "");
    fake_device_fini(&d);
}

static void a_late_puback_counts(void)
{
    struct fake_device d;
    fake_device_online(&d);
    d.port->withheld = 1u << MQTT_PUBACK;
    fake_device_publish(&d, 1, "/a", "x");
    IOT_MQTT_Yield(d.handle, 3999);
    d.port->withheld = 0;
    IOT_MQTT_Yield(d.handle, 20000);
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port), "0 PUBLISH 1 x\n4000 PUBLISH DUP 1 x\n");
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "9:1 ");
    fake_port_say(d.port, "\x40\x02\x00\x01", 4); /* and a second one is nothing */
    fake_port_say(d.port, "\x90\x03\x00\x01\x00", 5);
    fake_port_say(d.port, "\xb0\x02\x00\x01", 4);
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "");
    fake_device_fini(&d);
}

static void requests_time_out_and_give_their_slot_back(void)
{
    struct fake_device d;
    fake_device_online(&d);
    struct fake_taker taker = {&d, "a", NULL};
    d.port->withheld = 1u << MQTT_SUBACK | 1u << MQTT_UNSUBACK;
    IOT_MQTT_Subscribe(d.handle, "/a", 0, fake_device_take, &taker);
    fake_port_publish(d.port, 0, 0, "/a", STR("early"));
    IOT_MQTT_Yield(d.handle, 1000);
    IOT_MQTT_Unsubscribe(d.handle, "/b");
    IOT_MQTT_Yield(d.handle, 2999);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "a:/a=early ");
    IOT_MQTT_Yield(d.handle, 2);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "4:1 ");
    IOT_MQTT_Yield(d.handle, 1000);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "7:2 ");
    fake_port_publish(d.port, 0, 0, "/a", STR("late"));
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "12:/a=late ");
    fake_device_fini(&d);
}

static void a_refused_filter_gives_its_slot_back(void)
{
    struct fake_device d;
    fake_device_online(&d);
    struct fake_taker taker = {&d, "a", NULL};
    d.port->suback_code = 0x80;
    IOT_MQTT_Subscribe(d.handle, "/a", 1, fake_device_take, &taker);
    IOT_MQTT_Yield(d.handle, 10);
    fake_port_publish(d.port, 0, 0, "/a", STR("x"));
    IOT_MQTT_Yield(d.handle, 10);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "5:1 12:/a=x ");
    fake_device_fini(&d);
}

static void reconnects_after_1_2_4_and_up_to_60_seconds(void)
{
    struct fake_device d;
    fake_device_online(&d);
    fake_port_drop(d.port);
    d.port->connects_failed = 8;
    IOT_MQTT_Yield(d.handle, 183000);
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port),
                           "1000 connect\n3000 connect\n7000 connect\n15000 connect\n"
                           "31000 connect\n63000 connect\n123000 connect\n183000 connect\n");
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "1 ");
    IOT_MQTT_Yield(d.handle, 60000);
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port), "243000 connect\n243000 CONNECT\n");
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "2 ");
    CU_ASSERT_EQUAL(IOT_MQTT_CheckStateNormal(d.handle), 1);
    fake_port_drop(d.port); /* a good connection begins with 1 s again */
    IOT_MQTT_Yield(d.handle, 1000);
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port), "244000 connect\n244000 CONNECT\n");
    fake_device_fini(&d);
}

static void a_refusal_and_a_silence_count_as_failed_attempts(void)
{
    struct fake_device d;
    fake_device_online(&d);
    fake_port_drop(d.port);
    d.port->connack_code = 4;
    IOT_MQTT_Yield(d.handle, 1500);
    d.port->connack_code = 0;
    d.port->withheld = 1u << MQTT_CONNACK;
    IOT_MQTT_Yield(d.handle, 4000);
    d.port->withheld = 0;
    IOT_MQTT_Yield(d.handle, 10000);
    /* refused at 1000; 2 s later no CONNACK for 2 s; 4 s after that it works */
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port), "1000 connect\n1000 CONNECT\n3000 connect\n3000 CONNECT\n"
                                                  "9000 connect\n9000 CONNECT\n");
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "1 2 ");
    fake_device_fini(&d);
}

static void after_a_reconnection_only_what_was_not_acknowledged_goes_again(void)
{
    struct fake_device d;
    fake_device_online(&d);
    struct fake_taker taker = {&d, "a", NULL};
    d.port->session_present = true;
    IOT_MQTT_Subscribe(d.handle, "/a", 1, fake_device_take, &taker);
    fake_device_publish(&d, 1, "/x", "acknowledged");
    IOT_MQTT_Yield(d.handle, 0);
    d.port->withheld = 1u << MQTT_PUBACK;
    fake_device_publish(&d, 1, "/x", "first");
    fake_device_publish(&d, 0, "/x", "never again");
    fake_device_publish(&d, 1, "/x", "second");
    fake_port_drop(d.port);
    fake_port_log(d.port);
    IOT_MQTT_Yield(d.handle, 999);
    d.port->withheld = 0;
    IOT_MQTT_Yield(d.handle, 10);
    CU_ASSERT_STRING_EQUAL(
        fake_port_log(d.port),
        "1000 connect\n1000 CONNECT\n1000 PUBLISH DUP 3 first\n1000 PUBLISH DUP 4 second\n");
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "3:1 9:2 1 2 9:3 9:4 ");
    fake_port_publish(d.port, 0, 0, "/a",
                      STR("x")); /* the session still has the filter, and we the handler */
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "a:/a=x ");
    fake_device_fini(&d);
}

static void requests_time_out_while_it_is_offline_too(void)
{
    struct fake_device d;
    fake_device_online(&d);
    d.port->withheld = 1u << MQTT_SUBACK;
    IOT_MQTT_Subscribe(d.handle, "/a", 1, fake_device_take, NULL);
    fake_port_drop(d.port);
    d.port->connects_failed = 9;
    IOT_MQTT_Yield(d.handle, 3999);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "1 ");
    IOT_MQTT_Yield(d.handle, 2);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "4:1 ");
    fake_device_fini(&d);
}

void unit_mqtt_yield(void)
{
    UNIT(a_yield_takes_as_long_as_it_is_told);
    UNIT(a_ping_is_sent_in_each_interval_whatever_else_is);
    UNIT(three_pings_in_vain_are_the_end);
    UNIT(only_pingresp_answers_a_ping);
    UNIT(a_publication_is_sent_again_and_then_given_up);
    UNIT(a_late_puback_counts);
    UNIT(requests_time_out_and_give_their_slot_back);
    UNIT(a_refused_filter_gives_its_slot_back);
    UNIT(reconnects_after_1_2_4_and_up_to_60_seconds);
    UNIT(a_refusal_and_a_silence_count_as_failed_attempts);
    UNIT(after_a_reconnection_only_what_was_not_acknowledged_goes_again);
    UNIT(requests_time_out_while_it_is_offline_too);
}
