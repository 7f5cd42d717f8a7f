#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain_request.h"
#include "harness/arguments.h"
#include "lib/base/hex.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { VALUE_MAX_BYTES = 65535 };

static void usage(FILE *to)
{
    fputs("usage: iotconform explain --client-id ID --username NAME (--password P | --password-hex HEX)\n"
          "                          --device-secret SECRET [OPTION]...\n"
          "       iotconform explain --list-markdown\n\n"
          "Says whether the platform would accept this CONNECT, and if not, which mistake it is. Nothing is "
          "sent.\n"
          "No secret is printed, and of the password only its length and form.\n\n"
          "  --client-id ID          the whole client id, with its bars\n"
          "  --username NAME         deviceName&productKey, as it is sent\n"
          "  --password P            as it is sent; --password-hex HEX gives any bytes\n"
          "  --device-secret SECRET  of the device\n"
          "  --product-secret S      of its product: was that one taken?\n"
          "  --product-key PK        the device's, and --device-name DN: what they really are, if the user "
          "name\n"
          "                          may be wrong; default: as the user name says\n"
          "  --keep-alive S          seconds; default 60\n"
          "  --transport T           tcp, tls, ws or wss; default tcp\n"
          "  --protocol-level N      4 is MQTT 3.1.1; default 4\n"
          "  --profile NAME|FILE     default 2023\n"
          "  --json                  the answer as JSON\n"
          "  --list-markdown         all known mistakes, as docs/explain.md has them\n\n"
          "Of --password, --password-hex, --device-secret and --product-secret each may be '-': a line of "
          "standard\n"
          "input, in the order of the options; without the option, IOTCONFORM_PASSWORD, "
          "IOTCONFORM_DEVICE_SECRET\n"
          "and IOTCONFORM_PRODUCT_SECRET are taken. Exit codes: 0 accepted, 1 refused, 2 usage.\n",
          to);
}

/* The options that have a value; the secret ones have a variable and may come from standard input. */
enum value {
    CLIENT_ID,
    USERNAME,
    PASSWORD,
    PASSWORD_HEX,
    DEVICE_SECRET,
    PRODUCT_SECRET,
    PRODUCT_KEY,
    DEVICE_NAME,
    KEEP_ALIVE,
    TRANSPORT,
    LEVEL,
    PROFILE,
    VALUES
};

static const struct {
    const char *name, *variable;
    bool secret;
} options[VALUES] = {
    [CLIENT_ID] = {"--client-id", NULL, false},
    [USERNAME] = {"--username", NULL, false},
    [PASSWORD] = {"--password", "IOTCONFORM_PASSWORD", true},
    [PASSWORD_HEX] = {"--password-hex", NULL, true},
    [DEVICE_SECRET] = {"--device-secret", "IOTCONFORM_DEVICE_SECRET", true},
    [PRODUCT_SECRET] = {"--product-secret", "IOTCONFORM_PRODUCT_SECRET", true},
    [PRODUCT_KEY] = {"--product-key", NULL, false},
    [DEVICE_NAME] = {"--device-name", NULL, false},
    [KEEP_ALIVE] = {"--keep-alive", NULL, false},
    [TRANSPORT] = {"--transport", NULL, false},
    [LEVEL] = {"--protocol-level", NULL, false},
    [PROFILE] = {"--profile", NULL, false},
};

struct inquiry {
    const char *values[VALUES]; /* NULL: not given */
    char *secrets[VALUES];      /* owned; values points to those that are secret */
    bool json, list, help;
    struct profile profile;
    struct buf password; /* the bytes of --password-hex */
    struct explain_request request;
};

/* The rows of all options, for arguments_parse. */
static void parse(int argc, char **argv, struct inquiry *q, struct problems *problems)
{
    struct argument table[VALUES + 5] = {{"--json", ARGUMENT_FLAG, &q->json, NULL, NULL},
                                         {"--list-markdown", ARGUMENT_FLAG, &q->list, NULL, NULL},
                                         {"--help", ARGUMENT_FLAG, &q->help, NULL, NULL},
                                         {"-h", ARGUMENT_FLAG, &q->help, NULL, NULL}};
    for (unsigned i = 0; i < VALUES; i++)
        table[4 + i] = (struct argument){options[i].name, options[i].secret ? ARGUMENT_SECRET : ARGUMENT_TEXT,
                                         options[i].secret ? (void *)&q->secrets[i] : (void *)&q->values[i],
                                         "VALUE", NULL};
    arguments_parse(argc, argv, table, problems);
    for (unsigned i = 0; i < VALUES; i++) {
        bool instead = i == PASSWORD && q->secrets[PASSWORD_HEX];
        if (options[i].variable && !instead)
            argument_from_environment(&q->secrets[i], options[i].variable);
        if (options[i].secret)
            q->values[i] = q->secrets[i];
    }
}

/* A number of an option, or its default. */
static int64_t number(const struct inquiry *q, enum value option, int64_t absent, int64_t max,
                      struct problems *problems)
{
    int64_t out = absent;
    if (q->values[option] && (!str_to_int(str_of(q->values[option]), &out) || out < 0 || out > max)) {
        problems_add(problems, options[option].name, "wants a number from 0 to %lld", (long long)max);
        return absent;
    }
    return out;
}

static void require(const struct inquiry *q, struct problems *problems)
{
    static const enum value required[] = {CLIENT_ID, USERNAME, DEVICE_SECRET};
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++)
        if (!q->values[required[i]])
            problems_add(problems, options[required[i]].name, "is required");
    if (!q->values[PASSWORD] && !q->values[PASSWORD_HEX])
        problems_add(problems, "--password", "is required, or --password-hex");
    if (q->values[PASSWORD] && q->values[PASSWORD_HEX])
        problems_add(problems, "--password-hex", "and --password are the same thing");
    static const enum value texts[] = {CLIENT_ID, USERNAME, PASSWORD, PASSWORD_HEX};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (q->values[texts[i]] &&
            strlen(q->values[texts[i]]) > (texts[i] == PASSWORD_HEX ? 2 : 1) * (size_t)VALUE_MAX_BYTES)
            problems_add(problems, options[texts[i]].name, "is longer than a CONNECT can hold");
    if (q->values[CLIENT_ID] && !str_is_utf8(str_of(q->values[CLIENT_ID]), NULL))
        problems_add(problems, options[CLIENT_ID].name, "is not UTF-8: no CONNECT");
    if (q->values[USERNAME] && !str_is_utf8(str_of(q->values[USERNAME]), NULL))
        problems_add(problems, options[USERNAME].name, "is not UTF-8: no CONNECT");
}

static void read_password(struct inquiry *q, struct problems *problems)
{
    struct mqtt_connect *packet = &q->request.packet;
    size_t bad;
    packet->has_password = true;
    packet->password = str_of(q->values[PASSWORD]);
    if (!q->values[PASSWORD_HEX])
        return;
    if (!hex_decode(str_of(q->values[PASSWORD_HEX]), &q->password, &bad))
        problems_add(problems, options[PASSWORD_HEX].name, "is not hex at character %zu", bad);
    packet->password = buf_str(&q->password);
}

/* Options become the request; which device it is, the user name says, or the options do. */
static void prepare(struct inquiry *q, struct problems *problems)
{
    struct explain_request *r = &q->request;
    require(q, problems);
    profile_load(&q->profile, q->values[PROFILE] ? q->values[PROFILE] : "2023", problems);
    explain_request_init(r, &q->profile);
    if (q->values[TRANSPORT] && !transport_named(q->values[TRANSPORT], &r->transport))
        problems_add(problems, "--transport", "is none of tcp, tls, ws, wss");
    r->packet.keep_alive_s = (uint16_t)number(q, KEEP_ALIVE, 60, UINT16_MAX, problems);
    r->packet.level = (uint8_t)number(q, LEVEL, MQTT_LEVEL_3_1_1, UINT8_MAX, problems);
    r->packet.client_id = str_of(q->values[CLIENT_ID]);
    struct str username = r->packet.username = str_of(q->values[USERNAME]);
    r->packet.has_username = true;
    read_password(q, problems);
    size_t at = str_rfind(username, '&');
    if (at < username.n) {
        r->device_name = (struct str){username.p, at};
        r->product_key = (struct str){username.p + at + 1, username.n - at - 1};
    }
    if (q->values[PRODUCT_KEY])
        r->product_key = str_of(q->values[PRODUCT_KEY]);
    if (q->values[DEVICE_NAME])
        r->device_name = str_of(q->values[DEVICE_NAME]);
    r->device_secret = str_of(q->values[DEVICE_SECRET]);
    r->product_secret = str_of(q->values[PRODUCT_SECRET]);
}

static void print_words(const struct explain_item *item, enum explain_language language)
{
    struct buf words;
    buf_init(&words, VALUE_MAX_BYTES);
    explain_text(item, language, &words);
    buf_append_str(&words, STR("\n  "));
    explain_remedy(item, language, &words);
    printf("  %s\n", buf_cstr(&words));
    buf_fini(&words);
}

static void print_item(const struct explain_item *item)
{
    const struct connect_refusal *refusal = &item->refusal;
    printf("refused by %s (%s), ", refusal->rule->id, refusal->rule->requirement);
    if (refusal->return_code == PROFILE_REFUSAL_CLOSE)
        printf("connection closed\n");
    else
        printf("CONNACK %d\n", refusal->return_code);
    printf("  received: %s\n  accepted: %s\n  mistakes:", refusal->received, refusal->accepted);
    for (size_t i = 0; i < item->found_count; i++)
        printf(" %s", item->found[i].mistake->id);
    puts(item->found_count ? "" : " none that is known");
    print_words(item, EXPLAIN_ENGLISH);
    print_words(item, EXPLAIN_CHINESE);
}

static int answer(const struct inquiry *q)
{
    struct explanation explanation;
    explain_request_run(&q->request, &explanation);
    if (q->json) {
        cJSON *json = explain_json(&explanation);
        char *text = cJSON_PrintUnformatted(json);
        puts(text);
        cJSON_free(text);
        cJSON_Delete(json);
    } else if (explanation.accepted) {
        printf("accepted by profile %s\n", q->profile.name);
    } else {
        for (size_t i = 0; i < explanation.count; i++)
            print_item(&explanation.items[i]);
    }
    return explanation.accepted ? EXIT_AS_EXPECTED : EXIT_DEVIATION;
}

static int list(void)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    explain_markdown(&text);
    fputs(buf_cstr(&text), stdout);
    buf_fini(&text);
    return EXIT_AS_EXPECTED;
}

int cmd_explain(int argc, char **argv)
{
    struct inquiry q = {.json = false};
    struct problems problems = {0};
    int code = EXIT_USAGE;
    buf_init(&q.password, VALUE_MAX_BYTES);
    parse(argc, argv, &q, &problems);
    bool asked = !q.help && !q.list;
    if (asked)
        prepare(&q, &problems);
    if (problems.count) {
        problems_print(&problems, stderr);
    } else if (asked) {
        code = answer(&q);
    } else if (q.help) {
        usage(stdout);
        code = EXIT_AS_EXPECTED;
    } else {
        code = list();
    }
    for (unsigned i = 0; i < VALUES; i++)
        argument_wipe(&q.secrets[i]);
    if (q.password.data)
        mem_wipe(q.password.data, q.password.len);
    buf_fini(&q.password);
    problems_fini(&problems);
    return code;
}
