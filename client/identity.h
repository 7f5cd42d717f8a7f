/* The device's identity as HAL_Set… leaves it: one for the process, because the documented functions have no handle. */
#ifndef CLIENT_IDENTITY_H
#define CLIENT_IDENTITY_H

#include "client/include/iotclient/iot_import.h"

struct identity {
    char product_key[PRODUCT_KEY_MAXLEN];
    char device_name[DEVICE_NAME_MAXLEN];
    char product_secret[PRODUCT_SECRET_MAXLEN];
    char device_secret[DEVICE_SECRET_MAXLEN];
};

/* Empty texts at the start. Borrowed; changed by HAL_Set… only. */
const struct identity *identity_get(void);

#endif
