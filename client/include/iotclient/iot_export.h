/* The library's public face beside MQTT itself: error numbers, the log, and the way to the platform. Names, types and numbers are
 * those of the SDK 2.0 to 2.3. */
#ifndef IOT_EXPORT_H
#define IOT_EXPORT_H

#include <stdint.h>

#include "iot_export_mqtt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What functions return beside 0 and ids. */
typedef enum {
    SUCCESS_RETURN = 0,
    FAIL_RETURN = -1,
    NULL_VALUE_ERROR = -2,
    ERROR_HTTP_CLOSED = -3,
    ERROR_HTTP = -4,
    ERROR_HTTP_PRTCL = -5,
    ERROR_HTTP_UNRESOLVED_DNS = -6,
    ERROR_HTTP_PARSE = -7,
    ERROR_HTTP_CONN = -8,
    MQTT_NETWORK_ERROR = -14,            /* writing failed: the connection is lost */
    MQTT_PUBLISH_QOS_ERROR = -20,        /* QoS 2 */
    MQTT_PUBLISH_PACKET_ERROR = -21,     /* the packet does not fit into the write buffer */
    MQTT_UNSUBSCRIBE_PACKET_ERROR = -22, /* the same */
    MQTT_SUBSCRIBE_QOS_ERROR = -23,      /* QoS 2 */
    MQTT_SUBSCRIBE_ACK_FAILURE = -24,
    MQTT_SUBSCRIBE_PACKET_ERROR = -26,       /* the packet does not fit into the write buffer */
    MQTT_STATE_ERROR = -27,                  /* not connected */
    MQTT_NETWORK_CONNECT_ERROR = -28,        /* no connection to the host */
    MQTT_CONNECT_PACKET_ERROR = -30,         /* CONNECT does not fit into the write buffer */
    MQTT_CONNECT_ERROR = -33,                /* no CONNACK in time, or the connection ended before it */
    MQTT_CONNACK_NOT_AUTHORIZED_ERROR = -34, /* CONNACK 5 */
    MQTT_CONANCK_NOT_AUTHORIZED_ERROR = MQTT_CONNACK_NOT_AUTHORIZED_ERROR,
    MQTT_CONNACK_BAD_USERDATA_ERROR = -35,                  /* CONNACK 4 */
    MQTT_CONNACK_SERVER_UNAVAILABLE_ERROR = -36,            /* CONNACK 3 */
    MQTT_CONNACK_IDENTIFIER_REJECTED_ERROR = -37,           /* CONNACK 2 */
    MQTT_CONANCK_UNACCEPTABLE_PROTOCOL_VERSION_ERROR = -38, /* CONNACK 1 */
    MQTT_CONNACK_UNKNOWN_ERROR = -39,
    MQTT_TOPIC_FORMAT_ERROR = -41,
    MQTT_PUSH_TO_LIST_ERROR = -42, /* a list is full */
    MQTT_SUB_INFO_NOT_FOUND_ERROR = -43
} iotx_err_t;

/* What the log shows: this level and the more serious ones. */
typedef enum _IOT_LogLevel {
    IOT_LOG_NONE = 0, /* nothing */
    IOT_LOG_EMERG = 0,
    IOT_LOG_CRIT = 1,
    IOT_LOG_ERROR = 2,
    IOT_LOG_WARNING = 3, /* at the start */
    IOT_LOG_INFO = 4,
    IOT_LOG_DEBUG = 5
} IOT_LogLevel;

/* Log lines go to standard error, "ident: level: text"; they never hold secrets. ident (at most 31 bytes are kept, copied) is
 * "iotclient" before; NULL keeps it. The log belongs to the process: set it before there are threads. */
void IOT_OpenLog(const char *ident);
void IOT_SetLogLevel(IOT_LogLevel level);

/* Nothing more is written until IOT_SetLogLevel. */
void IOT_CloseLog(void);

/* One log line at that level with the number of live handles. */
void IOT_DumpMemoryStats(IOT_LogLevel level);

/* What a connection needs. Sizes in bytes without the NUL. */
#define IOTX_HOST_NAME_LEN (128)
#define IOTX_CLIENT_ID_LEN (256)
#define IOTX_USERNAME_LEN  (512)
#define IOTX_PASSWORD_LEN  (256)
typedef struct {
    uint16_t port;
    char host_name[IOTX_HOST_NAME_LEN + 1];
    char client_id[IOTX_CLIENT_ID_LEN + 1];
    char username[IOTX_USERNAME_LEN + 1];
    char password[IOTX_PASSWORD_LEN + 1];
    const char *pub_key; /* root certificates in PEM, or NULL: plain TCP */
} iotx_conn_info_t, *iotx_conn_info_pt;

/* Fills in what a device needs to sign in, by the way that was built in (client/make.settings) and, on a PC, by the environment
 * (docs/client-library.md): IOT_ENDPOINT, IOT_TRANSPORT, IOT_AUTH, IOT_AUTH_ENDPOINT, IOT_CA_FILE. With IOT_AUTH=token it registers
 * first, with the product secret of HAL_SetProductSecret, and device_secret is not looked at. *info_ptr points to the library's
 * one iotx_conn_info_t, which the next call overwrites. 0, or FAIL_RETURN with a log line. */
int IOT_SetupConnInfo(const char *product_key, const char *device_name, const char *device_secret,
                      void **info_ptr);

/* The same for a device that logs in with the token of an earlier registration: client_id (at most IOTX_REGISTERED_LEN bytes) and
 * device_token as IOT_Register gave them. Over TLS only. Nothing renews such a token: when the platform refuses it one day, Construct
 * is NULL, and a handle that reconnects goes on trying with growing waits, each with a log line (CONNACK 4). 0, or FAIL_RETURN with a
 * log line (REG-09). */
int IOT_SetupConnInfoToken(const char *product_key, const char *device_name, const char *client_id,
                           const char *device_token, void **info_ptr);

/* How a device that knows only its product's secret comes by credentials of its own. */
typedef enum {
    IOT_REGISTER_MQTT = 0, /* over MQTT, authType=register: a device secret */
    /* over MQTT, authType=regnwl: a client id and a device token, to be kept together */
    IOT_REGISTER_MQTT_TOKEN = 1,
    IOT_REGISTER_HTTPS = 2 /* over HTTPS, /auth/register/device: a device secret */
} iotx_register_way_t;

/* What registration gives; "" where the way gives another thing. Sizes in bytes without the NUL. */
#define IOTX_REGISTERED_LEN (64)
typedef struct {
    char device_secret[IOTX_REGISTERED_LEN + 1];
    char client_id[IOTX_REGISTERED_LEN + 1];
    char device_token[IOTX_PASSWORD_LEN + 1];
} iotx_registered_t;

/* Registers a device with its product's secret, and waits for the answer: at most 10 s for the connection and 5 s more. MQTT's ways
 * go over TLS (IOT_TRANSPORT tls or wss) to the MQTT endpoint, the third one to the authentication endpoint; both take the roots of
 * IOT_CA_FILE. *registered is the caller's; keep what it says, for the platform registers a device once. 0; or, with a log line,
 * FAIL_RETURN (a wrong argument, no answer), an iotx_err_t (the connection, CONNACK, HTTP), or a code of the
 * platform, above 0 (REG-01..09). */
int IOT_Register(iotx_register_way_t way, const char *product_key, const char *device_name,
                 const char *product_secret, iotx_registered_t *registered);

#ifdef __cplusplus
}
#endif

#endif
