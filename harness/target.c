#include "target.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { TEXT_MAX = 255, PER_MINUTE_MAX = 6000, PER_SECOND_MAX = 100, PATIENCE_MAX_MS = 60000 };

const char *const target_ports[] = {"mqtt", "web", "mqtts", "auth", NULL};

static const char *const transports[] = {"tcp", "tls", "ws", "wss"};

/* A text of the file, at most TEXT_MAX bytes and not empty; NULL when there is none. */
static char *read_text(const cJSON *object, const char *path, const char *key, enum json_need need,
                       struct problems *problems)
{
    const char *text = NULL;
    char place[JSON_PATH_SIZE];
    if (!json_string(object, path, key, need, &text, problems))
        return NULL;
    json_path(place, sizeof place, path, key, 0);
    if (!*text || strlen(text) > TEXT_MAX)
        problems_add(problems, place, "must have 1 to %d bytes", TEXT_MAX);
    return mem_strdup(text);
}

/* A secret: a text, or {"env": NAME}. */
static char *read_secret(const cJSON *object, const char *path, const char *key, enum json_need need,
                         struct problems *problems)
{
    static const char *const keys[] = {"env", NULL};
    const cJSON *given = cJSON_GetObjectItemCaseSensitive(object, key);
    const char *name = NULL;
    char place[JSON_PATH_SIZE];
    if (!cJSON_IsObject(given))
        return read_text(object, path, key, need, problems);
    json_path(place, sizeof place, path, key, 0);
    json_keys(given, place, keys, problems);
    if (!json_string(given, place, "env", JSON_REQUIRED, &name, problems))
        return NULL;
    const char *value = getenv(name);
    if (value && *value && strlen(value) <= TEXT_MAX)
        return mem_strdup(value);
    json_path(place, sizeof place, path, key, 0);
    problems_add(problems, place, "the environment variable '%s' is %s", name,
                 value && *value ? "too long" : "not set");
    return NULL;
}

static void read_endpoints(struct target *t, const cJSON *file, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"host", "tcp", "tls", "ws", "wss", NULL};
    const cJSON *list;
    char all[JSON_PATH_SIZE], place[JSON_PATH_SIZE];
    if (!json_object(file, path, "endpoints", JSON_REQUIRED, &list, problems))
        return;
    json_path(all, sizeof all, path, "endpoints", 0);
    json_keys(list, all, target_ports, problems);
    if (!list->child)
        problems_add(problems, all, "is empty");
    for (const cJSON *at = list->child; at; at = at->next) {
        int64_t number;
        bool serves = false;
        json_path(place, sizeof place, all, at->string, 0);
        if (!json_keys(at, place, keys, problems))
            continue;
        free(read_text(at, place, "host", JSON_REQUIRED, problems));
        for (size_t i = 0; i < sizeof transports / sizeof transports[0]; i++)
            serves = json_int(at, place, transports[i], JSON_OPTIONAL, 1, 65535, &number, problems) || serves;
        if (!serves)
            problems_add(problems, place, "names no port for tcp, tls, ws or wss");
    }
    t->endpoints = cJSON_Duplicate(list, true);
}

static void read_device(struct target *t, const cJSON *file, const char *path, struct problems *problems)
{
    char *product = read_text(file, path, "productKey", JSON_REQUIRED, problems);
    char *name = read_text(file, path, "deviceName", JSON_REQUIRED, problems);
    char *secret = read_secret(file, path, "deviceSecret", JSON_REQUIRED, problems);
    t->device = cJSON_CreateObject();
    cJSON_AddStringToObject(t->device, "productKey", product ? product : "");
    cJSON_AddStringToObject(t->device, "deviceName", name ? name : "");
    cJSON_AddStringToObject(t->device, "deviceSecret", secret ? secret : "");
    free(product);
    free(name);
    if (secret)
        mem_wipe(secret, strlen(secret));
    free(secret);
}

/* "root": a file, or "system". */
static void read_root(struct target *t, const cJSON *file, const char *path, const char *name,
                      struct problems *problems)
{
    char place[JSON_PATH_SIZE];
    char *given = read_text(file, path, "root", JSON_OPTIONAL, problems);
    if (!given || strcmp(given, "system") == 0) {
        free(given);
        return;
    }
    const char *slash = strrchr(name, '/');
    t->root = slash && given[0] != '/' ? mem_printf("%.*s/%s", (int)(slash - name), name, given)
                                       : mem_strdup(given);
    free(given);
    json_path(place, sizeof place, path, "root", 0);
    if (access(t->root, R_OK) != 0)
        problems_add(problems, place, "the file %s cannot be read", t->root);
}

static void read_control(struct target *t, const cJSON *file, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"url", "token", NULL};
    const cJSON *control;
    char place[JSON_PATH_SIZE];
    if (!json_object(file, path, "control", JSON_OPTIONAL, &control, problems))
        return;
    json_path(place, sizeof place, path, "control", 0);
    json_keys(control, place, keys, problems);
    t->control = read_text(control, place, "url", JSON_REQUIRED, problems);
    t->token = read_secret(control, place, "token", JSON_OPTIONAL, problems);
    struct str url = str_of(t->control);
    if (url.n && !str_starts(url, STR("http://")) && !str_starts(url, STR("https://")))
        problems_add(problems, place, "url begins with http:// or https://");
}

static void read_limits(struct target *t, const cJSON *file, const char *path, struct problems *problems)
{
    int64_t minute = TARGET_CONNECTS_PER_MINUTE, second = TARGET_CONNECTS_PER_SECOND;
    t->patience_ms = TARGET_PATIENCE_DEFAULT_MS;
    json_int(file, path, "connectsPerMinute", JSON_OPTIONAL, 1, PER_MINUTE_MAX, &minute, problems);
    json_int(file, path, "connectsPerSecond", JSON_OPTIONAL, 1, PER_SECOND_MAX, &second, problems);
    json_int(file, path, "patience_ms", JSON_OPTIONAL, 50, PATIENCE_MAX_MS, &t->patience_ms, problems);
    json_bool(file, path, "expendable", JSON_OPTIONAL, &t->is_expendable, problems);
    t->connects_per_minute = (int)minute;
    t->connects_per_second = (int)second;
}

static void read_target(struct target *t, const cJSON *file, const char *name, struct problems *problems)
{
    static const char *const keys[] = {"name",
                                       "profile",
                                       "region",
                                       "endpoints",
                                       "root",
                                       "serverName",
                                       "productKey",
                                       "deviceName",
                                       "deviceSecret",
                                       "control",
                                       "expendable",
                                       "connectsPerMinute",
                                       "connectsPerSecond",
                                       "patience_ms",
                                       "note",
                                       NULL};
    char path[JSON_PATH_SIZE];
    const char *note;
    snprintf(path, sizeof path, "%.400s#", name);
    if (!json_keys(file, path, keys, problems) && !cJSON_IsObject(file))
        return;
    t->name = read_text(file, path, "name", JSON_REQUIRED, problems);
    t->profile = read_text(file, path, "profile", JSON_REQUIRED, problems);
    t->region = read_text(file, path, "region", JSON_OPTIONAL, problems);
    t->server_name = read_text(file, path, "serverName", JSON_OPTIONAL, problems);
    json_string(file, path, "note", JSON_OPTIONAL, &note, problems);
    read_endpoints(t, file, path, problems);
    read_root(t, file, path, name, problems);
    read_device(t, file, path, problems);
    read_control(t, file, path, problems);
    read_limits(t, file, path, problems);
}

struct target *target_load(const char *file, struct problems *problems)
{
    size_t before = problems->count;
    cJSON *json = json_parse_file(file, problems);
    if (!json)
        return NULL;
    struct target *t = mem_zalloc(1, sizeof *t);
    read_target(t, json, file, problems);
    cJSON_Delete(json);
    if (problems->count == before)
        return t;
    target_free(t);
    return NULL;
}

void target_free(struct target *t)
{
    if (!t)
        return;
    char *texts[] = {t->name, t->profile, t->region, t->root, t->server_name, t->control, t->token};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        free(texts[i]);
    cJSON_Delete(t->device);
    cJSON_Delete(t->endpoints);
    free(t);
}

bool target_place(const struct target *t, const char *port, enum transport transport, const char **host,
                  int *number)
{
    const cJSON *endpoint = cJSON_GetObjectItemCaseSensitive(t->endpoints, port);
    const cJSON *at = cJSON_GetObjectItemCaseSensitive(endpoint, transport_name(transport));
    if (!cJSON_IsNumber(at))
        return false;
    *host = json_text(endpoint, "host");
    *number = (int)at->valuedouble;
    return true;
}
