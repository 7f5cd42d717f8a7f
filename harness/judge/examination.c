#include "examination.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "harness/judge/description.h"
#include "harness/judge/diagnosis.h"
#include "harness/judge/fleet.h"
#include "harness/judge/roster.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { ENVIRONMENT_MAX = 16, POLL_MS = 2 };

void examination_init(struct examination *x, const struct examiner_options *options,
                      const struct device_case *test, const struct stream *stream, int64_t now_ms)
{
    char *name = roster_device_name(options, test);
    *x = (struct examination){
        .options = options, .test = test, .begun_ms = now_ms, .first = stream_count(stream)};
    x->device = cJSON_CreateObject();
    cJSON_AddStringToObject(x->device, "productKey", options->product_key);
    cJSON_AddStringToObject(x->device, "deviceName", name);
    const struct judgement_setup setup = {.test = test,
                                          .description = options->description,
                                          .device = x->device,
                                          .is_named = device_case_is_named(test, options->is_mapped),
                                          .can_stop = options->trigger != NULL,
                                          .start_ms = test->start_ms};
    free(name);
    if (options->is_mapped && test->is_observer) {
        x->judgement = fleet_judge(&setup, stream, stream_count(stream), now_ms);
        return;
    }
    x->judgement = judgement_new(&setup, now_ms);
    judgement_set_before(x->judgement, (const struct observation *const *)(const void *)stream_items(stream),
                         stream_count(stream));
}

static int64_t grace_ms(const struct examination *x)
{
    return x->options->at_once > 1 ? EXAMINATION_GRACE_MANY_MS : EXAMINATION_GRACE_MS;
}

static void end_trigger(struct examination *x)
{
    if (x->trigger && !trigger_free(x->trigger, grace_ms(x)))
        log_line(LOG_WARNING,
                 "something that the trigger started in %s could not be ended: is it another user's?",
                 x->test->test.id);
    x->trigger = NULL;
}

void examination_fini(struct examination *x)
{
    end_trigger(x);
    judgement_free(x->judgement);
    cJSON_Delete(x->device);
    free(x->waited_for);
    *x = (struct examination){0};
}

/* The shell's exit codes for a command that is not there, or is none. */
enum { EXIT_CANNOT_RUN = 126, EXIT_NOT_FOUND = 127 };

/* The trigger has ended: when it is to be started again. One that ended well and has shown nothing of the device yet has thrown a switch:
 * what was switched on needs the time that a device may take. */
static void note_end(struct examination *x, int64_t now_ms)
{
    int code = trigger_exit_code(x->trigger);
    bool is_switch = code == 0 && !x->was_reached;
    bool cannot_run = !x->was_reached && (code == EXIT_CANNOT_RUN || code == EXIT_NOT_FOUND);
    x->failures = code == 0 || x->was_reached ? 0 : cannot_run ? EXAMINATION_FAILURES_MAX : x->failures + 1;
    x->next_start_ms = now_ms + (is_switch ? description_times(x->options->description).reconnect_ms
                                           : EXAMINATION_RESTART_MS);
}

bool examination_is_hopeless(const struct examination *x)
{
    return x->failures >= EXAMINATION_FAILURES_MAX;
}

static bool is_starting(void *ctx)
{
    return trigger_is_alive(((struct examination *)ctx)->trigger);
}

/* The log's name has no character that a file system could mind. */
static char *log_of(const struct examination *x)
{
    char *file = mem_printf("%s/trigger/%s.log", x->options->dir, x->test->test.id);
    for (char *c = file + strlen(x->options->dir); *c; c++)
        if (*c == ':')
            *c = '_';
    return file;
}

/* A name where there is one: only to a name does a device send SNI. With a shared clock the address: nobody knows when a name will have
 * been looked up. */
static const char *host_of(const struct examiner_options *o, const struct platform *platform)
{
    const char *address = platform_address(platform);
    bool is_named = strcmp(address, "127.0.0.1") == 0 && !o->platform.manual_clock;
    return is_named ? "localhost" : address;
}

static bool start(struct examination *x, const struct platform *platform, struct shared_clock *clock,
                  char **error)
{
    const struct examiner_options *o = x->options;
    const char *environment[ENVIRONMENT_MAX] = {NULL};
    const char *const secrets[] = {o->device_secret, o->product_secret, NULL};
    bool registers = roster_may_register(o);
    bool has_secret =
        description_allows_auth(o->description, "secret") || description_allows_auth(o->description, "https");
    size_t n = 0;
    char *made[] = {
        mem_printf("IOTCONFORM_HOST=%s", host_of(o, platform)),
        mem_printf("IOTCONFORM_MQTT_PORT=%d", platform_port(platform, PLATFORM_MQTT)),
        mem_printf("IOTCONFORM_WEB_PORT=%d", platform_port(platform, PLATFORM_WEB)),
        mem_printf("IOTCONFORM_MQTTS_PORT=%d", platform_port(platform, PLATFORM_MQTTS)),
        mem_printf("IOTCONFORM_CA=%s", platform_ca(platform)),
        mem_printf("IOTCONFORM_CASE=%s", x->test->test.id),
        mem_printf("IOTCONFORM_PRODUCT_KEY=%s", o->product_key),
        mem_printf("IOTCONFORM_DEVICE_NAME=%s", json_text(x->device, "deviceName")),
        has_secret ? mem_printf("IOTCONFORM_DEVICE_SECRET=%s", o->device_secret) : NULL,
        registers ? mem_printf("IOTCONFORM_PRODUCT_SECRET=%s", o->product_secret) : NULL,
        clock ? mem_printf("IOTCONFORM_CLOCK=%s", shared_clock_path(clock)) : NULL,
        x->is_fresh ? mem_strdup("IOTCONFORM_FRESH=1") : NULL,
    };
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        if (made[i])
            environment[n++] = made[i];
    char *log = log_of(x);
    const struct trigger_options options = {.command = o->trigger,
                                            .log = log,
                                            .continues_log = x->starts > 0,
                                            .environment = environment,
                                            .secrets = secrets};
    x->trigger = trigger_start(&options, error);
    x->starts++;
    x->was_reached = false;
    x->is_fresh = false;
    free(log);
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++)
        free(made[i]);
    return x->trigger != NULL;
}

bool examination_keep_dialling(struct examination *x, const struct platform *platform,
                               struct shared_clock *clock, int64_t now_ms, char **error)
{
    if (!x->options->trigger || x->was_stopped || (x->trigger && trigger_is_alive(x->trigger)))
        return true;
    if (x->trigger) {
        if (!judgement_awaits_connection(x->judgement))
            return true;
        note_end(x, now_ms);
        end_trigger(x);
        if (clock)
            shared_clock_forget_gone(clock);
    }
    if (now_ms < x->next_start_ms || x->starts >= EXAMINATION_STARTS_MAX)
        return true;
    size_t sharing = clock ? shared_clock_devices(clock) : 0;
    if (!start(x, platform, clock, error))
        return false;
    if (!clock || shared_clock_await(clock, sharing + 1, is_starting, x, SHARED_CLOCK_PATIENCE_MS) ||
        !trigger_is_alive(x->trigger))
        return true;
    *error = mem_strdup(
        "the device has not connected to IOTCONFORM_CLOCK: with --clock manual it must share the clock");
    return false;
}

char *examination_stop(struct examination *x)
{
    if (!x->trigger || !trigger_is_alive(x->trigger))
        return mem_strdup("nobody can ask it to stop: that needs --trigger, and a device that runs");
    trigger_ask_to_stop(x->trigger);
    x->was_stopped = true;
    return NULL;
}

int64_t examination_deadline_ms(const struct examination *x, int64_t now_ms)
{
    int64_t deadline_ms = x->judgement ? judgement_deadline_ms(x->judgement) : INT64_MAX;
    bool starts_later = x->judgement && x->options->trigger && !x->trigger && x->next_start_ms > now_ms;
    return starts_later && x->next_start_ms < deadline_ms ? x->next_start_ms : deadline_ms;
}

char *examination_diagnosis(const struct examination *x, const struct stream *stream)
{
    char *diagnosis = diagnosis_of(stream, x->device), *log = log_of(x);
    char *where = x->options->trigger ? mem_printf("what the trigger wrote is in %s\n", log) : mem_strdup("");
    char *why = examination_is_hopeless(x)
                    ? mem_printf("the device did not come online, as the trigger cannot be run: %s%s",
                                 diagnosis, where)
                    : mem_printf("the device did not come online within %lld s: %s%s",
                                 (long long)x->options->patience_ms / 1000, diagnosis, where);
    free(where);
    free(log);
    free(diagnosis);
    return why;
}

bool examination_has_started(struct examination *x)
{
    bool started = x->starts > x->starts_told;
    x->starts_told = x->starts;
    return started;
}

bool examination_has_lost_trigger(struct examination *x, int64_t timeout_ms)
{
    if (!x->trigger || x->was_stopped || x->ends_told == x->starts)
        return false;
    struct clock *clock = clock_new_real();
    bool alive;
    while ((alive = trigger_is_alive(x->trigger)) && clock_now_ms(clock) < timeout_ms)
        poll(NULL, 0, POLL_MS);
    clock_free(clock);
    if (!alive)
        x->ends_told = x->starts;
    return !alive;
}

char *examination_renew(struct examination *x, struct platform *platform)
{
    if (!x->options->trigger)
        return mem_strdup("nobody can make the device new: that needs --trigger");
    end_trigger(x);
    x->is_fresh = true;
    return platform_renew_device(platform, x->device, x->options->device_secret)
               ? NULL
               : mem_strdup(platform_error(platform));
}

void examination_observe(struct examination *x, const struct observation *o)
{
    x->was_reached = x->was_reached || strcmp(o->name, "accept") == 0;
    judgement_observe(x->judgement, o);
}

bool examination_keeps(void *ctx, const struct observation *o)
{
    const struct examination *x = ctx;
    if (!x->options->is_mapped)
        return true;
    return judgement_has_seen(x->judgement, o);
}
