#include "lib/rules/token_rules.h"

#include <stdio.h>

/* What each way of signing in sends as securemode; ends with NULL. An iotToken comes with any of those that SDKs send, whatever
 * the transport is. */
static const char *const *modes_of(enum connect_mode mode)
{
    static const char *const iot[] = {"-1", "0", "2", "3", NULL};
    static const char *const device[] = {"-2", NULL};
    static const char *const registration[] = {"2", "-2", NULL};
    return mode == CONNECT_BY_IOT_TOKEN ? iot : mode == CONNECT_BY_DEVICE_TOKEN ? device : registration;
}

bool token_rules_securemode(const struct connect_facts *facts, char *received, char *accepted)
{
    const char *const *modes = modes_of(facts->mode);
    const char *transport = transport_name(facts->in->transport);
    bool needed = facts->mode != CONNECT_BY_IOT_TOKEN, fits = !needed && !facts->securemode.p;
    size_t n = (size_t)snprintf(accepted, CONNECT_TEXT_SIZE, "securemode");
    for (size_t i = 0; modes[i]; i++) {
        fits = fits || str_is(facts->securemode, modes[i]);
        n += (size_t)snprintf(accepted + n, CONNECT_TEXT_SIZE - n, "%s%s", i ? ", " : "=", modes[i]);
    }
    snprintf(accepted + n, CONNECT_TEXT_SIZE - n, "%s", needed ? " on tls or wss" : "");
    char quoted[CONNECT_QUOTE_SIZE];
    if (!fits && !facts->securemode.p)
        snprintf(received, CONNECT_TEXT_SIZE, "securemode is missing");
    else if (!fits)
        snprintf(received, CONNECT_TEXT_SIZE, "securemode=%s",
                 connect_quote(facts->in, facts->securemode, quoted));
    else if (facts->mode == CONNECT_BY_DEVICE_TOKEN && !transport_is_encrypted(facts->in->transport))
        snprintf(received, CONNECT_TEXT_SIZE, "securemode=-2 on %s, not encrypted", transport);
    else
        return true;
    return false;
}

static bool look_up(const struct connect_facts *facts, struct connect_token *token)
{
    const struct connect_lookup *lookup = facts->in->lookup;
    *token = (struct connect_token){0};
    return lookup->token && lookup->token(lookup->ctx, facts->in->packet->password, token);
}

bool token_rules_iot(const struct connect_facts *facts, char *received, char *accepted)
{
    const struct mqtt_connect *packet = facts->in->packet;
    if (facts->mode != CONNECT_BY_IOT_TOKEN || !packet->has_password)
        return true;
    struct connect_token token;
    bool known = look_up(facts, &token);
    if (!facts->iot_id_known)
        snprintf(received, CONNECT_TEXT_SIZE, "an iotId that was not issued");
    else if (!known)
        snprintf(received, CONNECT_TEXT_SIZE, "an iotToken that was not issued");
    else if (!token.iot_id.p)
        snprintf(received, CONNECT_TEXT_SIZE, "a deviceToken in the place of the iotToken");
    else if (!str_eq(token.iot_id, packet->username))
        snprintf(received, CONNECT_TEXT_SIZE, "an iotToken that was issued with another iotId");
    else if (token.expired)
        snprintf(received, CONNECT_TEXT_SIZE, "an iotToken that has expired");
    else
        return true;
    snprintf(accepted, CONNECT_TEXT_SIZE,
             "iotId and iotToken of one answer of /auth/devicename, at most %lld s old",
             (long long)facts->in->profile->token_lifetime_s);
    return false;
}

bool token_rules_device(const struct connect_facts *facts, char *received, char *accepted)
{
    if (facts->mode != CONNECT_BY_DEVICE_TOKEN || !facts->in->packet->has_password || !facts->product_key.p)
        return true;
    struct connect_token token;
    bool known = look_up(facts, &token);
    if (!known)
        snprintf(received, CONNECT_TEXT_SIZE, "a deviceToken that was not issued");
    else if (token.iot_id.p)
        snprintf(received, CONNECT_TEXT_SIZE, "an iotToken in the place of the deviceToken");
    else if (!str_eq(token.product_key, facts->product_key) || !str_eq(token.device_name, facts->device_name))
        snprintf(received, CONNECT_TEXT_SIZE, "a deviceToken of another device");
    else if (!str_eq(token.client_id, facts->client_id.core))
        snprintf(received, CONNECT_TEXT_SIZE, "a deviceToken that was issued to another clientId");
    else if (token.expired)
        snprintf(received, CONNECT_TEXT_SIZE, "a deviceToken that has expired");
    else
        return true;
    snprintf(accepted, CONNECT_TEXT_SIZE,
             "the deviceToken that was issued to this productKey, deviceName and clientId");
    return false;
}
