#include "bench/device.h"

#include <MQTTClient.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/base/mem.h"

enum { KEEP_ALIVE_S = 60, TIMEOUT_MS = 5000, COUNT_MAX = 100 };

struct device {
    MQTTClient handle;
};

void device_begin(void)
{
    MQTTClient_init_options options = MQTTClient_init_options_initializer;
    options.do_openssl_init = 1;
    MQTTClient_global_init(&options);
}

void device_end(void)
{
}

struct device *device_open(const struct device_options *o)
{
    struct device *d = mem_zalloc(1, sizeof *d);
    char address[64];
    snprintf(address, sizeof address, "%s://localhost:%d", o->ca_file ? "ssl" : "tcp", o->port);
    MQTTClient_connectOptions connect = MQTTClient_connectOptions_initializer;
    MQTTClient_SSLOptions ssl = MQTTClient_SSLOptions_initializer;
    ssl.trustStore = o->ca_file;
    ssl.verify = 1;
    connect.keepAliveInterval = KEEP_ALIVE_S;
    connect.cleansession = 0;
    connect.reliable = 0; /* several messages may be under way */
    connect.username = o->username;
    connect.password = o->password;
    connect.MQTTVersion = MQTTVERSION_3_1_1;
    if (o->ca_file)
        connect.ssl = &ssl;
    if (MQTTClient_create(&d->handle, address, o->client_id, MQTTCLIENT_PERSISTENCE_NONE, NULL) ==
            MQTTCLIENT_SUCCESS &&
        MQTTClient_connect(d->handle, &connect) == MQTTCLIENT_SUCCESS &&
        MQTTClient_subscribe(d->handle, o->topic, 1) == MQTTCLIENT_SUCCESS)
        return d;
    device_close(d);
    return NULL;
}

void device_close(struct device *d)
{
    MQTTClient_disconnect(d->handle, TIMEOUT_MS);
    MQTTClient_destroy(&d->handle);
    free(d);
}

bool device_publish(struct device *d, int qos, const char *topic, const void *payload, size_t n, int count)
{
    MQTTClient_deliveryToken tokens[COUNT_MAX];
    if (count > COUNT_MAX)
        return false;
    for (int i = 0; i < count; i++) {
        if (MQTTClient_publish(d->handle, topic, (int)n, payload, qos, 0, &tokens[i]) != MQTTCLIENT_SUCCESS)
            return false;
    }
    for (int i = 0; qos > 0 && i < count; i++) {
        if (MQTTClient_waitForCompletion(d->handle, tokens[i], TIMEOUT_MS) != MQTTCLIENT_SUCCESS)
            return false;
    }
    return true;
}
