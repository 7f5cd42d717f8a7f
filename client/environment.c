#include "environment.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/base/str.h"

/* The choices of make.settings: without the build's word a direct connection over TLS. */
#ifndef FEATURE_MQTT_DIRECT
#define FEATURE_MQTT_DIRECT 1
#endif
#ifndef FEATURE_MQTT_DIRECT_NOTLS
#define FEATURE_MQTT_DIRECT_NOTLS 0
#endif

static const char *get(const char *name)
{
    const char *value = getenv(name);
    return value && value[0] ? value : NULL;
}

/* "host:port", where an IPv6 address stands in brackets. */
static bool read_endpoint(const char *name, char host[IOTX_HOST_NAME_LEN + 1], uint16_t *port)
{
    const char *value = get(name);
    int64_t number;
    if (!value)
        return true;
    struct str text = str_of(value);
    size_t colon = str_rfind(text, ':');
    bool is_good = colon > 0 && colon < text.n && colon <= IOTX_HOST_NAME_LEN &&
                   str_to_int((struct str){value + colon + 1, text.n - colon - 1}, &number) && number >= 1 &&
                   number <= UINT16_MAX;
    if (!is_good) {
        log_line(LOG_ERROR, "%s is \"%s\", which is not host:port", name, value);
        return false;
    }
    bool in_brackets = value[0] == '[' && value[colon - 1] == ']';
    size_t n = in_brackets ? colon - 2 : colon;
    memcpy(host, value + in_brackets, n);
    host[n] = '\0';
    *port = (uint16_t)number;
    return true;
}

static bool read_auth(enum environment_auth *out)
{
    static const char *const names[] = {"direct", "https", "token"};
    const char *value = get("IOT_AUTH");
    *out = FEATURE_MQTT_DIRECT ? AUTH_DIRECT : AUTH_HTTPS;
    for (int i = AUTH_DIRECT; value && i <= AUTH_TOKEN; i++) {
        if (strcmp(value, names[i]) == 0) {
            *out = (enum environment_auth)i;
            return true;
        }
    }
    if (value)
        log_line(LOG_ERROR, "IOT_AUTH is \"%s\"; it is direct, https or token", value);
    return !value;
}

static bool read_transport(enum transport *out)
{
    const char *value = get("IOT_TRANSPORT");
    *out = FEATURE_MQTT_DIRECT && FEATURE_MQTT_DIRECT_NOTLS ? TRANSPORT_TCP : TRANSPORT_TLS;
    if (!value || transport_named(value, out))
        return true;
    log_line(LOG_ERROR, "IOT_TRANSPORT is \"%s\"; it is tls, tcp, wss or ws", value);
    return false;
}

bool environment_read(struct environment *out)
{
    *out = (struct environment){.ca_file = get("IOT_CA_FILE")};
    bool is_good = read_endpoint("IOT_ENDPOINT", out->host, &out->port);
    is_good &= read_endpoint("IOT_AUTH_ENDPOINT", out->auth_host, &out->auth_port);
    is_good &= read_transport(&out->transport);
    is_good &= read_auth(&out->auth);
    return is_good;
}

bool environment_wants_websocket(void)
{
    enum transport transport;
    return read_transport(&transport) && transport_is_websocket(transport);
}
