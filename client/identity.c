#include "identity.h"

static struct identity own;

const struct identity *identity_get(void)
{
    return &own;
}

static int set(char *to, size_t max, const char *text)
{
    size_t n = text ? strlen(text) : max + 1;
    if (n > max)
        return -1;
    memcpy(to, text, n + 1);
    return (int)n;
}

static int get(char *to, const char *from)
{
    size_t n = strlen(from);
    if (!to)
        return -1;
    memcpy(to, from, n + 1);
    return (int)n;
}

int HAL_SetProductKey(char *product_key)
{
    return set(own.product_key, PRODUCT_KEY_LEN, product_key);
}

int HAL_SetDeviceName(char *device_name)
{
    return set(own.device_name, DEVICE_NAME_LEN, device_name);
}

int HAL_SetProductSecret(char *product_secret)
{
    return set(own.product_secret, PRODUCT_SECRET_LEN, product_secret);
}

int HAL_SetDeviceSecret(char *device_secret)
{
    return set(own.device_secret, DEVICE_SECRET_LEN, device_secret);
}

int HAL_GetProductKey(char *product_key)
{
    return get(product_key, own.product_key);
}

int HAL_GetDeviceName(char *device_name)
{
    return get(device_name, own.device_name);
}

int HAL_GetProductSecret(char *product_secret)
{
    return get(product_secret, own.product_secret);
}

int HAL_GetDeviceSecret(char *device_secret)
{
    return get(device_secret, own.device_secret);
}

int HAL_GetDeviceID(char *device_id)
{
    if (!device_id)
        return -1;
    return snprintf(device_id, DEVICE_ID_MAXLEN, "%s.%s", own.product_key, own.device_name);
}
