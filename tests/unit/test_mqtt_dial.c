#include <string.h>

#include "client/core/client_settings.h"
#include "tests/unit/fake_device.h"
#include "tests/unit/unit.h"

/* Connecting and signing in (SDK-01). */

static void what_is_sent_is_what_was_given(void)
{
    struct fake_device d;
    fake_device_init(&d);
    d.port->withheld = 1u << MQTT_CONNACK;
    fake_port_say(d.port, "", 0);
    struct client_settings s;
    d.param.clean_session = 1;
    d.param.keepalive_interval_ms = 299999;
    CU_ASSERT_TRUE_FATAL(client_settings_init(&s, &d.param));
    struct buf packet;
    buf_init(&packet, 1024);
    CU_ASSERT_TRUE(client_settings_connect(&s, &packet));
    /* by hand: remaining length 10 + 41 + 11 + 12, MQTT 4, flags 0xc2, keep-alive 299 */
    CU_ASSERT_EQUAL(memcmp(packet.data,
                           "\x10\x4a\0\x04MQTT\x04\xc2\x01\x2b\0\x27"
                           "12345|securemode=3",
                           32),
                    0);
    buf_clear(&packet);
    s.keep_alive_ms = 300000;
    CU_ASSERT_TRUE(client_settings_connect(&s, &packet));
    CU_ASSERT_EQUAL(packet.data[10] << 8 | packet.data[11], 300);
    buf_fini(&packet);
    client_settings_fini(&s);
    CU_ASSERT_EQUAL(fake_device_open(&d), -33);
}

static void each_refusal_has_its_number(void)
{
    static const int errors[] = {0, -38, -37, -36, -35, -34};
    for (uint8_t code = 1; code <= 5; code++) {
        struct fake_device d;
        fake_device_init(&d);
        d.port->connack_code = code;
        CU_ASSERT_EQUAL(fake_device_open(&d), errors[code]);
        CU_ASSERT_PTR_NULL(d.handle);
    }
}

static void no_connection_and_no_good_answer_have_theirs(void)
{
    struct fake_device d;
    fake_device_init(&d);
    d.port->connects_failed = 1;
    CU_ASSERT_EQUAL(fake_device_open(&d), -28);
    fake_device_init(&d);
    d.port->breaks_writes = true;
    CU_ASSERT_EQUAL(fake_device_open(&d), -33);
    fake_device_init(&d);
    d.param.host = NULL;
    CU_ASSERT_EQUAL(fake_device_open(&d), -1);
}

/* A device whose second connection, at 1000 ms, brings these bytes instead of a CONNACK and then, perhaps, ends. */
static void second_connection(struct fake_device *d, const void *bytes, size_t n, bool ends)
{
    fake_device_online(d);
    fake_port_drop(d->port);
    IOT_MQTT_Yield(d->handle, 999);
    d->port->withheld = 1u << MQTT_CONNACK;
    d->port->said_on_connect = (struct str){bytes, n};
    d->port->ends_on_connect = ends;
    IOT_MQTT_Yield(d->handle, 1);
    IOT_MQTT_Yield(d->handle, 1);
    CU_ASSERT_EQUAL(IOT_MQTT_CheckStateNormal(d->handle), 0);
    CU_ASSERT_EQUAL(d->port->connects, 2);
}

static void what_comes_instead_of_a_connack_ends_the_attempt(void)
{
    struct fake_device d;
    second_connection(&d, "HTTP/1.1 400 Bad Request\r\n\r\n", 28, false);
    CU_ASSERT_TRUE(fake_port_now_ms(d.port) < 1010);
    fake_device_fini(&d);
    second_connection(&d, "\x20\x02\x00", 3, true);
    CU_ASSERT_TRUE(fake_port_now_ms(d.port) < 1010);
    fake_device_fini(&d);
    second_connection(&d, "\x20\x02\x00", 3, false);
    CU_ASSERT_TRUE(fake_port_now_ms(d.port) >= 3000 && fake_port_now_ms(d.port) < 3010);
    fake_device_fini(&d);
}

static void ten_other_packets_before_the_connack_are_skipped(void)
{
    static const char others[] = "\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\x20\x02\0\0";
    static const char too_many[] =
        "\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\xd0\0\x20\x02\0\0";
    struct fake_device d;
    fake_device_init(&d);
    d.port->withheld = 1u << MQTT_CONNACK;
    d.port->said_on_connect = (struct str){others, sizeof others - 1};
    CU_ASSERT_EQUAL(fake_device_open(&d), 0);
    fake_device_fini(&d);
    fake_device_init(&d);
    d.port->withheld = 1u << MQTT_CONNACK;
    d.port->said_on_connect = (struct str){too_many, sizeof too_many - 1};
    CU_ASSERT_EQUAL(fake_device_open(&d), -33);
}

static void what_follows_the_connack_at_once_is_not_lost(void)
{
    struct fake_device d;
    fake_device_init(&d);
    d.port->withheld = 1u << MQTT_CONNACK;
    d.port->said_on_connect = STR("\x20\x02\0\0\x30\x05\0\x02/ax");
    CU_ASSERT_EQUAL_FATAL(fake_device_open(&d), 0);
    IOT_MQTT_Yield(d.handle, 0);
    CU_ASSERT_STRING_EQUAL(fake_device_events(&d), "12:/a=x ");
    fake_device_fini(&d);
}

static int renewals, freed;

static void free_renewal(void *ctx)
{
    (void)ctx;
    freed++;
}

static bool renew(void *ctx, struct client_settings *settings)
{
    bool *works = ctx;
    renewals++;
    client_settings_renew(settings, "token", "new", renewals > 1 ? "elsewhere" : NULL, 8883);
    return *works;
}

static void credentials_are_renewed_before_each_new_connection(void)
{
    struct fake_device d;
    bool works = true;
    int error;
    fake_device_init(&d);
    renewals = 0;
    const struct mqtt_client_renewal renewal = {renew, free_renewal, &works};
    d.handle = mqtt_client_new(&d.param, &d.port->base, &renewal, &error);
    CU_ASSERT_EQUAL(error, 0);
    CU_ASSERT_EQUAL(renewals, 0);
    fake_port_log(d.port);
    fake_port_drop(d.port);
    IOT_MQTT_Yield(d.handle, 1000);
    CU_ASSERT_EQUAL(renewals, 1);
    CU_ASSERT_EQUAL(IOT_MQTT_CheckStateNormal(d.handle), 1);
    works = false;
    fake_port_drop(d.port);
    fake_port_log(d.port);
    IOT_MQTT_Yield(d.handle, 4000);
    CU_ASSERT_EQUAL(renewals, 3); /* after 1 s and after 2 s more */
    CU_ASSERT_STRING_EQUAL(fake_port_log(d.port), "");
    CU_ASSERT_EQUAL(freed, 0);
    fake_device_fini(&d);
    CU_ASSERT_EQUAL(freed, 1);
    fake_device_init(&d);
    d.param.port = 0;
    CU_ASSERT_PTR_NULL(mqtt_client_new(&d.param, &d.port->base, &renewal, NULL));
    fake_device_init(&d);
    d.port->connects_failed = 1;
    CU_ASSERT_PTR_NULL(mqtt_client_new(&d.param, &d.port->base, &renewal, NULL));
    CU_ASSERT_EQUAL(freed, 3);
}

void unit_mqtt_dial(void)
{
    UNIT(what_is_sent_is_what_was_given);
    UNIT(each_refusal_has_its_number);
    UNIT(no_connection_and_no_good_answer_have_theirs);
    UNIT(what_comes_instead_of_a_connack_ends_the_attempt);
    UNIT(ten_other_packets_before_the_connack_are_skipped);
    UNIT(what_follows_the_connack_at_once_is_not_lost);
    UNIT(credentials_are_renewed_before_each_new_connection);
}
