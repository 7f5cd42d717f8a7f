/* mqtt-load: puts a load on an MQTT server on this machine and says, in one line of JSON, what it cost the server. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
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

static bool option_int(const char *text, int64_t min, int64_t max, int64_t *out)
{
    return str_to_int(str_of(text), out) && *out >= min && *out <= max;
}

static bool option_word(const char *text, const char *const words[], int *out)
{
    for (*out = 0; words[*out]; ++*out)
        if (strcmp(words[*out], text) == 0)
            return true;
    return false;
}

static bool read_option(struct options *o, int option)
{
    static const char *const sign_ins[] = {"signed", "password", "anonymous", NULL};
    int word = 0;
    int64_t port;
    switch (option) {
    case 'p':
        if (!option_int(optarg, 1, 65535, &port))
            return false;
        o->load.port = (int)port;
        return true;
    case 't':
        o->ca = optarg;
        o->load.transport = TRANSPORT_TLS;
        return true;
    case 'a':
        if (!option_word(optarg, sign_ins, &word))
            return false;
        o->load.sign_in = (enum load_sign_in)word;
        return true;
    case 'n':
        return option_int(optarg, 1, 100000, &o->load.devices);
    case 'c':
        return option_int(optarg, 1, 100000, &o->load.dialling);
    case 'q':
        return option_int(optarg, 0, 1, &o->load.qos);
    case 'b':
        return option_int(optarg, 0, 65536, &o->load.payload_bytes);
    case 'w':
        return option_int(optarg, 1, 1000, &o->load.window);
    case 's':
        return option_int(optarg, 1, 600, &o->seconds);
    case 'P':
        return option_int(optarg, 1, INT32_MAX, &o->pid);
    default:
        return false;
    }
}

static bool read_options(struct options *o, int argc, char **argv)
{
    static const char *const modes[] = {"connect", "idle", "publish", "ping", NULL};
    static const struct option names[] = {{"port", 1, 0, 'p'},
                                          {"tls", 1, 0, 't'},
                                          {"sign-in", 1, 0, 'a'},
                                          {"devices", 1, 0, 'n'},
                                          {"dialling", 1, 0, 'c'},
                                          {"qos", 1, 0, 'q'},
                                          {"payload", 1, 0, 'b'},
                                          {"window", 1, 0, 'w'},
                                          {"seconds", 1, 0, 's'},
                                          {"pid", 1, 0, 'P'},
                                          {0, 0, 0, 0}};
    int mode = 0, option;
    if (argc < 2 || !option_word(argv[1], modes, &mode))
        return false;
    o->mode = argv[1];
    o->load.mode = (enum load_mode)mode;
    optind = 2;
    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1)
        if (!read_option(o, option))
            return false;
    return optind == argc && o->load.port != 0;
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
    struct options o = {.load = {.devices = 100, .dialling = 64, .payload_bytes = 64, .window = 1},
                        .seconds = 3};
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
