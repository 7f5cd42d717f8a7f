#include "explain_request.h"

#include "lib/base/secrets.h"

void explain_request_init(struct explain_request *request, const struct profile *profile)
{
    *request = (struct explain_request){.profile = profile};
    request->packet = (struct mqtt_connect){
        .protocol_name = STR("MQTT"), .level = MQTT_LEVEL_3_1_1, .clean_session = true, .keep_alive_s = 60};
}

static void find_device(void *ctx, struct str product_key, struct str device_name, struct connect_device *out)
{
    const struct explain_request *request = ctx;
    if (!request->product_key.p || !str_eq(product_key, request->product_key))
        return;
    out->product_known = true;
    if (str_eq(device_name, request->device_name)) {
        out->known = out->enabled = true;
        out->secret = request->device_secret;
    }
    for (size_t i = 0; i < request->other_count; i++)
        if (str_eq(device_name, request->others[i].name)) {
            out->known = out->enabled = true;
            out->secret = request->others[i].secret;
        }
}

static bool find_product_secret(void *ctx, struct str product_key, struct str *secret)
{
    const struct explain_request *request = ctx;
    if (!request->product_secret.p || !str_eq(product_key, request->product_key))
        return false;
    *secret = request->product_secret;
    return true;
}

static bool find_other(void *ctx, struct str product_key, size_t n, struct str *device_name,
                       struct str *secret)
{
    const struct explain_request *request = ctx;
    if (n >= request->other_count || !str_eq(product_key, request->product_key))
        return false;
    *device_name = request->others[n].name;
    *secret = request->others[n].secret;
    return true;
}

static bool find_token(void *ctx, struct str text, struct explain_token *out)
{
    const struct explain_request *request = ctx;
    for (size_t i = 0; i < request->token_count; i++)
        if (str_eq(text, request->tokens[i].text)) {
            *out = request->tokens[i].token;
            return true;
        }
    return false;
}

/* All of these are deviceTokens: nobody is asked for iotIds here. */
static bool find_token_for_rules(void *ctx, struct str text, struct connect_token *out)
{
    struct explain_token token;
    if (!find_token(ctx, text, &token))
        return false;
    *out = (struct connect_token){.product_key = token.product_key,
                                  .device_name = token.device_name,
                                  .client_id = token.client_id,
                                  .expired = token.expired};
    return true;
}

static bool find_secret(void *ctx, struct str text)
{
    const struct explain_request *request = ctx;
    bool found = secret_in(request->device_secret, text) || secret_in(request->product_secret, text);
    for (size_t i = 0; i < request->other_count; i++)
        found = found || secret_in(request->others[i].secret, text);
    for (size_t i = 0; i < request->token_count; i++)
        found = found || secret_in(request->tokens[i].text, text);
    return found;
}

void explain_request_run_with(const struct explain_request *request, const struct explain_mistake *rows,
                              size_t count, struct explanation *out)
{
    struct connect_lookup devices = {
        .ctx = (void *)request, .device = find_device, .token = find_token_for_rules, .secret = find_secret};
    struct connect_input connect = {.packet = &request->packet,
                                    .transport = request->transport,
                                    .profile = request->profile,
                                    .lookup = &devices};
    struct explain_lookup lookup = {.ctx = (void *)request,
                                    .product_secret = find_product_secret,
                                    .other_device = find_other,
                                    .token = find_token};
    explain_with(rows, count, &(struct explain_input){&connect, &lookup}, out);
}

void explain_request_run(const struct explain_request *request, struct explanation *out)
{
    size_t count;
    const struct explain_mistake *rows = explain_rows(&count);
    explain_request_run_with(request, rows, count, out);
}
