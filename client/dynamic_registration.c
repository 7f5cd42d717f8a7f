#include "dynamic_registration.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/core/mqtt_client.h"
#include "client/core/parameter.h"
#include "client/core/port.h"
#include "client/include/iotclient/iot_import.h"
#include "conn_endpoint.h"
#include "https_post.h"
#include "lib/base/clock.h"
#include "lib/base/hex.h"
#include "lib/base/json.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/protocol/device_sign.h"

#define WHO "IOT_Register"

enum { RANDOM_CHARACTERS = 16, BUFFER_BYTES = 1024, KEEP_ALIVE_MS = 60000, TURN_MS = 50 };

/* What is asked, and the salt that is signed with it. All borrowed. */
struct request {
    iotx_register_way_t way;
    const char *product_key, *device_name;
    char random[RANDOM_CHARACTERS + 1];
    char sign[SIGN_HEX_SIZE];
};

/* One that goes over MQTT: what its handler is told. */
struct conversation {
    iotx_register_way_t way;
    iotx_registered_t *out;
    bool is_answered, is_good, is_over;
};

static void sign(struct request *r, const char *product_secret)
{
    char content[PRODUCT_KEY_LEN + DEVICE_NAME_LEN + RANDOM_CHARACTERS + 32];
    uint8_t digest[SIGN_DIGEST_MAX];
    random_text(r->random, RANDOM_CHARACTERS);
    int n = snprintf(content, sizeof content, "deviceName%sproductKey%srandom%s", r->device_name,
                     r->product_key, r->random);
    size_t bytes =
        sign_digest(SIGN_HMACSHA256, str_of(product_secret), (struct str){content, (size_t)n}, digest);
    hex_encode(digest, bytes, r->sign);
}

static const char *take_secret(const cJSON *data, void *ctx)
{
    iotx_registered_t *out = ctx;
    bool is_good = https_post_text(data, "deviceSecret", out->device_secret, sizeof out->device_secret);
    return is_good ? NULL : "deviceSecret is missing, empty or too long";
}

static const char *take_token(const cJSON *data, void *ctx)
{
    iotx_registered_t *out = ctx;
    if (!https_post_text(data, "clientId", out->client_id, sizeof out->client_id))
        return "clientId is missing, empty or too long";
    if (!https_post_text(data, "deviceToken", out->device_token, sizeof out->device_token))
        return "deviceToken is missing, empty or too long";
    return NULL;
}

/* Old documents name /ext/register for both ways. */
bool dynamic_registration_read(iotx_register_way_t way, struct str topic, struct str payload,
                               iotx_registered_t *out)
{
    bool wants_token = way == IOT_REGISTER_MQTT_TOKEN;
    bool is_ours = str_eq(topic, STR("/ext/register")) || (wants_token && str_eq(topic, STR("/ext/regnwl")));
    if (!is_ours) {
        log_line(LOG_ERROR, WHO ": a message came that is no answer to a registration");
        return false;
    }
    cJSON *root = json_parse_peer(payload);
    const char *wrong = !root         ? "it is no JSON"
                        : wants_token ? take_token(root, out)
                                      : take_secret(root, out);
    if (wrong)
        log_line(LOG_ERROR, WHO ": the answer cannot be used: %s", wrong);
    cJSON_Delete(root);
    return !wrong;
}

static void on_event(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg)
{
    struct conversation *talk = pcontext;
    (void)pclient;
    talk->is_over |= msg->event_type == IOTX_MQTT_EVENT_DISCONNECT;
    if (msg->event_type != IOTX_MQTT_EVENT_PUBLISH_RECVEIVED || talk->is_answered)
        return;
    const iotx_mqtt_topic_info_t *info = msg->msg;
    talk->is_answered = true;
    talk->is_good = dynamic_registration_read(talk->way, (struct str){info->ptopic, info->topic_len},
                                              (struct str){info->payload, info->payload_len}, talk->out);
}

/* Never a second connection: who registers anew gets another secret. */
static int await_answer(struct mqtt_client *c, struct clock *clock, const struct conversation *talk)
{
    int64_t until_ms = clock_now_ms(clock) + DYNAMIC_REGISTRATION_TIMEOUT_MS;
    int64_t left_ms = DYNAMIC_REGISTRATION_TIMEOUT_MS;
    for (; !talk->is_answered && !talk->is_over && left_ms > 0; left_ms = until_ms - clock_now_ms(clock))
        mqtt_client_yield(c, left_ms < TURN_MS ? (int)left_ms : TURN_MS);
    if (talk->is_over && !talk->is_answered)
        log_line(LOG_ERROR, WHO ": the platform hung up");
    else if (!talk->is_answered)
        log_line(LOG_ERROR, WHO ": no answer within %d ms", DYNAMIC_REGISTRATION_TIMEOUT_MS);
    return talk->is_good ? 0 : FAIL_RETURN;
}

int dynamic_registration_talk(struct port *port, iotx_mqtt_param_t *param, iotx_register_way_t way,
                              iotx_registered_t *out)
{
    struct conversation talk = {.way = way, .out = out};
    int error = 0;
    param->handle_event = (iotx_mqtt_event_handle_t){on_event, &talk};
    struct mqtt_client *c = mqtt_client_new(param, port, NULL, &error);
    if (!c)
        return error;
    error = await_answer(c, port->clock, &talk);
    mqtt_client_destroy(c);
    return error;
}

static int over_mqtt(const struct request *r, const struct environment *e, const char *root_pem,
                     iotx_registered_t *out)
{
    char host[IOTX_HOST_NAME_LEN + 1], client_id[IOTX_CLIENT_ID_LEN + 1], username[IOTX_USERNAME_LEN + 1];
    char write_buffer[BUFFER_BYTES], read_buffer[BUFFER_BYTES];
    iotx_mqtt_param_t param = {.host = host,
                               .client_id = client_id,
                               .username = username,
                               .password = r->sign,
                               .pub_key = root_pem,
                               .clean_session = 1,
                               .keepalive_interval_ms = KEEP_ALIVE_MS,
                               .pwrite_buf = write_buffer,
                               .write_buf_size = BUFFER_BYTES,
                               .pread_buf = read_buffer,
                               .read_buf_size = BUFFER_BYTES};
    conn_endpoint_mqtt(e, r->product_key, host, &param.port);
    snprintf(client_id, sizeof client_id, "%s.%s|securemode=2,authType=%s,random=%s,signmethod=hmacsha256|",
             r->product_key, r->device_name, r->way == IOT_REGISTER_MQTT_TOKEN ? "regnwl" : "register",
             r->random);
    snprintf(username, sizeof username, "%s&%s", r->device_name, r->product_key);
    int error = dynamic_registration_talk(port_new(), &param, r->way, out);
    mem_wipe(read_buffer, sizeof read_buffer); /* the secret */
    return error;
}

static int over_https(const struct request *r, const struct environment *e, const char *root_pem,
                      iotx_registered_t *out)
{
    char host[IOTX_HOST_NAME_LEN + 1];
    const struct https_post_field fields[] = {{"productKey", r->product_key},
                                              {"deviceName", r->device_name},
                                              {"random", r->random},
                                              {"sign", r->sign},
                                              {"signMethod", "hmacsha256"}};
    struct https_post post = {.host = host,
                              .path = "/auth/register/device",
                              .root_pem = root_pem,
                              .fields = fields,
                              .count = sizeof fields / sizeof fields[0]};
    struct buf body;
    conn_endpoint_auth(e, host, &post.port);
    buf_init(&body, HTTPS_POST_ANSWER_MAX_BYTES);
    int error = https_post(&post, &body);
    if (!error)
        error = https_post_read(buf_str(&body), take_secret, out);
    if (body.len)
        mem_wipe(body.data, body.len); /* the secret */
    buf_fini(&body);
    return error;
}

static bool check(const struct request *r, const char *product_secret, const iotx_registered_t *registered)
{
    bool is_good = parameter_is_text(WHO, "product_key", r->product_key, PRODUCT_KEY_LEN);
    is_good &= parameter_is_text(WHO, "device_name", r->device_name, DEVICE_NAME_LEN);
    is_good &= parameter_is_text(WHO, "product_secret", product_secret, PRODUCT_SECRET_LEN);
    if (!registered)
        log_line(LOG_ERROR, WHO ": registered is NULL");
    if (r->way != IOT_REGISTER_MQTT && r->way != IOT_REGISTER_MQTT_TOKEN && r->way != IOT_REGISTER_HTTPS) {
        log_line(LOG_ERROR, WHO ": there is no way %d", (int)r->way);
        is_good = false;
    }
    return is_good && registered;
}

int IOT_Register(iotx_register_way_t way, const char *product_key, const char *device_name,
                 const char *product_secret, iotx_registered_t *registered)
{
    struct request r = {.way = way, .product_key = product_key, .device_name = device_name};
    struct environment e;
    if (!check(&r, product_secret, registered) || !environment_read(&e))
        return FAIL_RETURN;
    if (way != IOT_REGISTER_HTTPS && !transport_is_encrypted(e.transport)) {
        log_line(LOG_ERROR, WHO ": registration over MQTT goes over tls or wss only");
        return FAIL_RETURN;
    }
    char *root_pem = conn_endpoint_roots(&e);
    if (!root_pem)
        return FAIL_RETURN;
    *registered = (iotx_registered_t){.device_secret = ""};
    sign(&r, product_secret);
    int error = way == IOT_REGISTER_HTTPS ? over_https(&r, &e, root_pem, registered)
                                          : over_mqtt(&r, &e, root_pem, registered);
    mem_wipe(&r, sizeof r);
    free(root_pem);
    return error;
}
