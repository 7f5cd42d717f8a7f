/* The client library dials a platform whose connection is cut behind one byte of the handshake, then behind the next one, up to the
 * whole CONNACK: first by IOT_MQTT_Construct, then as a device that was online and comes back. By the public API only.
 *
 * every-byte TRANSPORT PORT DEVICE SECRET STEP AGAIN-STEP: STEP is for the first half, AGAIN-STEP for the second; 1 cuts behind
 * every byte, 8 behind every eighth and each of the last 24. With the environment of IOT_SetupConnInfo; prints a line for each way, and ends with 0 when all was as it should be.
 *
 * The library's clock is real but for what advance() adds, so that back-off takes no time: the calls that read it, and the one that
 * waits until a time, are wrapped by the linker. */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "iot_export.h"
#include "iot_import.h"
#include "tests/client/cutter.h"

/* An ECDSA signature, and so TLS's certificate message, has not always the same length. */
enum { TLS_SLACK_BYTES = 8, MEASUREMENTS = 16, LAST_BYTES = 24, FIN_EVERY = 8, SHORT_BYTES = 1000 };
enum { NOTICE_MS = 5000, PATIENCE_MS = 10000, SAID_MAX_BYTES = 4096, TEXT_BYTES = 64 };

int __real_clock_gettime(clockid_t id, struct timespec *t);
int __wrap_clock_gettime(clockid_t id, struct timespec *t);
int __real_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until);
int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until);

/* What one cut is, and what must come of it. */
struct cut {
    enum cutter_side side;
    size_t after;
    enum cutter_manner manner;
};

/* From this many bytes of a side on a sign-in may succeed; above the other number it must. */
struct bounds {
    size_t may, must, measured;
};

static struct {
    int64_t ahead_s; /* of the real clock */
    int said;        /* standard error goes there */
    FILE *report;    /* to the true one */
    iotx_mqtt_param_t param;
    struct bounds bounds[2];
    int lost, back; /* events */
    size_t cuts, wrong;
    uint64_t longest_ms;
    size_t idle_descriptors;                        /* without a handle */
    size_t offline_descriptors, online_descriptors; /* with one; 0: not known yet */
} test;

int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
    int result = __real_clock_gettime(id, t);
    if (id == CLOCK_MONOTONIC)
        t->tv_sec += test.ahead_s;
    return result;
}

int __wrap_pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex, const struct timespec *until)
{
    struct timespec at = {until->tv_sec - test.ahead_s, until->tv_nsec};
    return __real_pthread_cond_timedwait(cond, mutex, &at);
}

static void advance(int seconds)
{
    test.ahead_s += seconds;
}

static size_t descriptors(void)
{
    size_t n = 0;
    DIR *all = opendir("/proc/self/fd");
    while (all && readdir(all))
        n++;
    if (all)
        closedir(all);
    return n;
}

/* What the library has said since the last call. Good until the next. */
static const char *said(void)
{
    static char text[SAID_MAX_BYTES];
    ssize_t n = pread(test.said, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = '\0';
    if (ftruncate(test.said, 0) != 0)
        exit(3);
    return text;
}

static void on_event(void *context, void *client, iotx_mqtt_event_msg_pt msg)
{
    (void)context, (void)client;
    test.lost += msg->event_type == IOTX_MQTT_EVENT_DISCONNECT;
    test.back += msg->event_type == IOTX_MQTT_EVENT_RECONNECT;
}

/* Counts what is not as it should be, and tells of the first ones. */
static void expect(bool is_good, const struct cut *c, const char *what, const char *log)
{
    if (is_good)
        return;
    if (test.wrong++ < 10)
        fprintf(test.report, "NOT OK  %s behind byte %zu of the %s: %s; the log: %s\n",
                c->manner == CUTTER_FIN ? "FIN" : "reset", c->after,
                c->side == CUTTER_DEVICE ? "device" : "platform", what, log);
}

/* Yields until the count is there. */
static bool await(void *handle, const int *count, int wanted)
{
    uint64_t until_ms = HAL_UptimeMs() + PATIENCE_MS;
    while (*count < wanted && HAL_UptimeMs() < until_ms)
        IOT_MQTT_Yield(handle, 1);
    return *count >= wanted;
}

/* A log line of an error: "iotclient: error: ..." */
static bool names_a_reason(const char *log)
{
    return strstr(log, "error: ") != NULL;
}

/* What the library said of an attempt that went into a cut, and how long it took. */
static void judge(const struct cut *c, bool is_online, uint64_t ms, const char *log)
{
    const struct bounds *b = &test.bounds[c->side];
    test.cuts++;
    test.longest_ms = ms > test.longest_ms ? ms : test.longest_ms;
    expect(is_online || c->after < b->must, c, "it has not signed in", log);
    expect(!is_online || c->after >= b->may, c, "it has signed in", log);
    expect(is_online || names_a_reason(log), c, "no line of the log says why", log);
    expect(ms < NOTICE_MS, c, "it takes long", log);
}

/* The connection ends behind the whole CONNACK: by that cut; with TLS by a second one, for nobody knows where that was. */
static void lose_and_come_back(void *handle, const struct cut *c)
{
    const struct bounds *b = &test.bounds[c->side];
    int lost = test.lost, back = test.back;
    if (b->must != b->may)
        cutter_cut();
    expect(await(handle, &test.lost, lost + 1), c, "the loss is not noticed", said());
    cutter_lift();
    advance(1);
    expect(await(handle, &test.back, back + 1), c, "it does not come back", said());
}

static void sign_in_into(const struct cut *c)
{
    cutter_set(c->side, c->after, c->manner);
    uint64_t ms = HAL_UptimeMs();
    void *handle = IOT_MQTT_Construct(&test.param);
    judge(c, handle != NULL, HAL_UptimeMs() - ms, said());
    if (handle && c->after == test.bounds[c->side].must && c->side == CUTTER_PLATFORM)
        lose_and_come_back(handle, c);
    IOT_MQTT_Destroy(&handle);
    said();
    expect(descriptors() == test.idle_descriptors, c, "a descriptor is left open", "");
}

/* The attempt has failed: what else must be so. */
static void stay_offline(void *handle, const struct cut *c, const char *log)
{
    expect(strstr(log, "next attempt in 2000 ms") != NULL, c, "the log does not say when it goes on", log);
    expect(!IOT_MQTT_CheckStateNormal(handle), c, "it says that it is connected", log);
    expect(descriptors() == test.offline_descriptors, c, "a descriptor is left open", log);
}

/* The handle is online, loses its connection and comes back into the cut, and then without one. */
static void reconnect_into(void *handle, const struct cut *c)
{
    int lost = test.lost, back = test.back;
    cutter_set(c->side, c->after, c->manner);
    cutter_cut();
    expect(await(handle, &test.lost, lost + 1), c, "the loss is not noticed", said());
    if (test.offline_descriptors == 0)
        test.offline_descriptors = descriptors();
    advance(1);
    said();
    uint64_t ms = HAL_UptimeMs();
    IOT_MQTT_Yield(handle, 0);
    ms = HAL_UptimeMs() - ms;
    const char *log = said();
    bool is_online = test.back > back;
    judge(c, is_online, ms, log);
    cutter_lift();
    if (is_online) { /* that connection ends now, if it has not already */
        cutter_cut();
        expect(await(handle, &test.lost, lost + 2), c, "the second loss is not noticed", said());
        back++;
    } else {
        stay_offline(handle, c, log);
    }
    advance(is_online ? 1 : 2);
    IOT_MQTT_Yield(handle, 0);
    expect(test.back == back + 1 && IOT_MQTT_CheckStateNormal(handle), c, "it does not come back", said());
    expect(descriptors() == test.online_descriptors, c, "a descriptor is left open", "");
}

/* Both measures of a whole sign-in. False when it does not succeed. */
static bool measure(bool with_tls)
{
    size_t low[2] = {SIZE_MAX, SIZE_MAX}, high[2] = {0, 0}, slack = with_tls ? TLS_SLACK_BYTES : 0;
    for (int i = 0; i < MEASUREMENTS; i++) {
        cutter_lift();
        void *handle = IOT_MQTT_Construct(&test.param);
        if (!handle)
            return false;
        for (int side = 0; side < 2; side++) {
            size_t n = cutter_carried((enum cutter_side)side);
            low[side] = n < low[side] ? n : low[side];
            high[side] = n > high[side] ? n : high[side];
        }
        IOT_MQTT_Destroy(&handle);
        test.idle_descriptors = descriptors();
    }
    test.bounds[CUTTER_PLATFORM] =
        (struct bounds){low[CUTTER_PLATFORM] - slack, high[CUTTER_PLATFORM] + slack, high[CUTTER_PLATFORM]};
    /* Behind the last byte of the CONNECT its answer does not get through any more. */
    test.bounds[CUTTER_DEVICE] =
        (struct bounds){low[CUTTER_DEVICE] + 1, high[CUTTER_DEVICE] + 1, high[CUTTER_DEVICE]};
    return true;
}

/* Whether the pass stops at that byte. */
static bool is_due(size_t after, size_t step, const struct bounds *b)
{
    return step == 1 || after % step == 0 || after + LAST_BYTES > b->may;
}

static void pass(enum cutter_side side, size_t step, void *handle)
{
    const struct bounds *b = &test.bounds[side];
    bool is_short = b->must < SHORT_BYTES; /* every byte by FIN too */
    for (size_t after = 0; after <= b->must; after++) {
        if (!is_due(after, step, b))
            continue;
        for (int manner = CUTTER_RESET; manner <= CUTTER_FIN; manner++) {
            struct cut c = {side, after, (enum cutter_manner)manner};
            if (manner == CUTTER_FIN && !is_short && after / step % FIN_EVERY != 0 && after < b->must)
                continue;
            if (handle)
                reconnect_into(handle, &c);
            else
                sign_in_into(&c);
        }
    }
}

static bool set_up(const char *transport, const char *port, const char *device, const char *secret)
{
    static char endpoint[TEXT_BYTES];
    iotx_conn_info_pt conn;
    snprintf(endpoint, sizeof endpoint, "localhost:%u", cutter_start((uint16_t)strtoul(port, NULL, 10)));
    setenv("IOT_ENDPOINT", endpoint, 1);
    setenv("IOT_TRANSPORT", transport, 1);
    if (IOT_SetupConnInfo("pk", device, secret, (void **)&conn) != 0)
        return false;
    test.param = (iotx_mqtt_param_t){.port = conn->port,
                                     .host = conn->host_name,
                                     .client_id = conn->client_id,
                                     .username = conn->username,
                                     .password = conn->password,
                                     .pub_key = conn->pub_key,
                                     .request_timeout_ms = 5000,
                                     .keepalive_interval_ms = 300000,
                                     .read_buf_size = 512,
                                     .write_buf_size = 512,
                                     .handle_event = {on_event, NULL}};
    int own = dup(STDERR_FILENO);
    test.report = fdopen(own, "w");
    test.said = memfd_create("said", MFD_CLOEXEC);
    return test.report && test.said >= 0 && dup2(test.said, STDERR_FILENO) >= 0 &&
           fcntl(STDERR_FILENO, F_SETFL, O_APPEND) == 0;
}

/* One half of the test. */
static void report(const char *what, const char *transport, size_t step)
{
    printf("%s over %s, step %zu: %zu cuts (%zu bytes of the platform, %zu of the device), %zu wrong, "
           "longest %llu ms\n",
           what, transport, step, test.cuts, test.bounds[CUTTER_PLATFORM].measured,
           test.bounds[CUTTER_DEVICE].measured, test.wrong, (unsigned long long)test.longest_ms);
    test.cuts = 0;
    test.longest_ms = 0;
}

int main(int argc, char **argv)
{
    size_t step = argc == 7 ? strtoul(argv[5], NULL, 10) : 0;
    size_t again_step = argc == 7 ? strtoul(argv[6], NULL, 10) : 0;
    if (step == 0 || again_step == 0)
        return 2;
    const char *transport = argv[1];
    bool with_tls = strcmp(transport, "tls") == 0 || strcmp(transport, "wss") == 0;
    if (!set_up(transport, argv[2], argv[3], argv[4]) || !measure(with_tls)) {
        fprintf(test.report ? test.report : stderr, "NOT OK  no sign-in without a cut: %s\n",
                test.report ? said() : "");
        return 1;
    }
    pass(CUTTER_PLATFORM, step, NULL);
    pass(CUTTER_DEVICE, step, NULL);
    report("sign-in", transport, step);
    cutter_lift();
    void *handle = IOT_MQTT_Construct(&test.param);
    test.online_descriptors = descriptors();
    if (handle) {
        pass(CUTTER_PLATFORM, again_step, handle);
        pass(CUTTER_DEVICE, again_step, handle);
    }
    test.wrong += !handle;
    report("reconnection", transport, again_step);
    IOT_MQTT_Destroy(&handle);
    return test.wrong != 0;
}
