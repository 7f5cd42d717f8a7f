/* One connection of a device, from accept to the last byte: which protocol it speaks, who it is, when it must be heard again. */
#ifndef BROKER_CONNECTION_H
#define BROKER_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "journal.h"
#include "lib/base/list.h"
#include "lib/base/timerq.h"
#include "lib/net/channel.h"
#include "lib/protocol/mqtt_packet.h"
#include "lib/protocol/mqtt_stream.h"
#include "lib/protocol/transport.h"
#include "topic_acl.h"

struct broker;
struct buf;
struct device;
struct fault_gate;
struct http_join;
struct session;

enum connection_state {
    CONNECTION_SNIFF,        /* nothing read yet */
    CONNECTION_TLS,          /* TLS is on, nothing read inside */
    CONNECTION_HEAD,         /* the head of an HTTP request has begun; see web_port.h */
    CONNECTION_WS,           /* a WebSocket is open, nothing read inside */
    CONNECTION_WAIT_CONNECT, /* MQTT has begun */
    CONNECTION_ONLINE,       /* CONNACK 0 was sent; session is set */
    CONNECTION_REGISTERED,   /* a dynamic registration is answered: the device is to leave */
    CONNECTION_HTTP,         /* a request is with the HTTP library; u.join is set */
    CONNECTION_CLOSING       /* waits for the channel's end; session is NULL */
};

/* What a port serves; http: WebSocket too. */
struct port_policy {
    bool plain, tls, http;
};

/* Buffers a peer can fill: the head of a request (HTTP_HEAD_MAX_BYTES), the beginning of a packet (mqtt.packet_max_bytes, in
 * stream) and what it does not read
 * (CHANNEL_OUTPUT_MAX_DEFAULT, in channel). */
struct connection {
    struct list link; /* in the broker's list */
    struct broker *broker;
    struct channel *channel;
    struct session *session;
    union {
        struct http_join *join; /* NULL or owned */
        struct buf *head;       /* has_head: what has come of a request's head; owned */
    } u;
    char *client_id; /* the clientId before the bar as it may be shown, once online; owned */
    struct mqtt_stream stream;
    struct timer timer;    /* until CONNECT: connect.wait_s; online: the heartbeat */
    int64_t last_reset_ms; /* heartbeat: closed limit_ms after this */
    int32_t limit_ms;      /* at most 65535 s times a factor below 10, plus an hour */
    uint32_t bytes_in;     /* decoded bytes until CONNECT was accepted, for the journal */
    uint16_t keep_alive_s;
    uint8_t state, transport; /* enum connection_state, enum transport */
    struct port_policy policy;
    bool is_answered : 1;    /* an HTTP request was */
    bool has_head : 1;       /* u is head */
    bool is_page : 1;        /* it is for the page /console: no device, so no fault strikes it */
    bool is_cut : 1;         /* a fault ends it: nothing more is served or sent but what waits in the gate */
    struct fault_gate *gate; /* owned; NULL until faults may strike */
};

/* Takes over a channel just accepted. */
void connection_open(struct broker *broker, struct channel *channel, const struct port_policy *policy);

/* The only setter of the state; logs old and new. */
void connection_set_state(struct connection *c, enum connection_state state);

/* Sends bytes of packets to the device, by way of the faults that are set; false when it takes no more (then the channel's end
 * is on its way). */
bool connection_send(struct connection *c, const void *bytes, size_t n);

/* The same past the faults; for fault_gate.c. */
bool connection_write(struct connection *c, const void *bytes, size_t n);

/* Sends what the broker's scratch buffer holds. */
bool connection_send_scratch(struct connection *c);

/* Who this is, for the journal; borrowed, good during the call it is used in. */
struct journal_who connection_who(const struct connection *c);

/* Closes a connection that is online, with its line in the journal; new_peer is for OFFLINE_TAKEN_OVER, else p NULL. One that
 * is not online is closed without a line. Does nothing when it is closing already. */
void connection_close(struct connection *c, enum offline_reason reason, struct str new_peer);

/* The same by a TCP reset. */
void connection_abort(struct connection *c, enum offline_reason reason);

/* Closes a connection that never signed in, with a line no-connect. */
void connection_close_unsigned(struct connection *c, const char *reason, const char *detail);

/* Closes it for a violation of MQTT, with lines malformed and (when it was online) offline. */
void connection_close_malformed(struct connection *c, const struct mqtt_fault *fault, const char *packet);

/* Which topics the device may use; borrowed, good during the call it is used in. */
struct topic_acl connection_acl(const struct connection *c);

/* The journal's line about a topic that it may not use: action "publish" or "subscribe", rule of topic_acl. */
void connection_denied(const struct connection *c, const char *action, const char *rule, struct str topic);

/* Measures a topic or a filter by the limits. False when it is to be refused. */
bool connection_limits_topic(const struct connection *c, struct str topic);

/* A tolerated oddity, for the journal. */
void connection_note(const struct connection *c, const char *text);

#endif
