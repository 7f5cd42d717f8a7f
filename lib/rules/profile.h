/* A profile: the named values that the dated documents disagree on. One JSON file each in suites/profiles/; one row each in
 * the table of profile.c. Broker and suites read the same names; --set name=value changes one. */
#ifndef RULES_PROFILE_H
#define RULES_PROFILE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/base/problem.h"
#include "lib/protocol/device_sign.h"

enum { PROFILE_NAME_MAX = 31, PROFILE_REFUSAL_CLOSE = -1 };

/* What a device gets that publishes where it may not. */
enum profile_denied { PROFILE_DENIED_DROP, PROFILE_DENIED_DISCONNECT };

/* Which forms of the token login (securemode=-2) there are: none; with authType=connwl; that, and also without authType. */
enum profile_token_login { PROFILE_TOKEN_NONE, PROFILE_TOKEN_CONNWL, PROFILE_TOKEN_ANY };

/* The CONNACK that a refused MQTT 5 client gets: of its own version, or of 3.1.1. */
enum profile_mqtt5 { PROFILE_MQTT5_V5, PROFILE_MQTT5_V3 };

/* Which topics a device may use: all that carry its names, or by the table of topic classes. */
enum profile_permissions { PROFILE_PERMISSIONS_OWN, PROFILE_PERMISSIONS_CLASSES };

/* What passing a limit leads to: a line in the journal, or also a refusal. */
enum profile_enforce { PROFILE_ENFORCE_REPORT, PROFILE_ENFORCE_ENFORCE };

/* What becomes of three things that MQTT 3 has and the platform does not serve. */
enum profile_will { PROFILE_WILL_IGNORE, PROFILE_WILL_REFUSE };
enum profile_qos2 { PROFILE_QOS2_CLOSE, PROFILE_QOS2_DROP };
enum profile_retain { PROFILE_RETAIN_IGNORE, PROFILE_RETAIN_DROP };

/* The typed view. Sets are bit masks: bit n of sign_methods is enum sign_method n, of reset_packets enum mqtt_type n, of
 * mqtt_levels the protocol level n. A refusal is a CONNACK return code 1..5, or PROFILE_REFUSAL_CLOSE. */
struct profile {
    char name[PROFILE_NAME_MAX + 1];

    uint32_t mqtt_levels;          /* mqtt.levels: [3, 4] */
    int64_t mqtt_packet_max_bytes; /* mqtt.packet_max_bytes: a larger packet is a protocol error */
    int64_t connect_wait_s;        /* connect.wait_s: a connection without CONNECT is closed after this */

    int64_t clientid_max;    /* clientid.max: characters of the part before the first bar */
    int64_t keepalive_min_s; /* keepalive.min */
    int64_t keepalive_max_s; /* keepalive.max */
    bool keepalive_clamp;    /* keepalive.clamp: above the maximum is accepted and taken as the maximum */
    int64_t keepalive_factor_milli; /* keepalive.factor, in thousandths: 1.5 is 1500 */
    int64_t heartbeat_check_s;      /* heartbeat.check_s: the platform's check period; 0: no wait is added */
    uint32_t heartbeat_reset_packets; /* heartbeat.reset_packets: which packets reset the timer */

    uint32_t sign_methods; /* sign.methods */
    int64_t sign_default;  /* sign.default: the method without signmethod; -1 ("none"): it is required */
    bool transport_plain;  /* transport.plain: TCP and ws without TLS are served */
    bool
        transport_websocket; /* transport.websocket: ws (where plain transports are served) and wss are served */
    int64_t securemode_encrypted; /* securemode.encrypted: 2 */
    int64_t securemode_plain;     /* securemode.plain: 3 */

    int64_t token_login;          /* token.login: enum profile_token_login, "none", "connwl" or "any" */
    int64_t token_lifetime_s;     /* token.lifetime_s: of an iotToken */
    bool auth_plain_http;         /* auth.plain_http: the authentication endpoint also answers without TLS */
    int64_t registration_limit_s; /* registration.limit_s: a registered device is to have left by then */
    int64_t tls_min_version;      /* tls.min_version: "1.0" is 0 */
    int64_t mqtt5_answer;         /* mqtt5.answer: enum profile_mqtt5, "v5" or "v3" */

    int64_t refusal_protocol, refusal_clientid, refusal_username, refusal_tls_required, refusal_securemode,
        refusal_keepalive, refusal_signmethod, refusal_unknown_device, refusal_disabled_device,
        refusal_signature, refusal_token, refusal_device_token, refusal_registration_plain,
        refusal_registration;

    int64_t subscribe_qos_max; /* subscribe.qos_max: the highest QoS granted */
    int64_t topic_denied;      /* topic.denied: enum profile_denied, "drop" or "disconnect" */
    int64_t topic_permissions; /* topic.permissions: enum profile_permissions, "own" or "classes" */

    int64_t limits_enforce;               /* limits.enforce: enum profile_enforce, "report" or "enforce" */
    int64_t limits_connect_per_second;    /* limits.connect_per_second: sign-ins of a device */
    int64_t limits_connect_per_minute;    /* limits.connect_per_minute */
    int64_t limits_subscriptions;         /* limits.subscriptions: of a device */
    int64_t limits_filters_per_subscribe; /* limits.filters_per_subscribe */
    int64_t limits_topic_bytes;           /* limits.topic_bytes: of a topic or filter */
    int64_t limits_topic_slashes;         /* limits.topic_slashes: of a topic or filter */
    int64_t limits_payload_bytes;         /* limits.payload_bytes: of a PUBLISH */
    int64_t limits_uplink_qos0_per_s;     /* limits.uplink_qos0_per_s: publications of a device */
    int64_t limits_uplink_qos1_per_s;     /* limits.uplink_qos1_per_s */
    int64_t limits_downlink_per_s;        /* limits.downlink_per_s: messages to a device */
    int64_t refusal_rate;                 /* refusal.rate: in force only where limits.enforce is "enforce" */

    int64_t will_connect;   /* will.connect: enum profile_will, "ignore" or "refuse" */
    int64_t refusal_will;   /* refusal.will: in force only where will.connect is "refuse" */
    int64_t qos2_publish;   /* qos2.publish: enum profile_qos2, "close" or "drop" */
    int64_t retain_publish; /* retain.publish: enum profile_retain, "ignore" or "drop" */

    int64_t session_inflight_max; /* session.inflight_max: unacknowledged QoS 1 messages towards a device */
    int64_t session_queue_max;    /* session.queue_max: QoS 1 messages kept for it behind those */
    int64_t session_message_lifetime_s; /* session.message_lifetime_s: then one not acknowledged is dropped */
    int64_t flapping_count;             /* flapping.count: take-overs within … */
    int64_t flapping_window_s;          /* flapping.window_s: … this time are called flapping */
};

/* One row of the table of values, for whoever lists, documents, prints or mutates them. */
enum profile_type { PROFILE_INT, PROFILE_BOOL, PROFILE_FACTOR, PROFILE_REFUSAL, PROFILE_CHOICE, PROFILE_SET };
struct profile_value {
    const char *name; /* "keepalive.min" */
    enum profile_type type;
    size_t offset;    /* in struct profile */
    int64_t min, max; /* of INT; of FACTOR in thousandths; of SET how many members at least and at most */
    const char *const *
        words; /* of CHOICE and SET, NULL-terminated; the n-th word is the value (or bit) words_first + n; an empty
                 * word is a gap that cannot be named; a word of digits stands in JSON as a number */
    int words_first;
    const char *meaning; /* one sentence */
};
size_t profile_values(const struct profile_value **out);

/* Reads a profile file strictly: every value of the table must be there, nothing else; each has "value" and "source".
 * keepalive.min must not be above keepalive.max, and sign.default must be among sign.methods. *out changes on success only.
 * path is a file, or a bare name such as "2023", which means suites/profiles/NAME.json of home_dir(). Problems say what is
 * wrong; false then. */
bool profile_load(struct profile *out, const char *path, struct problems *problems);

/* "name=value" as given to --set: numbers, true/false, words, comma-separated words for sets. One value is judged alone, not
 * how it goes with others. False, with a problem and nothing changed, when it is wrong. */
bool profile_set(struct profile *p, const char *assignment, struct problems *problems);

/* The value of a name as JSON (number, bool, string, array), as the profile files write it; NULL for an unknown name. The
 * caller frees. */
cJSON *profile_get(const struct profile *p, const char *name);

/* True when the method is among the accepted ones. */
static inline bool profile_has_method(const struct profile *p, enum sign_method method)
{
    return (p->sign_methods >> method & 1) != 0;
}

#endif
