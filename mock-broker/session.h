/* What the platform keeps for a device: subscriptions and QoS 1 messages. One session per device certificate (productKey and
 * deviceName), whatever client id it connects with. A session knows no connection, only a sink for packets while it is online. */
#ifndef BROKER_SESSION_H
#define BROKER_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "inflight.h"
#include "lib/base/list.h"
#include "message.h"
#include "router.h"

struct connection;
struct device;
struct message_age;

struct session {
    struct list link;             /* in the broker's list of sessions */
    struct subscriber subscriber; /* in the router */
    struct device *device;        /* borrowed; device->session points back */
    struct message_sink sink;     /* zero while offline; its ctx is the connection */
    struct inflight inflight;
    struct message_age *age; /* owned; NULL until a message was kept */
    unsigned ext;            /* bits of enum system_ext that it signed in with */
    bool auto_subscribed;    /* it signed in with _ss=1: system topics come without a subscription */
    bool clean;              /* ends with its connection */
    bool drop_noted;         /* a message was lost to a full queue since it was last online */
};

/* Opens the session of a device that signs in: with clean, or when the old one was clean, a fresh one; else the stored one,
 * and *present is set. The device must be offline (session_leave). Joined to sessions. */
struct session *session_open(struct device *device, bool clean, struct router *router, struct list *sessions,
                             bool *present);

/* The session of a subscriber that the router gave. */
struct session *session_of(struct subscriber *who);

/* The connection it is on, or NULL. */
struct connection *session_online(const struct session *s);

/* Connects the session to its packets' way out; then call session_resume. */
void session_join(struct session *s, struct message_sink sink);

/* Sends again, with DUP, what was in flight, then what waited. After CONNACK. */
void session_resume(struct session *s, const struct inflight_limits *limits);

/* The device goes offline: a clean session ends (and is freed), another is kept. */
void session_leave(struct session *s, struct router *router);

/* Ends the session, online or not, and frees it. */
void session_end(struct session *s, struct router *router);

/* Drops the QoS 1 messages taken at until_ms or before, in flight or waiting; what waits behind them may follow. How many
 * (SES-04). */
uint32_t session_expire(struct session *s, int64_t until_ms, const struct inflight_limits *limits);

/* Hands a message, at now_ms, to the session with the lower of the publisher's QoS and the QoS granted. False when it was a QoS 1 message
 * and the queue is full: it is lost. A QoS 0 message for a device that is offline is dropped, which is no failure. */
bool session_deliver(struct session *s, struct delivery *delivery, uint8_t granted, int64_t now_ms,
                     const struct inflight_limits *limits);

/* A PUBACK came: what waits may follow. False when no message is in flight under this identifier. */
bool session_acknowledge(struct session *s, uint16_t packet_id, const struct inflight_limits *limits);

#endif
