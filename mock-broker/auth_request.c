#include "auth_request.h"

#include "broker.h"
#include "connection.h"
#include "endpoint.h"
#include "http_server.h"
#include "registration.h"
#include "tokens.h"

#include "lib/base/secrets.h"

#include <stdio.h>

void auth_request_open(struct auth_request *q)
{
    struct auth_form_fault fault;
    buf_init(&q->text, HTTP_BODY_MAX);
    if (auth_form_parse(http_call_body(q->call), &q->text, &q->form, &fault))
        return;
    char name[40];
    str_printable(secret_form_in(fault.name) ? STR(SECRETS_MASK) : fault.name, name, sizeof name);
    snprintf(q->fault, sizeof q->fault, "byte %zu: %s%s%s", fault.offset, fault.reason, name[0] ? ": " : "",
             name);
}

void auth_request_close(struct auth_request *q)
{
    buf_fini(&q->text);
    cJSON_Delete(q->data);
}

const char *auth_request_transport(const struct auth_request *q)
{
    return transport_is_encrypted((enum transport)q->connection->transport) ? "https" : "http";
}

static enum auth_code fault(struct auth_request *q, enum auth_code code, const char *text)
{
    snprintf(q->fault, sizeof q->fault, "%s", text);
    return code;
}

/* False with a fault when one of the fields (NULL-terminated) is missing or empty. */
static bool has_all(struct auth_request *q, const char *const *names)
{
    for (size_t i = 0; names[i]; i++) {
        if (auth_form_get(&q->form, names[i]).n)
            continue;
        snprintf(q->fault, sizeof q->fault, "%s is missing", names[i]);
        return false;
    }
    return true;
}

/* The method that the field names, or the profile's default. */
static bool method_of(struct auth_request *q, const char *field, enum sign_method *out)
{
    const struct profile *profile = &q->broker->profile;
    struct str name = auth_form_get(&q->form, field);
    bool known = name.p ? sign_method_named(name, out) : profile->sign_default >= 0;
    if (!name.p && known)
        *out = (enum sign_method)profile->sign_default;
    if (known && profile_has_method(profile, *out))
        return true;
    snprintf(q->fault, sizeof q->fault, "%s %s", field, name.p ? "is none that is accepted" : "is missing");
    return false;
}

static struct device *device_of(const struct auth_request *q)
{
    return registry_device(q->broker->registry, auth_form_get(&q->form, "productKey"),
                           auth_form_get(&q->form, "deviceName"));
}

static bool client_id_fits(struct auth_request *q)
{
    size_t length = str_utf8_length(auth_form_get(&q->form, "clientId"));
    if (length <= (size_t)q->broker->profile.clientid_max)
        return true;
    snprintf(q->fault, sizeof q->fault, "a clientId of %zu characters", length);
    return false;
}

/* True when the comma-separated list of resources names mqtt; others are left out. */
static bool wants_mqtt(const struct auth_request *q)
{
    struct str rest = auth_form_get(&q->form, "resources");
    while (rest.n) {
        struct str word = {rest.p, str_find(rest, ',')};
        if (str_is(str_trim(word), "mqtt"))
            return true;
        size_t used = word.n < rest.n ? word.n + 1 : word.n;
        rest = (struct str){rest.p + used, rest.n - used};
    }
    return false;
}

static void add_resources(struct auth_request *q)
{
    char host[ENDPOINT_HOST_SIZE];
    if (!wants_mqtt(q))
        return;
    endpoint_host_for(str_of(http_call_header(q->call, "Host")), str_of(q->broker->region),
                      auth_form_get(&q->form, "productKey"), host);
    cJSON *mqtt = cJSON_AddObjectToObject(cJSON_AddObjectToObject(q->data, "resources"), "mqtt");
    cJSON_AddStringToObject(mqtt, "host", host);
    cJSON_AddNumberToObject(mqtt, "port", q->broker->listeners[PORT_MQTT].number);
}

enum auth_code auth_request_device_name(struct auth_request *q)
{
    static const char *const names[] = {"productKey", "deviceName", "sign", "clientId", NULL};
    enum sign_method method = SIGN_HMACMD5;
    if (!has_all(q, names) || !client_id_fits(q) || !method_of(q, "signmethod", &method))
        return AUTH_PARAM_ERROR;
    const struct device *device = device_of(q);
    if (!device)
        return fault(q, AUTH_NO_DEVICE, "no such device");
    if (device->product->is.other_auth)
        return fault(q, AUTH_TYPE_MISMATCH, "the product's devices authenticate in another way");
    if (!device->enabled)
        return fault(q, AUTH_REFUSED, "the device is disabled");
    if (!device->secret[0])
        return fault(q, AUTH_UNKNOWN_ERROR,
                     "the device is not registered yet: there is no secret to check with");
    struct str sign = auth_form_get(&q->form, "sign"), secret = str_of(device->secret);
    if (!auth_form_verify(&q->form, AUTH_FORM_KNOWN, method, secret, sign) &&
        !auth_form_verify(&q->form, AUTH_FORM_ALL, method, secret, sign))
        return fault(q, AUTH_REFUSED, "wrong sign");
    const struct token *token =
        tokens_issue(q->broker->tokens, TOKEN_IOT, str_of(device->product->key), str_of(device->name),
                     auth_form_get(&q->form, "clientId"), q->broker->profile.token_lifetime_s);
    q->data = cJSON_CreateObject();
    cJSON_AddStringToObject(q->data, "iotId", token->iot_id);
    cJSON_AddStringToObject(q->data, "iotToken", token->text);
    add_resources(q);
    return AUTH_SUCCESS;
}

static void journal_registration(const struct auth_request *q, const struct device *device)
{
    struct journal_event event = {.kind = JOURNAL_REGISTERED};
    event.u.registered.who = (struct journal_who){.product_key = str_of(device->product->key),
                                                  .device_name = str_of(device->name),
                                                  .client_id = STR(""),
                                                  .peer = str_of(channel_peer(q->connection->channel)),
                                                  .transport = auth_request_transport(q)};
    event.u.registered.auth_type = "register";
    journal_append(q->broker->journal, &event);
}

enum auth_code auth_request_register(struct auth_request *q)
{
    static const char *const names[] = {"productKey", "deviceName", "random", "sign", NULL};
    enum sign_method method = SIGN_HMACMD5;
    if (!has_all(q, names) || !method_of(q, "signMethod", &method))
        return AUTH_PARAM_ERROR;
    const struct product *product =
        registry_product(q->broker->registry, auth_form_get(&q->form, "productKey"));
    if (!product)
        return fault(q, AUTH_NO_DEVICE, "no such product");
    if (!product->is.registers)
        return fault(q, AUTH_TYPE_MISMATCH, "the product's dynamic registration is switched off");
    if (!product->secret[0] || !auth_form_verify(&q->form, AUTH_FORM_REGISTRATION, method,
                                                 str_of(product->secret), auth_form_get(&q->form, "sign")))
        return fault(q, AUTH_REFUSED, "wrong sign");
    struct device *device = device_of(q);
    if (!device)
        return fault(q, AUTH_NO_DEVICE, "no such device: it is to be added before it registers");
    if (!device->enabled)
        return fault(q, AUTH_REFUSED, "the device is disabled");
    if (device->activated)
        return fault(q, AUTH_TYPE_MISMATCH, "the device is activated already");
    q->data = cJSON_CreateObject();
    cJSON_AddStringToObject(q->data, "deviceName", device->name);
    cJSON_AddStringToObject(q->data, "deviceSecret", registration_give_secret(q->broker, device));
    cJSON_AddStringToObject(q->data, "productKey", product->key);
    journal_registration(q, device);
    return AUTH_SUCCESS;
}

enum auth_code auth_request_bootstrap(struct auth_request *q)
{
    static const char *const names[] = {"productKey", "deviceName", "clientId", "resources", NULL};
    if (!has_all(q, names) || !client_id_fits(q))
        return AUTH_PARAM_ERROR;
    if (!device_of(q))
        return fault(q, AUTH_NO_DEVICE, "no such device");
    q->data = cJSON_CreateObject();
    add_resources(q);
    return AUTH_SUCCESS;
}

/* As the document spells them. */
static const char *message_of(enum auth_code code)
{
    switch (code) {
    case AUTH_SUCCESS:
        return "success";
    case AUTH_REFUSED:
        return "request auth error";
    case AUTH_PARAM_ERROR:
        return "param error";
    case AUTH_NO_DEVICE:
        return "meta device not found";
    case AUTH_TYPE_MISMATCH:
        return "auth type mismatch";
    case AUTH_UNKNOWN_ERROR:
        break;
    }
    return "unknow error";
}

cJSON *auth_request_answer(struct auth_request *q, enum auth_code code)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddNumberToObject(answer, "code", code);
    if (q->data)
        cJSON_AddItemToObject(answer, "data", q->data);
    q->data = NULL;
    cJSON_AddStringToObject(answer, "message", message_of(code));
    return answer;
}
