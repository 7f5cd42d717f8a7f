#include "lib/rules/profile.h"

#include "lib/base/home.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"
#include "lib/protocol/mqtt_packet.h"
#include "lib/rules/profile_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const level_words[] = {"3", "4", NULL};
static const char *const method_words[] = {"hmacmd5", "hmacsha1", "hmacsha256", "sha256", NULL};
static const char *const default_words[] = {"none", "hmacmd5", "hmacsha1", "hmacsha256", "sha256", NULL};
static const char *const denied_words[] = {"drop", "disconnect", NULL};
static const char *const login_words[] = {"none", "connwl", "any", NULL};
static const char *const tls_words[] = {"1.0", "1.1", "1.2", "1.3", NULL};
static const char *const mqtt5_words[] = {"v5", "v3", NULL};
static const char *const permission_words[] = {"own", "classes", NULL};
static const char *const enforce_words[] = {"report", "enforce", NULL};
static const char *const will_words[] = {"ignore", "refuse", NULL};
static const char *const qos2_words[] = {"close", "drop", NULL};
static const char *const retain_words[] = {"ignore", "drop", NULL};
/* From type 3 on; the gaps are SUBACK and UNSUBACK, which no device sends. */
static const char *const packet_words[] = {
    "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "", "UNSUBSCRIBE", "", "PINGREQ", NULL};

#define AT(field)                                offsetof(struct profile, field)
#define INT(name, field, min, max)               name, PROFILE_INT, AT(field), min, max, NULL, 0
#define BOOL(name, field)                        name, PROFILE_BOOL, AT(field), 0, 1, NULL, 0
#define FACTOR(name, field, min, max)            name, PROFILE_FACTOR, AT(field), min, max, NULL, 0
#define REFUSAL(name, field)                     name, PROFILE_REFUSAL, AT(field), 1, 5, NULL, 0
#define CHOICE(name, field, words, first)        name, PROFILE_CHOICE, AT(field), 0, 0, words, first
#define SET(name, field, min, max, words, first) name, PROFILE_SET, AT(field), min, max, words, first

static const struct profile_value table[] = {
    {SET("mqtt.levels", mqtt_levels, 1, 2, level_words, 3),
     "Protocol levels that are served: 3 is 3.1, 4 is 3.1.1."},
    {INT("mqtt.packet_max_bytes", mqtt_packet_max_bytes, 256, 16777216),
     "A larger packet is a protocol error."},
    {INT("connect.wait_s", connect_wait_s, 1, 3600),
     "A connection without a CONNECT is closed after this time."},
    {INT("clientid.max", clientid_max, 1, 65535),
     "Characters that may stand before the client id's first bar."},
    {INT("keepalive.min", keepalive_min_s, 0, 65535),
     "The smallest keep alive that is accepted, in seconds."},
    {INT("keepalive.max", keepalive_max_s, 1, 65535), "The largest keep alive, in seconds."},
    {BOOL("keepalive.clamp", keepalive_clamp),
     "A keep alive above the maximum is accepted and taken as the maximum."},
    {FACTOR("keepalive.factor", keepalive_factor_milli, 500, 10000),
     "A device may be silent for this many keep alives, and the wait."},
    {INT("heartbeat.check_s", heartbeat_check_s, 0, 3600),
     "Seconds between two heartbeat checks; 0 adds no wait."},
    {SET("heartbeat.reset_packets", heartbeat_reset_packets, 0, 8, packet_words, MQTT_PUBLISH),
     "Packets of the device that reset its heartbeat timer."},
    {SET("sign.methods", sign_methods, 1, 4, method_words, SIGN_HMACMD5), "Sign methods that are accepted."},
    {CHOICE("sign.default", sign_default, default_words, -1),
     "The method without signmethod; none: it is required."},
    {BOOL("transport.plain", transport_plain), "Connections without TLS (tcp, ws) are served."},
    {BOOL("transport.websocket", transport_websocket), "WebSocket (ws, wss) is served on the web port."},
    {INT("securemode.encrypted", securemode_encrypted, -2, 8), "The securemode that goes with tls and wss."},
    {INT("securemode.plain", securemode_plain, -2, 8), "The securemode that goes with tcp and ws."},
    {CHOICE("token.login", token_login, login_words, PROFILE_TOKEN_NONE),
     "Forms of the token login that are served: connwl, with authType=connwl; any, also without authType."},
    {INT("token.lifetime_s", token_lifetime_s, 1, 315360000), "Seconds that an iotToken lives."},
    {BOOL("auth.plain_http", auth_plain_http), "The authentication endpoint also answers without TLS."},
    {INT("registration.limit_s", registration_limit_s, 1, 3600),
     "A connection for dynamic registration is closed after this time."},
    {CHOICE("tls.min_version", tls_min_version, tls_words, 0), "The lowest version of TLS that is served."},
    {CHOICE("mqtt5.answer", mqtt5_answer, mqtt5_words, PROFILE_MQTT5_V5),
     "The CONNACK for a refused MQTT 5 client: v5, with reason 0x84; v3, that of 3.1.1."},
    {REFUSAL("refusal.protocol", refusal_protocol), "How a protocol level that is not served is refused."},
    {REFUSAL("refusal.clientid", refusal_clientid), "How a malformed or overlong client id is refused."},
    {REFUSAL("refusal.username", refusal_username),
     "How a missing or malformed user name or password is refused."},
    {REFUSAL("refusal.tls_required", refusal_tls_required), "How an unencrypted connection is refused."},
    {REFUSAL("refusal.securemode", refusal_securemode), "How a wrong securemode is refused."},
    {REFUSAL("refusal.keepalive", refusal_keepalive), "How a keep alive out of range is refused."},
    {REFUSAL("refusal.signmethod", refusal_signmethod), "How a sign method that is not accepted is refused."},
    {REFUSAL("refusal.unknown_device", refusal_unknown_device),
     "How an unknown product or device is refused."},
    {REFUSAL("refusal.disabled_device", refusal_disabled_device), "How a disabled device is refused."},
    {REFUSAL("refusal.signature", refusal_signature), "How a wrong signature is refused."},
    {REFUSAL("refusal.token", refusal_token), "How an illegal or expired iotId or iotToken is refused."},
    {REFUSAL("refusal.device_token", refusal_device_token), "How a wrong deviceToken is refused."},
    {REFUSAL("refusal.registration_plain", refusal_registration_plain),
     "How a dynamic registration without TLS is refused."},
    {REFUSAL("refusal.registration", refusal_registration),
     "How a dynamic registration is refused that product or device do not allow."},
    {INT("subscribe.qos_max", subscribe_qos_max, 0, 2), "The highest QoS that a SUBACK grants."},
    {CHOICE("topic.denied", topic_denied, denied_words, PROFILE_DENIED_DROP),
     "What happens to a publication on a topic that is not the device's."},
    {CHOICE("topic.permissions", topic_permissions, permission_words, PROFILE_PERMISSIONS_OWN),
     "Which topics a device may use: own, all that carry its names; classes, by the table of topic classes."},
    {CHOICE("limits.enforce", limits_enforce, enforce_words, PROFILE_ENFORCE_REPORT),
     "What passing a limit leads to: report, a line in the journal; enforce, also a refusal or a drop."},
    {INT("limits.connect_per_second", limits_connect_per_second, 0, 1000000),
     "Sign-ins of one device within a second."},
    {INT("limits.connect_per_minute", limits_connect_per_minute, 0, 1000000),
     "Sign-ins of one device within a minute."},
    {INT("limits.subscriptions", limits_subscriptions, 1, 1000), "Subscriptions of one device."},
    {INT("limits.filters_per_subscribe", limits_filters_per_subscribe, 1, 65535),
     "Filters in one SUBSCRIBE."},
    {INT("limits.topic_bytes", limits_topic_bytes, 1, 65535), "Bytes of a topic or a filter."},
    {INT("limits.topic_slashes", limits_topic_slashes, 0, 65535), "Slashes in a topic or a filter."},
    {INT("limits.payload_bytes", limits_payload_bytes, 0, 16777216), "Bytes of a publication's payload."},
    {INT("limits.uplink_qos0_per_s", limits_uplink_qos0_per_s, 0, 1000000),
     "QoS 0 publications of one device within a second."},
    {INT("limits.uplink_qos1_per_s", limits_uplink_qos1_per_s, 0, 1000000),
     "QoS 1 publications of one device within a second."},
    {INT("limits.downlink_per_s", limits_downlink_per_s, 0, 1000000),
     "Messages to one device that is online, within a second."},
    {REFUSAL("refusal.rate", refusal_rate),
     "How a sign-in above the rate is refused, where limits are enforced."},
    {CHOICE("will.connect", will_connect, will_words, PROFILE_WILL_IGNORE),
     "What a CONNECT with a will meets; no will is ever kept."},
    {REFUSAL("refusal.will", refusal_will), "How a will is refused, where it is."},
    {CHOICE("qos2.publish", qos2_publish, qos2_words, PROFILE_QOS2_CLOSE),
     "What a QoS 2 PUBLISH leads to: the connection is closed, or the message is dropped without an answer."},
    {CHOICE("retain.publish", retain_publish, retain_words, PROFILE_RETAIN_IGNORE),
     "What a retain flag leads to: the flag is ignored, or the message is acknowledged and dropped."},
    {INT("session.inflight_max", session_inflight_max, 1, 65535),
     "QoS 1 messages sent to a device and not acknowledged, at most."},
    {INT("session.queue_max", session_queue_max, 0, 1000000),
     "QoS 1 messages kept for a device behind those, at most."},
    {INT("session.message_lifetime_s", session_message_lifetime_s, 1, 315360000),
     "A QoS 1 message that a device has not acknowledged is dropped after this time."},
    {INT("flapping.count", flapping_count, 2, 1000),
     "This many take-overs within the window are called flapping."},
    {INT("flapping.window_s", flapping_window_s, 1, 86400),
     "The window in which take-overs are counted, in seconds."},
};

enum { VALUES = sizeof table / sizeof table[0] };

size_t profile_values(const struct profile_value **out)
{
    *out = table;
    return VALUES;
}

static const struct profile_value *row_named(struct str name)
{
    for (size_t i = 0; i < VALUES; i++)
        if (str_is(name, table[i].name))
            return &table[i];
    return NULL;
}

/* A string member that must not be empty. */
static bool read_text(const cJSON *object, const char *path, const char *key, enum json_need need,
                      const char **out, struct problems *problems)
{
    if (!json_string(object, path, key, need, out, problems))
        return false;
    if (**out)
        return true;
    char at[JSON_PATH_SIZE];
    json_path(at, sizeof at, path, key, 0);
    problems_add(problems, at, "must not be empty");
    return false;
}

static void read_values(struct profile *p, const cJSON *values, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"value", "source", "note", NULL};
    const char *allowed[VALUES + 1] = {NULL};
    for (size_t i = 0; i < VALUES; i++)
        allowed[i] = table[i].name;
    json_keys(values, path, allowed, problems);
    for (size_t i = 0; i < VALUES; i++) {
        const cJSON *entry = NULL;
        char at[JSON_PATH_SIZE], value_at[JSON_PATH_SIZE];
        if (!json_object(values, path, table[i].name, JSON_REQUIRED, &entry, problems))
            continue;
        json_path(at, sizeof at, path, table[i].name, 0);
        json_path(value_at, sizeof value_at, at, "value", 0);
        json_keys(entry, at, keys, problems);
        const char *text = NULL;
        read_text(entry, at, "source", JSON_REQUIRED, &text, problems);
        read_text(entry, at, "note", JSON_OPTIONAL, &text, problems);
        const cJSON *node = cJSON_GetObjectItemCaseSensitive(entry, "value");
        if (node)
            profile_value_read(p, &table[i], node, value_at, problems);
        else
            problems_add(problems, value_at, "is required");
    }
}

/* Year, month, day: as much of it as the document gives. */
static bool is_date(const char *text)
{
    static const char form[] = "dddd-dd-dd";
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        if (i >= sizeof form - 1 || (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != '-'))
            return false;
    return n == 4 || n == 7 || n == 10;
}

static void read_head(struct profile *p, const cJSON *root, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"profile", "title", "document", "date", "values", NULL};
    static const char *const languages[] = {"en", "zh", NULL};
    const char *text = NULL;
    char at[JSON_PATH_SIZE];
    json_keys(root, path, keys, problems);
    if (read_text(root, path, "profile", JSON_REQUIRED, &text, problems)) {
        json_path(at, sizeof at, path, "profile", 0);
        if (strlen(text) > PROFILE_NAME_MAX)
            problems_add(problems, at, "must have at most %d bytes", PROFILE_NAME_MAX);
        else
            snprintf(p->name, sizeof p->name, "%s", text);
    }
    const cJSON *title = NULL;
    if (json_object(root, path, "title", JSON_REQUIRED, &title, problems)) {
        json_path(at, sizeof at, path, "title", 0);
        json_keys(title, at, languages, problems);
        read_text(title, at, "en", JSON_REQUIRED, &text, problems);
        read_text(title, at, "zh", JSON_REQUIRED, &text, problems);
    }
    read_text(root, path, "document", JSON_REQUIRED, &text, problems);
    if (read_text(root, path, "date", JSON_REQUIRED, &text, problems) && !is_date(text)) {
        json_path(at, sizeof at, path, "date", 0);
        problems_add(problems, at, "must be a year, a month (2023-12) or a day (2023-12-12)");
    }
}

/* What no single value can get wrong. */
static void check_together(const struct profile *p, const char *path, struct problems *problems)
{
    char at[JSON_PATH_SIZE];
    if (p->keepalive_min_s > p->keepalive_max_s) {
        json_path(at, sizeof at, path, "values/keepalive.min/value", 0);
        problems_add(problems, at, "is above keepalive.max");
    }
    if (p->sign_default >= 0 && !profile_has_method(p, (enum sign_method)p->sign_default)) {
        json_path(at, sizeof at, path, "values/sign.default/value", 0);
        problems_add(problems, at, "is not among sign.methods");
    }
}

/* The file that a path or a bare name means; the caller frees. */
static char *file_of(const char *path)
{
    if (strchr(path, '/') || str_ends(str_of(path), STR(".json")))
        return mem_strdup(path);
    char name[PROFILE_NAME_MAX + sizeof "suites/profiles/.json"];
    int n = snprintf(name, sizeof name, "suites/profiles/%s.json", path);
    return n > 0 && (size_t)n < sizeof name ? home_path(name) : mem_strdup(path);
}

bool profile_load(struct profile *out, const char *path, struct problems *problems)
{
    size_t before = problems->count;
    char *file = file_of(path);
    char root_path[JSON_PATH_SIZE];
    snprintf(root_path, sizeof root_path, "%s#", file);
    cJSON *root = json_parse_file(file, problems);
    free(file);
    if (!root)
        return false;
    struct profile read = {0};
    const cJSON *values = NULL;
    read_head(&read, root, root_path, problems);
    if (cJSON_IsObject(root) && json_object(root, root_path, "values", JSON_REQUIRED, &values, problems)) {
        char at[JSON_PATH_SIZE];
        json_path(at, sizeof at, root_path, "values", 0);
        read_values(&read, values, at, problems);
    }
    cJSON_Delete(root);
    if (problems->count == before)
        check_together(&read, root_path, problems);
    if (problems->count > before)
        return false;
    *out = read;
    return true;
}

bool profile_set(struct profile *p, const char *assignment, struct problems *problems)
{
    struct str all = str_of(assignment);
    size_t equals = str_find(all, '=');
    const struct profile_value *row = row_named((struct str){all.p, equals});
    char path[JSON_PATH_SIZE];
    snprintf(path, sizeof path, "--set %.*s", (int)(equals < 80 ? equals : 80), assignment);
    if (equals == all.n) {
        problems_add(problems, path, "must be name=value");
        return false;
    }
    if (!row) {
        problems_add(problems, path, "there is no such value; the names stand in suites/profiles/");
        return false;
    }
    cJSON *node = profile_value_of_text(row, (struct str){all.p + equals + 1, all.n - equals - 1});
    bool good = profile_value_read(p, row, node, path, problems);
    cJSON_Delete(node);
    return good;
}

cJSON *profile_get(const struct profile *p, const char *name)
{
    const struct profile_value *row = row_named(str_of(name));
    return row ? profile_value_json(p, row) : NULL;
}
