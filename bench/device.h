/* A device made with one client library or another: what the bench asks of each. bench/device_ours.c is the IOT_MQTT_* library,
 * bench/device_paho.c Paho's MQTTClient; a program has one of them. */
#ifndef BENCH_DEVICE_H
#define BENCH_DEVICE_H

#include <stdbool.h>
#include <stddef.h>

struct device;

/* Where to and who. All borrowed, and must live as long as the device. */
struct device_options {
    int port;            /* on localhost */
    const char *ca_file; /* TLS, trusting this root; NULL: plain TCP */
    const char *client_id, *username, *password;
    const char *topic; /* subscribed at the start */
};

/* Before the first device, and behind the last one. */
void device_begin(void);
void device_end(void);

/* Signs in with a keep-alive of 60 s and subscribes the topic; buffers for messages of 1 KiB. NULL when that fails. */
struct device *device_open(const struct device_options *options);
void device_close(struct device *d);

/* Publishes count messages on a topic, one behind the other, and at QoS 1 waits until all are acknowledged. False when that fails. */
bool device_publish(struct device *d, int qos, const char *topic, const void *payload, size_t n, int count);

#endif
