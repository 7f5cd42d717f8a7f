/* Paho C's MQTTAsync (libpaho-mqtt3as), which dials again by itself. */
#include <MQTTAsync.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"

static MQTTAsync client;
static char filter[512];
static int filter_qos;
static int wants_clean;

static void on_subscribed(void *context, MQTTAsync_successData *data)
{
    (void)context;
    char extra[64];
    snprintf(extra, sizeof extra, ",\"granted\":[%d]", data->alt.qos);
    lines_say("subscribed", extra);
}

static void subscribe(void)
{
    MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
    options.onSuccess = on_subscribed;
    MQTTAsync_subscribe(client, filter, filter_qos, &options);
}

/* Of every sign-in, the first and the later ones. The library does not tell session present on the later ones. */
static void on_connected(void *context, char *cause)
{
    (void)context;
    (void)cause;
    lines_say("connected", ",\"sessionPresent\":null");
    if (filter[0] && wants_clean)
        subscribe();
}

static void on_refused(void *context, MQTTAsync_failureData *data)
{
    (void)context;
    char extra[64];
    snprintf(extra, sizeof extra, ",\"code\":%d", data->code);
    lines_say(data->code >= 1 && data->code <= 5 ? "refused" : "failed", extra);
}

static void on_lost(void *context, char *cause)
{
    (void)context;
    (void)cause;
    lines_say("disconnected", "");
}

static int on_message(void *context, char *topic, int topic_bytes, MQTTAsync_message *message)
{
    (void)context;
    (void)topic_bytes;
    lines_say_message(topic, message->payload, message->payloadlen, message->qos, message->dup != 0);
    MQTTAsync_freeMessage(&message);
    MQTTAsync_free(topic);
    return 1;
}

static void on_published(void *context, MQTTAsync_successData *data)
{
    (void)context;
    (void)data;
    lines_say("published", "");
}

static void on_left(void *context, MQTTAsync_successData *data)
{
    (void)context;
    (void)data;
    lines_say("left", "");
}

static void dial(const struct command *command)
{
    MQTTAsync_connectOptions options = MQTTAsync_connectOptions_initializer;
    MQTTAsync_SSLOptions ssl = MQTTAsync_SSLOptions_initializer;
    wants_clean = lines_number(command, "clean");
    MQTTAsync_create(&client, lines_uri(command), lines_text(command, "clientId"),
                     MQTTCLIENT_PERSISTENCE_NONE, NULL);
    MQTTAsync_setCallbacks(client, NULL, on_lost, on_message, NULL);
    MQTTAsync_setConnected(client, NULL, on_connected);
    options.username = lines_text(command, "username");
    options.password = lines_text(command, "password");
    options.keepAliveInterval = lines_number(command, "keepAlive");
    options.cleansession = wants_clean;
    options.MQTTVersion = MQTTVERSION_3_1_1;
    options.automaticReconnect = 1;
    options.minRetryInterval = 1;
    options.maxRetryInterval = 2;
    options.onFailure = on_refused;
    ssl.trustStore = lines_text(command, "ca");
    ssl.verify = 1;
    ssl.disableDefaultTrustStore = 1;
    options.ssl = &ssl;
    int code = MQTTAsync_connect(client, &options);
    if (code != MQTTASYNC_SUCCESS)
        lines_say("failed", "");
}

static void publish(const struct command *command)
{
    MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
    options.onSuccess = on_published;
    MQTTAsync_send(client, command->topic, (int)strlen(command->payload), command->payload, command->qos, 0,
                   &options);
}

static void leave(void)
{
    MQTTAsync_disconnectOptions options = MQTTAsync_disconnectOptions_initializer;
    options.onSuccess = on_left;
    MQTTAsync_disconnect(client, &options);
}

static void take(const struct command *command)
{
    if (strcmp(command->what, "connect") == 0) {
        dial(command);
    } else if (strcmp(command->what, "subscribe") == 0) {
        snprintf(filter, sizeof filter, "%s", command->topic);
        filter_qos = command->qos;
        subscribe();
    } else if (strcmp(command->what, "publish") == 0) {
        publish(command);
    } else if (strcmp(command->what, "leave") == 0) {
        leave();
    }
}

static void wake(void)
{
}

int main(void)
{
    MQTTAsync_init_options options = MQTTAsync_init_options_initializer;
    options.do_openssl_init = 1;
    MQTTAsync_global_init(&options);
    lines_serve(take, wake);
    return 0;
}
