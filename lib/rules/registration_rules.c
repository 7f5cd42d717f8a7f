#include "lib/rules/registration_rules.h"

#include <stdio.h>

static struct str random_of(const struct connect_facts *facts)
{
    return client_id_get(&facts->client_id, "random");
}

bool registration_rules_form(const struct connect_facts *facts, char *received, char *accepted)
{
    if (!connect_mode_registers(facts->mode) || random_of(facts).p)
        return true;
    snprintf(received, CONNECT_TEXT_SIZE, "random is missing");
    snprintf(accepted, CONNECT_TEXT_SIZE, "authType, random, signmethod and securemode");
    return false;
}

bool registration_rules_plain(const struct connect_facts *facts, char *received, char *accepted)
{
    enum transport transport = facts->in->transport;
    if (!connect_mode_registers(facts->mode) || transport_is_encrypted(transport))
        return true;
    snprintf(received, CONNECT_TEXT_SIZE, "dynamic registration on %s, not encrypted",
             transport_name(transport));
    snprintf(accepted, CONNECT_TEXT_SIZE, "tls or wss");
    return false;
}

bool registration_rules_off(const struct connect_facts *facts, char *received, char *accepted)
{
    if (!connect_mode_registers(facts->mode) || !facts->device.product_known)
        return true;
    bool nwl = facts->mode == CONNECT_TO_REGNWL;
    if (!facts->device.registers) {
        snprintf(received, CONNECT_TEXT_SIZE, "a product whose dynamic registration is switched off");
        snprintf(accepted, CONNECT_TEXT_SIZE, "a product with dynamicRegistration");
    } else if (nwl && !facts->device.registers_unknown) {
        snprintf(received, CONNECT_TEXT_SIZE,
                 "authType=regnwl for a product whose devices are registered in advance");
        snprintf(accepted, CONNECT_TEXT_SIZE, "authType=register");
    } else if (nwl && facts->in->profile->token_login == PROFILE_TOKEN_NONE) {
        snprintf(received, CONNECT_TEXT_SIZE, "authType=regnwl, but there is no token login (token.login)");
        snprintf(accepted, CONNECT_TEXT_SIZE, "authType=register");
    } else {
        return true;
    }
    return false;
}

bool registration_rules_signature(const struct connect_facts *facts, char *received, char *accepted)
{
    static const char *const names[] = {"deviceName", "productKey", "random"};
    const struct mqtt_connect *packet = facts->in->packet;
    const struct str values[] = {facts->device_name, facts->product_key, random_of(facts)};
    if (!facts->product_key.p || !facts->device.product_known || !facts->method_known ||
        !packet->has_password || !values[2].p)
        return true;
    struct buf content;
    buf_init(&content, packet->client_id.n + packet->username.n + 64);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        buf_append_str(&content, str_of(names[i]));
        buf_append_str(&content, values[i]);
    }
    bool good =
        facts->device.product_secret.n &&
        sign_verify_content(facts->method, facts->device.product_secret, buf_str(&content), packet->password);
    buf_fini(&content);
    if (good)
        return true;
    connect_describe_password(packet->password, received);
    snprintf(accepted, CONNECT_TEXT_SIZE,
             "%zu hex digits: %s under the productSecret over deviceName, productKey, random",
             2 * sign_digest_size(facts->method), sign_method_name(facts->method));
    return false;
}

bool registration_rules_activated(const struct connect_facts *facts, char *received, char *accepted)
{
    if (facts->mode != CONNECT_TO_REGISTER || !facts->device.known || !facts->device.activated)
        return true;
    snprintf(received, CONNECT_TEXT_SIZE, "a device that is activated already");
    snprintf(accepted, CONNECT_TEXT_SIZE, "a device that has not been online since it was added or reset");
    return false;
}
