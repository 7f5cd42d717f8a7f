#include "lib/rules/connect_rules.h"

#include "lib/base/check.h"
#include "lib/base/secrets.h"
#include "lib/base/without.h"
#include "lib/rules/connect_facts.h"
#include "lib/rules/registration_rules.h"
#include "lib/rules/token_rules.h"

#include <stdio.h>

static bool check_protocol_level(const struct connect_facts *facts, char *received, char *accepted)
{
    unsigned level = facts->in->packet->level;
    uint32_t levels = facts->in->profile->mqtt_levels;
    if (level < 32 && (levels >> level & 1))
        return true;
    snprintf(received, CONNECT_TEXT_SIZE, "protocol level %u", level);
    size_t n = (size_t)snprintf(accepted, CONNECT_TEXT_SIZE, "protocol level");
    const char *join = " ";
    for (unsigned i = 0; i < 32 && n < CONNECT_TEXT_SIZE - 16; i++) {
        if (!(levels >> i & 1))
            continue;
        n += (size_t)snprintf(accepted + n, CONNECT_TEXT_SIZE - n, "%s%u", join, i);
        join = ", ";
    }
    return false;
}

static bool check_client_id_form(const struct connect_facts *facts, char *received, char *accepted)
{
    if (facts->id_readable)
        return true;
    if (facts->mode == CONNECT_BY_IOT_TOKEN && !facts->client_id.has_extension)
        return true; /* the device's own mark is enough */
    snprintf(accepted, CONNECT_TEXT_SIZE, "clientId|key=value,key=value|");
    struct str whole = facts->in->packet->client_id;
    if (!facts->client_id.has_extension) {
        snprintf(received, CONNECT_TEXT_SIZE, "no extension: a client id of %zu characters without a bar",
                 str_utf8_length(whole));
        return false;
    }
    /* Only the item of a known key is shown: any other text may be anything, a secret too. */
    size_t at = facts->id_fault.offset;
    struct str item = {whole.p + at, whole.n - at};
    item.n = str_find(item, ',');
    if (item.n && item.p[item.n - 1] == '|')
        item.n--;
    char quoted[CONNECT_QUOTE_SIZE];
    bool known = client_id_key_known(str_trim((struct str){item.p, str_find(item, '=')}));
    snprintf(received, CONNECT_TEXT_SIZE, "byte %zu: %s%s%s", at, facts->id_fault.reason, known ? ": " : "",
             known ? connect_quote(facts->in, item, quoted) : "");
    return false;
}

static bool check_client_id_length(const struct connect_facts *facts, char *received, char *accepted)
{
    size_t length = str_utf8_length(facts->client_id.core);
    if (length <= (size_t)facts->in->profile->clientid_max)
        return true;
    snprintf(received, CONNECT_TEXT_SIZE, "a clientId of %zu characters", length);
    snprintf(accepted, CONNECT_TEXT_SIZE, "at most %lld characters before the first bar",
             (long long)facts->in->profile->clientid_max);
    return false;
}

/* User names are never quoted: who swaps the two has the password here. */
static bool check_username_form(const struct connect_facts *facts, char *received, char *accepted)
{
    const struct mqtt_connect *packet = facts->in->packet;
    const char *fault = facts->username_fault;
    if (!fault && !packet->has_password)
        fault = "no password";
    else if (!fault && packet->password.n == 0)
        fault = "an empty password";
    if (!fault)
        return true;
    snprintf(received, CONNECT_TEXT_SIZE, "%s", fault);
    snprintf(accepted, CONNECT_TEXT_SIZE, "user name deviceName&productKey, and a password");
    return false;
}

static bool check_tls_required(const struct connect_facts *facts, char *received, char *accepted)
{
    if (facts->in->profile->transport_plain || transport_is_encrypted(facts->in->transport))
        return true;
    snprintf(received, CONNECT_TEXT_SIZE, "%s, not encrypted", transport_name(facts->in->transport));
    snprintf(accepted, CONNECT_TEXT_SIZE, "tls or wss");
    return false;
}

static bool check_securemode(const struct connect_facts *facts, char *received, char *accepted)
{
    if (!facts->id_readable)
        return true;
    if (facts->mode != CONNECT_BY_SECRET)
        return token_rules_securemode(facts, received, accepted);
    bool encrypted = transport_is_encrypted(facts->in->transport);
    const struct profile *profile = facts->in->profile;
    int64_t right = encrypted ? profile->securemode_encrypted : profile->securemode_plain;
    int64_t other = encrypted ? profile->securemode_plain : profile->securemode_encrypted;
    int64_t given;
    bool is_number = str_to_int(facts->securemode, &given);
    if (is_number && given == right)
        return true;
    const char *transport = transport_name(facts->in->transport);
    char quoted[CONNECT_QUOTE_SIZE];
    if (!facts->securemode.p)
        snprintf(received, CONNECT_TEXT_SIZE, "securemode is missing");
    else if (is_number && given == other)
        snprintf(received, CONNECT_TEXT_SIZE, "securemode=%lld contradicts the transport: %s is%s encrypted",
                 (long long)given, transport, encrypted ? "" : " not");
    else
        snprintf(received, CONNECT_TEXT_SIZE, "securemode=%s is unknown",
                 connect_quote(facts->in, facts->securemode, quoted));
    snprintf(accepted, CONNECT_TEXT_SIZE, "securemode=%lld on %s", (long long)right, transport);
    return false;
}

static bool check_keep_alive(const struct connect_facts *facts, char *received, char *accepted)
{
    const struct profile *profile = facts->in->profile;
    int64_t keep_alive_s = facts->keep_alive_s;
    if (connect_mode_registers(facts->mode))
        return true; /* it is not to stay (REG-01) */
    if (keep_alive_s >= profile->keepalive_min_s && keep_alive_s <= profile->keepalive_max_s)
        return true;
    snprintf(received, CONNECT_TEXT_SIZE, "keep alive %u s", facts->in->packet->keep_alive_s);
    snprintf(accepted, CONNECT_TEXT_SIZE, "keep alive from %lld to %lld s",
             (long long)profile->keepalive_min_s, (long long)profile->keepalive_max_s);
    return false;
}

static bool check_sign_method(const struct connect_facts *facts, char *received, char *accepted)
{
    if (!facts->id_readable || facts->mode == CONNECT_BY_IOT_TOKEN || facts->mode == CONNECT_BY_DEVICE_TOKEN)
        return true; /* nothing is signed with a token */
    const struct profile *profile = facts->in->profile;
    if (facts->method_known && profile_has_method(profile, facts->method))
        return true;
    char quoted[CONNECT_QUOTE_SIZE];
    if (facts->signmethod.p)
        snprintf(received, CONNECT_TEXT_SIZE, "signmethod=%s",
                 connect_quote(facts->in, facts->signmethod, quoted));
    else
        snprintf(received, CONNECT_TEXT_SIZE, "signmethod is missing");
    size_t n = (size_t)snprintf(accepted, CONNECT_TEXT_SIZE, "signmethod");
    const char *join = " ";
    for (unsigned i = 0; i < SIGN_METHODS; i++) {
        if (!profile_has_method(profile, (enum sign_method)i))
            continue;
        n += (size_t)snprintf(accepted + n, CONNECT_TEXT_SIZE - n, "%s%s", join,
                              sign_method_name((enum sign_method)i));
        join = ", ";
    }
    return false;
}

static bool check_device_unknown(const struct connect_facts *facts, char *received, char *accepted)
{
    bool needless = facts->mode == CONNECT_TO_REGNWL && facts->device.product_known;
    if (facts->username_fault || !facts->product_key.p || facts->device.known || needless)
        return true;
    char product[CONNECT_QUOTE_SIZE], device[CONNECT_QUOTE_SIZE];
    if (facts->device.product_known)
        snprintf(received, CONNECT_TEXT_SIZE, "product %s has no device %s",
                 connect_quote_known(facts->product_key, product),
                 connect_quote(facts->in, facts->device_name, device));
    else
        snprintf(received, CONNECT_TEXT_SIZE, "there is no product %s",
                 connect_quote(facts->in, facts->product_key, product));
    snprintf(accepted, CONNECT_TEXT_SIZE, "a device of the platform");
    return false;
}

static bool check_device_disabled(const struct connect_facts *facts, char *received, char *accepted)
{
    if (!facts->device.known || facts->device.enabled)
        return true;
    char product[CONNECT_QUOTE_SIZE], device[CONNECT_QUOTE_SIZE];
    snprintf(received, CONNECT_TEXT_SIZE, "device %s of product %s, which is disabled",
             connect_quote_known(facts->device_name, device),
             connect_quote_known(facts->product_key, product));
    snprintf(accepted, CONNECT_TEXT_SIZE, "an enabled device");
    return false;
}

static bool check_signature(const struct connect_facts *facts, char *received, char *accepted)
{
    const struct mqtt_connect *packet = facts->in->packet;
    if (connect_mode_registers(facts->mode))
        return registration_rules_signature(facts, received, accepted);
    if (facts->mode != CONNECT_BY_SECRET || !facts->id_readable || !facts->device.known ||
        !facts->method_known || !packet->has_password)
        return true;
    if (facts->device.secret.n == 0) {
        snprintf(received, CONNECT_TEXT_SIZE, "a signature of a device that has no secret yet");
        snprintf(accepted, CONNECT_TEXT_SIZE,
                 "dynamic registration first, which gives the device its secret");
        return false;
    }
    struct str core = facts->client_id.core;
    /* The only way not to send a clientId is to begin with the bar (SIG-02). */
    struct sign_fields fields = {.client_id = core.n ? core : (struct str){NULL, 0},
                                 .device_name = facts->device_name,
                                 .product_key = facts->product_key,
                                 .timestamp = facts->timestamp};
    if (sign_verify(facts->method, facts->device.secret, &fields, packet->password))
        return true;
    connect_describe_password(packet->password, received);
    snprintf(accepted, CONNECT_TEXT_SIZE, "%zu hex digits: %s over %sdeviceName, productKey%s",
             2 * sign_digest_size(facts->method), sign_method_name(facts->method),
             fields.client_id.p ? "clientId, " : "", fields.timestamp.p ? ", timestamp" : "");
    return false;
}

static bool check_will(const struct connect_facts *facts, char *received, char *accepted)
{
    if (!facts->in->packet->has_will || facts->in->profile->will_connect == PROFILE_WILL_IGNORE)
        return true;
    snprintf(received, CONNECT_TEXT_SIZE, "a will");
    snprintf(accepted, CONNECT_TEXT_SIZE, "no will");
    return false;
}

#define REFUSES_BY(value) "refusal." #value, offsetof(struct profile, refusal_##value)

static const struct connect_rule rules_in_order[] = {
    {"protocol-level", "MQTT-3.1.2-2", REFUSES_BY(protocol), check_protocol_level},
    {"client-id-form", "CID-04", REFUSES_BY(clientid), check_client_id_form},
    {"client-id-length", "CID-02", REFUSES_BY(clientid), check_client_id_length},
    {"registration-form", "REG-02", REFUSES_BY(clientid), registration_rules_form},
    {"username-form", "CID-06", REFUSES_BY(username), check_username_form},
    {"tls-required", "NET-09", REFUSES_BY(tls_required), check_tls_required},
    {"registration-plain", "REG-03", REFUSES_BY(registration_plain), registration_rules_plain},
    {"securemode", "SEC-03", REFUSES_BY(securemode), check_securemode},
    {"keep-alive", "KAL-02", REFUSES_BY(keepalive), check_keep_alive},
    {"will", "MQT-22", REFUSES_BY(will), check_will},
    {"sign-method", "SIG-08", REFUSES_BY(signmethod), check_sign_method},
    {"device-unknown", "CID-06", REFUSES_BY(unknown_device), check_device_unknown},
    {"device-disabled", "CID-06", REFUSES_BY(disabled_device), check_device_disabled},
    {"registration-off", "REG-06", REFUSES_BY(registration), registration_rules_off},
    {"signature", "SIG-10", REFUSES_BY(signature), check_signature},
    {"registration-activated", "REG-07", REFUSES_BY(registration), registration_rules_activated},
    {"token-iot", "AUT-09", REFUSES_BY(token), token_rules_iot},
    {"token-device", "SEC-06", REFUSES_BY(device_token), token_rules_device},
};

enum { RULES = sizeof rules_in_order / sizeof rules_in_order[0] };

const struct connect_rule *connect_rules_table(size_t *count)
{
    *count = RULES;
    return rules_in_order;
}

const struct connect_rule *connect_rules_named(const char *id)
{
    for (size_t i = 0; i < RULES; i++)
        if (str_is(str_of(id), rules_in_order[i].id))
            return &rules_in_order[i];
    return NULL;
}

/* True when the rule refuses; *refusal says how. */
static bool refuses(const struct connect_rule *rule, const struct connect_facts *facts,
                    struct connect_refusal *refusal)
{
    refusal->received[0] = refusal->accepted[0] = '\0';
    if (rule->check(facts, refusal->received, refusal->accepted))
        return false;
    const void *value = (const char *)facts->in->profile + rule->refusal_offset;
    refusal->rule = rule;
    refusal->return_code = (int)*(const int64_t *)value;
    return true;
}

static bool has_control_characters(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return true;
    return false;
}

static uint32_t notes_of(const struct connect_facts *facts)
{
    const struct mqtt_connect *packet = facts->in->packet;
    bool unknown_key = false;
    bool is_signed = facts->mode == CONNECT_BY_SECRET || connect_mode_registers(facts->mode);
    for (size_t i = 0; facts->id_readable && i < facts->client_id.count && !unknown_key; i++)
        unknown_key = !client_id_key_known(facts->client_id.items[i].key);
    const bool noted[CONNECT_NOTES] = {
        [CONNECT_NOTE_LEVEL_3_1] = packet->level == MQTT_LEVEL_3_1,
        [CONNECT_NOTE_WILL] = packet->has_will,
        [CONNECT_NOTE_UNKNOWN_KEYS] = unknown_key,
        [CONNECT_NOTE_IGNORED_ITEMS] = facts->id_readable && facts->client_id.ignored > 0,
        [CONNECT_NOTE_CONTROL_CHARACTERS] = has_control_characters(packet->client_id),
        [CONNECT_NOTE_KEEP_ALIVE_CLAMPED] = facts->keep_alive_clamped,
        [CONNECT_NOTE_METHOD_DEFAULT] =
            is_signed && facts->id_readable && !facts->signmethod.p && facts->method_known,
        [CONNECT_NOTE_METHOD_SHA256] = is_signed && facts->method_known && facts->method == SIGN_SHA256,
    };
    uint32_t notes = 0;
    for (unsigned i = 0; i < CONNECT_NOTES; i++)
        notes |= (uint32_t)noted[i] << i;
    return notes;
}

static struct str shown_if(bool may, struct str text)
{
    return may || !text.p ? text : STR(SECRETS_MASK);
}

/* Names that the platform knows are no secrets. The clientId of a whole client id may look like a signature: there are devices
 * that put a UUID there. */
static void show_identity(const struct connect_facts *facts, struct connect_verdict *out)
{
    const struct connect_input *in = facts->in;
    const struct connect_lookup *lookup = in->lookup;
    bool core_is_secret = lookup->secret && lookup->secret(lookup->ctx, out->core);
    bool core = facts->id_readable ? !core_is_secret && !secret_in(in->packet->password, out->core)
                                   : connect_may_show(in, out->core);
    out->shown.core = shown_if(core, out->core);
    out->shown.product_key =
        shown_if(facts->device.product_known || connect_may_show(in, out->product_key), out->product_key);
    out->shown.device_name =
        shown_if(facts->device.known || connect_may_show(in, out->device_name), out->device_name);
}

bool connect_rules_check_with(const struct connect_rule *rules, size_t count, const struct connect_input *in,
                              struct connect_verdict *out)
{
    struct connect_facts facts;
    connect_facts_read(&facts, in);
    out->mode = facts.mode;
    out->product_key = facts.product_key;
    out->device_name = facts.device_name;
    out->core = facts.client_id.core;
    show_identity(&facts, out);
    out->keep_alive_s = facts.keep_alive_s;
    out->method = facts.method;
    out->notes = notes_of(&facts);
    out->refusal.rule = NULL;
    out->refusal.return_code = MQTT_ACCEPTED;
    out->refusal.received[0] = out->refusal.accepted[0] = '\0';
    out->accepted = true;
    for (size_t i = 0; i < count && out->accepted; i++)
        out->accepted = without("rule", rules[i].id) || !refuses(&rules[i], &facts, &out->refusal);
    return out->accepted;
}

bool connect_rules_check(const struct connect_input *in, struct connect_verdict *out)
{
    return connect_rules_check_with(rules_in_order, RULES, in, out);
}

size_t connect_rules_all(const struct connect_input *in, struct connect_refusal *refusals, size_t max)
{
    struct connect_facts facts;
    connect_facts_read(&facts, in);
    size_t n = 0;
    for (size_t i = 0; i < RULES && n < max; i++)
        if (!without("rule", rules_in_order[i].id) && refuses(&rules_in_order[i], &facts, &refusals[n]))
            n++;
    return n;
}

/* The keys outside the table, as many as fit. */
static void unknown_keys_text(const struct connect_input *in, char *out)
{
    struct client_id id;
    struct client_id_fault fault;
    client_id_parse(in->packet->client_id, &id, &fault);
    size_t n = (size_t)snprintf(out, CONNECT_TEXT_SIZE, "unknown extension keys:");
    for (size_t i = 0; i < id.count; i++) {
        char quoted[CONNECT_QUOTE_SIZE];
        if (client_id_key_known(id.items[i].key))
            continue;
        connect_quote(in, id.items[i].key, quoted);
        if (n + strlen(quoted) + 6 > CONNECT_TEXT_SIZE) {
            snprintf(out + n, CONNECT_TEXT_SIZE - n, " ...");
            return;
        }
        n += (size_t)snprintf(out + n, CONNECT_TEXT_SIZE - n, " %s", quoted);
    }
}

void connect_note_text(const struct connect_input *in, enum connect_note note, char out[CONNECT_TEXT_SIZE])
{
    static const char *const texts[CONNECT_NOTES] = {
        [CONNECT_NOTE_LEVEL_3_1] = "MQTT 3.1",
        [CONNECT_NOTE_WILL] = "the will is read and dropped: the platform keeps none",
        [CONNECT_NOTE_IGNORED_ITEMS] = "extension items that are empty or have no '=' are ignored",
        [CONNECT_NOTE_CONTROL_CHARACTERS] = "the client id holds control characters",
        [CONNECT_NOTE_METHOD_DEFAULT] = "no signmethod: the default method is used",
        [CONNECT_NOTE_METHOD_SHA256] = "signmethod=sha256: no document gives its formula",
    };
    CHECK(note >= 0 && note < CONNECT_NOTES);
    if (note == CONNECT_NOTE_UNKNOWN_KEYS)
        unknown_keys_text(in, out);
    else if (note == CONNECT_NOTE_KEEP_ALIVE_CLAMPED)
        snprintf(out, CONNECT_TEXT_SIZE, "keep alive %u s is taken as the maximum, %lld s",
                 in->packet->keep_alive_s, (long long)in->profile->keepalive_max_s);
    else
        snprintf(out, CONNECT_TEXT_SIZE, "%s", texts[note]);
}
