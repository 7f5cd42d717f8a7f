#include "lib/rules/connect_facts.h"

#include "lib/base/hex.h"
#include "lib/base/secrets.h"

#include <stdio.h>

bool connect_may_show(const struct connect_input *in, struct str text)
{
    const struct connect_lookup *lookup = in->lookup;
    if (lookup->secret && lookup->secret(lookup->ctx, text))
        return false;
    return !secret_in(in->packet->password, text) && !secret_form_in(text);
}

const char *connect_quote_known(struct str s, char out[CONNECT_QUOTE_SIZE])
{
    size_t n = s.n;
    if (n > CONNECT_QUOTE_SIZE - 4) {
        n = CONNECT_QUOTE_SIZE - 4;
        while (n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
            n--;
    }
    str_printable((struct str){s.p, n}, out, CONNECT_QUOTE_SIZE);
    if (n < s.n)
        snprintf(out + n, CONNECT_QUOTE_SIZE - n, "...");
    return out;
}

const char *connect_quote(const struct connect_input *in, struct str s, char out[CONNECT_QUOTE_SIZE])
{
    if (connect_may_show(in, s))
        return connect_quote_known(s, out);
    snprintf(out, CONNECT_QUOTE_SIZE, SECRETS_MASK " (a secret or a password?)");
    return out;
}

void connect_describe_password(struct str password, char out[CONNECT_TEXT_SIZE])
{
    for (size_t i = 0; i < password.n; i++) {
        if (hex_digit(password.p[i]) < 0) {
            snprintf(out, CONNECT_TEXT_SIZE, "%zu characters, not hex", password.n);
            return;
        }
    }
    snprintf(out, CONNECT_TEXT_SIZE, "%zu hex digits", password.n);
}

static void read_username(struct connect_facts *facts)
{
    const struct mqtt_connect *packet = facts->in->packet;
    if (!packet->has_username) {
        facts->username_fault = "no user name";
        return;
    }
    size_t at = str_rfind(packet->username, '&'); /* neither name may hold one */
    if (packet->username.n == 0)
        facts->username_fault = "an empty user name";
    else if (at == packet->username.n)
        facts->username_fault = "a user name without '&'";
    else if (at == 0)
        facts->username_fault = "a user name with an empty deviceName";
    else if (at + 1 == packet->username.n)
        facts->username_fault = "a user name with an empty productKey";
    if (facts->username_fault)
        return;
    facts->device_name = (struct str){packet->username.p, at};
    facts->product_key = (struct str){packet->username.p + at + 1, packet->username.n - at - 1};
}

static void read_client_id(struct connect_facts *facts)
{
    facts->id_readable = client_id_parse(facts->in->packet->client_id, &facts->client_id, &facts->id_fault) &&
                         facts->client_id.has_extension;
    if (!facts->id_readable)
        return;
    facts->securemode = client_id_get(&facts->client_id, "securemode");
    facts->signmethod = client_id_get(&facts->client_id, "signmethod");
    facts->timestamp = client_id_get(&facts->client_id, "timestamp");
    facts->auth_type = client_id_get(&facts->client_id, "authType");
    if (facts->signmethod.p) {
        facts->method_known = sign_method_named(facts->signmethod, &facts->method);
    } else if (facts->in->profile->sign_default >= 0) {
        facts->method = (enum sign_method)facts->in->profile->sign_default;
        facts->method_known = true;
    }
}

/* An iotId has no '&'. One that nobody issued is still taken for an iotId where nothing else makes sense: on a bare client id
 * and with the securemodes that only this way of signing in has. */
static bool is_iot_login(struct connect_facts *facts)
{
    const struct connect_input *in = facts->in;
    struct str username = in->packet->username;
    if (!in->packet->has_username || username.n == 0 || str_find(username, '&') < username.n)
        return false;
    facts->iot_id_known = in->lookup->iot_id && in->lookup->iot_id(in->lookup->ctx, username, &facts->iot_id);
    return facts->iot_id_known || !facts->client_id.has_extension || str_is(facts->securemode, "-1") ||
           str_is(facts->securemode, "0");
}

static enum connect_mode mode_of(struct connect_facts *facts)
{
    int64_t form = facts->in->profile->token_login;
    if (str_is(facts->auth_type, "register"))
        return CONNECT_TO_REGISTER;
    if (str_is(facts->auth_type, "regnwl"))
        return CONNECT_TO_REGNWL;
    if (str_is(facts->auth_type, "connwl") && form != PROFILE_TOKEN_NONE)
        return CONNECT_BY_DEVICE_TOKEN;
    if (!facts->auth_type.p && str_is(facts->securemode, "-2") && form == PROFILE_TOKEN_ANY)
        return CONNECT_BY_DEVICE_TOKEN;
    return is_iot_login(facts) ? CONNECT_BY_IOT_TOKEN : CONNECT_BY_SECRET;
}

void connect_facts_read(struct connect_facts *facts, const struct connect_input *in)
{
    facts->in = in;
    facts->username_fault = NULL;
    facts->product_key = facts->device_name = (struct str){NULL, 0};
    facts->securemode = facts->signmethod = facts->timestamp = facts->auth_type = (struct str){NULL, 0};
    facts->method_known = facts->iot_id_known = false;
    facts->method = SIGN_HMACMD5;
    facts->device = (struct connect_device){0};
    facts->iot_id = (struct connect_token){0};
    read_client_id(facts);
    facts->mode = mode_of(facts);
    if (facts->mode == CONNECT_BY_IOT_TOKEN) {
        facts->product_key = facts->iot_id.product_key;
        facts->device_name = facts->iot_id.device_name;
    } else {
        read_username(facts);
    }
    facts->keep_alive_s = in->packet->keep_alive_s;
    facts->keep_alive_clamped =
        in->profile->keepalive_clamp && in->packet->keep_alive_s > in->profile->keepalive_max_s;
    if (facts->keep_alive_clamped)
        facts->keep_alive_s = (uint16_t)in->profile->keepalive_max_s;
    if (facts->product_key.p)
        in->lookup->device(in->lookup->ctx, facts->product_key, facts->device_name, &facts->device);
}
