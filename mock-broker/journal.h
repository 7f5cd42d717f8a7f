/* The platform's log service (LOG-01): typed events in a bounded ring, rendered to JSON only when somebody asks. */
#ifndef BROKER_JOURNAL_H
#define BROKER_JOURNAL_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "lib/base/str.h"
#include "lib/protocol/transport.h"

struct clock;
struct journal;
struct journal_file;
struct secrets;

/* The ring keeps this many events; older ones are counted as lost. */
enum { JOURNAL_EVENTS_MAX = 10000 };

/* A text of an event is cut to this many bytes: a peer may send a client id of 64 KiB. */
enum { JOURNAL_TEXT_MAX = 512 };

/* The explanation of a refusal; most have 500 to 1500 bytes. */
enum { JOURNAL_JSON_MAX = 16384 };

enum journal_kind {
    JOURNAL_ONLINE,
    JOURNAL_OFFLINE,
    JOURNAL_REFUSED,
    JOURNAL_FLAPPING,
    JOURNAL_MALFORMED,
    JOURNAL_NO_CONNECT,
    JOURNAL_DENIED,
    JOURNAL_LIMIT,
    JOURNAL_ALINK_ERROR,
    JOURNAL_RRPC,
    JOURNAL_RESENT,
    JOURNAL_NOTE,
    JOURNAL_FAULT,
    JOURNAL_REGISTERED,
    JOURNAL_AUTH,
    JOURNAL_WS_ERROR,
    JOURNAL_KINDS
};

enum offline_reason {
    OFFLINE_DISCONNECT,
    OFFLINE_KEEPALIVE_TIMEOUT,
    OFFLINE_TAKEN_OVER,
    OFFLINE_CONNECTION_CLOSED,
    OFFLINE_CONNECTION_RESET,
    OFFLINE_TLS_ERROR,
    OFFLINE_WS_ERROR,
    OFFLINE_PROTOCOL_ERROR,
    OFFLINE_SLOW_CONSUMER,
    OFFLINE_PUBLISH_DENIED,
    OFFLINE_DELETED,
    OFFLINE_DISABLED,
    OFFLINE_SHUTDOWN,
    OFFLINE_KICKED,
    OFFLINE_FAULT,
    OFFLINE_REASONS
};

/* "keepalive-timeout" … */
const char *offline_reason_name(enum offline_reason reason);

/* Which device, on which connection. A text whose p is NULL is left out of the rendering. */
struct journal_who {
    struct str product_key, device_name, client_id, peer;
    const char *transport; /* transport_name() */
};

/* version.p NULL: the connection is not encrypted. */
struct journal_tls {
    struct str version, cipher, server_name;
};

/* path.p NULL: no WebSocket. protocol.p NULL: none was agreed on. */
struct journal_ws {
    struct str path, protocol;
};

/* One event. Numbers that are optional are left out when negative. const char * fields are constant texts and are not
 * copied; struct str fields are. */
struct journal_event {
    uint64_t seq;              /* given by journal_append, from 1 */
    int64_t wall_ms, clock_ms; /* given by journal_append */
    enum journal_kind kind;
    union {
        struct {
            struct journal_who who;
            int64_t keep_alive_s, limit_ms;
            bool clean_session, session_present;
            const char *login; /* "secret", "iotToken" or "deviceToken" */
            struct journal_tls tls;
            struct journal_ws ws;
        } online;
        struct {
            struct journal_who who;
            const char *reason; /* offline_reason_name() */
            int64_t idle_ms, limit_ms;
            struct str new_peer;
        } offline;
        struct {
            struct journal_who who;
            const char *rule, *requirement, *action;
            int64_t return_code; /* negative: closed without CONNACK, rendered as null */
            struct str received, accepted;
            struct str explanation; /* JSON of explain_json(); p NULL: none */
            struct str sentence;    /* for the log line only; not kept */
        } refused;
        struct {
            struct str product_key, device_name, old_peer, new_peer;
            int64_t count, window_s;
        } flapping;
        struct {
            const char *reason, *clause, *packet; /* packet may be NULL */
            int64_t offset;
            struct str peer;
        } malformed;
        struct {
            const char *reason;
            struct str peer, detail;
            int64_t bytes;
        } no_connect;
        struct {
            const char *action, *rule; /* rule: of topic_acl */
            struct str topic, product_key, device_name;
        } denied;
        struct {
            const char *limit; /* limit_name() */
            int64_t value, max;
            struct str product_key, device_name;
        } limit;
        struct {
            const char *reason;
            int64_t code;
            struct str topic, product_key, device_name;
        } alink_error;
        struct {
            struct str message_id, topic, payload, payload_hex; /* one of the two: its beginning */
            int64_t bytes;                                      /* of the whole payload */
            struct str product_key, device_name;
        } rrpc;
        struct {
            int64_t packet_id;
            struct str topic, product_key, device_name, peer;
        } resent; /* a QoS 1 PUBLISH with DUP */
        struct {
            struct str text, product_key, device_name, peer;
        } note;
        struct {
            const char *fault, *packet, *direction;
            int64_t id;
            struct str product_key, device_name, peer;
        } fault;
        struct {
            struct journal_who who;
            const char *auth_type; /* "register" or "regnwl" */
        } registered;
        struct {
            struct str path, product_key, device_name, peer;
            const char *transport; /* "https" or "http" */
            int64_t status, code;  /* of HTTP, and in the body */
            struct str detail;
        } auth;
        struct {
            struct journal_who who;
            int64_t code; /* the HTTP status of a refused opening, or the code of our close frame */
            const char *reason, *clause;
        } ws_error;
    } u;
};

/* An empty journal; the clock is borrowed. */
struct journal *journal_new(const struct clock *clock);
void journal_free(struct journal *j);

/* Keeps a copy of the event (seq and times are filled in) and writes one line to the log: refusals, malformed packets and
 * flapping as warnings, everything else as information. */
void journal_append(struct journal *j, const struct journal_event *event);

/* From now on a peer's text that holds one of the secrets (borrowed) is kept, logged and written as SECRETS_MASK. Names and
 * clientIds are not looked at: who appends them knows whether they are the platform's own. */
void journal_guard(struct journal *j, const struct secrets *secrets);

/* Writes every event to a file too (now owned here), from the next one on. */
void journal_set_file(struct journal *j, struct journal_file *file);

/* Calls then(ctx) after each event, and after the journal was cleared: it must not append. NULL: nobody any more. */
void journal_on_change(struct journal *j, void (*then)(void *ctx), void *ctx);

/* Calls then(ctx, event) with each event as it is appended. */
void journal_on_event(struct journal *j, void (*then)(void *ctx, const struct journal_event *event),
                      void *ctx);

/* The number of the latest event; 0 when there was none. */
uint64_t journal_last(const struct journal *j);

/* How many events the ring holds no more. */
uint64_t journal_lost(const struct journal *j);

/* {"events":[…], "next":N, "lost":N}: the events with a number above since; the caller frees. */
cJSON *journal_render(const struct journal *j, uint64_t since);

/* {"refusals":[…], "lost":N}: the latest refused sign-ins, at most last of them, oldest first; of one device only where its
 * names are given (p NULL: any). lost as above: events, refusals or not, that were not searched. The caller frees. */
cJSON *journal_render_refusals(const struct journal *j, struct str product_key, struct str device_name,
                               size_t last);

/* Forgets everything; the next event has the number 1 again. */
void journal_clear(struct journal *j);

#endif
