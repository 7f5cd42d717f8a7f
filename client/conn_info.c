/* IOT_SetupConnInfo: what a device needs to sign in, by the way that was chosen. */
#include "conn_info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/core/parameter.h"
#include "client/include/iotclient/iot_export.h"
#include "client/include/iotclient/iot_import.h"
#include "conn_endpoint.h"
#include "environment.h"
#include "https_way.h"
#include "identity.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/protocol/device_sign.h"

#define WHO "IOT_SetupConnInfo"

/* A constant, as the platform does not look at it: the document calls it optional and without a window check. */
static const char timestamp[] = "2524608000000";

/* The one that the documented function gives out, and the roots it points to. */
static iotx_conn_info_t shared;
static char *shared_root;
static struct https_way shared_way; /* its auth_port is 0 when another way was taken */

/* The client id and what is signed beside it. */
static void fill_client_id(const char *core, int securemode)
{
    snprintf(shared.client_id, sizeof shared.client_id,
             "%s|securemode=%d,signmethod=hmacsha1,timestamp=%s,lan=C,_v=iotclient|", core, securemode,
             timestamp);
}

/* The signature is the password. */
static void fill_direct(bool is_encrypted, const char *core, const char *product_key, const char *device_name,
                        const char *device_secret)
{
    char hex[SIGN_HEX_SIZE];
    struct sign_fields fields = {.client_id = str_of(core),
                                 .device_name = str_of(device_name),
                                 .product_key = str_of(product_key),
                                 .timestamp = str_of(timestamp)};
    sign_password(SIGN_HMACSHA1, str_of(device_secret), &fields, hex);
    fill_client_id(core, is_encrypted ? 2 : 3);
    snprintf(shared.username, sizeof shared.username, "%s&%s", device_name, product_key);
    snprintf(shared.password, sizeof shared.password, "%s", hex);
}

/* A token is the password. */
static bool fill_https(const struct environment *e, const char *core, const char *product_key,
                       const char *device_name, const char *device_secret)
{
    struct https_way *w = &shared_way;
    w->root_pem = shared_root;
    w->keeps_endpoint = e->host[0] != '\0';
    conn_endpoint_auth(e, w->auth_host, &w->auth_port);
    snprintf(w->product_key, sizeof w->product_key, "%s", product_key);
    snprintf(w->device_name, sizeof w->device_name, "%s", device_name);
    snprintf(w->device_secret, sizeof w->device_secret, "%s", device_secret);
    snprintf(w->client_id, sizeof w->client_id, "%s", core);
    snprintf(w->timestamp, sizeof w->timestamp, "%s", timestamp);
    fill_client_id(core, transport_is_encrypted(e->transport) ? -1 : 0);
    return https_way_fill(w, &shared) == 0;
}

struct mqtt_client_renewal conn_info_renewal(const iotx_mqtt_param_t *param)
{
    bool is_ours = shared_way.auth_port && param && param->username && param->password &&
                   strcmp(param->username, shared.username) == 0 &&
                   strcmp(param->password, shared.password) == 0;
    return is_ours ? https_way_renewal(&shared_way) : (struct mqtt_client_renewal){.renew = NULL};
}

/* Forgets what was given out before, and reads the roots. */
static bool begin(const struct environment *e)
{
    bool is_encrypted = transport_is_encrypted(e->transport),
         needs_roots = is_encrypted || e->auth == AUTH_HTTPS;
    free(shared_root);
    mem_wipe(&shared, sizeof shared);
    mem_wipe(&shared_way, sizeof shared_way);
    shared_root = needs_roots ? conn_endpoint_roots(e) : NULL;
    shared.pub_key = is_encrypted ? shared_root : NULL;
    return !needs_roots || shared_root;
}

static void fill_token(const char *product_key, const char *device_name, const char *client_id,
                       const char *token)
{
    snprintf(shared.client_id, sizeof shared.client_id,
             "%s|securemode=-2,authType=connwl,lan=C,_v=iotclient|", client_id);
    snprintf(shared.username, sizeof shared.username, "%s&%s", device_name, product_key);
    snprintf(shared.password, sizeof shared.password, "%s", token);
}

int IOT_SetupConnInfoToken(const char *product_key, const char *device_name, const char *client_id,
                           const char *device_token, void **info_ptr)
{
    struct environment e;
    bool is_good = parameter_is_text(WHO, "product_key", product_key, PRODUCT_KEY_LEN);
    is_good &= parameter_is_text(WHO, "device_name", device_name, DEVICE_NAME_LEN);
    is_good &= parameter_is_text(WHO, "client_id", client_id, IOTX_REGISTERED_LEN);
    is_good &= parameter_is_text(WHO, "device_token", device_token, IOTX_PASSWORD_LEN);
    if (!info_ptr)
        log_line(LOG_ERROR, WHO ": info_ptr is NULL");
    if (!environment_read(&e) || !is_good || !info_ptr)
        return FAIL_RETURN;
    if (!transport_is_encrypted(e.transport)) {
        log_line(LOG_ERROR, WHO ": a device token goes over tls or wss only");
        return FAIL_RETURN;
    }
    e.auth = AUTH_TOKEN;
    if (!begin(&e))
        return FAIL_RETURN;
    conn_endpoint_mqtt(&e, product_key, shared.host_name, &shared.port);
    fill_token(product_key, device_name, client_id, device_token);
    *info_ptr = &shared;
    return 0;
}

/* Registers first: the product secret is that of HAL_SetProductSecret. */
static int register_first(const char *product_key, const char *device_name, void **info_ptr)
{
    iotx_registered_t registered;
    int error = IOT_Register(IOT_REGISTER_MQTT_TOKEN, product_key, device_name,
                             identity_get()->product_secret, &registered);
    if (!error)
        error = IOT_SetupConnInfoToken(product_key, device_name, registered.client_id,
                                       registered.device_token, info_ptr);
    mem_wipe(&registered, sizeof registered);
    return error ? FAIL_RETURN : 0;
}

int IOT_SetupConnInfo(const char *product_key, const char *device_name, const char *device_secret,
                      void **info_ptr)
{
    struct environment e;
    bool is_known = environment_read(&e),
         is_good = parameter_is_text(WHO, "product_key", product_key, PRODUCT_KEY_LEN);
    is_good &= parameter_is_text(WHO, "device_name", device_name, DEVICE_NAME_LEN);
    is_good &=
        e.auth == AUTH_TOKEN || parameter_is_text(WHO, "device_secret", device_secret, DEVICE_SECRET_LEN);
    if (!info_ptr)
        log_line(LOG_ERROR, WHO ": info_ptr is NULL");
    if (!is_known || !is_good || !info_ptr)
        return FAIL_RETURN;
    if (e.auth == AUTH_TOKEN)
        return register_first(product_key, device_name, info_ptr);
    if (!begin(&e))
        return FAIL_RETURN;
    char core[PRODUCT_KEY_LEN + DEVICE_NAME_LEN + 2];
    snprintf(core, sizeof core, "%s.%s", product_key, device_name);
    conn_endpoint_mqtt(&e, product_key, shared.host_name, &shared.port);
    if (e.auth == AUTH_DIRECT)
        fill_direct(transport_is_encrypted(e.transport), core, product_key, device_name, device_secret);
    else if (!fill_https(&e, core, product_key, device_name, device_secret))
        return FAIL_RETURN;
    *info_ptr = &shared;
    return 0;
}
