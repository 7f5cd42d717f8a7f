#include "lib/base/secrets.h"
#include "lib/rules/connect_facts.h"
#include "lib/rules/explain_inner.h"

#include <stdio.h>

/* Longer texts are nobody's mistake, but somebody's try to keep us busy. */
enum { LOOKED_AT_MAX = 512, NAME_MAX_BYTES = 256 };

/* Part has two bytes at least, and is found in either case. */
static bool contains(struct str s, struct str part)
{
    if (s.n > LOOKED_AT_MAX)
        s.n = LOOKED_AT_MAX;
    for (size_t i = 0; part.n <= s.n && i <= s.n - part.n; i++)
        if (s.p[i] == part.p[0] && (s.p[i + 1] | 0x20) == (part.p[1] | 0x20) &&
            str_eq_nocase((struct str){s.p + i, part.n}, part))
            return true;
    return false;
}

static void describe(char *detail, const char *text)
{
    snprintf(detail, EXPLAIN_DETAIL_SIZE, "%s", text);
}

/* Keep alive */

static bool is_round_time(int64_t s)
{
    static const int64_t common[] = {30, 60, 90, 120, 180, 240, 300, 600, 900, 1200};
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (common[i] == s)
            return true;
    return false;
}

/* Of what does not fit the field's 16 bits, the rest arrives: 120000 as 54464. Only usual times are believed there. */
bool explain_see_milliseconds(const struct explain_evidence *e, struct str rule, char *detail)
{
    const struct profile *profile = e->connect->profile;
    int64_t sent = e->connect->packet->keep_alive_s;
    (void)rule;
    if (sent <= profile->keepalive_max_s)
        return false;
    for (int64_t ms = sent; ms <= profile->keepalive_max_s * 1000; ms += 65536) {
        int64_t s = ms / 1000;
        if (ms % 1000 == 0 && s >= profile->keepalive_min_s && (ms == sent || is_round_time(s))) {
            snprintf(detail, EXPLAIN_DETAIL_SIZE, "%lld", (long long)s);
            return true;
        }
    }
    return false;
}

bool explain_see_library_default(const struct explain_evidence *e, struct str rule, char *detail)
{
    uint16_t sent = e->connect->packet->keep_alive_s;
    (void)rule;
    snprintf(detail, EXPLAIN_DETAIL_SIZE, "%u", sent);
    return sent == 10 || sent == 15;
}

bool explain_see_keep_alive_off(const struct explain_evidence *e, struct str rule, char *detail)
{
    (void)rule, (void)detail;
    return e->connect->packet->keep_alive_s == 0;
}

/* securemode, signmethod, protocol */

bool explain_see_other_transport(const struct explain_evidence *e, struct str rule, char *detail)
{
    const struct profile *profile = e->connect->profile;
    bool encrypted = transport_is_encrypted(e->connect->transport);
    int64_t sent;
    (void)rule;
    snprintf(detail, EXPLAIN_DETAIL_SIZE, "%lld",
             (long long)(encrypted ? profile->securemode_encrypted : profile->securemode_plain));
    return str_to_int(e->securemode, &sent) &&
           sent == (encrypted ? profile->securemode_plain : profile->securemode_encrypted);
}

bool explain_see_no_securemode(const struct explain_evidence *e, struct str rule, char *detail)
{
    const struct profile *profile = e->connect->profile;
    bool encrypted = transport_is_encrypted(e->connect->transport);
    (void)rule;
    snprintf(detail, EXPLAIN_DETAIL_SIZE, "%lld",
             (long long)(encrypted ? profile->securemode_encrypted : profile->securemode_plain));
    return !e->securemode.p && !explain_value_nocase(e, "securemode").p &&
           !explain_see_escaped(e, STR("securemode"), (char[EXPLAIN_DETAIL_SIZE]){""});
}

bool explain_see_key_case(const struct explain_evidence *e, struct str rule, char *detail)
{
    static const struct {
        const char *rule, *key;
    } rows[] = {{"securemode", "securemode"}, {"sign-method", "signmethod"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!str_is(rule, rows[i].rule) || !explain_value_nocase(e, rows[i].key).p)
            continue;
        describe(detail, rows[i].key);
        return true;
    }
    return false;
}

bool explain_see_method_missing(const struct explain_evidence *e, struct str rule, char *detail)
{
    (void)detail;
    return str_is(rule, "sign-method") && !e->signmethod.p && !explain_value_nocase(e, "signmethod").p;
}

/* Hyphens and underlines do not count: HMAC-SHA1. */
bool explain_see_method_case(const struct explain_evidence *e, struct str rule, char *detail)
{
    struct str sent = e->signmethod.p ? e->signmethod : explain_value_nocase(e, "signmethod");
    char bare[16];
    size_t n = 0;
    (void)rule;
    for (size_t i = 0; i < sent.n; i++) {
        if (sent.p[i] == '-' || sent.p[i] == '_')
            continue;
        if (n == sizeof bare)
            return false;
        bare[n++] = sent.p[i];
    }
    for (unsigned i = 0; i < SIGN_METHODS; i++) {
        const char *name = sign_method_name((enum sign_method)i);
        if (str_is(sent, name) || !str_eq_nocase((struct str){bare, n}, str_of(name)))
            continue;
        describe(detail, name);
        return true;
    }
    return false;
}

bool explain_see_will(const struct explain_evidence *e, struct str rule, char *detail)
{
    (void)rule, (void)detail;
    return e->connect->packet->has_will;
}

bool explain_see_mqtt5(const struct explain_evidence *e, struct str rule, char *detail)
{
    (void)rule, (void)detail;
    return e->connect->packet->level == MQTT_LEVEL_5;
}

/* Client id */

static const struct str fullwidth_bar = {"\xef\xbd\x9c", 3};

bool explain_see_fullwidth_bar(const struct explain_evidence *e, struct str rule, char *detail)
{
    (void)rule, (void)detail;
    return contains(e->connect->packet->client_id, fullwidth_bar);
}

/* What separators become when a text is escaped once too often, and where that harms. */
bool explain_see_escaped(const struct explain_evidence *e, struct str rule, char *detail)
{
    static const char *const escaped[] = {"%7c",     "%3d",    "%2c",    "%26",     "\\u007c", "\\u003d",
                                          "\\u0026", "&#124;", "&#61;",  "&#38;",   "&#x7c;",  "&#x3d;",
                                          "&#x26;",  "&amp;",  "&vert;", "&equals;"};
    bool of_username = str_is(rule, "username-form") || str_is(rule, "device-unknown");
    struct str text = of_username ? e->connect->packet->username : e->connect->packet->client_id;
    for (size_t i = 0; i < sizeof escaped / sizeof escaped[0]; i++) {
        if (!contains(text, str_of(escaped[i])))
            continue;
        describe(detail, escaped[i]);
        return true;
    }
    return false;
}

/* The bars came, but in another dress. */
static bool bars_are_dressed_up(const struct explain_evidence *e)
{
    char detail[EXPLAIN_DETAIL_SIZE];
    return explain_see_fullwidth_bar(e, STR("client-id-form"), detail) ||
           explain_see_escaped(e, STR("client-id-form"), detail);
}

bool explain_see_no_extension(const struct explain_evidence *e, struct str rule, char *detail)
{
    (void)rule, (void)detail;
    return !e->id.has_extension && !bars_are_dressed_up(e);
}

static bool is_open(const struct explain_evidence *e)
{
    struct str whole = e->connect->packet->client_id;
    return e->id.has_extension && str_rfind(whole, '|') == e->id.core.n;
}

/* Buffers have round sizes, sometimes with a NUL in them. */
bool explain_see_id_cut(const struct explain_evidence *e, struct str rule, char *detail)
{
    size_t n = e->connect->packet->client_id.n;
    (void)rule;
    snprintf(detail, EXPLAIN_DETAIL_SIZE, "%zu", n);
    return is_open(e) && (n == 64 || n == 128 || n == 256 || n == 63 || n == 127 || n == 255);
}

bool explain_see_open_bar(const struct explain_evidence *e, struct str rule, char *detail)
{
    char unused[EXPLAIN_DETAIL_SIZE];
    (void)detail;
    return is_open(e) && !explain_see_id_cut(e, rule, unused) && !bars_are_dressed_up(e);
}

bool explain_see_id_too_long(const struct explain_evidence *e, struct str rule, char *detail)
{
    (void)rule;
    snprintf(detail, EXPLAIN_DETAIL_SIZE, "%lld", (long long)e->connect->profile->clientid_max);
    return !bars_are_dressed_up(e);
}

/* User name */

struct identity {
    const char *separator;
    bool reversed;
};

/* Reads both names as they stand around the n bytes at `at`. Only what turns out to be a device is believed. */
static bool is_identity_at(const struct explain_evidence *e, size_t at, size_t n, struct identity *out)
{
    struct str name = e->connect->packet->username;
    struct str first = str_trim((struct str){name.p, at});
    struct str second = str_trim((struct str){name.p + at + n, name.n - at - n});
    out->reversed = explain_device(e, first, second).known;
    return out->reversed || explain_device(e, second, first).known;
}

/* Finds what separates the names of a device in the user name. */
static bool find_identity(const struct explain_evidence *e, struct identity *out)
{
    static const char *const separators[] = {"&&", "&", ".", ",", ";", ":", "|",  "/",
                                             "#",  "@", " ", "+", "_", "-", "\t", "\xef\xbc\x86"};
    struct str name = e->connect->packet->username;
    if (!e->connect->packet->has_username || name.n > NAME_MAX_BYTES)
        return false;
    for (size_t i = 0; i < sizeof separators / sizeof separators[0]; i++) {
        struct str separator = str_of(separators[i]);
        unsigned looks = 0; /* at so many places, from both names' point of view enough */
        for (size_t at = name.n; at-- > 0 && looks < 4;) {
            if (!str_starts((struct str){name.p + at, name.n - at}, separator))
                continue;
            looks++;
            out->separator = separators[i];
            if (is_identity_at(e, at, separator.n, out))
                return true;
        }
    }
    return false;
}

bool explain_see_username_reversed(const struct explain_evidence *e, struct str rule, char *detail)
{
    struct identity identity;
    (void)rule, (void)detail;
    return find_identity(e, &identity) && identity.reversed;
}

bool explain_see_username_separator(const struct explain_evidence *e, struct str rule, char *detail)
{
    struct identity identity;
    (void)rule;
    if (!find_identity(e, &identity))
        return false;
    bool has_blanks = str_find(e->connect->packet->username, ' ') < e->connect->packet->username.n;
    if (strcmp(identity.separator, "&") == 0 && !has_blanks)
        return false;
    describe(detail, strcmp(identity.separator, "&") == 0    ? "\" & \""
                     : strcmp(identity.separator, "\t") == 0 ? "TAB"
                     : strcmp(identity.separator, " ") == 0  ? "\" \""
                                                             : identity.separator);
    return true;
}

/* Password and tokens */

bool explain_see_secret(const struct explain_evidence *e, struct str rule, char *detail)
{
    struct str password = e->connect->packet->password, secret = e->device.secret;
    (void)rule, (void)detail;
    return secret.n && password.n == secret.n && str_eq_constant_time(password.p, secret.p, secret.n);
}

static bool is_token(const struct explain_evidence *e, struct str text, struct explain_token *token)
{
    return text.n && text.n <= NAME_MAX_BYTES && e->lookup->token &&
           e->lookup->token(e->lookup->ctx, text, token);
}

bool explain_see_username_incomplete(const struct explain_evidence *e, struct str rule, char *detail)
{
    char unused[EXPLAIN_DETAIL_SIZE];
    struct explain_token token;
    (void)detail;
    if (is_token(e, e->connect->packet->username, &token))
        return false;
    return !e->product_key.p && !explain_see_username_separator(e, rule, unused) &&
           !explain_see_escaped(e, rule, unused);
}

/* The token in the password. */
static bool token_of(const struct explain_evidence *e, struct explain_token *token)
{
    return is_token(e, e->connect->packet->password, token);
}

static bool is_own(const struct explain_evidence *e, const struct explain_token *token)
{
    return str_eq(token->product_key, e->product_key) && str_eq(token->device_name, e->device_name);
}

bool explain_see_token_device(const struct explain_evidence *e, struct str rule, char *detail)
{
    struct explain_token token;
    (void)rule;
    if (!token_of(e, &token) || is_own(e, &token))
        return false;
    explain_quote(token.device_name, detail);
    return true;
}

bool explain_see_token_client_id(const struct explain_evidence *e, struct str rule, char *detail)
{
    struct explain_token token;
    (void)rule;
    if (!token_of(e, &token) || !is_own(e, &token) || str_eq(token.client_id, e->id.core))
        return false;
    explain_quote(connect_may_show(e->connect, token.client_id) ? token.client_id : STR(SECRETS_MASK),
                  detail);
    return true;
}

bool explain_see_token_expired(const struct explain_evidence *e, struct str rule, char *detail)
{
    struct explain_token token;
    (void)rule, (void)detail;
    return token_of(e, &token) && token.expired;
}

/* In the password of a sign-in that is none by token; or as user name, or in the client id. */
bool explain_see_token_mode(const struct explain_evidence *e, struct str rule, char *detail)
{
    static const char *const keys[] = {"token", "devicetoken", "iottoken"};
    struct explain_token token;
    (void)rule, (void)detail;
    if (token_of(e, &token))
        return !str_is(e->securemode, "-2");
    if (is_token(e, e->connect->packet->username, &token))
        return true;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        for (size_t k = 0; k < e->id.count; k++)
            if (str_eq_nocase(e->id.items[k].key, str_of(keys[i])) &&
                is_token(e, e->id.items[k].value, &token))
                return true;
    return false;
}
