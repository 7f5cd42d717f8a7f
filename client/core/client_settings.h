/* What a handle was made with: the parameters of IOT_MQTT_Construct, checked, taken into their ranges and copied. */
#ifndef CLIENT_SETTINGS_H
#define CLIENT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/include/iotclient/iot_export_mqtt.h"
#include "lib/base/buf.h"

/* Ranges, ends included; what is outside is taken to the nearer end with a warning (SDK-09). */
enum {
    SETTINGS_REQUEST_TIMEOUT_MIN_MS = 500,
    SETTINGS_REQUEST_TIMEOUT_MAX_MS = 5000,
    SETTINGS_REQUEST_TIMEOUT_DEFAULT_MS = 2000, /* for 0 */
    SETTINGS_KEEP_ALIVE_MIN_MS = 60000,
    SETTINGS_KEEP_ALIVE_MAX_MS = 300000
};

/* Of each of the two buffers; the platform's largest packet has 256 KiB. */
enum { SETTINGS_BUFFER_MAX_BYTES = 1024 * 1024 };

struct client_settings {
    char *host, *client_id, *username, *password; /* own */
    char *root_pem;                               /* own, or NULL: no TLS */
    uint16_t port;
    bool clean_session;
    int64_t request_timeout_ms, keep_alive_ms;
    void *write_buffer; /* the application's; NULL: a packet takes memory while it is sent */
    void *read_buffer;
    size_t write_bytes, read_bytes;
    bool owns_read_buffer;
    iotx_mqtt_event_handle_t on_event;
};

/* False, with a log line for each field that is wrong, and nothing to free. */
bool client_settings_init(struct client_settings *s, const iotx_mqtt_param_t *param);
void client_settings_fini(struct client_settings *s);

/* Other credentials for the next connection, and another endpoint unless host is NULL: copies, and wipes the old ones. */
void client_settings_renew(struct client_settings *s, const char *username, const char *password,
                           const char *host, uint16_t port);

/* Room for one packet to be sent, at most write_bytes: in the application's buffer, or in memory of its own. _packet_done gives it back,
 * wiped. */
void client_settings_packet(const struct client_settings *s, struct buf *packet);
void client_settings_packet_done(const struct client_settings *s, struct buf *packet);

/* Appends the CONNECT packet. False when it does not fit. */
bool client_settings_connect(const struct client_settings *s, struct buf *out);

#endif
