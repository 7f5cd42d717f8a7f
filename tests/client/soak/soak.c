/* The client library through COUNT cycles of connecting and a fault, each with what the application must see, and with memory that
 * stays flat. Faults and their expectations are the table below; a second device lives through all of it and is cut now and then.
 * soak COUNT FIRST MQTT-PORT WEB-PORT CONTROL-PORT (cycle FIRST and those behind it, to 65535); the root is IOT_CA_FILE's, devices are pk/device and pk/second. */
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iot_export.h"
#include "iot_import.h"
#include "mischief.h"
#include "tests/client/cutter.h"

enum { REQUEST_MS = 500, PATIENCE_MS = 10000, READ_BYTES = 512, SLOW_EVERY = 100 };
enum { RSS_GROWTH_MAX_KIB = 4096, HEAP_GROWTH_MAX_BYTES = 64 * 1024 };

struct device {
    const char *name, *secret;
    void *handle;
    int events[IOTX_MQTT_EVENT_BUFFER_OVERFLOW + 1];
};

/* What a cycle has the application do once it is online. True when it sees what it is to see. */
typedef bool step(struct device *d);

struct cycle {
    const char *name, *transport;
    const char *fault; /* NULL: none */
    step *run;         /* NULL: Construct must fail */
};

static int mqtt_port, web_port, cutter_port;

static void on_event(void *context, void *client, iotx_mqtt_event_msg_pt msg)
{
    struct device *d = context;
    (void)client;
    d->events[msg->event_type]++;
}

static bool construct(struct device *d, const char *transport, int port)
{
    iotx_conn_info_pt conn;
    char endpoint[32];
    snprintf(endpoint, sizeof endpoint, "localhost:%d", port);
    setenv("IOT_TRANSPORT", transport, 1);
    setenv("IOT_ENDPOINT", endpoint, 1);
    if (IOT_SetupConnInfo("pk", d->name, d->secret, (void **)&conn) != 0)
        return false;
    iotx_mqtt_param_t param = {.port = conn->port,
                               .host = conn->host_name,
                               .client_id = conn->client_id,
                               .username = conn->username,
                               .password = conn->password,
                               .pub_key = conn->pub_key,
                               .request_timeout_ms = REQUEST_MS,
                               .keepalive_interval_ms = 300000,
                               .read_buf_size = READ_BYTES,
                               .write_buf_size = READ_BYTES,
                               .handle_event = {on_event, d}};
    memset(d->events, 0, sizeof d->events);
    d->handle = IOT_MQTT_Construct(&param);
    return d->handle != NULL;
}

/* Yields until the event has come so often. */
static bool await(struct device *d, iotx_mqtt_event_type_t type, int count)
{
    uint64_t until_ms = HAL_UptimeMs() + PATIENCE_MS;
    while (d->events[type] < count && HAL_UptimeMs() < until_ms)
        IOT_MQTT_Yield(d->handle, 1);
    return d->events[type] >= count;
}

static bool publish(struct device *d)
{
    char topic[64];
    iotx_mqtt_topic_info_t info = {.qos = 1, .payload = "soak", .payload_len = 4};
    snprintf(topic, sizeof topic, "/pk/%s/user/data", d->name);
    return IOT_MQTT_Publish(d->handle, topic, &info) > 0;
}

static bool subscribe(struct device *d)
{
    char topic[64];
    snprintf(topic, sizeof topic, "/pk/%s/user/data", d->name);
    return IOT_MQTT_Subscribe(d->handle, topic, IOTX_MQTT_QOS1, on_event, d) > 0;
}

static bool talk(struct device *d)
{
    return subscribe(d) && await(d, IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS, 1) && publish(d) &&
           await(d, IOTX_MQTT_EVENT_PUBLISH_SUCCESS, 1) && await(d, IOTX_MQTT_EVENT_PUBLISH_RECVEIVED, 1);
}

static bool leave_early(struct device *d)
{
    bool is_good = publish(d) && subscribe(d) && publish(d);
    IOT_MQTT_Yield(d->handle, 1);
    return is_good;
}

static bool send_again(struct device *d)
{
    return publish(d) && await(d, IOTX_MQTT_EVENT_PUBLISH_SUCCESS, 1);
}

static bool be_refused(struct device *d)
{
    return subscribe(d) && await(d, IOTX_MQTT_EVENT_SUBCRIBE_NACK, 1);
}

static bool give_up_subscribing(struct device *d)
{
    return subscribe(d) && await(d, IOTX_MQTT_EVENT_SUBCRIBE_TIMEOUT, 1);
}

static bool be_lost(struct device *d)
{
    return publish(d) && await(d, IOTX_MQTT_EVENT_DISCONNECT, 1) && !IOT_MQTT_CheckStateNormal(d->handle);
}

static bool hear_garbage(struct device *d)
{
    return mischief_call("POST", "/inject",
                         "{\"productKey\":\"pk\",\"deviceName\":\"device\",\"hex\":\"f0ffffffffff7f\"}") &&
           await(d, IOTX_MQTT_EVENT_DISCONNECT, 1);
}

static bool be_kicked(struct device *d)
{
    return subscribe(d) && publish(d) && mischief_call("DELETE", "/sessions/pk/device", NULL) &&
           await(d, IOTX_MQTT_EVENT_DISCONNECT, 1);
}

static bool be_forgotten(struct device *d)
{
    return subscribe(d) && mischief_call("DELETE", "/sessions/pk/device?forget=true", NULL) &&
           await(d, IOTX_MQTT_EVENT_DISCONNECT, 1);
}

/* A PUBLISH of QoS 0 on "/t" with 1000 bytes does not fit; the connection goes on. */
static bool overflow(struct device *d)
{
    static char body[2300] = "{\"productKey\":\"pk\",\"deviceName\":\"device\",\"hex\":\"30ec0700022f74";
    size_t n = strlen(body);
    if (n < 200) {
        memset(body + n, '0', 2000);
        memcpy(body + n + 2000, "\"}", 3);
    }
    return mischief_call("POST", "/inject", body) && await(d, IOTX_MQTT_EVENT_BUFFER_OVERFLOW, 1) &&
           send_again(d);
}

static bool come_back(struct device *d)
{
    return be_kicked(d) && await(d, IOTX_MQTT_EVENT_RECONNECT, 1) && publish(d) &&
           await(d, IOTX_MQTT_EVENT_PUBLISH_SUCCESS, 1);
}

#define CONNACK(code)             "{\"kind\":\"code\",\"packet\":\"CONNACK\",\"code\":" code ",\"times\":1}"
#define CERTIFICATE(name)         "{\"kind\":\"certificate\",\"packet\":\"TLS\",\"which\":\"" name "\",\"times\":1}"
#define FAULT(kind, packet, more) "{\"kind\":\"" kind "\",\"packet\":\"" packet "\"" more "}"
#define ONCE                      ",\"times\":1"

static const struct cycle cycles[] = {
    {"talk", "tcp", NULL, talk},
    {"CONNACK 1", "tcp", CONNACK("1"), NULL},
    {"CONNACK 2", "tls", CONNACK("2"), NULL},
    {"CONNACK 3", "tcp", CONNACK("3"), NULL},
    {"talk", "tls", NULL, talk},
    {"CONNACK 4", "ws", CONNACK("4"), NULL},
    {"CONNACK 5", "wss", CONNACK("5"), NULL},
    {"close for CONNACK", "tls", FAULT("close", "CONNACK", ONCE), NULL},
    {"reset for CONNACK", "tcp", FAULT("reset", "CONNACK", ONCE), NULL},
    {"garbled CONNACK", "tcp", FAULT("garble", "CONNACK", ONCE ",\"offset\":0,\"xor\":96"), NULL},
    {"sliced", "tcp", FAULT("slice", "any", ",\"bytes\":1,\"ms\":1"), talk},
    {"sliced", "tls", FAULT("slice", "any", ",\"bytes\":1,\"ms\":1"), talk},
    {"coalesced", "tcp", FAULT("coalesce", "any", ",\"ms\":3"), talk},
    {"coalesced", "wss", FAULT("coalesce", "any", ",\"ms\":3"), talk},
    {"PUBACK withheld, Destroy", "tcp", FAULT("withhold", "PUBACK", ""), leave_early},
    {"SUBACK withheld, Destroy", "tls", FAULT("withhold", "SUBACK", ""), leave_early},
    {"SUBACK refuses", "tcp", FAULT("code", "SUBACK", ",\"code\":128" ONCE), be_refused},
    {"reset for PUBACK", "tcp", FAULT("reset", "PUBACK", ONCE), be_lost},
    {"close for PUBACK", "wss", FAULT("close", "PUBACK", ONCE), be_lost},
    {"garbage", "tcp", NULL, hear_garbage},
    {"garbage", "tls", NULL, hear_garbage},
    {"kick", "tls", NULL, be_kicked},
    {"kick, session forgotten", "ws", NULL, be_forgotten},
    {"larger than the buffer", "tcp", NULL, overflow},
    {"foreign root", "tls", CERTIFICATE("foreign-root"), NULL},
    {"expired certificate", "tls", CERTIFICATE("expired"), NULL},
    {"certificate of another name", "tls", CERTIFICATE("wrong-name"), NULL},
    {"self-signed certificate", "wss", CERTIFICATE("self-signed"), NULL},
    {"cut inside CONNACK", "cut-tcp", NULL, NULL},
    {"cut inside the TLS handshake", "cut-tls", NULL, NULL},
    {"cut inside the TLS handshake", "cut-tls", NULL, NULL},
    {"nobody listens", "none", NULL, NULL},
};

/* These take half a second and more of real time, so they come once in SLOW_EVERY cycles, in turn. */
static const struct cycle slow_cycles[] = {
    {"CONNACK withheld", "tcp", FAULT("withhold", "CONNACK", ONCE), NULL},
    {"PUBACK withheld, sent again", "tcp", FAULT("withhold", "PUBACK", ONCE), send_again},
    {"SUBACK withheld until given up", "tls", FAULT("withhold", "SUBACK", ONCE), give_up_subscribing},
    {"kick and back", "tls", NULL, come_back},
    {"CONNACK withheld", "wss", FAULT("withhold", "CONNACK", ONCE), NULL},
};

static int port_of(const char **transport, size_t turn)
{
    if (strncmp(*transport, "cut-", 4) == 0) {
        *transport += 4;
        /* A CONNACK has 4 bytes; a TLS 1.3 flight of the platform about 2 KiB, and every seventh byte of it has its turn (each one: tests/client-faults). */
        cutter_set(CUTTER_PLATFORM, strcmp(*transport, "tls") == 0 ? turn * 7 % 1500 : turn % 4,
                   CUTTER_RESET);
        return cutter_port;
    }
    if (strcmp(*transport, "none") == 0) {
        *transport = "tcp";
        return 1;
    }
    return (*transport)[0] == 'w' ? web_port : mqtt_port;
}

static bool run(const struct cycle *c, size_t turn)
{
    struct device d = {.name = "device", .secret = "secret"};
    const char *transport = c->transport;
    int port = port_of(&transport, turn);
    bool is_good = mischief_call("DELETE", "/faults", NULL) && (!c->fault || mischief_fault(c->fault));
    bool is_online = construct(&d, transport, port);
    is_good = is_good && is_online == (c->run != NULL) && (!is_online || c->run(&d));
    IOT_MQTT_Destroy(&d.handle);
    if (!is_good)
        fprintf(stderr, "cycle %zu, %s over %s: not as expected%s\n", turn, c->name, transport,
                is_online ? ", online" : "");
    return is_good;
}

/* The handle that lives through it all is cut, and comes back. */
static bool cut_veteran(struct device *veteran)
{
    setenv("IOT_TRANSPORT", "tls", 1); /* a reconnection asks it again */
    bool is_good =
        mischief_call("DELETE", "/faults", NULL) && mischief_call("DELETE", "/sessions/pk/second", NULL);
    int before = veteran->events[IOTX_MQTT_EVENT_RECONNECT];
    is_good = is_good && await(veteran, IOTX_MQTT_EVENT_RECONNECT, before + 1);
    if (!is_good)
        fprintf(stderr, "the device that lives on has not come back\n");
    return is_good;
}

static long rss_kib(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%*d %ld", &pages) != 1)
        exit(3);
    fclose(f);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t heap_bytes(void)
{
    return __sanitizer_get_current_allocated_bytes ? __sanitizer_get_current_allocated_bytes()
                                                   : mallinfo2().uordblks;
}

/* All cycles. The count of those that went wrong; memory that has grown is one more. */
static size_t run_all(size_t count, size_t first, struct device *veteran)
{
    size_t wrong = 0, every = count >= 2000 ? 500 : count / 3;
    long first_kib = 0, most_kib = 0;
    size_t first_bytes = 0, last_bytes = 0;
    for (size_t i = 1; i <= count; i++) {
        bool is_slow = (first + i) % SLOW_EVERY == 0;
        size_t nth = first + i, turn = is_slow ? nth / SLOW_EVERY : nth;
        wrong += !(is_slow ? run(&slow_cycles[turn % (sizeof slow_cycles / sizeof slow_cycles[0])], nth)
                           : run(&cycles[turn % (sizeof cycles / sizeof cycles[0])], nth));
        if (i % (2 * SLOW_EVERY) == 1)
            wrong += !cut_veteran(veteran);
        if (i % every)
            continue;
        long kib = rss_kib();
        last_bytes = heap_bytes();
        printf("after %zu cycles: %ld KiB resident, %zu bytes allocated\n", i, kib, last_bytes);
        if (!first_kib)
            first_kib = kib, first_bytes = last_bytes;
        most_kib = kib > most_kib ? kib : most_kib;
    }
    bool is_flat =
        most_kib - first_kib <= RSS_GROWTH_MAX_KIB && last_bytes <= first_bytes + HEAP_GROWTH_MAX_BYTES;
    printf("%zu cycles, %zu wrong, memory %s: %+ld KiB resident, %+ld bytes allocated\n", count, wrong,
           is_flat ? "flat" : "GROWS", most_kib - first_kib, (long)last_bytes - (long)first_bytes);
    return wrong + !is_flat;
}

static uint16_t number(const char *text)
{
    return (uint16_t)strtoul(text, NULL, 10);
}

int main(int argc, char **argv)
{
    if (argc != 6 || number(argv[1]) < 3)
        return 2;
    struct device veteran = {.name = "second", .secret = "secret2"};
    mqtt_port = number(argv[3]);
    web_port = number(argv[4]);
    mischief_init(number(argv[5]));
    cutter_port = cutter_start(number(argv[3]));
    IOT_CloseLog();
    size_t wrong = 1;
    if (construct(&veteran, "tls", mqtt_port))
        wrong = run_all(number(argv[1]), number(argv[2]), &veteran);
    IOT_MQTT_Destroy(&veteran.handle);
    return wrong != 0;
}
