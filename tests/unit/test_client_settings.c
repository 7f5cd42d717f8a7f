#include "client/core/client_settings.h"

#include <string.h>

#include "tests/unit/dying.h"
#include "tests/unit/fake_device.h"

/* Wrong parameters of IOT_MQTT_Construct (SDK-01) and times out of range (SDK-09). */

static iotx_mqtt_param_t param;

static void good(void)
{
    static struct fake_device d;
    fake_device_init(&d);
    d.port->base.ops->free(&d.port->base);
    param = d.param;
}

/* In a child: takes param, and says what came of it. */
static void take_it(void)
{
    struct client_settings s;
    if (!client_settings_init(&s, &param)) {
        fprintf(stderr, "NULL\n");
        return;
    }
    fprintf(stderr, "%d %d\n", (int)s.request_timeout_ms, (int)s.keep_alive_ms);
    client_settings_fini(&s);
}

static void expect_said(const char *expected)
{
    char said[2048];
    CU_ASSERT_EQUAL(dying(take_it, said, sizeof said), 0);
    CU_ASSERT_STRING_EQUAL(said, expected);
    good();
}

#define WHO  "iotconform: error: IOT_MQTT_Construct: "
#define MIND "iotconform: warning: IOT_MQTT_Construct: "

static void a_log_line_names_the_field(void)
{
    good();
    expect_said("2000 60000\n");
    param.port = 0;
    expect_said(WHO "port is 0\nNULL\n");
    param.host = NULL;
    expect_said(WHO "host is NULL\nNULL\n");
    param.host = "";
    expect_said(WHO "host is empty\nNULL\n");
    param.client_id = NULL;
    expect_said(WHO "client_id is NULL\nNULL\n");
    param.username = "";
    expect_said(WHO "username is empty\nNULL\n");
    param.password = NULL;
    expect_said(WHO "password is NULL\nNULL\n");
    param.write_buf_size = 0;
    expect_said(WHO "write_buf_size is 0; 1 to 1048576 bytes are possible\nNULL\n");
    param.write_buf_size = 75; /* the CONNECT packet has 76 bytes */
    expect_said(WHO "write_buf_size is 75; the CONNECT packet is larger\nNULL\n");
    param.write_buf_size = 76;
    expect_said("2000 60000\n");
    param.read_buf_size = 0;
    expect_said(WHO "read_buf_size is 0; 32 to 1048576 bytes are possible\nNULL\n");
    param.read_buf_size = 31;
    expect_said(WHO "read_buf_size is 31; 32 to 1048576 bytes are possible\nNULL\n");
    param.read_buf_size = 32;
    expect_said("2000 60000\n");
}

static void all_wrong_fields_are_named_at_once(void)
{
    static char too_long[70000];
    memset(too_long, 'x', sizeof too_long - 1);
    memset(&param, 0, sizeof param);
    param.client_id = too_long;
    expect_said(WHO "port is 0\n" WHO "host is NULL\n" WHO "client_id is too long\n" WHO
                    "username is NULL\n" WHO "password is NULL\n" WHO
                    "write_buf_size is 0; 1 to 1048576 bytes are possible\n" WHO
                    "read_buf_size is 0; 32 to 1048576 bytes are possible\nNULL\n");
}

static void times_are_taken_into_their_ranges_with_both_values_named(void)
{
    good();
    param.keepalive_interval_ms = 10000;
    expect_said(MIND "keepalive_interval_ms is 10000 ms, outside of 60000 to 300000; 60000 ms is taken\n"
                     "2000 60000\n");
    param.keepalive_interval_ms = 59999;
    expect_said(MIND "keepalive_interval_ms is 59999 ms, outside of 60000 to 300000; 60000 ms is taken\n"
                     "2000 60000\n");
    param.keepalive_interval_ms = 300000;
    expect_said("2000 300000\n");
    param.keepalive_interval_ms = 300001;
    expect_said(MIND "keepalive_interval_ms is 300001 ms, outside of 60000 to 300000; 300000 ms is taken\n"
                     "2000 300000\n");
    param.keepalive_interval_ms = UINT32_MAX;
    expect_said(MIND
                "keepalive_interval_ms is 4294967295 ms, outside of 60000 to 300000; 300000 ms is taken\n"
                "2000 300000\n");
    param.request_timeout_ms = 499;
    expect_said(MIND "request_timeout_ms is 499 ms, outside of 500 to 5000; 500 ms is taken\n500 60000\n");
    param.request_timeout_ms = 5001;
    expect_said(MIND "request_timeout_ms is 5001 ms, outside of 500 to 5000; 5000 ms is taken\n5000 60000\n");
    param.request_timeout_ms = 0;
    expect_said("2000 60000\n");
}

static void buffers_that_are_given_are_used(void)
{
    struct client_settings s;
    char out[512], in[64];
    good();
    param.pwrite_buf = out;
    param.write_buf_size = sizeof out;
    param.pread_buf = in;
    param.read_buf_size = sizeof in;
    CU_ASSERT_TRUE_FATAL(client_settings_init(&s, &param));
    CU_ASSERT_PTR_EQUAL(s.write_buffer, out);
    CU_ASSERT_PTR_EQUAL(s.read_buffer, in);
    client_settings_fini(&s);
    CU_ASSERT_FALSE(client_settings_init(&s, NULL));
}

void unit_client_settings(void)
{
    UNIT(a_log_line_names_the_field);
    UNIT(all_wrong_fields_are_named_at_once);
    UNIT(times_are_taken_into_their_ranges_with_both_values_named);
    UNIT(buffers_that_are_given_are_used);
}
