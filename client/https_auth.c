#include "https_auth.h"

#include <string.h>

#include "https_post.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/protocol/device_sign.h"

int https_auth(const struct https_auth_request *r, struct https_auth_answer *answer)
{
    char sign[SIGN_HEX_SIZE];
    struct sign_fields signs = {.client_id = str_of(r->client_id),
                                .device_name = str_of(r->device_name),
                                .product_key = str_of(r->product_key),
                                .timestamp = str_of(r->timestamp)};
    sign_password(SIGN_HMACSHA1, str_of(r->device_secret), &signs, sign);
    const struct https_post_field fields[] = {{"productKey", r->product_key}, {"deviceName", r->device_name},
                                              {"signmethod", "hmacsha1"},     {"sign", sign},
                                              {"version", "default"},         {"clientId", r->client_id},
                                              {"timestamp", r->timestamp},    {"resources", "mqtt"}};
    struct https_post post = {r->host,     r->port, "/auth/devicename",
                              r->root_pem, fields,  sizeof fields / sizeof fields[0]};
    struct buf body;
    buf_init(&body, HTTPS_POST_ANSWER_MAX_BYTES);
    int error = https_post(&post, &body);
    if (!error)
        error = https_auth_read((const char *)body.data, body.len, answer);
    if (body.len)
        mem_wipe(body.data, body.len); /* the token */
    buf_fini(&body);
    return error;
}

/* The port is a number; older platforms write it as text. */
static bool take_port(const cJSON *object, uint16_t *out)
{
    const cJSON *node = cJSON_GetObjectItemCaseSensitive(object, "port");
    const char *text = cJSON_GetStringValue(node);
    int64_t port = 0;
    bool is_number = text ? str_to_int(str_of(text), &port) : json_is_int(node, &port);
    *out = (uint16_t)port;
    return is_number && port >= 1 && port <= UINT16_MAX;
}

/* Of the object behind "data". */
static const char *take_data(const cJSON *data, void *ctx)
{
    struct https_auth_answer *answer = ctx;
    const cJSON *resources = cJSON_GetObjectItemCaseSensitive(data, "resources");
    const cJSON *mqtt = cJSON_GetObjectItemCaseSensitive(resources, "mqtt");
    if (!https_post_text(data, "iotId", answer->iot_id, sizeof answer->iot_id))
        return "data.iotId is missing, empty or too long";
    if (!https_post_text(data, "iotToken", answer->iot_token, sizeof answer->iot_token))
        return "data.iotToken is missing, empty or too long";
    if (mqtt && !https_post_text(mqtt, "host", answer->host, sizeof answer->host))
        return "data.resources.mqtt.host is missing, empty or too long";
    if (mqtt && !take_port(mqtt, &answer->port))
        return "data.resources.mqtt.port is no port";
    return NULL;
}

int https_auth_read(const char *body, size_t n, struct https_auth_answer *answer)
{
    *answer = (struct https_auth_answer){.iot_id = ""};
    return https_post_read((struct str){body, n}, take_data, answer);
}
