#include "transport.h"

#include <stddef.h>
#include <string.h>

static const char *const names[TRANSPORTS] = {"tcp", "tls", "ws", "wss"};

const char *transport_name(enum transport transport)
{
    return names[transport];
}

bool transport_named(const char *name, enum transport *out)
{
    for (size_t i = 0; i < TRANSPORTS; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum transport)i;
            return true;
        }
    }
    return false;
}

bool transport_is_encrypted(enum transport transport)
{
    return transport == TRANSPORT_TLS || transport == TRANSPORT_WSS;
}

bool transport_is_websocket(enum transport transport)
{
    return transport == TRANSPORT_WS || transport == TRANSPORT_WSS;
}
