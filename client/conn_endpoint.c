#include "conn_endpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"

enum { ROOT_MAX_BYTES = 1024 * 1024, PORT_MQTT = 1883, PORT_WEBSOCKET = 443, PORT_HTTPS = 443 };

void conn_endpoint_mqtt(const struct environment *e, const char *product_key,
                        char host[IOTX_HOST_NAME_LEN + 1], uint16_t *port)
{
    bool is_given = e->host[0] != '\0';
    if (is_given)
        memcpy(host, e->host, sizeof e->host);
    else
        snprintf(host, IOTX_HOST_NAME_LEN + 1, "%s.iot-as-mqtt.cn-shanghai.aliyuncs.com", product_key);
    *port = is_given ? e->port : transport_is_websocket(e->transport) ? PORT_WEBSOCKET : PORT_MQTT;
}

void conn_endpoint_auth(const struct environment *e, char host[IOTX_HOST_NAME_LEN + 1], uint16_t *port)
{
    bool is_given = e->auth_host[0] != '\0';
    snprintf(host, IOTX_HOST_NAME_LEN + 1, "%s",
             is_given ? e->auth_host : "iot-auth.cn-shanghai.aliyuncs.com");
    *port = is_given ? e->auth_port : PORT_HTTPS;
}

char *conn_endpoint_roots(const struct environment *e)
{
    const char *file = e->ca_file;
    if (!file) {
        log_line(LOG_ERROR, "TLS needs the platform's root certificate: set IOT_CA_FILE to its file");
        return NULL;
    }
    FILE *f = fopen(file, "r");
    char *text = f ? mem_alloc(ROOT_MAX_BYTES) : NULL;
    size_t n = f ? fread(text, 1, ROOT_MAX_BYTES, f) : 0;
    if (f)
        fclose(f);
    if (n > 0 && n < ROOT_MAX_BYTES) {
        text[n] = '\0';
        return mem_realloc(text, n + 1); /* it lives as long as the process may */
    }
    log_line(LOG_ERROR, "IOT_CA_FILE is %s, which cannot be read or holds no certificates", file);
    free(text);
    return NULL;
}
