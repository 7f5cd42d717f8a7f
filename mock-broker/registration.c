#include "registration.h"

#include "broker.h"
#include "connection.h"
#include "tokens.h"

#include "lib/base/check.h"
#include "lib/base/mem.h"
#include "lib/base/random.h"
#include "lib/protocol/mqtt_encode.h"

#include <stdlib.h>

/* Of secrets and clientIds given out; the longest that device SDKs have room for is 64. */
enum { SECRET_CHARACTERS = 32, CLIENT_ID_CHARACTERS = 24 };

const char *registration_give_secret(struct broker *b, struct device *device)
{
    if (device->is_preset)
        return device->secret;
    char secret[SECRET_CHARACTERS + 1];
    random_hex(secret, SECRET_CHARACTERS);
    registry_give_secret(b->registry, device, secret);
    mem_wipe(secret, sizeof secret);
    return device->secret;
}

static void add_token(struct broker *b, const struct device *device, cJSON *answer)
{
    char client_id[CLIENT_ID_CHARACTERS + 1];
    random_text(client_id, CLIENT_ID_CHARACTERS);
    const struct token *token = tokens_issue(b->tokens, TOKEN_DEVICE, str_of(device->product->key),
                                             str_of(device->name), str_of(client_id), TOKEN_FOREVER);
    cJSON_AddStringToObject(answer, "clientId", token->client_id);
    cJSON_AddStringToObject(answer, "deviceToken", token->text);
}

static void send_answer(struct connection *c, const char *topic, const cJSON *answer)
{
    struct buf *out = &c->broker->scratch;
    char *text = cJSON_PrintUnformatted(answer);
    CHECK(text != NULL);
    const struct mqtt_publish publish = {.topic = str_of(topic), .payload = str_of(text)};
    buf_clear(out);
    CHECK(mqtt_encode_connack(out, false, MQTT_ACCEPTED) && mqtt_encode_publish(out, &publish));
    connection_send_scratch(c);
    mem_wipe(text, strlen(text));
    free(text);
}

static void on_limit(struct timer *timer, void *ctx)
{
    (void)timer;
    connection_note(
        ctx, "the device did not disconnect after its registration: closed after registration.limit_s");
    connection_close(ctx, OFFLINE_PROTOCOL_ERROR, (struct str){0});
}

void registration_over_mqtt(struct connection *c, const struct connect_verdict *verdict,
                            struct device *device)
{
    struct broker *b = c->broker;
    bool nwl = verdict->mode == CONNECT_TO_REGNWL;
    struct journal_event event = {.kind = JOURNAL_REGISTERED};
    if (!device)
        device = registry_put_device(b->registry, verdict->product_key, verdict->device_name, STR(""), true);
    event.u.registered.who = connection_who(c);
    event.u.registered.who.product_key = str_of(device->product->key);
    event.u.registered.who.device_name = str_of(device->name);
    event.u.registered.who.client_id = verdict->shown.core;
    event.u.registered.auth_type = nwl ? "regnwl" : "register";
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "productKey", device->product->key);
    cJSON_AddStringToObject(answer, "deviceName", device->name);
    if (nwl)
        add_token(b, device, answer);
    else
        cJSON_AddStringToObject(answer, "deviceSecret", registration_give_secret(b, device));
    connection_set_state(c, CONNECTION_REGISTERED);
    send_answer(c, nwl ? "/ext/regnwl" : "/ext/register", answer);
    cJSON_Delete(answer);
    journal_append(b->journal, &event);
    timerq_set(b->timers, &c->timer, clock_now_ms(b->clock) + b->profile.registration_limit_s * 1000,
               on_limit, c);
}
