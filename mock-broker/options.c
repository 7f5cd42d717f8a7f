#include "options.h"

#include "config.h"
#include "host_names.h"
#include "version.h"

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/net/address.h"
#include "lib/net/host_name.h"
#include "lib/rules/profile.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* MAYBE: a text that is given only in the same word, "--name=value". */
enum option_type { FLAG, TEXT, MAYBE, NUMBER, CLOCK, LOG_WORD, SET, NAME, WITHOUT };

struct option {
    const char *name; /* without the two dashes */
    enum option_type type;
    size_t offset; /* in struct options */
    int64_t min, max;
    const char *value; /* how --help calls it */
    const char *help;
};

#define AT(member) offsetof(struct options, member)

static const struct option table[] = {
    {"config", TEXT, AT(config), 0, 0, "FILE",
     "products and devices (JSON, see below), '-' reads standard input; default: product pk with device "
     "\"device\", secret \"secret\""},
    {"profile", TEXT, AT(profile), 0, 0, "NAME|FILE",
     "dated rule set: 2018 2020 2021 2023 2023-tls, or a file; default: the configuration's, else 2023"},
    {"set", SET, 0, 0, 0, "name=value", "overrides one value of the profile (see below); may be repeated"},
    {"clock", CLOCK, AT(manual_clock), 0, 0, "real|manual",
     "manual: time stands still until the control API advances it; default real"},
    {"bind", TEXT, AT(address), 0, 0, "ADDR", "address of the device ports; default 127.0.0.1"},
    {"mqtt-port", NUMBER, AT(mqtt_port), 0, 65535, "P",
     "MQTT and MQTT over TLS; default 1883; 0: any free port"},
    {"web-port", NUMBER, AT(web_port), 0, 65535, "P",
     "stands for the platform's 443: MQTT, MQTT over TLS, ws, wss, HTTPS authentication; default 8443"},
    {"mqtts-port", NUMBER, AT(mqtts_port), 0, 65535, "P", "MQTT over TLS only; default 8883"},
    {"control-port", NUMBER, AT(control_port), 0, 65535, "P",
     "control API and the page /console (HTTP); default 9880"},
    {"control-bind", TEXT, AT(control_address), 0, 0, "ADDR",
     "address of the control API; default 127.0.0.1; any but a loopback address needs --control-token"},
    {"control-token", TEXT, AT(control_token), 0, 0, "TEXT",
     "what each call of the control API must bring: Authorization: Bearer TEXT; at least 16 characters; "
     "default: $IOTCONFORM_CONTROL_TOKEN, which the process list does not show"},
    {"console-assets", TEXT, AT(console_assets), 0, 0, "DIR",
     "where the page /console has MQTT.js from (mqtt.min.js.gz); default: where make console-assets puts it"},
    {"journal", TEXT, AT(journal), 0, 0, "FILE",
     "appends every event of the journal to a file, one JSON line each; default: only the ring in memory"},
    {"journal-max-bytes", NUMBER, AT(journal_max_bytes), 1024, INT64_C(1) << 50, "N",
     "a larger FILE becomes FILE.1, FILE.2 … and a new one is begun; default 67108864"},
    {"trace", FLAG, AT(trace), 0, 0, NULL,
     "keeps every packet of the devices for the control API's trace (for whoever judges a device)"},
    {"seed", NUMBER, AT(seed), 0, INT64_MAX, "N",
     "of all that faults leave to chance: same seed, same course; default 0"},
    {"certs", TEXT, AT(certs), 0, 0, "DIR",
     "server certificates and keys, never written; default: certs/out in a source tree, and for an "
     "installation "
     "$XDG_STATE_HOME/iotconform/certs, both filled when they are empty"},
    {"cert", TEXT, AT(cert), 0, 0, "FILE", "with --key: one certificate chain instead of those of --certs"},
    {"key", TEXT, AT(key), 0, 0, "FILE", "the private key of --cert"},
    {"server-name", NAME, 0, 0, 0, "NAME",
     "a further name or address that devices dial: the certificates get it; may be repeated"},
    {"hosts-file", MAYBE, AT(hosts_address), 0, 0, "ADDR",
     "prints the lines that a hosts file needs to send devices here, and ends; default: the address of "
     "--bind"},
    {"max-connections", NUMBER, AT(connections_max), 1, 10000000, "N",
     "connections open at once; default: what the limit of open files allows"},
    {"parent-pipe", NUMBER, AT(parent_pipe), 0, 1000000, "FD",
     "ends when this inherited descriptor reaches its end of file"},
    {"log", LOG_WORD, AT(log_level), 0, 0, "error|warning|info|debug",
     "what is logged on standard error; default warning"},
    {"without", WITHOUT, 0, 0, 0, "TABLE:ROW",
     "for the kill matrix (tools/mutants): one row of the broker's tables is not there; may be repeated"},
    {"rows", FLAG, AT(rows), 0, 0, NULL, "prints every row that --without can take out"},
    {"help", FLAG, AT(help), 0, 0, NULL, "this text"},
    {"version", FLAG, AT(version), 0, 0, NULL, "name and version"},
};

enum { TABLE_COUNT = sizeof table / sizeof table[0] };

static const struct option *find(struct str name)
{
    for (size_t i = 0; i < TABLE_COUNT; i++)
        if (str_is(name, table[i].name))
            return &table[i];
    return NULL;
}

static void take_number(const struct option *option, const char *value, int64_t *to,
                        struct problems *problems, const char *path)
{
    int64_t number;
    if (!str_to_int(str_of(value), &number) || number < option->min || number > option->max)
        problems_add(problems, path, "\"%s\" is no whole number from %lld to %lld", value,
                     (long long)option->min, (long long)option->max);
    else
        *to = number;
}

static void append(const char ***list, size_t *count, const char *value)
{
    *list = mem_realloc(*list, (*count + 1) * sizeof **list);
    (*list)[(*count)++] = value;
}

/* Stores one option's value (NULL for a flag). */
static void take(struct options *o, const struct option *option, const char *value, struct problems *problems)
{
    char *field = (char *)o + option->offset;
    char path[64];
    snprintf(path, sizeof path, "--%s", option->name);
    enum log_level level;
    switch (option->type) {
    case FLAG:
        *(bool *)(void *)field = true;
        break;
    case TEXT:
        *(const char **)(void *)field = value;
        break;
    case MAYBE:
        *(const char **)(void *)field = value ? value : "";
        break;
    case NUMBER:
        take_number(option, value, (int64_t *)(void *)field, problems, path);
        break;
    case CLOCK:
        if (strcmp(value, "manual") != 0 && strcmp(value, "real") != 0)
            problems_add(problems, path, "\"%s\" is neither real nor manual", value);
        *(bool *)(void *)field = strcmp(value, "manual") == 0;
        break;
    case LOG_WORD:
        if (log_level_named(value, &level))
            *(int64_t *)(void *)field = level;
        else
            problems_add(problems, path, "\"%s\" is none of error, warning, info, debug", value);
        break;
    case SET:
        append(&o->sets, &o->set_count, value);
        break;
    case NAME:
        if (host_name_is_good(value))
            append(&o->server_names, &o->server_name_count, value);
        else
            problems_add(problems, path, "\"%s\" is neither a host name nor an address", value);
        break;
    case WITHOUT:
        append(&o->without, &o->without_count, value);
        break;
    }
}

/* One argument, and the next one when that is its value. Returns how many were used. */
static int take_argument(struct options *o, int left, char **argv, struct problems *problems)
{
    struct str word = str_of(argv[0]);
    if (!str_starts(word, STR("--"))) {
        problems_add(problems, argv[0], "unknown argument; --help lists the options");
        return 1;
    }
    size_t equals = str_find(word, '=');
    struct str name = {word.p + 2, equals - 2};
    const struct option *option = find(name);
    if (!option) {
        problems_add(problems, argv[0], "unknown option; --help lists them");
        return 1;
    }
    bool attached = equals < word.n;
    if (option->type == FLAG) {
        if (attached)
            problems_add(problems, argv[0], "takes no value");
        take(o, option, NULL, problems);
        return 1;
    }
    if (option->type == MAYBE) {
        take(o, option, attached ? word.p + equals + 1 : NULL, problems);
        return 1;
    }
    if (!attached && left < 2) {
        problems_add(problems, argv[0], "needs a value: %s", option->value);
        return 1;
    }
    take(o, option, attached ? word.p + equals + 1 : argv[1], problems);
    return attached ? 1 : 2;
}

static bool is_loopback(const struct sockaddr_storage *socket)
{
    if (socket->ss_family == AF_INET6)
        return IN6_IS_ADDR_LOOPBACK(&((const struct sockaddr_in6 *)(const void *)socket)->sin6_addr);
    return ntohl(((const struct sockaddr_in *)(const void *)socket)->sin_addr.s_addr) >> 24 == 127;
}

bool options_control_is_local(const struct options *o)
{
    struct sockaddr_storage socket;
    return address_parse(o->control_address, 0, &socket) && is_loopback(&socket);
}

/* Whoever reaches the control API owns the broker: beyond this machine that takes a token. */
static void check_addresses(const struct options *o, struct problems *problems)
{
    enum { TOKEN_MIN = 16 };
    struct sockaddr_storage socket;
    if (o->control_token && strlen(o->control_token) < TOKEN_MIN)
        problems_add(problems, "--control-token", "has less than %d characters", TOKEN_MIN);
    if (!address_parse(o->address, 0, &socket))
        problems_add(problems, "--bind", "\"%s\" is no IPv4 or IPv6 address", o->address);
    if (!address_parse(o->control_address, 0, &socket))
        problems_add(problems, "--control-bind", "\"%s\" is no IPv4 or IPv6 address", o->control_address);
    else if (!o->control_token && !is_loopback(&socket))
        problems_add(problems, "--control-bind", "%s is no loopback address: --control-token is needed",
                     o->control_address);
}

static bool is_any(const struct sockaddr_storage *socket)
{
    if (socket->ss_family == AF_INET6)
        return IN6_IS_ADDR_UNSPECIFIED(&((const struct sockaddr_in6 *)(const void *)socket)->sin6_addr);
    return ((const struct sockaddr_in *)(const void *)socket)->sin_addr.s_addr == 0;
}

/* The address that devices are to dial. */
static void check_hosts(struct options *o, struct problems *problems)
{
    struct sockaddr_storage socket;
    if (!o->hosts_address)
        return;
    if (!o->hosts_address[0])
        o->hosts_address = o->address;
    if (!address_parse(o->hosts_address, 0, &socket))
        problems_add(problems, "--hosts-file", "\"%s\" is no IPv4 or IPv6 address", o->hosts_address);
    else if (is_any(&socket))
        problems_add(problems, "--hosts-file",
                     "%s is every address of this machine; say which one devices dial: --hosts-file=ADDR",
                     o->hosts_address);
}

bool options_parse(struct options *out, int argc, char **argv, struct problems *problems)
{
    *out = (struct options){.address = "127.0.0.1",
                            .mqtt_port = 1883,
                            .web_port = 8443,
                            .mqtts_port = 8883,
                            .control_port = 9880,
                            .control_address = "127.0.0.1",
                            .parent_pipe = -1,
                            .journal_max_bytes = 64 * 1024 * 1024,
                            .connections_max = -1,
                            .log_level = LOG_WARNING};
    size_t before = problems->count;
    for (int i = 1; i < argc;)
        i += take_argument(out, argc - i, argv + i, problems);
    if (!out->cert != !out->key)
        problems_add(problems, out->cert ? "--cert" : "--key", "--cert and --key belong together");
    if (out->cert && out->certs)
        problems_add(problems, "--certs", "either --certs, or --cert and --key");
    const char *token = getenv("IOTCONFORM_CONTROL_TOKEN");
    if (!out->control_token && token && token[0])
        out->control_token = token;
    check_addresses(out, problems);
    check_hosts(out, problems);
    return problems->count == before;
}

void options_fini(struct options *o)
{
    free(o->sets);
    free(o->without);
    free(o->server_names);
    o->sets = o->without = o->server_names = NULL;
    o->set_count = o->without_count = o->server_name_count = 0;
}

static void help_profile(FILE *to)
{
    const struct profile_value *values;
    size_t count = profile_values(&values);
    fprintf(to, "\nProfile values for --set (numbers, true or false, words, words separated by commas):\n");
    for (size_t i = 0; i < count; i++)
        fprintf(to, "  %-28s %s\n", values[i].name, values[i].meaning);
}

void options_help(FILE *to)
{
    fprintf(to, "Usage: " BROKER_NAME " [OPTION]...\n"
                "A mock of the platform that devices sign in to: MQTT over TCP, TLS and WebSocket, with a "
                "control API.\n\n");
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        char head[64];
        snprintf(head, sizeof head, table[i].type == MAYBE ? "--%s[=%s]" : "--%s %s", table[i].name,
                 table[i].value ? table[i].value : "");
        fprintf(to, "  %-32s %s\n", head, table[i].help);
    }
    config_help(to);
    help_profile(to);
    fprintf(to,
            "\nWhen all ports are open, one JSON line on standard output names them. Exit status: 0 after\n"
            "SIGTERM, SIGINT or the control API's shutdown; 2 for a mistake in options or configuration\n"
            "or a port in use; 3 when the environment fails (certificates, memory, descriptors).\n");
}
