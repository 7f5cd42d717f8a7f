/* mqtt-load: puts a load on an MQTT server on this machine and says, in one line of JSON, what it cost the server. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "bench/load.h"
#include "bench/process.h"
#include "lib/base/clock.h"
#include "lib/base/str.h"
#include "lib/net/loop.h"
#include "lib/net/tls.h"

static const char usage[] =
    "usage: mqtt-load connect|idle|publish|ping --port N [options]\n"
    "  --tls CA            TLS, trusting this root; without it plain TCP\n"
    "  --ws PATH           WebSocket, with or without TLS; our broker's path does not matter, others' does\n"
    "  --sign-in HOW       signed (default: dev0, dev1, ... of product pk, secret \"secret\"), password, "
    "anonymous\n"
    "  --devices N         default 100\n"
    "  --dialling N        so many sign in at the same time; default 64\n"
    "  --qos N --payload BYTES --window N   of publish; default 0, 64, 1\n"
    "  --seconds N         measured time of publish and ping, behind half a second of warming up; default 3\n"
    "  --pid PID           the server, whose CPU time and memory are read\n";

struct options {
    struct load_options load;
    const char *mode, *ca;
    int64_t seconds, pid;
};

/* What is read at the two ends of the measured time. */
struct reading {
    int64_t time_us, server_us, own_us, all_us, server_bytes;
    struct load_counts counts;
};

/* The index of text among words, or -1. */
static int word_index(const char *text, const char *const words[])
{
    for (int i = 0; words[i]; i++)
        if (strcmp(words[i], text) == 0)
            return i;
    return -1;
}

static bool read_option(struct options *o, const char *name, const char *value)
{
    static const char *const sign_ins[] = {"signed", "password", "anonymous", NULL};
    const struct {
        const char *name;
        int64_t min, max, *out;
    } numbers[] = {{"--port", 1, 65535, &o->load.port},          {"--devices", 1, 100000, &o->load.devices},
                   {"--dialling", 1, 100000, &o->load.dialling}, {"--qos", 0, 1, &o->load.qos},
                   {"--payload", 0, 65536, &o->load.payload},    {"--window", 1, 1000, &o->load.window},
                   {"--seconds", 1, 600, &o->seconds},           {"--pid", 1, INT32_MAX, &o->pid}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (strcmp(name, numbers[i].name) == 0)
            return str_to_int(str_of(value), numbers[i].out) && *numbers[i].out >= numbers[i].min &&
                   *numbers[i].out <= numbers[i].max;
    if (strcmp(name, "--tls") == 0) {
        o->ca = value;
        return true;
    }
    if (strcmp(name, "--ws") == 0) {
        o->load.ws_path = value;
        return true;
    }
    int sign_in = word_index(value, sign_ins);
    o->load.sign_in = (enum load_sign_in)sign_in;
    return strcmp(name, "--sign-in") == 0 && sign_in >= 0;
}

static bool read_options(struct options *o, int argc, char **argv)
{
    static const char *const modes[] = {"connect", "idle", "publish", "ping", NULL};
    int mode = argc > 1 ? word_index(argv[1], modes) : -1;
    if (mode < 0 || argc % 2)
        return false;
    o->mode = argv[1];
    o->load.mode = (enum load_mode)mode;
    for (int i = 2; i < argc; i += 2)
        if (!read_option(o, argv[i], argv[i + 1]))
            return false;
    if (o->load.ws_path)
        o->load.transport = o->ca ? TRANSPORT_WSS : TRANSPORT_WS;
    else
        o->load.transport = o->ca ? TRANSPORT_TLS : TRANSPORT_TCP;
    return o->load.port != 0;
}

static struct reading take_reading(const struct options *o, const struct load *load, struct loop *loop)
{
    return (struct reading){.server_us = o->pid ? process_cpu_us((int)o->pid) : 0,
                            .server_bytes = o->pid ? process_resident_bytes((int)o->pid) : 0,
                            .own_us = process_cpu_us(0),
                            .all_us = process_all_cpu_us(),
                            .time_us = clock_now_us(loop_clock(loop)),
                            .counts = *load_counts(load)};
}

static bool never(void *ctx)
{
    (void)ctx;
    return false;
}

/* Runs the load; *from and *to are the ends of what is measured. True when nothing went wrong. */
static bool measure(const struct options *o, struct load *load, struct loop *loop, struct reading *from,
                    struct reading *to)
{
    enum { SETTLE_MS = 1000, WARM_UP_MS = 500, SIGN_IN_MS_MAX = 120000, DRAIN_MS_MAX = 5000 };
    *from = take_reading(o, load, loop);
    load_start(load);
    bool good = loop_run_until(loop, load_is_settled, load, SIGN_IN_MS_MAX);
    if (o->load.mode == LOAD_IDLE)
        loop_run_until(loop, never, NULL, SETTLE_MS);
    if (o->load.mode == LOAD_PUBLISH || o->load.mode == LOAD_PING) {
        load_begin(load);
        loop_run_until(loop, never, NULL, WARM_UP_MS);
        *from = take_reading(o, load, loop);
        loop_run_until(loop, never, NULL, o->seconds * 1000);
    }
    *to = take_reading(o, load, loop);
    load_stop(load);
    return loop_run_until(loop, load_is_drained, load, DRAIN_MS_MAX) && good &&
           load_counts(load)->failed == 0;
}

static void print_result(const struct options *o, const struct load *load, const struct reading *from,
                         const struct reading *to, bool good)
{
    const struct load_counts *counts = load_counts(load);
    bool is_sign_in = o->load.mode == LOAD_CONNECT || o->load.mode == LOAD_IDLE;
    int64_t operations = is_sign_in ? to->counts.signed_in : to->counts.done - from->counts.done;
    double us = (double)(to->time_us - from->time_us), count = operations > 0 ? (double)operations : 1;
    double server_us = (double)(to->server_us - from->server_us),
           own_us = (double)(to->own_us - from->own_us);
    printf("{\"mode\":\"%s\",\"transport\":\"%s\",\"devices\":%" PRId64 ",\"good\":%s,\"failed\":%" PRId64
           ",\"lost\":%" PRId64 ",\"operations\":%" PRId64,
           o->mode, transport_name(o->load.transport), o->load.devices, good ? "true" : "false",
           counts->failed, counts->sent - counts->done, operations);
    printf(",\"seconds\":%.3f,\"per_s\":%.0f,\"server_us_per_operation\":%.3f,\"server_cpu\":%.3f", us / 1e6,
           count / us * 1e6, server_us / count, server_us / us);
    printf(",\"generator_cpu\":%.3f,\"other_cpu\":%.3f", own_us / us,
           ((double)(to->all_us - from->all_us) - own_us - server_us) / us);
    printf(",\"server_resident_bytes\":%" PRId64 ",\"bytes_per_connection\":%.0f}\n", to->server_bytes,
           o->load.mode == LOAD_IDLE ? (double)(to->server_bytes - from->server_bytes) / count : 0.0);
}

static void raise_descriptor_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

int main(int argc, char **argv)
{
    struct options o = {.load = {.devices = 100, .dialling = 64, .payload = 64, .window = 1}, .seconds = 3};
    if (!read_options(&o, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    const char *error = NULL;
    if (o.ca && !(o.load.tls = tls_client_new(o.ca, NULL, &error))) {
        fprintf(stderr, "mqtt-load: %s: %s\n", o.ca, error);
        return 2;
    }
    raise_descriptor_limit();
    struct clock *clock = clock_new_real();
    struct loop *loop = loop_new(clock);
    struct load *load = load_new(loop, &o.load);
    struct reading from, to;
    bool good = measure(&o, load, loop, &from, &to);
    print_result(&o, load, &from, &to, good);
    load_close(load);
    loop_run_until(loop, load_is_closed, load, 10000);
    loop_free(loop);
    load_free(load);
    clock_free(clock);
    tls_client_free(o.load.tls);
    return good ? 0 : 1;
}
