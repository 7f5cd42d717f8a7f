/* Paho C's MQTTClient (libpaho-mqtt3cs), which leaves it to the application to dial again: here main's thread does, as its manual says. */
#include <MQTTClient.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"

enum { PATIENCE_MS = 10000 };

static MQTTClient client;
static char filter[512], username[512], password[512], ca[512];
static int filter_qos, keep_alive_s, clean;

static void on_lost(void *context, char *cause)
{
    (void)context;
    (void)cause;
    lines_say("disconnected", "");
    lines_wake();
}

static int on_message(void *context, char *topic, int topic_bytes, MQTTClient_message *message)
{
    (void)context;
    (void)topic_bytes;
    lines_say_message(topic, message->payload, message->payloadlen, message->qos, message->dup != 0);
    MQTTClient_freeMessage(&message);
    MQTTClient_free(topic);
    return 1;
}

static void on_delivered(void *context, MQTTClient_deliveryToken token)
{
    (void)context;
    (void)token;
    lines_say("published", "");
}

static void subscribe(void)
{
    bool good = MQTTClient_subscribe(client, filter, filter_qos) == MQTTCLIENT_SUCCESS;
    lines_say("subscribed", good ? ",\"granted\":null" : ",\"granted\":[128]");
}

static void say_refused(int code)
{
    char extra[64];
    snprintf(extra, sizeof extra, ",\"code\":%d", code);
    lines_say(code >= 1 && code <= 5 ? "refused" : "failed", extra);
}

static int dial(void)
{
    MQTTClient_connectOptions options = MQTTClient_connectOptions_initializer;
    MQTTClient_SSLOptions ssl = MQTTClient_SSLOptions_initializer;
    options.username = username;
    options.password = password;
    options.keepAliveInterval = keep_alive_s;
    options.cleansession = clean;
    options.reliable = 0;
    options.MQTTVersion = MQTTVERSION_3_1_1;
    ssl.trustStore = ca;
    ssl.verify = 1;
    ssl.disableDefaultTrustStore = 1;
    options.ssl = &ssl;
    int code = MQTTClient_connect(client, &options);
    if (code != MQTTCLIENT_SUCCESS)
        return code;
    lines_say("connected",
              options.returned.sessionPresent ? ",\"sessionPresent\":true" : ",\"sessionPresent\":false");
    if (filter[0] && !options.returned.sessionPresent)
        subscribe();
    return MQTTCLIENT_SUCCESS;
}

static void connect_first(const struct command *command)
{
    snprintf(username, sizeof username, "%s", lines_text(command, "username"));
    snprintf(password, sizeof password, "%s", lines_text(command, "password"));
    snprintf(ca, sizeof ca, "%s", lines_text(command, "ca"));
    keep_alive_s = lines_number(command, "keepAlive");
    clean = lines_number(command, "clean");
    MQTTClient_create(&client, lines_uri(command), lines_text(command, "clientId"),
                      MQTTCLIENT_PERSISTENCE_NONE, NULL);
    MQTTClient_setCallbacks(client, NULL, on_lost, on_message, on_delivered);
    int code = dial();
    if (code != MQTTCLIENT_SUCCESS)
        say_refused(code);
}

static void publish(const struct command *command)
{
    MQTTClient_publish(client, command->topic, (int)strlen(command->payload), command->payload, command->qos,
                       0, NULL);
    if (command->qos == 0)
        lines_say("published", "");
}

static void take(const struct command *command)
{
    if (strcmp(command->what, "connect") == 0) {
        connect_first(command);
    } else if (strcmp(command->what, "subscribe") == 0) {
        snprintf(filter, sizeof filter, "%s", command->topic);
        filter_qos = command->qos;
        subscribe();
    } else if (strcmp(command->what, "publish") == 0) {
        publish(command);
    } else if (strcmp(command->what, "leave") == 0) {
        MQTTClient_disconnect(client, PATIENCE_MS);
        lines_say("left", "");
    }
}

/* The connection was lost: dial until it is there again. */
static void wake(void)
{
    if (dial() != MQTTCLIENT_SUCCESS)
        lines_wake();
}

int main(void)
{
    MQTTClient_init_options options = MQTTClient_init_options_initializer;
    options.do_openssl_init = 1;
    MQTTClient_global_init(&options);
    lines_serve(take, wake);
    return 0;
}
