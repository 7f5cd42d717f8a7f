#include "tests/devices/credentials.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <unistd.h>

#include "lib/base/hex.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/protocol/device_sign.h"
#include "lib/protocol/mqtt_encode.h"

/* A constant, as in the SDKs: nobody checks the window. */
#define TIMESTAMP "2524608000000"

enum { TEXT_SIZE = 256, KEEP_ALIVE_WRONG_S = 10 };

void credentials_init(struct credentials *c, const struct setting *setting)
{
    *c = (struct credentials){.setting = setting, .transport = setting->transport};
    snprintf(c->secret, sizeof c->secret, "%s", setting->device_secret);
    if (setting->state && setting->is_fresh)
        unlink(setting->state);
    FILE *state = setting->state && !setting->is_fresh ? fopen(setting->state, "re") : NULL;
    if (setting->auth == AUTH_REGNWL)
        c->is_registered = state && fscanf(state, "%127s %127s", c->iot_id, c->iot_token) == 2;
    else
        c->is_registered = state && fscanf(state, "%127s", c->secret) == 1;
    if (state)
        fclose(state);
}

static void keep_registration(const struct credentials *c)
{
    FILE *state = c->setting->state ? fopen(c->setting->state, "we") : NULL;
    if (!state)
        return;
    if (c->setting->auth == AUTH_REGNWL)
        fprintf(state, "%s %s", c->iot_id, c->iot_token);
    else
        fputs(c->secret, state);
    fclose(state);
}

void credentials_fini(struct credentials *c)
{
    mem_wipe(c, sizeof *c);
}

void credentials_forget_token(struct credentials *c)
{
    if (c->setting->auth == AUTH_HTTPS && c->setting->broken != OLD_TOKEN)
        c->iot_token[0] = '\0';
}

bool credentials_want_registration(const struct credentials *c)
{
    bool once_more = c->setting->broken == REGISTERS_AGAIN && c->tries <= 2 && setting_is_first(c->setting);
    once_more = once_more || (c->setting->broken == REGISTERS_LATER && c->tries == 3 && c->setting->is_fresh);
    bool registers = c->setting->auth == AUTH_REGISTRATION || c->setting->auth == AUTH_REGNWL;
    return registers && (!c->is_registered || once_more);
}

const char *credentials_post_path(const struct credentials *c)
{
    if (c->setting->auth == AUTH_HTTPS && !c->iot_token[0])
        return "/auth/devicename";
    bool registers = c->setting->style->registers_over_https && credentials_want_registration(c);
    return registers ? "/auth/register/device" : NULL;
}

static bool shows_fresh(const struct credentials *c, enum breakage b)
{
    return c->setting->broken == b && c->setting->is_fresh;
}

static void sign(const struct credentials *c, const char *client_id, const char *secret,
                 char out[SIGN_HEX_SIZE])
{
    const struct sign_fields fields = {.client_id = str_of(client_id),
                                       .device_name = str_of(c->setting->device_name),
                                       .product_key = str_of(c->setting->product_key),
                                       .timestamp = STR(TIMESTAMP)};
    sign_password(SIGN_HMACSHA256, str_of(secret), &fields, out);
}

static void core_id(const struct credentials *c, char out[TEXT_SIZE])
{
    if (c->setting->broken == EXAMPLE_CLIENT_ID)
        snprintf(out, TEXT_SIZE, "12345");
    else
        snprintf(out, TEXT_SIZE, "%s.%s", c->setting->product_key, c->setting->device_name);
}

/* Under the product's secret, of these three; the number of the CONNECT is as good a random as any here. */
static void sign_registration(const struct credentials *c, char out[SIGN_HEX_SIZE])
{
    const struct setting *s = c->setting;
    uint8_t digest[SIGN_DIGEST_MAX];
    char content[2 * TEXT_SIZE];
    snprintf(content, sizeof content, "deviceName%sproductKey%srandom%u", s->device_name, s->product_key,
             c->tries);
    size_t n = sign_digest(SIGN_HMACSHA256, str_of(s->product_secret), str_of(content), digest);
    hex_encode(digest, n, out);
}

static void registration_form(const struct credentials *c, struct buf *out)
{
    char hex[SIGN_HEX_SIZE];
    sign_registration(c, hex);
    buf_printf(out, "productKey=%s&deviceName=%s&random=%u&signMethod=hmacsha256&sign=%s",
               c->setting->product_key, c->setting->device_name, c->tries, hex);
}

static void token_form(const struct credentials *c, struct buf *out)
{
    char id[TEXT_SIZE], hex[SIGN_HEX_SIZE];
    core_id(c, id);
    sign(c, id, c->secret, hex);
    buf_printf(out,
               "productKey=%s&deviceName=%s&signmethod=hmacsha256&sign=%s&version=default&clientId=%s&"
               "timestamp=" TIMESTAMP "&resources=mqtt",
               c->setting->product_key, c->setting->device_name, hex, id);
    mem_wipe(hex, sizeof hex);
}

void credentials_form(const struct credentials *c, struct buf *out)
{
    if (c->setting->auth == AUTH_HTTPS)
        token_form(c, out);
    else
        registration_form(c, out);
}

static bool take_text(const cJSON *object, const char *key, char out[CREDENTIALS_SECRET_MAX])
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
    if (!text || !*text)
        return false;
    snprintf(out, CREDENTIALS_SECRET_MAX, "%s", text);
    return true;
}

static bool take_registration(struct credentials *c, const cJSON *data)
{
    if (shows_fresh(c, IGNORES_SECRET))
        return false;
    bool good = c->setting->auth == AUTH_REGNWL
                    ? take_text(data, "clientId", c->iot_id) && take_text(data, "deviceToken", c->iot_token)
                    : take_text(data, "deviceSecret", c->secret);
    c->is_registered = c->is_registered || good;
    if (good)
        keep_registration(c);
    return good;
}

bool credentials_take_answer(struct credentials *c, struct str answer)
{
    cJSON *tree = json_parse_peer(answer);
    const cJSON *data = cJSON_GetObjectItemCaseSensitive(tree, "data");
    bool good = c->setting->auth == AUTH_HTTPS
                    ? take_text(data, "iotId", c->iot_id) && take_text(data, "iotToken", c->iot_token)
                    : take_registration(c, data);
    cJSON_Delete(tree);
    return good;
}

bool credentials_take_registration(struct credentials *c, struct str payload)
{
    cJSON *tree = json_parse_peer(payload);
    bool good = take_registration(c, tree);
    cJSON_Delete(tree);
    return good;
}

struct texts {
    char client_id[2 * TEXT_SIZE], username[TEXT_SIZE], password[CREDENTIALS_SECRET_MAX];
};

static void write_secret(const struct credentials *c, struct texts *t)
{
    const struct setting *s = c->setting;
    bool first = c->tries == 1 && setting_is_first(s), encrypted = transport_is_encrypted(c->transport);
    bool other_mode = first && s->broken == WRONG_SECUREMODE;
    bool other_order = first && s->broken == WRONG_USERNAME;
    char id[TEXT_SIZE];
    core_id(c, id);
    bool other_secret = (first && s->broken == WRONG_SIGN) || shows_fresh(c, OTHER_SECRET);
    sign(c, id, other_secret ? "another secret" : c->secret, t->password);
    snprintf(t->client_id, sizeof t->client_id,
             "%s|securemode=%d,signmethod=hmacsha256,timestamp=" TIMESTAMP ",_v=test-device%s", id,
             encrypted != other_mode ? 2 : 3, first && s->broken == WRONG_CLIENT_ID ? "" : "|");
    snprintf(t->username, sizeof t->username, "%s&%s", other_order ? s->product_key : s->device_name,
             other_order ? s->device_name : s->product_key);
}

/* By the documents the client id is bare then. */
static void write_token(const struct credentials *c, struct texts *t)
{
    core_id(c, t->client_id);
    snprintf(t->username, sizeof t->username, "%s", c->iot_id);
    snprintf(t->password, sizeof t->password, "%s", c->iot_token);
}

static void write_names(const struct credentials *c, struct texts *t)
{
    snprintf(t->username, sizeof t->username, "%s&%s", c->setting->device_name, c->setting->product_key);
}

static void write_device_token(const struct credentials *c, struct texts *t)
{
    snprintf(t->client_id, sizeof t->client_id, "%s|securemode=-2,authType=connwl|", c->iot_id);
    snprintf(t->password, sizeof t->password, "%s", c->iot_token);
    write_names(c, t);
}

static void write_registration(const struct credentials *c, struct texts *t)
{
    const struct setting *s = c->setting;
    sign_registration(c, t->password);
    snprintf(t->client_id, sizeof t->client_id,
             "%s.%s|random=%u,authType=%s,securemode=2,signmethod=hmacsha256|", s->device_name,
             s->product_key, c->tries, s->auth == AUTH_REGNWL ? "regnwl" : "register");
    write_names(c, t);
}

void credentials_connect(struct credentials *c, struct buf *out)
{
    const struct setting *s = c->setting;
    struct texts t;
    c->tries++;
    if (credentials_want_registration(c))
        write_registration(c, &t);
    else if (s->auth == AUTH_HTTPS)
        write_token(c, &t);
    else if (s->auth == AUTH_REGNWL)
        write_device_token(c, &t);
    else
        write_secret(c, &t);
    bool is_wrong = s->broken == WRONG_KEEP_ALIVE && c->tries == 1 && setting_is_first(s);
    const struct mqtt_connect connect = {.protocol_name = c->is_old_next ? STR("MQIsdp") : STR("MQTT"),
                                         .level = c->is_old_next ? MQTT_LEVEL_3_1 : MQTT_LEVEL_3_1_1,
                                         .clean_session = s->clean_session,
                                         .has_username = true,
                                         .has_password = true,
                                         .keep_alive_s =
                                             (uint16_t)(is_wrong ? KEEP_ALIVE_WRONG_S : s->keep_alive_s),
                                         .client_id = str_of(t.client_id),
                                         .username = str_of(t.username),
                                         .password = str_of(t.password)};
    mqtt_encode_connect(out, &connect);
    c->was_old = c->is_old_next;
    c->is_old_next = false;
    mem_wipe(&t, sizeof t);
}
