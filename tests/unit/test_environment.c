/* What the environment and make.settings say (SDK-11): the same source with each of the build's choices. */
#include "client/environment.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/dying.h"

#define FEATURE_MQTT_DIRECT         1
#define FEATURE_MQTT_DIRECT_NOTLS   1
#define environment_read            read_notls
#define environment_wants_websocket wants_notls
bool read_notls(struct environment *out);
bool wants_notls(void);
#include "client/environment.c"
#undef FEATURE_MQTT_DIRECT
#undef environment_read
#undef environment_wants_websocket

static const char *const names[] = {"IOT_ENDPOINT", "IOT_TRANSPORT", "IOT_AUTH", "IOT_AUTH_ENDPOINT",
                                    "IOT_CA_FILE"};

static void set(const char *endpoint, const char *transport, const char *auth, const char *auth_endpoint,
                const char *ca_file)
{
    const char *const values[] = {endpoint, transport, auth, auth_endpoint, ca_file};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (values[i])
            setenv(names[i], values[i], 1);
        else
            unsetenv(names[i]);
    }
}

static void without_it_the_build_decides(void)
{
    struct environment e;
    set(NULL, NULL, NULL, NULL, NULL);
    CU_ASSERT_TRUE(environment_read(&e));
    CU_ASSERT_EQUAL(e.transport, TRANSPORT_TLS);
    CU_ASSERT_EQUAL(e.auth, AUTH_DIRECT);
    CU_ASSERT_STRING_EQUAL(e.host, "");
    CU_ASSERT_PTR_NULL(e.ca_file);
    CU_ASSERT_TRUE(read_notls(&e));
    CU_ASSERT_EQUAL(e.transport, TRANSPORT_TCP);
    CU_ASSERT_EQUAL(e.auth, AUTH_DIRECT);
    set("", "", "", "", ""); /* empty is as good as not set */
    CU_ASSERT_TRUE(environment_read(&e));
    CU_ASSERT_EQUAL(e.transport, TRANSPORT_TLS);
}

static void it_says_where_and_how(void)
{
    struct environment e;
    set("localhost:1883", "wss", "https", "[::1]:8443", "/some/file");
    CU_ASSERT_TRUE(environment_read(&e));
    CU_ASSERT_STRING_EQUAL(e.host, "localhost");
    CU_ASSERT_EQUAL(e.port, 1883);
    CU_ASSERT_STRING_EQUAL(e.auth_host, "::1");
    CU_ASSERT_EQUAL(e.auth_port, 8443);
    CU_ASSERT_EQUAL(e.transport, TRANSPORT_WSS);
    CU_ASSERT_EQUAL(e.auth, AUTH_HTTPS);
    CU_ASSERT_STRING_EQUAL(e.ca_file, "/some/file");
    CU_ASSERT_TRUE(environment_wants_websocket());
    set(NULL, "tcp", "token", NULL, NULL);
    CU_ASSERT_TRUE(environment_read(&e));
    CU_ASSERT_EQUAL(e.auth, AUTH_TOKEN);
    CU_ASSERT_FALSE(environment_wants_websocket());
    set(NULL, "ws", NULL, NULL, NULL);
    CU_ASSERT_TRUE(environment_wants_websocket());
    set(NULL, NULL, NULL, NULL, NULL);
}

static void read_wrong(void)
{
    struct environment e;
    CU_ASSERT_FALSE(environment_read(&e));
    CU_ASSERT_FALSE(environment_wants_websocket());
}

static void expect_said(const char *expected)
{
    char said[1024];
    dying(read_wrong, said, sizeof said);
    CU_ASSERT_EQUAL(strncmp(said, expected, strlen(expected)), 0);
}

static void what_makes_no_sense_is_named(void)
{
    static const char *const bad[] = {"host", ":1", "host:", "host:0", "host:65536", "host:x", "host:1 "};
    struct environment e;
    char expected[128], said[1024];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        set(bad[i], "udp", "no", NULL, NULL);
        snprintf(expected, sizeof expected,
                 "iotconform: error: IOT_ENDPOINT is \"%s\", which is not host:port\n", bad[i]);
        expect_said(expected);
        dying(read_wrong, said, sizeof said);
        CU_ASSERT_PTR_NOT_NULL(strstr(said, "error: IOT_TRANSPORT is \"udp\"; it is tls, tcp, wss or ws\n"));
        CU_ASSERT_PTR_NOT_NULL(strstr(said, "error: IOT_AUTH is \"no\"; it is direct, https or token\n"));
    }
    char longest[140];
    memset(longest, 'h', sizeof longest);
    memcpy(longest + 128, ":1", 3);
    set(longest, NULL, NULL, NULL, NULL);
    CU_ASSERT_TRUE(environment_read(&e));
    memcpy(longest + 128, "h:1", 4);
    set(longest, NULL, NULL, NULL, NULL);
    CU_ASSERT_FALSE(environment_read(&e));
    set(NULL, NULL, NULL, NULL, NULL);
}

void unit_environment(void)
{
    UNIT(without_it_the_build_decides);
    UNIT(it_says_where_and_how);
    UNIT(what_makes_no_sense_is_named);
}
