/* IOT_SetupConnInfo: what a device needs to sign in, by the way that was chosen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/include/iotclient/iot_export.h"
#include "client/include/iotclient/iot_import.h"
#include "environment.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/protocol/device_sign.h"

#define WHO "IOT_SetupConnInfo: "

/* A constant, as the platform does not look at it: the document calls it optional and without a window check. */
static const char timestamp[] = "2524608000000";

enum { ROOT_MAX_BYTES = 1024 * 1024, PORT_MQTT = 1883, PORT_WEBSOCKET = 443 };

/* The one that the documented function gives out, and the roots it points to. */
static iotx_conn_info_t shared;
static char *shared_root;

static bool is_text(const char *name, const char *text, size_t max)
{
    if (text && text[0] && strlen(text) <= max)
        return true;
    log_line(LOG_ERROR, WHO "%s is %s", name, !text ? "NULL" : text[0] ? "too long" : "empty");
    return false;
}

/* The file's text, the caller's; NULL with a log line. */
static char *read_roots(const char *file)
{
    if (!file) {
        log_line(LOG_ERROR, WHO "TLS needs the platform's root certificate: set IOT_CA_FILE to its file");
        return NULL;
    }
    FILE *f = fopen(file, "r");
    char *text = f ? mem_alloc(ROOT_MAX_BYTES) : NULL;
    size_t n = f ? fread(text, 1, ROOT_MAX_BYTES, f) : 0;
    if (f)
        fclose(f);
    if (n > 0 && n < ROOT_MAX_BYTES) {
        text[n] = '\0';
        return text;
    }
    log_line(LOG_ERROR, WHO "IOT_CA_FILE is %s, which cannot be read or holds no certificates", file);
    free(text);
    return NULL;
}

static void fill_endpoint(const struct environment *e, const char *product_key)
{
    bool is_given = e->host[0] != '\0';
    if (is_given)
        memcpy(shared.host_name, e->host, sizeof e->host);
    else
        snprintf(shared.host_name, sizeof shared.host_name, "%s.iot-as-mqtt.cn-shanghai.aliyuncs.com",
                 product_key);
    shared.port = is_given ? e->port : transport_is_websocket(e->transport) ? PORT_WEBSOCKET : PORT_MQTT;
}

/* The signature is the password. */
static void fill_direct(const struct environment *e, const char *product_key, const char *device_name,
                        const char *device_secret)
{
    char core[PRODUCT_KEY_LEN + DEVICE_NAME_LEN + 2], hex[SIGN_HEX_SIZE];
    int n = snprintf(core, sizeof core, "%s.%s", product_key, device_name);
    struct sign_fields fields = {.client_id = {core, (size_t)n},
                                 .device_name = str_of(device_name),
                                 .product_key = str_of(product_key),
                                 .timestamp = str_of(timestamp)};
    sign_password(SIGN_HMACSHA1, str_of(device_secret), &fields, hex);
    snprintf(shared.client_id, sizeof shared.client_id,
             "%s|securemode=%d,signmethod=hmacsha1,timestamp=%s,lan=C,_v=iotclient|", core,
             transport_is_encrypted(e->transport) ? 2 : 3, timestamp);
    snprintf(shared.username, sizeof shared.username, "%s&%s", device_name, product_key);
    snprintf(shared.password, sizeof shared.password, "%s", hex);
}

int IOT_SetupConnInfo(const char *product_key, const char *device_name, const char *device_secret,
                      void **info_ptr)
{
    struct environment e;
    bool is_good = is_text("product_key", product_key, PRODUCT_KEY_LEN);
    is_good &= is_text("device_name", device_name, DEVICE_NAME_LEN);
    is_good &= is_text("device_secret", device_secret, DEVICE_SECRET_LEN);
    if (!info_ptr)
        log_line(LOG_ERROR, WHO "info_ptr is NULL");
    if (!environment_read(&e) || !is_good || !info_ptr)
        return FAIL_RETURN;
    if (e.auth != AUTH_DIRECT) {
        log_line(LOG_ERROR, WHO "only IOT_AUTH=direct is built in");
        return FAIL_RETURN;
    }
    char *root = transport_is_encrypted(e.transport) ? read_roots(e.ca_file) : NULL;
    if (transport_is_encrypted(e.transport) && !root)
        return FAIL_RETURN;
    free(shared_root);
    shared_root = root;
    memset(&shared, 0, sizeof shared);
    shared.pub_key = root;
    fill_endpoint(&e, product_key);
    fill_direct(&e, product_key, device_name, device_secret);
    *info_ptr = &shared;
    return 0;
}
