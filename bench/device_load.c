/* What a client library costs its device: CPU time of a publication, or resident memory of an idle client; one line of JSON.
 * device-load-ours and device-load-paho are this file with one library or the other (device.h). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "bench/device.h"
#include "bench/process.h"
#include "lib/base/str.h"
#include "lib/protocol/device_sign.h"

static const char usage[] =
    "usage: device-load-NAME publish|idle --port N [options]\n"
    "  --tls CA              TLS, trusting this root; without it plain TCP\n"
    "  --qos N --payload BYTES --window N   of publish; default 0, 64, 10 (so many are under way at a time)\n"
    "  --messages N          of publish; default 100000\n"
    "  --devices N           of idle: dev1, dev2, ... of product pk, secret \"secret\"; default 200\n";

enum { PAYLOAD_MAX_BYTES = 900, DEVICES_MAX = 1000, WARM_UP = 200 };

struct options {
    bool is_idle;
    const char *ca;
    int64_t port, qos, payload, window, messages, devices;
};

/* The texts that a device's options borrow. */
struct identity {
    char client_id[128], username[32], password[SIGN_HEX_SIZE], topic[64];
};

static bool read_options(struct options *o, int argc, char **argv)
{
    const struct {
        const char *name;
        int64_t min, max, *out;
    } numbers[] = {{"--port", 1, 65535, &o->port},
                   {"--qos", 0, 1, &o->qos},
                   {"--payload", 0, PAYLOAD_MAX_BYTES, &o->payload},
                   {"--window", 1, 20, &o->window},
                   {"--messages", 1, INT32_MAX, &o->messages},
                   {"--devices", 1, DEVICES_MAX, &o->devices}};
    o->is_idle = argc > 1 && strcmp(argv[1], "idle") == 0;
    if (argc % 2 || (!o->is_idle && strcmp(argv[1], "publish") != 0))
        return false;
    for (int i = 2; i < argc; i += 2) {
        bool is_good = strcmp(argv[i], "--tls") == 0;
        if (is_good)
            o->ca = argv[i + 1];
        for (size_t k = 0; !is_good && k < sizeof numbers / sizeof numbers[0]; k++)
            is_good = strcmp(argv[i], numbers[k].name) == 0 &&
                      str_to_int(str_of(argv[i + 1]), numbers[k].out) && *numbers[k].out >= numbers[k].min &&
                      *numbers[k].out <= numbers[k].max;
        if (!is_good)
            return false;
    }
    return o->port > 0;
}

static struct device *open_device(const struct options *o, int number)
{
    static struct identity identities[DEVICES_MAX + 1];
    struct identity *id = &identities[number];
    char name[16];
    snprintf(name, sizeof name, "dev%d", number);
    snprintf(id->client_id, sizeof id->client_id, "%s|securemode=%d,signmethod=hmacsha1,timestamp=789|", name,
             o->ca ? 2 : 3);
    snprintf(id->username, sizeof id->username, "%s&pk", name);
    snprintf(id->topic, sizeof id->topic, "/pk/%s/user/get", name);
    struct sign_fields fields = {str_of(name), str_of(name), STR("pk"), STR("789")};
    sign_password(SIGN_HMACSHA1, STR("secret"), &fields, id->password);
    return device_open(
        &(struct device_options){(int)o->port, o->ca, id->client_id, id->username, id->password, id->topic});
}

static bool send(struct device *d, int number, const struct options *o, int64_t messages)
{
    char topic[64];
    snprintf(topic, sizeof topic, "/pk/dev%d/user/update", number);
    static char payload[PAYLOAD_MAX_BYTES];
    for (int64_t i = 0; i < messages; i += o->window) {
        if (!device_publish(d, (int)o->qos, topic, payload, (size_t)o->payload, (int)o->window))
            return false;
    }
    return true;
}

static int64_t own_cpu_us(void)
{
    struct rusage usage_now;
    getrusage(RUSAGE_SELF, &usage_now);
    const struct timeval *u = &usage_now.ru_utime, *s = &usage_now.ru_stime;
    return (u->tv_sec + s->tv_sec) * INT64_C(1000000) + u->tv_usec + s->tv_usec;
}

static bool measure_publish(const struct options *o)
{
    struct device *d = open_device(o, 0);
    bool is_good = d && send(d, 0, o, WARM_UP);
    int64_t before_us = own_cpu_us();
    is_good = is_good && send(d, 0, o, o->messages);
    printf("{\"good\": %s, \"own_us_per_operation\": %.3f, \"other_cpu\": 0}\n", is_good ? "true" : "false",
           (double)(own_cpu_us() - before_us) / (double)o->messages);
    if (d)
        device_close(d);
    return is_good;
}

/* Device 0 comes before the first reading: what a process pays once is not a client's. Each has published. */
static bool measure_idle(const struct options *o)
{
    static struct device *devices[DEVICES_MAX + 1];
    bool is_good = true;
    int64_t before_bytes = 0;
    for (int i = 0; i <= o->devices && is_good; i++) {
        devices[i] = open_device(o, i);
        is_good = devices[i] && send(devices[i], i, o, o->window);
        if (i == 0)
            before_bytes = process_resident_bytes(0);
    }
    printf("{\"good\": %s, \"bytes_per_client\": %.1f, \"other_cpu\": 0}\n", is_good ? "true" : "false",
           (double)(process_resident_bytes(0) - before_bytes) / (double)o->devices);
    for (int i = 0; i <= o->devices; i++) {
        if (devices[i])
            device_close(devices[i]);
    }
    return is_good;
}

int main(int argc, char **argv)
{
    struct options o = {.payload = 64, .window = 10, .messages = 100000, .devices = 200};
    if (argc < 2 || !read_options(&o, argc, argv)) {
        fputs(usage, stderr);
        return 2;
    }
    device_begin();
    bool is_good = o.is_idle ? measure_idle(&o) : measure_publish(&o);
    device_end();
    return is_good ? 0 : 1;
}
