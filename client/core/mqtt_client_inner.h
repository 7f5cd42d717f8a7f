/* What the files mqtt_*.c share of a handle; nobody else includes this. All functions want the lock held and return with it held;
 * those that say so give it up meanwhile. */
#ifndef CLIENT_MQTT_CLIENT_INNER_H
#define CLIENT_MQTT_CLIENT_INNER_H

#include <stdatomic.h>

#include "backoff.h"
#include "client_settings.h"
#include "lib/base/clock.h"
#include "mqtt_client.h"
#include "packet_reader.h"
#include "ping.h"
#include "port.h"
#include "subscription.h"
#include "unanswered.h"

/* A request without an answer is given up, a publication sent again, after so many request timeouts. */
enum { REQUEST_PATIENCE = 2 };

/* Limits of an attempt to connect. */
enum { DIAL_TIMEOUT_MS = 10000, DIAL_PACKETS_MAX = 10 /* other packets before the CONNACK */ };

enum client_state {
    CLIENT_OFFLINE, /* no connection; the next attempt is due at backoff.due_ms */
    CLIENT_DIALLING,
    CLIENT_ONLINE,
    CLIENT_LOST /* the connection has failed, and Yield has not seen to it yet */
};

struct mqtt_client {
    struct port *port;
    struct client_settings settings;
    struct mqtt_client_renewal renewal;
    bool is_renewed_next; /* there was a connection, or an attempt, with these credentials */

    _Atomic enum client_state state; /* changed with the lock held; who only asks needs none */
    struct backoff backoff;
    struct ping ping;
    struct packet_reader reader;
    struct unanswered unanswered;
    struct subscriptions subscriptions;
    uint16_t last_id;

    unsigned users;          /* threads inside a function of the handle */
    uintptr_t yielder;       /* the thread that is in Yield; 0: none */
    int64_t asleep_until_ms; /* when the yielding thread will look at the time again; 0: it is not waiting */
    atomic_bool is_closing;  /* Destroy was called; as state */
    bool last_user_frees;    /* from inside a handler: whoever leaves last frees */
};

static inline int64_t client_now_ms(const struct mqtt_client *c)
{
    return clock_now_ms(c->port->clock);
}

static inline int64_t client_patience_ms(const struct mqtt_client *c)
{
    return REQUEST_PATIENCE * c->settings.request_timeout_ms;
}

/* Takes the lock and counts the caller in; false, with neither, when the handle is being destroyed. */
bool client_enter(struct mqtt_client *c);

/* Counts the caller out and gives the lock up; the handle may be gone afterwards. */
void client_leave(struct mqtt_client *c);

/* Sends bytes. False when the connection failed; the state is CLIENT_LOST then. */
bool client_send(struct mqtt_client *c, const void *bytes, size_t n);

/* The connection is of no use any more: Yield will see to it. */
void client_lose(struct mqtt_client *c);

/* The time of something that is due was set: a yielding thread that sleeps longer is woken. */
void client_due(struct mqtt_client *c, int64_t due_ms);

/* Tells the application's event handler, without the lock. msg as in iotx_mqtt_event_msg_t. */
void client_tell(struct mqtt_client *c, iotx_mqtt_event_type_t type, void *msg);

/* One attempt to connect and sign in, without the lock. 0, with the state CLIENT_ONLINE, or an iotx_err_t with a log line and the
 * state CLIENT_OFFLINE. (mqtt_dial) */
int client_dial(struct mqtt_client *c);

/* Sees to all packets that wait in the reader; calls handlers without the lock. (mqtt_receive) */
void client_receive(struct mqtt_client *c);

/* Ends the connection when there is one, and frees all. Without the lock; nobody else may be inside. */
void client_free(struct mqtt_client *c);

#endif
