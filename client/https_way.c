#include "https_way.h"

#include <stdlib.h>
#include <string.h>

#include "client/core/client_settings.h"
#include "lib/base/mem.h"

static int ask(const struct https_way *w, struct https_auth_answer *answer)
{
    struct https_auth_request request = {.host = w->auth_host,
                                         .port = w->auth_port,
                                         .root_pem = w->root_pem,
                                         .product_key = w->product_key,
                                         .device_name = w->device_name,
                                         .device_secret = w->device_secret,
                                         .client_id = w->client_id,
                                         .timestamp = w->timestamp};
    return https_auth(&request, answer);
}

static bool changes_endpoint(const struct https_way *w, const struct https_auth_answer *answer)
{
    return !w->keeps_endpoint && answer->host[0];
}

int https_way_fill(const struct https_way *w, iotx_conn_info_t *info)
{
    struct https_auth_answer answer;
    int error = ask(w, &answer);
    if (!error) {
        memcpy(info->username, answer.iot_id, sizeof answer.iot_id);
        memcpy(info->password, answer.iot_token, sizeof answer.iot_token);
        if (changes_endpoint(w, &answer)) {
            memcpy(info->host_name, answer.host, sizeof answer.host);
            info->port = answer.port;
        }
    }
    mem_wipe(&answer, sizeof answer);
    return error;
}

static bool renew(void *ctx, struct client_settings *settings)
{
    const struct https_way *w = ctx;
    struct https_auth_answer answer;
    bool is_new = ask(w, &answer) == 0;
    if (is_new)
        client_settings_renew(settings, answer.iot_id, answer.iot_token,
                              changes_endpoint(w, &answer) ? answer.host : NULL, answer.port);
    mem_wipe(&answer, sizeof answer);
    return is_new;
}

static void free_way(void *ctx)
{
    struct https_way *w = ctx;
    free((char *)(uintptr_t)w->root_pem);
    mem_wipe(w, sizeof *w);
    free(w);
}

struct mqtt_client_renewal https_way_renewal(const struct https_way *w)
{
    struct https_way *own = mem_alloc(sizeof *own);
    *own = *w;
    own->root_pem = mem_strdup(w->root_pem);
    return (struct mqtt_client_renewal){renew, free_way, own};
}
