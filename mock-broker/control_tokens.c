#include "control_tokens.h"

#include "broker.h"
#include "control_body.h"
#include "http_server.h"
#include "tokens.h"

enum { LIFETIME_MAX_S = 315360000 };

static cJSON *view(const struct token *token)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddStringToObject(answer, "clientId", token->client_id);
    if (token->iot_id[0])
        cJSON_AddStringToObject(answer, "iotId", token->iot_id);
    cJSON_AddStringToObject(answer, token->iot_id[0] ? "iotToken" : "deviceToken", token->text);
    return answer;
}

static void mint(struct broker *b, struct http_call *call, struct control_body *body, struct str product_key,
                 struct str device_name)
{
    const char *client_id = "", *kind = "deviceToken";
    int64_t lifetime_s = TOKEN_FOREVER;
    json_string(body->root, "", "kind", JSON_OPTIONAL, &kind, &body->problems);
    bool iot = str_is(str_of(kind), "iotToken");
    if (!iot && !str_is(str_of(kind), "deviceToken"))
        problems_add(&body->problems, "/kind", "is neither \"deviceToken\" nor \"iotToken\"");
    if (iot)
        lifetime_s = b->profile.token_lifetime_s;
    json_string(body->root, "", "clientId", JSON_REQUIRED, &client_id, &body->problems);
    json_int(body->root, "", "lifetime_s", JSON_OPTIONAL, 0, LIFETIME_MAX_S, &lifetime_s, &body->problems);
    if (!control_body_good(body))
        return;
    if (!registry_device(b->registry, product_key, device_name)) {
        http_call_fail(call, 404, "unknown-device", "there is no such device", "/deviceName", NULL);
        return;
    }
    const struct token *token = tokens_issue(b->tokens, iot ? TOKEN_IOT : TOKEN_DEVICE, product_key,
                                             device_name, str_of(client_id), lifetime_s);
    http_call_answer(call, 200, view(token));
}

void control_tokens_post(struct broker *b, struct http_call *call)
{
    static const char *const keys[] = {"productKey", "deviceName", "clientId", "kind", "lifetime_s", NULL};
    struct str product_key, device_name;
    struct control_body body;
    if (control_body_open(&body, call, keys) && control_body_name(&body, "productKey", &product_key) &&
        control_body_name(&body, "deviceName", &device_name))
        mint(b, call, &body, product_key, device_name);
    control_body_close(&body, call);
}
