#include "control_api.h"

#include "broker.h"
#include "control_body.h"
#include "control_faults.h"
#include "control_guard.h"
#include "control_journal.h"
#include "control_products.h"
#include "control_publish.h"
#include "control_tokens.h"
#include "control_trace.h"
#include "control_views.h"
#include "http_server.h"
#include "long_poll.h"
#include "openapi.h"
#include "session.h"
#include "version.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"

#include <stdio.h>
#include <stdlib.h>

enum { OPENAPI_MAX = 256 * 1024 };

struct control_api {
    struct broker *broker;
    struct http_server *server; /* NULL once stopped */
    const char *token;          /* NULL: anybody may call */
    struct long_poll *waits, *trace_waits;
    struct list requests; /* that wait in the loop */
    void (*on_shutdown)(void *ctx);
    void *shutdown_ctx;
};

/* One request, perhaps on its way through the loop. */
struct request {
    struct list link;
    struct control_api *api;
    struct http_call *call;
    const struct route *route;
    struct str product_key,
        device_name; /* of devices/{productKey}/{deviceName}; borrowed from the call's path */
};

/* quiet: handled only after every socket that was readable before has been read, so that what a device wrote before this call is
 * seen by it ("One loop, one clock"). */
struct route {
    const char *method, *path;
    bool quiet;
    void (*handle)(struct request *request);
};

static cJSON *status_ok(void)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "status", "ok");
    return body;
}

static void get_health(struct request *q)
{
    http_call_answer(q->call, 200, status_ok());
}

static void get_version(struct request *q)
{
    cJSON *body = cJSON_CreateObject();
    cJSON_AddStringToObject(body, "name", BROKER_NAME);
    cJSON_AddStringToObject(body, "version", BROKER_VERSION);
    cJSON_AddStringToObject(body, "profile", q->api->broker->profile.name);
    http_call_answer(q->call, 200, body);
}

static void get_journal(struct request *q)
{
    control_journal_get(q->api->broker, q->api->waits, q->call);
}

static void get_trace(struct request *q)
{
    control_trace_get(q->api->broker, q->api->trace_waits, q->call);
}

static void post_inject(struct request *q)
{
    control_inject_post(q->api->broker, q->call);
}

static void get_refusals(struct request *q)
{
    control_journal_refusals(q->api->broker, q->call);
}

static void get_metrics(struct request *q)
{
    control_journal_metrics(q->api->broker, q->call);
}

static void get_openapi(struct request *q)
{
    struct buf text;
    buf_init(&text, OPENAPI_MAX);
    for (const char *const *line = openapi_lines; *line; line++)
        CHECK(buf_append_str(&text, str_of(*line)));
    http_call_answer_text(q->call, 200, "application/json", buf_str(&text));
    buf_fini(&text);
}

static void get_faults(struct request *q)
{
    control_faults_get(q->api->broker, q->call);
}

static void post_faults(struct request *q)
{
    control_faults_post(q->api->broker, q->call);
}

static void delete_faults(struct request *q)
{
    control_faults_delete_all(q->api->broker, q->call);
}

static void delete_fault(struct request *q)
{
    control_faults_delete(q->api->broker, q->call);
}

/* Closes the connection; a session with clean session 0 outlives that like any other loss of a connection, unless it is to be
 * forgotten. */
static void delete_session(struct request *q)
{
    struct broker *b = q->api->broker;
    const char *forget = http_call_query(q->call, "forget");
    struct device *device = registry_device(b->registry, q->product_key, q->device_name);
    bool is_online = device && device->session && session_online(device->session);
    if (forget && strcmp(forget, "true") != 0) {
        http_call_fail(q->call, 400, "bad-field", "forget can only be true", "?forget", NULL);
    } else if (is_online || (forget && device && device->session)) {
        if (is_online)
            broker_expel(b, device, OFFLINE_KICKED);
        if (forget)
            control_forget(b, device);
        http_call_answer(q->call, 200, status_ok());
    } else {
        http_call_fail(q->call, 404, "not-online", "this device is not online", http_call_path(q->call),
                       NULL);
    }
}

static void get_sessions(struct request *q)
{
    http_call_answer(q->call, 200, control_view_sessions(q->api->broker));
}

static void get_devices(struct request *q)
{
    http_call_answer(q->call, 200, control_view_devices(q->api->broker));
}

static void get_clock(struct request *q)
{
    http_call_answer(q->call, 200, control_view_clock(q->api->broker));
}

static void post_clock(struct request *q)
{
    struct broker *b = q->api->broker;
    static const char *const keys[] = {"advance_ms", NULL};
    int64_t advance_ms = 0;
    struct control_body body;
    if (control_body_open(&body, q->call, keys) &&
        json_int(body.root, "", "advance_ms", JSON_REQUIRED, 0, CONTROL_ADVANCE_MAX_MS, &advance_ms,
                 &body.problems) &&
        control_body_good(&body)) {
        if (clock_is_manual(b->clock)) {
            loop_advance(b->loop, advance_ms);
            http_call_answer(q->call, 200, control_view_clock(b));
        } else {
            http_call_fail(q->call, 409, "real-clock", "the broker runs on a real clock (--clock manual)",
                           NULL, NULL);
        }
    }
    control_body_close(&body, q->call);
}

static void post_devices(struct request *q)
{
    struct broker *b = q->api->broker;
    static const char *const keys[] = {"productKey", "deviceName", "deviceSecret",
                                       "activated",  "enabled",    NULL};
    struct str product_key, device_name;
    struct control_body body;
    if (control_body_open(&body, q->call, keys) && control_body_name(&body, "productKey", &product_key) &&
        control_body_name(&body, "deviceName", &device_name)) {
        struct device *device = registry_device(b->registry, product_key, device_name);
        bool enabled = device ? device->enabled : true, activated = false;
        const char *given = NULL;
        json_string(body.root, "", "deviceSecret", JSON_OPTIONAL, &given, &body.problems);
        json_bool(body.root, "", "enabled", JSON_OPTIONAL, &enabled, &body.problems);
        if (given && given[0] == '\0')
            problems_add(&body.problems, "/deviceSecret", "is empty");
        bool is_told = json_bool(body.root, "", "activated", JSON_OPTIONAL, &activated, &body.problems);
        if (is_told && !given)
            problems_add(&body.problems, "/activated", "needs a deviceSecret");
        if (control_body_good(&body)) {
            char *secret = mem_strdup(given ? given : device ? device->secret : "");
            device = registry_put_device(b->registry, product_key, device_name, str_of(secret), enabled);
            mem_wipe(secret, strlen(secret));
            free(secret);
            if (is_told && activated)
                registry_activate(b->registry, device);
            else if (is_told)
                registry_preset_secret(b->registry, device);
            if (!enabled)
                broker_expel(b, device, OFFLINE_DISABLED);
            http_call_answer(q->call, 200, control_view_device(device));
        }
    }
    control_body_close(&body, q->call);
}

static void get_products(struct request *q)
{
    control_products_get(q->api->broker, q->call);
}

static void post_products(struct request *q)
{
    control_products_post(q->api->broker, q->call);
}

static void post_tokens(struct request *q)
{
    control_tokens_post(q->api->broker, q->call);
}

static void delete_device(struct request *q)
{
    struct broker *b = q->api->broker;
    struct device *device = registry_device(b->registry, q->product_key, q->device_name);
    if (!device) {
        http_call_fail(q->call, 404, "unknown-device", "there is no such device", http_call_path(q->call),
                       NULL);
        return;
    }
    broker_expel(b, device, OFFLINE_DELETED);
    registry_delete_device(b->registry, device);
    http_call_answer(q->call, 200, status_ok());
}

static void forget(struct request *q)
{
    list_remove(&q->link);
    free(q);
}

/* Goes on with the request when the loop is quiet. */
static void later(const struct request *request, void (*then)(void *ctx))
{
    struct request *q = mem_alloc(sizeof *q);
    *q = *request;
    list_add_last(&q->api->requests, &q->link);
    loop_when_quiet(q->api->broker->loop, then, q);
}

static void answer_reset(void *ctx)
{
    struct request *q = ctx;
    if (!q->api->server)
        return; /* stopped meanwhile; control_api_free forgets it */
    http_call_answer(q->call, 200, status_ok());
    forget(q);
}

/* Answered only when the connections have really ended, so that the next test meets none of them. */
static void post_reset(struct request *q)
{
    broker_reset(q->api->broker);
    later(q, answer_reset);
}

static void post_publish(struct request *q)
{
    control_publish(q->api->broker, q->call);
}

static void post_shutdown(struct request *q)
{
    http_call_afterwards(q->call, q->api->on_shutdown, q->api->shutdown_ctx);
    http_call_answer(q->call, 200, status_ok());
}

/* "{device}" stands for productKey/deviceName, "{id}" for a number. */
static const struct route routes[] = {
    {"GET", "health", false, get_health},
    {"GET", "version", false, get_version},
    {"GET", "journal", true, get_journal},
    {"GET", "trace", true, get_trace},
    {"POST", "inject", true, post_inject},
    {"GET", "sessions", true, get_sessions},
    {"GET", "clock", true, get_clock},
    {"POST", "clock", true, post_clock},
    {"POST", "reset", true, post_reset},
    {"GET", "devices", true, get_devices},
    {"POST", "devices", true, post_devices},
    {"DELETE", "devices/{device}", true, delete_device},
    {"GET", "products", true, get_products},
    {"POST", "products", true, post_products},
    {"POST", "tokens", true, post_tokens},
    {"POST", "publish", true, post_publish},
    {"POST", "shutdown", true, post_shutdown},
    {"GET", "refusals", true, get_refusals},
    {"GET", "metrics", true, get_metrics},
    {"GET", "openapi.json", false, get_openapi},
    {"GET", "faults", true, get_faults},
    {"POST", "faults", true, post_faults},
    {"DELETE", "faults", true, delete_faults},
    {"DELETE", "faults/{id}", true, delete_fault},
    {"DELETE", "sessions/{device}", true, delete_session},
};

/* The query parameters of a path; all others have none. */
static const struct {
    const char *path, *names[3];
} queries[] = {
    {"journal", {"since", "wait", NULL}},
    {"trace", {"since", "wait", NULL}},
    {"sessions/{device}", {"forget", NULL}},
    {"refusals", {"device", "last", NULL}},
};

enum { ROUTES = sizeof routes / sizeof routes[0] };

/* True when the path (behind /_mock/v1/) is this route's; takes the device out of it. */
static bool route_matches(const struct route *route, struct str path, struct request *q)
{
    struct str pattern = str_of(route->path), head = {pattern.p, str_find(pattern, '{')};
    if (head.n == pattern.n)
        return str_eq(pattern, path);
    if (!str_starts(path, head))
        return false;
    struct str rest = {path.p + head.n, path.n - head.n};
    if (str_ends(pattern, STR("{id}")))
        return rest.n > 0 && str_find(rest, '/') == rest.n;
    size_t slash = str_find(rest, '/');
    if (slash == 0 || slash + 1 >= rest.n)
        return false;
    q->product_key = (struct str){rest.p, slash};
    q->device_name = (struct str){rest.p + slash + 1, rest.n - slash - 1};
    return str_find(q->device_name, '/') == q->device_name.n;
}

static void handle_quiet(void *ctx)
{
    struct request *q = ctx;
    if (!q->api->server)
        return;
    q->route->handle(q);
    forget(q);
}

/* A query parameter that this path does not have, or NULL. */
static const char *unknown_query(const struct request *q)
{
    static const char *const none[] = {NULL};
    const char *const *names = none;
    for (size_t i = 0; i < sizeof queries / sizeof queries[0]; i++)
        if (strcmp(queries[i].path, q->route->path) == 0)
            names = queries[i].names;
    return http_call_unknown_query(q->call, names);
}

static void start(struct request *q)
{
    const char *unknown = unknown_query(q);
    if (unknown) {
        char path[64];
        snprintf(path, sizeof path, "?%s", unknown);
        http_call_fail(q->call, 400, "unknown-field", "this path has no such parameter", path, NULL);
        return;
    }
    if (q->route->quiet)
        later(q, handle_quiet);
    else
        q->route->handle(q);
}

static void on_call(void *ctx, struct http_call *call)
{
    struct request q = {.api = ctx, .call = call};
    if (console_is_path(http_call_path(call))) {
        console_answer(q.api->broker, call);
        return;
    }
    if (!control_guard_admits(q.api->broker, q.api->token, call))
        return;
    const struct str prefix = STR("/_mock/v1/");
    struct str path = str_of(http_call_path(call));
    char allow[64] = "";
    if (str_starts(path, prefix)) {
        path = (struct str){path.p + prefix.n, path.n - prefix.n};
        for (size_t i = 0; i < ROUTES; i++) {
            if (!route_matches(&routes[i], path, &q))
                continue;
            if (strcmp(routes[i].method, http_call_method(call)) == 0) {
                q.route = &routes[i];
                start(&q);
                return;
            }
            size_t n = strlen(allow);
            snprintf(allow + n, sizeof allow - n, "%s%s", n ? ", " : "", routes[i].method);
        }
    }
    if (allow[0])
        http_call_fail(call, 405, "wrong-method", "this path has other methods", http_call_path(call), allow);
    else
        http_call_fail(call, 404, "unknown-path", "there is nothing here", http_call_path(call), NULL);
}

struct control_api *control_api_new(struct broker *broker, const char *address, int port, const char *token,
                                    void (*on_shutdown)(void *ctx), void *ctx, const char **error)
{
    struct control_api *api = mem_zalloc(1, sizeof *api);
    api->broker = broker;
    list_init(&api->requests);
    api->on_shutdown = on_shutdown;
    api->shutdown_ctx = ctx;
    api->token = token;
    api->server = http_server_new(broker->loop, address, port, on_call, api, error);
    if (api->server) {
        api->waits = long_poll_new(broker, &control_journal_source);
        api->trace_waits = long_poll_new(broker, &control_trace_source);
        return api;
    }
    free(api);
    return NULL;
}

int control_api_port(const struct control_api *api)
{
    return http_server_port(api->server);
}

void control_api_stop(struct control_api *api)
{
    long_poll_stop(api->waits);
    long_poll_stop(api->trace_waits);
    http_server_free(api->server);
    api->server = NULL;
}

void control_api_free(struct control_api *api)
{
    if (!api)
        return;
    LIST_EACH(&api->requests, at)
    forget(LIST_ITEM(at, struct request, link));
    long_poll_free(api->waits);
    long_poll_free(api->trace_waits);
    free(api);
}
