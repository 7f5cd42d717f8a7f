/* The way to the platform that begins with authentication over HTTPS: fills in connection info, and makes a handle authenticate again
 * before each reconnection, because its token is good for a while only (SDK-11). */
#ifndef CLIENT_HTTPS_WAY_H
#define CLIENT_HTTPS_WAY_H

#include <stdbool.h>

#include "client/core/mqtt_client.h"
#include "client/https_auth.h"
#include "client/include/iotclient/iot_import.h"

/* What is needed to authenticate. Plain copies, but for root_pem. */
struct https_way {
    char product_key[PRODUCT_KEY_MAXLEN], device_name[DEVICE_NAME_MAXLEN],
        device_secret[DEVICE_SECRET_MAXLEN];
    char client_id[DEVICE_ID_MAXLEN], timestamp[16]; /* are signed */
    char auth_host[IOTX_HOST_NAME_LEN + 1];
    uint16_t auth_port;
    bool keeps_endpoint; /* the user has named the MQTT endpoint; that of the answer is left alone */
    const char *root_pem;
};

/* Authenticates, and fills in user name, password and, unless the way keeps it, host and port. 0 or what https_auth says. */
int https_way_fill(const struct https_way *w, iotx_conn_info_t *info);

/* For a handle that was made with what https_way_fill gave; keeps copies of all. */
struct mqtt_client_renewal https_way_renewal(const struct https_way *w);

#endif
