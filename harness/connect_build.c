/* The CONNECT of a device: client id with its extension list, user name, and a password signed with the device's secret. */
#include "packet_build.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/protocol/device_sign.h"
#include "lib/protocol/mqtt_encode.h"

enum { TEXT_MAX = 65535, KEEP_ALIVE_DEFAULT_S = 300 };

/* A value of `with` as text that is sent, or (p NULL) as something that is not. Numbers become digits in room. */
struct part {
    char room[24];
    struct str text;
};

static void part_get(struct part *p, const cJSON *with, const char *key, const char *otherwise)
{
    const cJSON *value = with ? cJSON_GetObjectItemCaseSensitive(with, key) : NULL;
    p->text = str_of(otherwise);
    if (cJSON_IsNull(value)) {
        p->text = (struct str){0};
    } else if (cJSON_IsString(value)) {
        p->text = str_of(value->valuestring);
    } else if (cJSON_IsNumber(value)) {
        snprintf(p->room, sizeof p->room, "%lld", (long long)value->valuedouble);
        p->text = str_of(p->room);
    }
}

static int64_t securemode(const struct packet_sender *sender)
{
    return transport_is_encrypted(sender->transport) ? sender->profile->securemode_encrypted
                                                     : sender->profile->securemode_plain;
}

static void add_item(struct buf *out, bool *first, const char *key, struct str value)
{
    if (!value.p)
        return;
    buf_printf(out, "%s%s=", *first ? "" : ",", key);
    buf_append_str(out, value);
    *first = false;
}

/* "12345|securemode=3,signmethod=hmacsha1,timestamp=789|" */
static void client_id(const cJSON *with, const struct packet_sender *sender, struct buf *out)
{
    const cJSON *given = with ? cJSON_GetObjectItemCaseSensitive(with, "mqttClientId") : NULL;
    const cJSON *extra = with ? cJSON_GetObjectItemCaseSensitive(with, "extra") : NULL;
    struct part core, mode, method, timestamp, item;
    char mode_default[24];
    bool first = true;
    if (given) {
        buf_append_str(out, str_of(given->valuestring));
        return;
    }
    snprintf(mode_default, sizeof mode_default, "%lld", (long long)securemode(sender));
    part_get(&core, with, "clientId", "12345");
    part_get(&mode, with, "securemode", mode_default);
    part_get(&method, with, "signmethod", "hmacsha1");
    part_get(&timestamp, with, "timestamp", "789");
    buf_append_str(out, core.text);
    buf_append_byte(out, '|');
    add_item(out, &first, "securemode", mode.text);
    add_item(out, &first, "signmethod", method.text);
    add_item(out, &first, "timestamp", timestamp.text);
    for (const cJSON *at = extra ? extra->child : NULL; at; at = at->next) {
        part_get(&item, extra, at->string, "");
        add_item(out, &first, at->string, item.text);
    }
    buf_append_byte(out, '|');
}

/* Without signmethod a password is HMAC-MD5 (SIG-07); with one that is unknown only the method shall be wrong. */
static enum sign_method method_of(const cJSON *with)
{
    struct part name;
    enum sign_method method = SIGN_HMACSHA1;
    part_get(&name, with, "signmethod", "hmacsha1");
    if (!name.text.p)
        return SIGN_HMACMD5;
    sign_method_named(name.text, &method);
    return method;
}

static void sign(const cJSON *with, const struct packet_sender *sender, char out[SIGN_HEX_SIZE])
{
    struct part core, timestamp, secret;
    struct sign_fields fields = {.device_name = str_of(sender->device_name),
                                 .product_key = str_of(sender->product_key)};
    part_get(&core, with, "clientId", "12345");
    part_get(&timestamp, with, "timestamp", "789");
    if (with && cJSON_GetObjectItemCaseSensitive(with, "signClientId"))
        part_get(&core, with, "signClientId", NULL);
    if (with && cJSON_GetObjectItemCaseSensitive(with, "signTimestamp"))
        part_get(&timestamp, with, "signTimestamp", NULL);
    fields.client_id = core.text;
    fields.timestamp = timestamp.text;
    part_get(&secret, with, "secret", sender->device_secret);
    sign_password(method_of(with), secret.text, &fields, out);
}

static void set_will(struct mqtt_connect *connect, const cJSON *will)
{
    const cJSON *qos = cJSON_GetObjectItemCaseSensitive(will, "qos");
    connect->has_will = true;
    connect->will_topic = str_of(json_text(will, "topic"));
    connect->will_payload = str_of(json_text(will, "payload"));
    connect->will_qos = (uint8_t)(cJSON_IsNumber(qos) ? qos->valuedouble : 0);
    connect->will_retain = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(will, "retain"));
}

bool packet_build_connect(const cJSON *with, const struct packet_sender *sender, struct buf *out)
{
    char signature[SIGN_HEX_SIZE], username_default[512];
    struct part name, username, password, level, keep_alive;
    const cJSON *clean = with ? cJSON_GetObjectItemCaseSensitive(with, "cleanSession") : NULL;
    const cJSON *will = with ? cJSON_GetObjectItemCaseSensitive(with, "will") : NULL;
    struct buf id;
    int64_t number;
    buf_init(&id, TEXT_MAX);
    client_id(with, sender, &id);
    sign(with, sender, signature);
    snprintf(username_default, sizeof username_default, "%s&%s", sender->device_name, sender->product_key);
    part_get(&name, with, "protocolName", "MQTT");
    part_get(&username, with, "username", username_default);
    part_get(&password, with, "password", signature);
    part_get(&level, with, "level", "4");
    part_get(&keep_alive, with, "keepAlive", "300");
    struct mqtt_connect connect = {.protocol_name = name.text,
                                   .clean_session = !cJSON_IsFalse(clean),
                                   .has_username = username.text.p != NULL,
                                   .has_password = password.text.p != NULL,
                                   .client_id = buf_str(&id),
                                   .username = username.text,
                                   .password = password.text};
    connect.level = (uint8_t)(str_to_int(level.text, &number) ? number : MQTT_LEVEL_3_1_1);
    connect.keep_alive_s = (uint16_t)(str_to_int(keep_alive.text, &number) ? number : KEEP_ALIVE_DEFAULT_S);
    if (cJSON_IsObject(will))
        set_will(&connect, will);
    bool fits = mqtt_encode_connect(out, &connect);
    buf_fini(&id);
    mem_wipe(signature, sizeof signature);
    return fits;
}
