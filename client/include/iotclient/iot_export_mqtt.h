/* A device's MQTT connection to the platform: the IOT_MQTT_* functions as the documents describe them ("SDK API介绍" of the document
 * of 2018), with the types, names and numbers of the SDK 2.0 to 2.3. Source written against the headers of any of these compiles
 * unchanged.
 *
 * Threads. One handle may be used by several threads: one calls IOT_MQTT_Yield, the others publish, subscribe and unsubscribe
 * meanwhile. Handlers and events are called from inside IOT_MQTT_Yield only, without a lock held: they may call every function of
 * this file but IOT_MQTT_Yield.
 *
 * Memory. A handle costs about 1.5 KiB and its two buffers (a PC's connection 5 KiB more). Afterwards memory is taken for each filter
 * that is subscribed (its text and 40 bytes, at most IOTX_MQTT_SUBSCRIPTIONS_MAX) and each QoS 1 publication, until it is
 * acknowledged or given up (at most write_buf_size and 40 bytes, at most IOTX_MQTT_OUTSTANDING_MAX of them). */
#ifndef IOT_EXPORT_MQTT_H
#define IOT_EXPORT_MQTT_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Bounds of a handle. */
#define IOTX_MQTT_SUBSCRIPTIONS_MAX (30)  /* filters subscribed at a time */
#define IOTX_MQTT_REQUESTS_MAX      (30)  /* SUBSCRIBE and UNSUBSCRIBE that wait for their answers */
#define IOTX_MQTT_OUTSTANDING_MAX   (20)  /* QoS 1 publications that wait for their PUBACK */
#define IOTX_MQTT_TOPIC_MAX_BYTES   (128) /* a topic or filter */

typedef enum {
    IOTX_MQTT_QOS0 = 0,
    IOTX_MQTT_QOS1,
    IOTX_MQTT_QOS2 /* not served by the platform: refused everywhere */
} iotx_mqtt_qos_t;

/* What an event or a handler is told. SUBCRIBE and RECVEIVED are the SDK's own spelling. */
typedef enum {
    IOTX_MQTT_EVENT_UNDEF = 0,
    IOTX_MQTT_EVENT_DISCONNECT = 1, /* the connection is lost; Yield tries again */
    IOTX_MQTT_EVENT_RECONNECT = 2,  /* it is back; subscriptions are those of the platform's session */

    IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS = 3,
    /* no answer within twice the request timeout; the filter is forgotten */
    IOTX_MQTT_EVENT_SUBCRIBE_TIMEOUT = 4,
    IOTX_MQTT_EVENT_SUBCRIBE_NACK = 5, /* refused (SUBACK 0x80); the filter is forgotten */

    IOTX_MQTT_EVENT_UNSUBCRIBE_SUCCESS = 6,
    IOTX_MQTT_EVENT_UNSUBCRIBE_TIMEOUT = 7, /* no answer within twice the request timeout */
    IOTX_MQTT_EVENT_UNSUBCRIBE_NACK = 8,    /* never: MQTT 3.1.1 has no such answer */

    IOTX_MQTT_EVENT_PUBLISH_SUCCESS = 9,  /* PUBACK has come */
    IOTX_MQTT_EVENT_PUBLISH_TIMEOUT = 10, /* given up after four sendings without PUBACK */
    IOTX_MQTT_EVENT_PUBLISH_NACK = 11,    /* never: MQTT 3.1.1 has no such answer */

    /* a message; to handle_event those that no filter's handler took */
    IOTX_MQTT_EVENT_PUBLISH_RECVEIVED = 12,
    IOTX_MQTT_EVENT_PUBLISH_RECEIVED = IOTX_MQTT_EVENT_PUBLISH_RECVEIVED,

    IOTX_MQTT_EVENT_BUFFER_OVERFLOW =
        13 /* a message larger than the read buffer was skipped (and, at QoS 1, acknowledged) */
} iotx_mqtt_event_type_t;

/* A message. Published: qos, retain, payload and payload_len count, the rest is ignored. Received: everything is set; ptopic and
 * payload point into the read buffer, without a NUL, and are good until the handler returns. */
typedef struct {
    uint16_t packet_id;
    uint8_t qos;
    uint8_t dup;
    uint8_t retain;
    uint16_t topic_len;   /* bytes */
    uint32_t payload_len; /* bytes */
    const char *ptopic;
    const char *payload;
} iotx_mqtt_topic_info_t, *iotx_mqtt_topic_info_pt;

/* msg depends on event_type: a text for people (0 to 2 and 13), the request's id cast to a pointer (3 to 11:
 * (uintptr_t)msg->msg), an iotx_mqtt_topic_info_pt (12). Good until the callback returns. */
typedef struct {
    iotx_mqtt_event_type_t event_type;
    void *msg;
} iotx_mqtt_event_msg_t, *iotx_mqtt_event_msg_pt;

/* A callback: the context given with it, the handle, and what there is to tell. */
typedef void (*iotx_mqtt_event_handle_func_fpt)(void *pcontext, void *pclient, iotx_mqtt_event_msg_pt msg);

typedef struct {
    iotx_mqtt_event_handle_func_fpt h_fp; /* NULL: events are not told */
    void *pcontext;
} iotx_mqtt_event_handle_t, *iotx_mqtt_event_handle_pt;

/* What a handle is made of. Texts are copied; buffers that are given stay the caller's and must live as long as the handle. */
typedef struct {
    uint16_t port;         /* 1 to 65535 */
    const char *host;      /* a name or an address */
    const char *client_id; /* with its extension, as the documents form it */
    const char *username;
    const char *password;
    const char *pub_key; /* root certificates in PEM: TLS, which verifies chain and host; NULL: plain TCP */
    /* 1: the platform forgets the session; the library never subscribes again by itself */
    uint8_t clean_session;
    uint32_t request_timeout_ms;    /* 500 to 5000, else taken to the nearer end with a warning; 0: 2000 */
    uint32_t keepalive_interval_ms; /* 60000 to 300000, else taken to the nearer end with a warning */
    char *pwrite_buf;               /* NULL: a packet takes memory of its own while it is sent (SDK 2.3) */
    uint32_t write_buf_size;        /* bytes; holds every packet sent, CONNECT too */
    char *pread_buf;                /* NULL: the library allocates it (SDK 2.3) */
    uint32_t read_buf_size;         /* bytes, at least 32; the largest packet that can be received */
    iotx_mqtt_event_handle_t handle_event;
} iotx_mqtt_param_t, *iotx_mqtt_param_pt;

/* Connects and signs in. It waits at most 10 s for the connection and request_timeout_ms for the CONNACK. The handle, to be given
 * back with IOT_MQTT_Destroy; NULL when a parameter is wrong, the connection fails or the platform refuses: a log line names the
 * field or the reason (SDK-01, SDK-09). pInitParams is the caller's and may go away afterwards. */
void *IOT_MQTT_Construct(iotx_mqtt_param_t *pInitParams);

/* Signs off (DISCONNECT), closes the connection and frees the handle; sets *phandle to NULL. Waits until a Yield of another thread
 * has ended; from inside a handler the handle goes on until that handler's Yield returns, and must not be used any more. 0, or
 * NULL_VALUE_ERROR when phandle or *phandle is NULL, which makes a second call harmless (SDK-06). */
int IOT_MQTT_Destroy(void **phandle);

/* Receives, calls handlers, sends heartbeats, sends QoS 1 publications again, times requests out and reconnects, for timeout_ms
 * milliseconds (0 and less: for what is there now). A reconnection may take longer, by at most 10 s and request_timeout_ms. While
 * another thread is in Yield a second one waits and does nothing. 0; NULL_VALUE_ERROR without a handle; FAIL_RETURN from inside a
 * handler (SDK-05, SDK-12). */
int IOT_MQTT_Yield(void *handle, int timeout_ms);

/* 1 when connected and signed in, else 0; at once, whatever other threads wait for. A dead connection is found out only by Yield
 * (SDK-07). */
int IOT_MQTT_CheckStateNormal(void *handle);

/* Subscribes a filter at QoS 0 or 1. topic_handle_func is called with event type 12 for each message on it, from now on. A filter
 * that is subscribed already gets the new handler. The filter is copied. The request's id (1 to 65535), which comes back with event
 * 3, 4 or 5; or an error (SDK-02): NULL_VALUE_ERROR, MQTT_TOPIC_FORMAT_ERROR, MQTT_SUBSCRIBE_QOS_ERROR, MQTT_STATE_ERROR,
 * MQTT_PUSH_TO_LIST_ERROR (no slot), MQTT_SUBSCRIBE_PACKET_ERROR (write buffer too small), MQTT_NETWORK_ERROR. */
int IOT_MQTT_Subscribe(void *handle, const char *topic_filter, iotx_mqtt_qos_t qos,
                       iotx_mqtt_event_handle_func_fpt topic_handle_func, void *pcontext);

/* Unsubscribes a filter, also one that was never subscribed here. Its handler is called until the answer has come. The request's id,
 * which comes back with event 6 or 7; or an error as for IOT_MQTT_Subscribe, MQTT_UNSUBSCRIBE_PACKET_ERROR among them (SDK-04). */
int IOT_MQTT_Unsubscribe(void *handle, const char *topic_filter);

/* Publishes at QoS 0 or 1. At QoS 1 the message is kept and sent again (DUP) each time twice the request timeout has passed without
 * a PUBACK, and after a reconnection. 0 for QoS 0; the request's id (1 to 65535) for QoS 1, which comes back with event 9 or 10; or
 * an error (SDK-03): NULL_VALUE_ERROR, MQTT_TOPIC_FORMAT_ERROR (a wildcard, too), MQTT_PUBLISH_QOS_ERROR (QoS 2),
 * MQTT_STATE_ERROR (not connected), MQTT_PUSH_TO_LIST_ERROR (20 wait already), MQTT_PUBLISH_PACKET_ERROR (write buffer too small),
 * MQTT_NETWORK_ERROR. After an error nothing is kept. */
int IOT_MQTT_Publish(void *handle, const char *topic_name, iotx_mqtt_topic_info_pt topic_msg);

#ifdef __cplusplus
}
#endif

#endif
