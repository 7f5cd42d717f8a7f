#include "tests/devices/setting.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/arguments.h"
#include "harness/commands.h"
#include "lib/base/problem.h"
#include "lib/base/str.h"
#include "lib/net/lookup.h"

/* Above what the documents recommend (KAL-13). */
enum {
    KEEP_ALIVE_DEFAULT_S = 300,
    KEEP_ALIVE_SHORT_S = 60,
    EVERY_DEFAULT_S = 5,
    PORT_MAX = 65535,
    LOOKUP_MS = 5000
};

static const char *const auths[] = {"secret", "https", "registration", "regnwl"};

static const char *text(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value && *value ? value : otherwise;
}

static int64_t port(const char *name, struct problems *problems)
{
    int64_t number = 0;
    const char *value = getenv(name);
    if (value && (!str_to_int(str_of(value), &number) || number < 1 || number > PORT_MAX))
        problems_add(problems, name, "'%s' is no port", value);
    return number;
}

static void read_environment(struct setting *s, struct problems *problems)
{
    s->host = text("IOTCONFORM_HOST", "127.0.0.1");
    s->mqtt_port = port("IOTCONFORM_MQTT_PORT", problems);
    s->web_port = port("IOTCONFORM_WEB_PORT", problems);
    s->mqtts_port = port("IOTCONFORM_MQTTS_PORT", problems);
    s->ca = text("IOTCONFORM_CA", "certs/out/ca.crt");
    s->test = text("IOTCONFORM_CASE", "");
    s->product_key = text("IOTCONFORM_PRODUCT_KEY", "pk");
    s->device_name = text("IOTCONFORM_DEVICE_NAME", "device");
    s->device_secret = text("IOTCONFORM_DEVICE_SECRET", "secret");
    s->product_secret = text("IOTCONFORM_PRODUCT_SECRET", "productSecret");
    s->clock = text("IOTCONFORM_CLOCK", NULL);
    s->is_fresh = text("IOTCONFORM_FRESH", NULL) != NULL;
}

static void look_up(struct setting *s, struct problems *problems)
{
    struct addrinfo *found, *at;
    int result = lookup_host(s->host, PORT_MAX, LOOKUP_MS, &found);
    if (result != 0) {
        problems_add(problems, "IOTCONFORM_HOST", "'%s': %s", s->host, lookup_error(result));
        return;
    }
    for (at = found; at->ai_next && at->ai_family != AF_INET; at = at->ai_next)
        continue;
    getnameinfo(at->ai_addr, at->ai_addrlen, s->address, sizeof s->address, NULL, 0, NI_NUMERICHOST);
    freeaddrinfo(found);
}

static void choose_style(struct setting *s, const char *name, struct problems *problems)
{
    s->style = style_named(name);
    if (!s->style) {
        problems_add(problems, "--style", "there is no style '%s' (--list-styles names them)", name);
        s->style = style_named(NULL);
    }
    s->clean_session = s->clean_session || s->style->clean_session;
    if (s->style->keep_alive_s)
        s->keep_alive_s = s->style->keep_alive_s;
}

static void choose(struct setting *s, const char *name, const char *auth, const char *transport,
                   struct problems *problems)
{
    if (name && !breakage_named(name, &s->broken))
        problems_add(problems, "--break", "there is no switch '%s' (--list names them)", name);
    const struct breakage_row *row = breakage_row(s->broken);
    s->clean_session = s->clean_session || s->broken == CLEAN_SESSION_DEAF;
    if (s->broken == SHORT_KEEP_ALIVE)
        s->keep_alive_s = KEEP_ALIVE_SHORT_S;
    auth = auth ? auth : s->style->auth ? s->style->auth : row->auth;
    transport = transport ? transport : row->transport;
    if (!transport_named(transport, &s->transport))
        problems_add(problems, "--transport", "'%s' is none of tcp, tls, ws, wss", transport);
    size_t i = 0;
    while (i < sizeof auths / sizeof auths[0] && strcmp(auths[i], auth) != 0)
        i++;
    if (i == sizeof auths / sizeof auths[0])
        problems_add(problems, "--auth", "'%s' is none of secret, https, registration, regnwl", auth);
    else
        s->auth = (enum setting_auth)i;
}

int setting_read(struct setting *s, int argc, char **argv)
{
    const char *broken = NULL, *style = NULL, *auth = NULL, *transport = NULL;
    *s = (struct setting){.keep_alive_s = KEEP_ALIVE_DEFAULT_S, .every_s = EVERY_DEFAULT_S};
    const struct argument table[] = {
        {"--break", ARGUMENT_TEXT, &broken, "NAME", "what is broken; default: nothing"},
        {"--list", ARGUMENT_FLAG, &s->lists, NULL, "what can be broken"},
        {"--style", ARGUMENT_TEXT, &style, "NAME", "how a good device may be, too; default: plain"},
        {"--list-styles", ARGUMENT_FLAG, &s->lists_styles, NULL, "the styles"},
        {"--describe", ARGUMENT_FLAG, &s->describes, NULL,
         "what it is, as `iotconform judge --device` reads it"},
        {"--auth", ARGUMENT_TEXT, &auth, "secret|https|registration|regnwl",
         "how it signs in; default: as the switch needs it"},
        {"--transport", ARGUMENT_TEXT, &transport, "tcp|tls|ws|wss", "default: as the switch needs it"},
        {"--keep-alive", ARGUMENT_INT, &s->keep_alive_s, "S", "default 300"},
        {"--every", ARGUMENT_INT, &s->every_s, "S", "between two publications; default 5"},
        {"--clean-session", ARGUMENT_FLAG, &s->clean_session, NULL, "asks for a clean session"},
        {"--state", ARGUMENT_TEXT, &s->state, "FILE", "keeps what was registered; default: it is forgotten"},
        {"--help", ARGUMENT_FLAG, &s->helps, NULL, "this text"},
        {NULL, ARGUMENT_FLAG, NULL, NULL, NULL}};
    struct problems problems = {0};
    arguments_parse(argc, argv, table, &problems);
    read_environment(s, &problems);
    look_up(s, &problems);
    choose_style(s, style, &problems);
    choose(s, broken, auth, transport, &problems);
    if (s->keep_alive_s > UINT16_MAX)
        problems_add(&problems, "--keep-alive", "is at most 65535");
    problems_print(&problems, stderr);
    int code = problems.count > 0 ? EXIT_USAGE : EXIT_AS_EXPECTED;
    problems_fini(&problems);
    if (code == EXIT_AS_EXPECTED && s->helps) {
        puts("usage: test-device [OPTION]...\n\nA device for tests of the judge: good, or broken in one way. "
             "Where it connects to it "
             "has from IOTCONFORM_*.\n");
        arguments_help(table, stdout);
    }
    return code;
}

bool setting_is_first(const struct setting *s)
{
    return !*s->test || strcmp(s->test, "first") == 0;
}

bool setting_is_quiet(const struct setting *s)
{
    return s->style->is_quiet || s->broken == NO_PING || s->broken == LATE_PING;
}

void setting_describe(const struct setting *s, FILE *to)
{
    fprintf(
        to,
        "{\"name\": \"test-device %s %s\", \"transports\": [\"%s\"], \"auth\": [\"%s\"], \"qos\": [0, 1], "
        "\"subscribes\": %s, \"publishes\": %s, \"pings\": true, \"reconnects\": true, \"stops\": true, "
        "\"cleanSession\": %s, \"keepAlive\": %d, \"reconnect_within_s\": 70}\n",
        breakage_row(s->broken)->name, s->style->name, transport_name(s->transport), auths[s->auth],
        s->broken == DENIES ? "false" : "true", setting_is_quiet(s) ? "false" : "true",
        s->clean_session || s->broken == LIES ? "true" : "false", (int)s->keep_alive_s);
}

int setting_port(const struct setting *s)
{
    return (int)(transport_is_websocket(s->transport) ? s->web_port : s->mqtt_port);
}
