/* What an application of the 2.x SDK calls of its system: printing, memory, time, and the device's identity. Names, types and numbers
 * are those of the SDK 2.0 to 2.3; on a PC this library brings the functions along.
 *
 * The identity is one for the process, empty at the start, and is read by IOT_SetupConnInfo's callers only: set it before other
 * threads use it. */
#ifndef IOT_IMPORT_H
#define IOT_IMPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Marks of parameters that the SDK's headers use: in, out, both, optional. */
#ifndef _IN_
#define _IN_
#endif
#ifndef _OU_
#define _OU_
#endif
#ifndef _IO_
#define _IO_
#endif
#ifndef _IN_OPT_
#define _IN_OPT_
#endif
#ifndef _OU_OPT_
#define _OU_OPT_
#endif

/* Longest texts of an identity, bytes without the NUL; the …_MAXLEN forms count it. */
#define PRODUCT_KEY_LEN       (20)
#define DEVICE_NAME_LEN       (32)
#define DEVICE_ID_LEN         (64)
#define DEVICE_SECRET_LEN     (64)
#define PRODUCT_SECRET_LEN    (64)
#define PRODUCT_KEY_MAXLEN    (PRODUCT_KEY_LEN + 1)
#define DEVICE_NAME_MAXLEN    (DEVICE_NAME_LEN + 1)
#define DEVICE_ID_MAXLEN      (DEVICE_ID_LEN + 1)
#define DEVICE_SECRET_MAXLEN  (DEVICE_SECRET_LEN + 1)
#define PRODUCT_SECRET_MAXLEN (PRODUCT_SECRET_LEN + 1)

/* printf on standard output, written out at once. */
void HAL_Printf(const char *fmt, ...);

/* snprintf into str[len]; what snprintf returns. */
int HAL_Snprintf(char *str, const int len, const char *fmt, ...);

/* size bytes of uninitialised memory, the caller's until HAL_Free. Never NULL: out of memory ends the process. */
void *HAL_Malloc(uint32_t size);

/* Gives memory of HAL_Malloc back; NULL is fine. */
void HAL_Free(void *ptr);

/* Stops the calling thread for ms milliseconds. */
void HAL_SleepMs(uint32_t ms);

/* Milliseconds since the machine started; never goes back. */
uint64_t HAL_UptimeMs(void);

/* Each keeps a copy of the text. Returns its length in bytes, or -1 for NULL and for a text over its …_LEN: then the old value
 * stays. */
int HAL_SetProductKey(char *product_key);
int HAL_SetDeviceName(char *device_name);
int HAL_SetProductSecret(char *product_secret);
int HAL_SetDeviceSecret(char *device_secret);

/* Each copies what was set, with a NUL, into the caller's array of …_LEN + 1 bytes. Returns the length in bytes, -1 for NULL. */
int HAL_GetProductKey(char *product_key);
int HAL_GetDeviceName(char *device_name);
int HAL_GetProductSecret(char *product_secret);
int HAL_GetDeviceSecret(char *device_secret);

/* The same for "productKey.deviceName"; the array has DEVICE_ID_LEN + 1 bytes. */
int HAL_GetDeviceID(char *device_id);

#ifdef __cplusplus
}
#endif

#endif
