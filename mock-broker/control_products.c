#include "control_products.h"

#include "broker.h"
#include "config.h"
#include "control_body.h"
#include "http_server.h"

static cJSON *view(const struct product *product)
{
    cJSON *object = cJSON_CreateObject();
    cJSON_AddStringToObject(object, "productKey", product->key);
    cJSON_AddBoolToObject(object, "dynamicRegistration", product->is.registers);
    cJSON_AddStringToObject(object, "registration", product->is.registers_unknown ? "free" : "pre");
    cJSON_AddBoolToObject(object, "otherAuth", product->is.other_auth);
    return object;
}

void control_products_get(struct broker *b, struct http_call *call)
{
    cJSON *answer = cJSON_CreateObject();
    cJSON *list = cJSON_AddArrayToObject(answer, "products");
    size_t at = 0;
    const struct product *product;
    while (registry_next_product(b->registry, &at, &product))
        cJSON_AddItemToArray(list, view(product));
    http_call_answer(call, 200, answer);
}

void control_products_post(struct broker *b, struct http_call *call)
{
    static const char *const keys[] = {"productKey",   "productSecret", "dynamicRegistration",
                                       "registration", "authType",      NULL};
    struct str product_key;
    struct control_body body;
    if (control_body_open(&body, call, keys) && control_body_name(&body, "productKey", &product_key)) {
        struct product *product = registry_product(b->registry, product_key);
        struct product_switches is = product ? product->is : (struct product_switches){0};
        const char *secret = NULL;
        json_string(body.root, "", "productSecret", JSON_OPTIONAL, &secret, &body.problems);
        config_switches(body.root, "", &is, &body.problems);
        if (control_body_good(&body)) {
            product = registry_put_product(b->registry, product_key, secret);
            registry_set_switches(b->registry, product, is);
            http_call_answer(call, 200, view(product));
        }
    }
    control_body_close(&body, call);
}
