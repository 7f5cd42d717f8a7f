#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/arguments.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/protocol/device_sign.h"

static const char secret_variable[] = "IOTCONFORM_DEVICE_SECRET";

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
    const char *product_key, *device_name, *client_id, *sign_method, *timestamp, *securemode;
    char *device_secret;
    bool json, help;
};

static void parse(int argc, char **argv, struct options *o, struct problems *problems)
{
    const struct argument table[] = {
        {"--product-key", ARGUMENT_TEXT, &o->product_key, "PK", NULL},
        {"--device-name", ARGUMENT_TEXT, &o->device_name, "DN", NULL},
        {"--device-secret", ARGUMENT_SECRET, &o->device_secret, "SECRET|-", NULL},
        {"--client-id", ARGUMENT_TEXT, &o->client_id, "ID", NULL},
        {"--sign-method", ARGUMENT_TEXT, &o->sign_method, "M", NULL},
        {"--timestamp", ARGUMENT_TEXT, &o->timestamp, "MS|none", NULL},
        {"--securemode", ARGUMENT_TEXT, &o->securemode, "2|3", NULL},
        {"--json", ARGUMENT_FLAG, &o->json, NULL, NULL},
        {"--help", ARGUMENT_FLAG, &o->help, NULL, NULL},
        {"-h", ARGUMENT_FLAG, &o->help, NULL, NULL},
        {NULL, ARGUMENT_FLAG, NULL, NULL, NULL}};
    arguments_parse(argc, argv, table, problems);
    argument_from_environment(&o->device_secret, secret_variable);
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
    if (!o->device_secret || !*o->device_secret)
        problems_add(problems, "--device-secret", "is required, or %s in the environment", secret_variable);
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

static void sign(const struct options *o, enum sign_method method)
{
    bool dated = strcmp(o->timestamp, "none") != 0;
    struct sign_fields fields = {.client_id = str_of(o->client_id),
                                 .device_name = str_of(o->device_name),
                                 .product_key = str_of(o->product_key),
                                 .timestamp = dated ? str_of(o->timestamp) : (struct str){NULL, 0}};
    char password[SIGN_HEX_SIZE];
    sign_password(method, str_of(o->device_secret), &fields, password);
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
    bool good = problems.count == 0;
    if (o.help && good) {
        usage(stdout);
    } else {
        check(&o, &method, &problems);
        good = problems.count == 0;
        if (good)
            sign(&o, method);
    }
    problems_print(&problems, stderr);
    problems_fini(&problems);
    argument_wipe(&o.device_secret);
    return good ? EXIT_AS_EXPECTED : EXIT_USAGE;
}
