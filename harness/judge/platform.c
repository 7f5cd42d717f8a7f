#include "platform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/broker_process.h"
#include "harness/control.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

/* Patience for a platform that works: a judging that lasts hours must not end because the machine was busy, or a sanitizer slow. */
enum { START_MS = 30000, STOP_MS = 30000, CALL_MS = 30000, FETCH_ROUNDS_MAX = 32 };

struct platform {
    struct platform_options options;
    struct broker_process *process; /* NULL when a restart has failed */
    struct control *control;
    char *refusal;       /* what it answered to the latest call; NULL: nothing wrong */
    struct clock *clock; /* real: goes on while it is down */
    int ports[PLATFORM_PORTS];
    int64_t since;    /* of the trace */
    int64_t shift_ms; /* from its clock, which begins anew with each start, to ours */
    int64_t latest_ms;
    unsigned conn_shift, latest_conn;
    bool has_lost;
    bool *is_open; /* by the number of the connection */
    size_t open_size;
};

static const char *const port_names[] = {"mqtt", "web", "mqtts", "control"};

static bool start(struct platform *p, char **error)
{
    struct broker_process_options o = {.program = p->options.program,
                                       .profile = p->options.profile,
                                       .manual_clock = p->options.manual_clock,
                                       .address = p->options.address,
                                       .names = p->options.names,
                                       .name_count = p->options.name_count,
                                       .keeps_trace = true};
    for (int i = 0; i < PLATFORM_PORTS; i++)
        o.ports[i] = p->ports[i];
    char *config = cJSON_PrintUnformatted(p->options.config);
    o.config = config;
    p->process = broker_process_start(&o, START_MS, error);
    mem_wipe(config, strlen(config));
    cJSON_free(config);
    if (!p->process)
        return false;
    for (int i = 0; i < PLATFORM_PORTS; i++)
        p->ports[i] = broker_process_port(p->process, port_names[i]);
    control_set_port(p->control, p->ports[PLATFORM_CONTROL]);
    return true;
}

/* Its clock began before it was ready, nobody knows how long: it is asked. A manual one stands at 0 still, and is to be at manual_ms. */
static bool set_shift(struct platform *p, int64_t manual_ms, char **error)
{
    int64_t now_ms, next_ms;
    p->shift_ms = 0;
    if (!platform_now(p, &now_ms, &next_ms)) {
        *error = mem_printf("the platform does not answer: %s", platform_error(p));
        return false;
    }
    p->shift_ms = p->options.manual_clock ? manual_ms : clock_now_ms(p->clock) - now_ms;
    p->latest_ms = now_ms + p->shift_ms;
    return true;
}

struct platform *platform_start(const struct platform_options *options, char **error)
{
    struct platform *p = mem_zalloc(1, sizeof *p);
    p->options = *options;
    p->control = control_new();
    p->clock = clock_new_real();
    for (int i = 0; i < PLATFORM_CONTROL; i++)
        p->ports[i] = options->ports[i];
    if (start(p, error) && set_shift(p, 0, error))
        return p;
    platform_stop(p, NULL);
    return NULL;
}

bool platform_stop(struct platform *p, char **error)
{
    bool good = !p->process || broker_process_stop(p->process, STOP_MS, error);
    control_free(p->control);
    clock_free(p->clock);
    free(p->is_open);
    free(p->refusal);
    free(p);
    return good;
}

/* What the platform could not tell any more: its end is the end of every connection. */
static void end_connections(struct platform *p, void (*take)(void *ctx, cJSON *entry), void *ctx)
{
    for (unsigned conn = 1; conn < p->open_size; conn++) {
        if (!p->is_open[conn])
            continue;
        cJSON *entry = cJSON_CreateObject();
        cJSON_AddNumberToObject(entry, "clock_ms", (double)p->latest_ms);
        cJSON_AddStringToObject(entry, "what", "end");
        cJSON_AddNumberToObject(entry, "conn", conn);
        cJSON_AddStringToObject(entry, "by", "platform");
        cJSON_AddStringToObject(entry, "how", "closed");
        cJSON_AddStringToObject(entry, "detail", "the platform ended");
        take(ctx, entry);
        p->is_open[conn] = false;
    }
}

bool platform_halt(struct platform *p, void (*take)(void *ctx, cJSON *entry), void *ctx, char **error)
{
    platform_fetch(p, 0, take, ctx);
    bool stopped = broker_process_stop(p->process, STOP_MS, error);
    p->process = NULL;
    p->since = 0;
    p->conn_shift = p->latest_conn;
    end_connections(p, take, ctx);
    return stopped;
}

bool platform_resume(struct platform *p, int64_t now_ms, char **error)
{
    return start(p, error) && set_shift(p, now_ms, error);
}

/* "Every address", and the loopback one that is among them. */
static const char *const everywhere[][2] = {{"0.0.0.0", "127.0.0.1"}, {"::", "::1"}};

bool platform_is_everywhere(const struct platform *p)
{
    return p->options.address && strcmp(platform_address(p), p->options.address) != 0;
}

const char *platform_address(const struct platform *p)
{
    const char *address = p->options.address ? p->options.address : "127.0.0.1";
    for (size_t i = 0; i < sizeof everywhere / sizeof everywhere[0]; i++)
        if (strcmp(address, everywhere[i][0]) == 0)
            return everywhere[i][1];
    return address;
}

int platform_port(const struct platform *p, enum platform_port port)
{
    return p->ports[port];
}

const char *platform_ca(const struct platform *p)
{
    return broker_process_ca(p->process);
}

int platform_call(struct platform *p, const char *method, const char *path, const cJSON *body, cJSON **answer)
{
    int status = control_call(p->control, method, path, body, CALL_MS, answer);
    const cJSON *error = status == 200 ? NULL : cJSON_GetObjectItemCaseSensitive(*answer, "error");
    const char *message = json_text(error, "message");
    free(p->refusal);
    p->refusal = message ? mem_strdup(message) : NULL;
    return status;
}

const char *platform_error(const struct platform *p)
{
    const char *error = control_error(p->control);
    return p->refusal ? p->refusal : error[0] ? error : "the control API refused";
}

static void call_delete(struct platform *p, const char *what, const cJSON *device, const char *query)
{
    char *path = mem_printf("/%s/%s/%s%s", what, json_text(device, "productKey"),
                            json_text(device, "deviceName"), query);
    cJSON *answer;
    platform_call(p, "DELETE", path, NULL, &answer); /* there may be none */
    cJSON_Delete(answer);
    free(path);
}

void platform_forget_session(struct platform *p, const cJSON *device)
{
    call_delete(p, "sessions", device, "?forget=true");
}

bool platform_renew_device(struct platform *p, const cJSON *device, const char *device_secret)
{
    cJSON *body = cJSON_Duplicate(device, true), *answer;
    call_delete(p, "devices", device, "");
    cJSON_AddStringToObject(body, "deviceSecret", device_secret);
    cJSON_AddFalseToObject(body, "activated");
    int status = platform_call(p, "POST", "/devices", body, &answer);
    cJSON_Delete(body);
    cJSON_Delete(answer);
    return status == 200;
}

bool platform_has_lost(const struct platform *p)
{
    return p->has_lost;
}

static bool number(const cJSON *object, const char *key, int64_t *out)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, key);
    if (cJSON_IsNumber(node))
        *out = (int64_t)node->valuedouble;
    return cJSON_IsNumber(node);
}

bool platform_now(struct platform *p, int64_t *now_ms, int64_t *next_ms)
{
    cJSON *answer;
    int status = platform_call(p, "GET", "/clock", NULL, &answer);
    bool good = status == 200 && number(answer, "now_ms", now_ms);
    *next_ms = INT64_MAX;
    if (good && number(answer, "next_ms", next_ms))
        *next_ms += p->shift_ms;
    if (good)
        p->latest_ms = *now_ms += p->shift_ms;
    cJSON_Delete(answer);
    return good;
}

bool platform_advance(struct platform *p, int64_t ms)
{
    cJSON *body = cJSON_CreateObject(), *answer;
    cJSON_AddNumberToObject(body, "advance_ms", (double)ms);
    int status = platform_call(p, "POST", "/clock", body, &answer);
    cJSON_Delete(body);
    cJSON_Delete(answer);
    return status == 200;
}

static void note_open(struct platform *p, unsigned conn, const cJSON *entry)
{
    const char *what = json_text(entry, "what");
    bool begins = what && strcmp(what, "accept") == 0, ends = what && strcmp(what, "end") == 0;
    if (conn >= p->open_size) {
        size_t size = 2 * ((size_t)conn + 1);
        p->is_open = mem_realloc(p->is_open, size * sizeof *p->is_open);
        memset(p->is_open + p->open_size, 0, (size - p->open_size) * sizeof *p->is_open);
        p->open_size = size;
    }
    if (begins || ends)
        p->is_open[conn] = begins;
}

/* On the clock and in the numbers that go on across restarts. */
static void renumber(struct platform *p, cJSON *entry)
{
    int64_t at_ms = 0, conn = 0;
    if (number(entry, "clock_ms", &at_ms))
        cJSON_SetNumberValue(cJSON_GetObjectItemCaseSensitive(entry, "clock_ms"),
                             (double)(at_ms + p->shift_ms));
    if (!number(entry, "conn", &conn))
        return;
    conn += p->conn_shift;
    if (conn > p->latest_conn)
        p->latest_conn = (unsigned)conn;
    cJSON_SetNumberValue(cJSON_GetObjectItemCaseSensitive(entry, "conn"), (double)conn);
    note_open(p, (unsigned)conn, entry);
}

bool platform_fetch(struct platform *p, int64_t wait_ms, void (*take)(void *ctx, cJSON *entry), void *ctx)
{
    bool more = true;
    for (int round = 0; more && round < FETCH_ROUNDS_MAX; round++) {
        char path[96];
        cJSON *answer;
        snprintf(path, sizeof path, "/trace?since=%lld&wait=%lld", (long long)p->since,
                 (long long)(p->options.manual_clock ? 0 : wait_ms));
        if (platform_call(p, "GET", path, NULL, &answer) != 200) {
            cJSON_Delete(answer);
            return false;
        }
        int64_t lost = 0;
        number(answer, "next", &p->since);
        number(answer, "lost", &lost);
        p->has_lost = p->has_lost || lost > 0;
        cJSON *entries = cJSON_GetObjectItemCaseSensitive(answer, "entries");
        more = entries && entries->child;
        wait_ms = 0;
        while (entries && entries->child) {
            cJSON *entry = cJSON_DetachItemViaPointer(entries, entries->child);
            renumber(p, entry);
            take(ctx, entry);
        }
        cJSON_Delete(answer);
    }
    return true;
}
