#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/protocol/device_sign.h"

static const char secret_variable[] = "IOTCONFORM_DEVICE_SECRET";

enum { SECRET_MAX_BYTES = 4096 };

static void usage(FILE *to)
{
    fputs(
        "usage: iotconform sign --product-key PK --device-name DN [--device-secret SECRET|-] [OPTION]...\n\n"
        "Prints client id, user name and password of a device's CONNECT. The password is what lets the "
        "device\n"
        "in: mind where it is printed to.\n\n"
        "  --product-key PK     of the device's product; required\n"
        "  --device-name DN     required\n"
        "  --device-secret S    '-' reads it from standard input; without this option the environment's\n"
        "                       IOTCONFORM_DEVICE_SECRET is taken. Both keep it out of the process list\n"
        "  --client-id ID       what stands before the first bar, at most 64 characters; default 12345\n"
        "  --sign-method M      hmacmd5, hmacsha1, hmacsha256 or sha256; default hmacsha1\n"
        "  --timestamp MS|none  any number; it is signed, and no platform compares it with a clock; default "
        "none\n"
        "  --securemode 2|3     2 for TLS, 3 for plain TCP; default 3\n"
        "  --json               {\"clientId\", \"username\", \"password\"}\n\n"
        "The documents' worked example:\n"
        "  iotconform sign --product-key pk --device-name device --device-secret secret --timestamp 789\n",
        to);
}

struct options {
    const char *product_key, *device_name, *device_secret, *client_id, *sign_method, *timestamp, *securemode;
    bool json, help;
};

struct option {
    const char *name;
    size_t offset;
};

static const struct option options[] = {{"--product-key", offsetof(struct options, product_key)},
                                        {"--device-name", offsetof(struct options, device_name)},
                                        {"--device-secret", offsetof(struct options, device_secret)},
                                        {"--client-id", offsetof(struct options, client_id)},
                                        {"--sign-method", offsetof(struct options, sign_method)},
                                        {"--timestamp", offsetof(struct options, timestamp)},
                                        {"--securemode", offsetof(struct options, securemode)},
                                        {NULL, 0}};

/* Takes "--name VALUE" or "--name=VALUE" and moves *at to the last word used; false for a word that is no option. */
static bool take(char **argv, int *at, struct options *o, struct problems *problems)
{
    for (const struct option *option = options; option->name; option++) {
        size_t n = strlen(option->name);
        const char *word = argv[*at], *value = word + n + 1;
        if (strncmp(word, option->name, n) != 0 || (word[n] && word[n] != '='))
            continue;
        if (!word[n])
            value = argv[*at + 1];
        if (!word[n] && value)
            ++*at;
        if (!value)
            problems_add(problems, option->name, "wants a value");
        *(const char **)((char *)o + option->offset) = value ? value : "";
        return true;
    }
    return false;
}

/* Names the word only as far as it cannot be a secret that stands in the wrong place. */
static void unknown(const char *word, struct problems *problems)
{
    char *name = mem_dup(word, strcspn(word, "="));
    if (*name == '-')
        problems_add(problems, name, "unknown option");
    else
        problems_add(problems, "arguments", "a word that belongs to no option");
    free(name);
}

static void parse(int argc, char **argv, struct options *o, struct problems *problems)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            o->help = true;
        else if (strcmp(argv[i], "--json") == 0)
            o->json = true;
        else if (!take(argv, &i, o, problems))
            unknown(argv[i], problems);
    }
}

/* A name as it goes into the client id or the user name; without these characters it can be told apart again. */
static void check_name(const char *option, const char *value, const char *without, struct problems *problems)
{
    if (!value || !*value)
        problems_add(problems, option, "is required");
    else if (strcspn(value, without) != strlen(value))
        problems_add(problems, option, "may not hold any of %s", without);
    else if (!str_is_utf8(str_of(value), NULL))
        problems_add(problems, option, "is not UTF-8");
}

static void check(const struct options *o, enum sign_method *method, struct problems *problems)
{
    int64_t number;
    check_name("--product-key", o->product_key, "&|", problems);
    check_name("--device-name", o->device_name, "&|", problems);
    check_name("--client-id", o->client_id, "|", problems);
    if (str_is_utf8(str_of(o->client_id), NULL) && str_utf8_length(str_of(o->client_id)) > 64)
        problems_add(problems, "--client-id", "has more than 64 characters");
    if (!sign_method_named(str_of(o->sign_method), method))
        problems_add(problems, "--sign-method", "'%s' is none of hmacmd5, hmacsha1, hmacsha256, sha256",
                     o->sign_method);
    if (strcmp(o->timestamp, "none") != 0 && (!str_to_int(str_of(o->timestamp), &number) || number < 0))
        problems_add(problems, "--timestamp", "wants milliseconds or none");
    if (strcmp(o->securemode, "2") != 0 && strcmp(o->securemode, "3") != 0)
        problems_add(problems, "--securemode", "is 2 (TLS) or 3 (plain TCP)");
}

/* The secret, on the heap, wiped and freed by the caller; NULL with a problem. The last line feed of standard input is not
 * part of it. */
static char *secret_of(const char *given, struct problems *problems)
{
    const char *value = given ? given : getenv(secret_variable);
    if (!value || !*value) {
        problems_add(problems, "--device-secret", "is required, or %s in the environment", secret_variable);
        return NULL;
    }
    if (!given || strcmp(given, "-") != 0)
        return mem_strdup(value);
    char *line = mem_zalloc(1, SECRET_MAX_BYTES);
    size_t n = fread(line, 1, SECRET_MAX_BYTES - 1, stdin);
    if (n == SECRET_MAX_BYTES - 1 || memchr(line, 0, n)) {
        problems_add(problems, "--device-secret", "what came from standard input is no secret");
    } else {
        line[strcspn(line, "\r\n")] = 0;
        if (*line)
            return line;
        problems_add(problems, "--device-secret", "standard input was empty");
    }
    mem_wipe(line, SECRET_MAX_BYTES);
    free(line);
    return NULL;
}

static void print(const struct options *o, const char *client_id, const char *username, const char *password)
{
    if (!o->json) {
        printf("clientId %s\nusername %s\npassword %s\n", client_id, username, password);
        return;
    }
    cJSON *root = cJSON_CreateObject();
    cJSON_AddStringToObject(root, "clientId", client_id);
    cJSON_AddStringToObject(root, "username", username);
    cJSON_AddStringToObject(root, "password", password);
    char *text = cJSON_PrintUnformatted(root);
    puts(text);
    cJSON_free(text);
    cJSON_Delete(root);
}

static void sign(const struct options *o, enum sign_method method, const char *secret)
{
    bool dated = strcmp(o->timestamp, "none") != 0;
    struct sign_fields fields = {.client_id = str_of(o->client_id),
                                 .device_name = str_of(o->device_name),
                                 .product_key = str_of(o->product_key),
                                 .timestamp = dated ? str_of(o->timestamp) : (struct str){NULL, 0}};
    char password[SIGN_HEX_SIZE];
    sign_password(method, str_of(secret), &fields, password);
    char *client_id = mem_printf("%s|securemode=%s,signmethod=%s%s%s|", o->client_id, o->securemode,
                                 o->sign_method, dated ? ",timestamp=" : "", dated ? o->timestamp : "");
    char *username = mem_printf("%s&%s", o->device_name, o->product_key);
    print(o, client_id, username, password);
    free(client_id);
    free(username);
    mem_wipe(password, sizeof password);
}

int cmd_sign(int argc, char **argv)
{
    struct options o = {
        .client_id = "12345", .sign_method = "hmacsha1", .timestamp = "none", .securemode = "3"};
    struct problems problems = {0};
    enum sign_method method = SIGN_HMACSHA1;
    parse(argc, argv, &o, &problems);
    if (o.help && problems.count == 0) {
        usage(stdout);
        return EXIT_AS_EXPECTED;
    }
    check(&o, &method, &problems);
    char *secret = secret_of(o.device_secret, &problems);
    bool good = problems.count == 0;
    if (good)
        sign(&o, method, secret);
    problems_print(&problems, stderr);
    problems_fini(&problems);
    if (secret)
        mem_wipe(secret, strlen(secret));
    free(secret);
    return good ? EXIT_AS_EXPECTED : EXIT_USAGE;
}
