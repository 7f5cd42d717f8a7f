#include "console.h"

#include "broker.h"
#include "console_files.h"
#include "http_server.h"
#include "version.h"

#include "lib/base/check.h"
#include "lib/base/home.h"
#include "lib/base/mem.h"
#include "lib/protocol/device_sign.h"

#include <stdio.h>
#include <stdlib.h>

static const char PAGE[] = "/console";

enum { HOST_SIZE = 128, URL_SIZE = 160, POLICY_SIZE = 768 };

bool console_is_path(const char *path)
{
    size_t n = sizeof PAGE - 1;
    return strncmp(path, PAGE, n) == 0 && (path[n] == '\0' || path[n] == '/');
}

/* The control API as a page on this machine reaches it; empty when none does. */
static void control_url(const struct console *c, char out[URL_SIZE])
{
    out[0] = '\0';
    if (!c->control_address || !c->control_is_local)
        return;
    bool v6 = strchr(c->control_address, ':') != NULL; /* a policy has no form for these: by its name */
    snprintf(out, URL_SIZE, "http://%s:%d", v6 ? "localhost" : c->control_address, c->control_port);
}

/* The name by which the page was asked for, without its port. It goes into a header: anything odd becomes localhost. */
static void host_name(const struct http_call *call, char out[HOST_SIZE])
{
    struct str host = str_of(http_call_header(call, "Host"));
    host.n = str_find(host, ':');
    bool good = host.n > 0 && host.n < HOST_SIZE;
    for (size_t i = 0; good && i < host.n; i++) {
        char c = host.p[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z', digit = c >= '0' && c <= '9';
        good = letter || digit || c == '.' || c == '-';
    }
    snprintf(out, HOST_SIZE, "%.*s", good ? (int)host.n : 9, good ? host.p : "localhost");
}

/* No script and no connection but ours: a page that shows what devices sent must not be able to run any of it. */
static void write_policy(const struct broker *b, const struct http_call *call, char out[POLICY_SIZE])
{
    char connect[2 * URL_SIZE + HOST_SIZE], host[HOST_SIZE];
    host_name(call, host);
    if (http_call_is_joined(call))
        control_url(&b->console, connect);
    else
        snprintf(connect, sizeof connect, "ws://%s:%d wss://%s:%d", host, b->listeners[PORT_WEB].number, host,
                 b->listeners[PORT_WEB].number);
    snprintf(
        out, POLICY_SIZE,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' %s; "
        "require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        connect);
}

static const char *type_of(const char *name)
{
    struct str file = str_of(name);
    if (str_ends(file, STR(".html")))
        return "text/html; charset=utf-8";
    if (str_ends(file, STR(".css")))
        return "text/css; charset=utf-8";
    if (str_ends(file, STR(".svg")))
        return "image/svg+xml";
    if (str_ends(file, STR(".json")))
        return "application/json";
    return "text/javascript; charset=utf-8";
}

static void send_file(const struct broker *b, struct http_call *call, const char *name, const char *encoding,
                      struct str body)
{
    char policy[POLICY_SIZE];
    write_policy(b, call, policy);
    const struct http_header headers[] = {
        {"Content-Type", type_of(name)},
        {"Content-Security-Policy", policy},
        {"Cache-Control", "no-store"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {encoding ? "Content-Encoding" : NULL, encoding},
        {NULL, NULL},
    };
    http_call_answer_page(call, 200, headers, body);
}

static char *library_path(const struct console *c, const char *folder)
{
    return c->assets ? mem_printf("%s/" CONSOLE_LIBRARY, c->assets)
                     : mem_printf("%s/%s/" CONSOLE_LIBRARY, home_dir(), folder);
}

/* The library's file, open, or NULL: in a source tree where make puts it, else where an installation has it. Looked for each
 * time, so that it may come while the broker runs. */
static FILE *open_library(const struct console *c)
{
    static const char *const folders[] = {"build/share/console", "console"};
    FILE *file = NULL;
    for (size_t i = 0; !file && i < sizeof folders / sizeof folders[0]; i++) {
        char *path = library_path(c, folders[i]);
        file = fopen(path, "rb");
        free(path);
    }
    return file;
}

static void send_library(const struct broker *b, struct http_call *call)
{
    FILE *file = open_library(&b->console);
    if (!file) {
        http_call_fail(call, 404, "no-library", "make console-assets fetches MQTT.js", http_call_path(call),
                       NULL);
        return;
    }
    uint8_t *bytes = mem_alloc(CONSOLE_ANSWER_MAX);
    size_t n = fread(bytes, 1, CONSOLE_ANSWER_MAX, file);
    bool whole = n < CONSOLE_ANSWER_MAX && !ferror(file);
    fclose(file);
    struct str accepted = str_of(http_call_header(call, "Accept-Encoding"));
    char *encodings = mem_dup(accepted.p, accepted.n);
    if (!whole)
        http_call_fail(call, 500, "bad-library", "the file cannot be read, or is too large",
                       http_call_path(call), NULL);
    else if (!strstr(encodings, "gzip"))
        http_call_fail(call, 406, "not-acceptable", "this file is served with gzip only",
                       http_call_path(call), NULL);
    else
        send_file(b, call, "mqtt.min.js", "gzip", (struct str){(const char *)bytes, n});
    free(encodings);
    free(bytes);
}

static void add_methods(cJSON *facts, const struct profile *profile)
{
    cJSON *list = cJSON_AddArrayToObject(facts, "signMethods");
    for (int m = 0; m < SIGN_METHODS; m++)
        if (profile->sign_methods >> m & 1)
            cJSON_AddItemToArray(list, cJSON_CreateString(sign_method_name((enum sign_method)m)));
}

/* What the page cannot know by itself. No secret is among it. */
static void send_facts(const struct broker *b, struct http_call *call)
{
    char control[URL_SIZE];
    control_url(&b->console, control);
    FILE *library = open_library(&b->console);
    cJSON *facts = cJSON_CreateObject();
    cJSON_AddStringToObject(facts, "version", BROKER_VERSION);
    cJSON_AddStringToObject(facts, "profile", b->profile.name);
    cJSON_AddStringToObject(facts, "port", http_call_is_joined(call) ? "web" : "control");
    cJSON_AddStringToObject(facts, "control", control);
    cJSON_AddBoolToObject(facts, "token", b->console.has_token);
    cJSON_AddNumberToObject(facts, "webPort", b->listeners[PORT_WEB].number);
    cJSON_AddNumberToObject(facts, "controlPort", b->console.control_port);
    cJSON_AddBoolToObject(facts, "library", library != NULL);
    cJSON *mode = cJSON_AddObjectToObject(facts, "securemode");
    cJSON_AddNumberToObject(mode, "wss", (double)b->profile.securemode_encrypted);
    cJSON_AddNumberToObject(mode, "ws", (double)b->profile.securemode_plain);
    cJSON_AddBoolToObject(facts, "plain", b->profile.transport_plain);
    add_methods(facts, &b->profile);
    if (library)
        fclose(library);
    char *text = cJSON_PrintUnformatted(facts);
    CHECK(text != NULL);
    cJSON_Delete(facts);
    send_file(b, call, "facts.json", NULL, str_of(text));
    free(text);
}

static bool send_embedded(const struct broker *b, struct http_call *call, const char *name)
{
    const struct console_file *file = console_files;
    while (file->name && strcmp(file->name, name) != 0)
        file++;
    if (!file->name)
        return false;
    struct buf text;
    buf_init(&text, CONSOLE_ANSWER_MAX);
    for (const char *const *line = file->lines; *line; line++)
        CHECK(buf_append_str(&text, str_of(*line)));
    send_file(b, call, name, NULL, buf_str(&text));
    buf_fini(&text);
    return true;
}

void console_answer(const struct broker *b, struct http_call *call)
{
    const char *method = http_call_method(call), *name = http_call_path(call) + sizeof PAGE - 1;
    name = strcmp(name, "") == 0 || strcmp(name, "/") == 0 ? "index.html" : name + 1;
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
        http_call_fail(call, 405, "wrong-method", "this path has other methods", http_call_path(call),
                       "GET, HEAD");
    else if (strcmp(name, "facts.json") == 0)
        send_facts(b, call);
    else if (strcmp(name, "mqtt.min.js") == 0)
        send_library(b, call);
    else if (!send_embedded(b, call, name))
        http_call_fail(call, 404, "unknown-path", "there is nothing here", http_call_path(call), NULL);
}
