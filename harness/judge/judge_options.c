#include "judge_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/arguments.h"
#include "lib/base/mem.h"
#include "lib/base/secrets.h"

enum { AT_ONCE_MAX = 32, PATIENCE_DEFAULT_S = 120, SECRET_MAX_BYTES = 128 };

/* Of a name, which is part of topics, and to which identity-mapped cases add their own. */
enum { NAME_MAX_BYTES = 64 };

/* A part of the device's topics. */
static void check_name(const char *option, const char *name, struct problems *problems)
{
    if (!*name)
        problems_add(problems, option, "is empty");
    if (!str_is_utf8(str_of(name), NULL))
        problems_add(problems, option, "is not UTF-8");
    if (strlen(name) > NAME_MAX_BYTES)
        problems_add(problems, option, "is longer than %d bytes", NAME_MAX_BYTES);
    for (const char *c = name; *c; c++) {
        if ((unsigned char)*c > ' ' && !strchr("/+#\x7f", *c))
            continue;
        problems_add(problems, option, "\"%s\" has a blank, a control character, or one of / + #", name);
        return;
    }
}

static void check(const struct judge_options *o, struct problems *problems)
{
    check_name("--product-key", o->choice.product_key, problems);
    check_name("--device-name", o->choice.device_name, problems);
    judge_address_check(&o->address, problems);
    if (strcmp(o->clock, "real") != 0 && strcmp(o->clock, "manual") != 0)
        problems_add(problems, "--clock", "'%s' is neither real nor manual", o->clock);
    if (strcmp(o->clock, "manual") == 0 && !o->trigger)
        problems_add(problems, "--clock",
                     "manual needs --trigger: only a device that it starts can share the clock");
    if (o->at_once > AT_ONCE_MAX)
        problems_add(problems, "-j", "is at most %d", AT_ONCE_MAX);
}

static void take_secret(char **secret, const char *option, const char *variable, const char *otherwise,
                        struct problems *problems)
{
    argument_from_environment(secret, variable);
    if (!*secret)
        *secret = mem_strdup(otherwise);
    if (!**secret)
        problems_add(problems, option, "is empty");
    if (!str_is_utf8(str_of(*secret), NULL))
        problems_add(problems, option, "is not UTF-8");
    if (strlen(*secret) > SECRET_MAX_BYTES)
        problems_add(problems, option, "is longer than %d bytes", SECRET_MAX_BYTES);
}

void judge_options_parse(struct judge_options *o, int argc, char **argv, struct problems *problems)
{
    const struct argument table[] = {
        {"--product-key", ARGUMENT_TEXT, &o->choice.product_key, "KEY", "of the device; default pk"},
        {"--device-name", ARGUMENT_TEXT, &o->choice.device_name, "NAME", "of the device; default device"},
        {"--device-secret", ARGUMENT_SECRET, &o->device_secret, "SECRET",
         "of the device; '-' reads it from standard input; default $IOTCONFORM_DEVICE_SECRET, else secret"},
        {"--product-secret", ARGUMENT_SECRET, &o->product_secret, "SECRET",
         "of its product, for a device that registers; '-' as above; default $IOTCONFORM_PRODUCT_SECRET, "
         "else "
         "productSecret"},
        {"--mqtt-port", ARGUMENT_INT, &o->address.mqtt_port, "P",
         "MQTT and MQTT over TLS; default: a free one"},
        {"--web-port", ARGUMENT_INT, &o->address.web_port, "P",
         "WebSocket and HTTPS authentication; default: a free one"},
        {"--mqtts-port", ARGUMENT_INT, &o->address.mqtts_port, "P",
         "MQTT over TLS only; default: a free one"},
        {"--bind", ARGUMENT_TEXT, &o->address.bind, "ADDR",
         "address that the device can reach; default 127.0.0.1"},
        {"--server-name", ARGUMENT_LIST, &o->address.server_names, "NAME",
         "a name or address by which the device dials, for the certificate, which has the documents' and "
         "that of "
         "--bind (but 0.0.0.0 and ::) anyhow; may be repeated"},
        {"--device", ARGUMENT_TEXT, &o->description, "FILE",
         "what the device can do (docs/judging-a-device.md)"},
        {"--describe", ARGUMENT_FLAG, &o->describe, NULL,
         "watch the device for 10 s and print a first description on standard output; judge nothing"},
        {"--select", ARGUMENT_LIST, &o->choice.selects, "PATTERN",
         "cases by id, requirement, file or pattern; may be repeated"},
        {"--profile", ARGUMENT_TEXT, &o->choice.profile, "NAME", "the platform's dated rules; default 2023"},
        {"--suite", ARGUMENT_TEXT, &o->choice.suite, "DIR", "cases of this folder instead of suites/device"},
        {"--trigger", ARGUMENT_TEXT, &o->trigger, "CMD",
         "run by the shell to make the device dial, ended after each case; it finds IOTCONFORM_HOST, "
         "_MQTT_PORT, _WEB_PORT, "
         "_MQTTS_PORT, _CA, _CASE, _PRODUCT_KEY, _DEVICE_NAME, _DEVICE_SECRET, _PRODUCT_SECRET in its "
         "environment, and _FRESH where it is to begin without a secret"},
        {"--identity-mapped", ARGUMENT_FLAG, &o->identity_mapped, NULL,
         "one deviceName a case (NAME-CASE, ':' as '_'), so that cases are judged beside each other"},
        {"-j", ARGUMENT_INT, &o->at_once, "N", "cases at once with --identity-mapped; default 8"},
        {"--quick", ARGUMENT_FLAG, &o->choice.is_quick, NULL,
         "leave out what can take over 30 s, and say so"},
        {"--wait", ARGUMENT_INT, &o->patience_s, "S", "for the first connection; default 120"},
        {"--clock", ARGUMENT_TEXT, &o->clock, "real|manual",
         "manual: for devices that share the clock by IOTCONFORM_CLOCK; default real"},
        {"--expect", ARGUMENT_TEXT, &o->expect, "FILE",
         "verdicts that are expected, each with reason and expiry date"},
        {"--out", ARGUMENT_TEXT, &o->out, "DIR", "transcript and reports; default reports/device"},
        {"--reporter", ARGUMENT_TEXT, &o->reporters, "NAME,NAME", "which reports; default: all"},
        {"--broker", ARGUMENT_TEXT, &o->broker, "PROGRAM",
         "the mock to start; default: the one beside iotconform"},
        {"--dry-run", ARGUMENT_FLAG, &o->dry_run, NULL, "print the plan, and how long each case can take"},
        {"--list-checks", ARGUMENT_FLAG, &o->list_checks, NULL,
         "print what the check steps of cases ask; start nothing"},
        {"--strict", ARGUMENT_FLAG, &o->strict, NULL, "a deviation from a recommendation is a failure"},
        {"--quiet", ARGUMENT_FLAG, &o->quiet, NULL, "say verdicts only"},
        {"--help", ARGUMENT_FLAG, &o->help, NULL, "this text"},
        {NULL, ARGUMENT_FLAG, NULL, NULL, NULL}};
    *o = (struct judge_options){.choice = {.product_key = "pk", .device_name = "device"},
                                .clock = "real",
                                .out = "reports/device",
                                .at_once = 8,
                                .patience_s = PATIENCE_DEFAULT_S};
    arguments_parse(argc, argv, table, problems);
    check(o, problems);
    if (o->help && problems->count == 0) {
        puts("usage: iotconform judge [OPTION]...\n\nPlays the platform for a device that connects, case by "
             "case, and judges what the "
             "device does. It prints where the device is to connect, waits for it, and writes a report.\n");
        arguments_help(table, stdout);
        puts("\nExit codes: 0 as expected, 1 a failure, 2 a wrong option or description, 3 no device or no "
             "verdict, "
             "130 interrupted.\nFrom unboxing to the report: docs/judging-a-device.md");
    }
    take_secret(&o->device_secret, "--device-secret", "IOTCONFORM_DEVICE_SECRET", "secret", problems);
    take_secret(&o->product_secret, "--product-secret", "IOTCONFORM_PRODUCT_SECRET", "productSecret",
                problems);
}

void judge_options_fini(struct judge_options *o)
{
    argument_wipe(&o->device_secret);
    argument_wipe(&o->product_secret);
    free(o->chosen);
    words_fini(&o->choice.selects);
    words_fini(&o->address.server_names);
}

/* The value of an option that holds a secret begins there; NULL: it is none. */
static const char *secret_value(const char *argument)
{
    static const char *const options[] = {"--device-secret=", "--product-secret="};
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++)
        if (strncmp(argument, options[i], strlen(options[i])) == 0)
            return argument + strlen(options[i]);
    return NULL;
}

/* As a shell takes it for one word. */
static void add_word(struct buf *out, const char *word, size_t n)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+";
    bool is_plain = n > 0;
    for (size_t i = 0; i < n; i++)
        is_plain = is_plain && strchr(plain, word[i]);
    if (!is_plain)
        buf_append_byte(out, '\'');
    for (size_t i = 0; i < n; i++) {
        if (word[i] == '\'')
            buf_append_str(out, STR("'\\'"));
        buf_append_byte(out, (uint8_t)word[i]);
    }
    if (!is_plain)
        buf_append_byte(out, '\'');
}

char *judge_options_command(const struct judge_options *o, int argc, char **argv)
{
    struct secrets *secrets = secrets_new();
    secrets_add(secrets, str_of(o->device_secret));
    secrets_add(secrets, str_of(o->product_secret));
    struct buf out;
    buf_init(&out, 64 * 1024);
    buf_printf(&out, "iotconform");
    for (int i = 0; i < argc; i++) {
        bool is_secret = i > 0 && (strcmp(argv[i - 1], "--device-secret") == 0 ||
                                   strcmp(argv[i - 1], "--product-secret") == 0);
        const char *value = is_secret ? argv[i] : secret_value(argv[i]); /* what is left out */
        buf_append_byte(&out, ' ');
        if (!is_secret)
            add_word(&out, argv[i], value ? (size_t)(value - argv[i]) : strlen(argv[i]));
        if (value)
            buf_append_str(&out, STR("***"));
    }
    secrets_mask(secrets, out.data, out.len, '*');
    char *text = mem_dup(out.data, out.len);
    secrets_free(secrets);
    buf_fini(&out);
    return text;
}
