#include "mock-broker/options.h"

#include "lib/base/log.h"
#include "lib/base/str.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

enum { ARGUMENTS_MAX = 16 };

/* Parses words ending with NULL. */
static bool parse(struct options *o, struct problems *problems, const char *const words[])
{
    char *argv[ARGUMENTS_MAX] = {(char *)(void *)"mock-broker"};
    int argc = 1;
    for (; words[argc - 1]; argc++)
        argv[argc] = (char *)(void *)words[argc - 1];
    return options_parse(o, argc, argv, problems);
}

#define PARSE(o, problems, ...) parse(o, problems, (const char *const[]){__VA_ARGS__, NULL})

static void defaults(void)
{
    struct options o;
    struct problems problems = {0};
    CU_ASSERT_TRUE(parse(&o, &problems, (const char *const[]){NULL}));
    CU_ASSERT_STRING_EQUAL(o.address, "127.0.0.1");
    CU_ASSERT_EQUAL(o.mqtt_port, 1883);
    CU_ASSERT_EQUAL(o.web_port, 8443);
    CU_ASSERT_EQUAL(o.mqtts_port, 8883);
    CU_ASSERT_EQUAL(o.control_port, 9880);
    CU_ASSERT_FALSE(o.manual_clock);
    CU_ASSERT_EQUAL(o.log_level, LOG_WARNING);
    CU_ASSERT_PTR_NULL(o.profile);
    options_fini(&o);
}

static void values_behind_or_attached(void)
{
    struct options o;
    struct problems problems = {0};
    CU_ASSERT_TRUE(PARSE(&o, &problems, "--mqtt-port", "0", "--web-port=1", "--clock=manual", "--profile",
                         "2018", "--set", "keepalive.min=60", "--set=keepalive.max=300", "--log", "debug"));
    CU_ASSERT_EQUAL(o.mqtt_port, 0);
    CU_ASSERT_EQUAL(o.web_port, 1);
    CU_ASSERT_TRUE(o.manual_clock);
    CU_ASSERT_STRING_EQUAL(o.profile, "2018");
    CU_ASSERT_EQUAL_FATAL(o.set_count, 2);
    CU_ASSERT_STRING_EQUAL(o.sets[0], "keepalive.min=60");
    CU_ASSERT_STRING_EQUAL(o.sets[1], "keepalive.max=300");
    CU_ASSERT_EQUAL(o.log_level, LOG_DEBUG);
    options_fini(&o);
}

static void every_mistake_is_listed(void)
{
    struct options o;
    struct problems problems = {0};
    CU_ASSERT_FALSE(PARSE(&o, &problems, "--colour", "stray", "--mqtt-port", "65536", "--web-port=x",
                          "--clock", "fast", "--help=1", "--log", "loud", "--cert", "a", "--set"));
    CU_ASSERT_EQUAL(problems.count, 9);
    problems_fini(&problems);
    options_fini(&o);
}

/* The first problem's place; "" when there is none. */
static void expect_problem(const char *const words[], const char *wanted)
{
    struct options o;
    struct problems problems = {0};
    parse(&o, &problems, words);
    CU_ASSERT_STRING_EQUAL(problems.count ? problems.items[0].path : "", wanted);
    problems_fini(&problems);
    options_fini(&o);
}

static void off_loopback_a_token_is_needed(void)
{
    static const char token[] = "0123456789abcdef";
    expect_problem((const char *const[]){"--control-bind", "127.9.9.9", NULL}, "");
    expect_problem((const char *const[]){"--control-bind", "::1", NULL}, "");
    expect_problem((const char *const[]){"--control-bind", "0.0.0.0", NULL}, "--control-bind");
    expect_problem((const char *const[]){"--control-bind", "::", NULL}, "--control-bind");
    expect_problem((const char *const[]){"--control-bind", "localhost", NULL}, "--control-bind");
    expect_problem((const char *const[]){"--control-bind", "0.0.0.0", "--control-token", token, NULL}, "");
    expect_problem((const char *const[]){"--control-token", token + 1, NULL}, "--control-token");
}

static void the_token_may_come_from_the_environment(void)
{
    struct options o;
    struct problems problems = {0};
    setenv("IOTCONFORM_CONTROL_TOKEN", "of the environment", 1);
    CU_ASSERT_TRUE(PARSE(&o, &problems, "--control-bind", "0.0.0.0"));
    CU_ASSERT_STRING_EQUAL(o.control_token, "of the environment");
    CU_ASSERT_TRUE(PARSE(&o, &problems, "--control-token", "of the command line"));
    CU_ASSERT_STRING_EQUAL(o.control_token, "of the command line");
    setenv("IOTCONFORM_CONTROL_TOKEN", "too short", 1);
    expect_problem((const char *const[]){NULL}, "--control-token");
    unsetenv("IOTCONFORM_CONTROL_TOKEN");
}

/* What --hosts-file is asked for; NULL: it is not, or a problem. */
static const char *hosts_address(const char *const words[])
{
    struct options o;
    struct problems problems = {0};
    bool good = parse(&o, &problems, words);
    problems_fini(&problems);
    options_fini(&o);
    return good ? o.hosts_address : NULL;
}

static void a_hosts_file_wants_one_address(void)
{
    CU_ASSERT_PTR_NULL(hosts_address((const char *const[]){NULL}));
    CU_ASSERT_STRING_EQUAL(hosts_address((const char *const[]){"--hosts-file", NULL}), "127.0.0.1");
    CU_ASSERT_STRING_EQUAL(hosts_address((const char *const[]){"--hosts-file", "--bind", "::1", NULL}),
                           "::1");
    CU_ASSERT_STRING_EQUAL(
        hosts_address((const char *const[]){"--hosts-file=10.0.0.1", "--bind", "0.0.0.0", NULL}), "10.0.0.1");
    expect_problem((const char *const[]){"--hosts-file", "--bind", "0.0.0.0", NULL}, "--hosts-file");
    expect_problem((const char *const[]){"--hosts-file=::", NULL}, "--hosts-file");
    expect_problem((const char *const[]){"--hosts-file=localhost", NULL}, "--hosts-file");
}

static void own_names_are_names_or_addresses(void)
{
    struct options o;
    struct problems problems = {0};
    CU_ASSERT_TRUE(PARSE(&o, &problems, "--server-name", "mock.lab", "--server-name=10.1.2.3"));
    CU_ASSERT_EQUAL_FATAL(o.server_name_count, 2);
    CU_ASSERT_STRING_EQUAL(o.server_names[1], "10.1.2.3");
    options_fini(&o);
    expect_problem((const char *const[]){"--server-name", "no name", NULL}, "--server-name");
}

static void help_names_every_option_and_key(void)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    options_help(to);
    fclose(to);
    const char *const words[] = {"--config",      "--set",   "--parent-pipe",         "--max-connections",
                                 "--version",     "--certs", "products[].productKey", "region",
                                 "keepalive.min", "enabled", "refusal.tls_required",  "topic.denied"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(text, words[i]));
    free(text);
}

void unit_options(void)
{
    UNIT(defaults);
    UNIT(values_behind_or_attached);
    UNIT(every_mistake_is_listed);
    UNIT(off_loopback_a_token_is_needed);
    UNIT(the_token_may_come_from_the_environment);
    UNIT(a_hosts_file_wants_one_address);
    UNIT(own_names_are_names_or_addresses);
    UNIT(help_names_every_option_and_key);
}
