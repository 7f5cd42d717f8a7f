#include "client_settings.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_encode.h"
#include "packet_reader.h"
#include "parameter.h"

#define WHO "IOT_MQTT_Construct"

static bool is_text(const char *name, const char *text)
{
    return parameter_is_text(WHO, name, text, UINT16_MAX /* MQTT's own */);
}

/* All of them are looked at, so that one run shows every mistake. */
static bool check(const iotx_mqtt_param_t *param)
{
    bool is_good = true;
    if (param->port == 0) {
        log_line(LOG_ERROR, WHO ": port is 0");
        is_good = false;
    }
    is_good &= is_text("host", param->host);
    is_good &= is_text("client_id", param->client_id);
    is_good &= is_text("username", param->username);
    is_good &= is_text("password", param->password);
    if (param->write_buf_size == 0 || param->write_buf_size > SETTINGS_BUFFER_MAX_BYTES) {
        log_line(LOG_ERROR, WHO ": write_buf_size is %u; 1 to %d bytes are possible",
                 (unsigned)param->write_buf_size, SETTINGS_BUFFER_MAX_BYTES);
        is_good = false;
    }
    if (param->read_buf_size < PACKET_READER_MIN_BYTES || param->read_buf_size > SETTINGS_BUFFER_MAX_BYTES) {
        log_line(LOG_ERROR, WHO ": read_buf_size is %u; %d to %d bytes are possible",
                 (unsigned)param->read_buf_size, PACKET_READER_MIN_BYTES, SETTINGS_BUFFER_MAX_BYTES);
        is_good = false;
    }
    return is_good;
}

static int64_t into_range(const char *name, int64_t value_ms, int64_t min_ms, int64_t max_ms)
{
    int64_t taken_ms = value_ms < min_ms ? min_ms : value_ms > max_ms ? max_ms : value_ms;
    if (taken_ms != value_ms)
        log_line(LOG_WARNING, WHO ": %s is %lld ms, outside of %lld to %lld; %lld ms is taken", name,
                 (long long)value_ms, (long long)min_ms, (long long)max_ms, (long long)taken_ms);
    return taken_ms;
}

static void take(struct client_settings *s, const iotx_mqtt_param_t *param)
{
    int64_t timeout_ms = param->request_timeout_ms;
    *s = (struct client_settings){.host = mem_strdup(param->host),
                                  .client_id = mem_strdup(param->client_id),
                                  .username = mem_strdup(param->username),
                                  .password = mem_strdup(param->password),
                                  .root_pem = mem_strdup(param->pub_key),
                                  .port = param->port,
                                  .clean_session = param->clean_session != 0,
                                  .write_bytes = param->write_buf_size,
                                  .read_bytes = param->read_buf_size,
                                  .on_event = param->handle_event};
    s->request_timeout_ms =
        into_range("request_timeout_ms", timeout_ms ? timeout_ms : SETTINGS_REQUEST_TIMEOUT_DEFAULT_MS,
                   SETTINGS_REQUEST_TIMEOUT_MIN_MS, SETTINGS_REQUEST_TIMEOUT_MAX_MS);
    s->keep_alive_ms = into_range("keepalive_interval_ms", param->keepalive_interval_ms,
                                  SETTINGS_KEEP_ALIVE_MIN_MS, SETTINGS_KEEP_ALIVE_MAX_MS);
    s->write_buffer = param->pwrite_buf;
    s->owns_read_buffer = !param->pread_buf;
    s->read_buffer = param->pread_buf ? param->pread_buf : mem_alloc(param->read_buf_size);
}

static bool connect_fits(const struct client_settings *s)
{
    struct buf packet;
    client_settings_packet(s, &packet);
    bool fits = client_settings_connect(s, &packet);
    client_settings_packet_done(s, &packet);
    return fits;
}

bool client_settings_init(struct client_settings *s, const iotx_mqtt_param_t *param)
{
    if (!param) {
        log_line(LOG_ERROR, WHO ": pInitParams is NULL");
        return false;
    }
    if (!check(param))
        return false;
    take(s, param);
    if (connect_fits(s))
        return true;
    log_line(LOG_ERROR, WHO ": write_buf_size is %u; the CONNECT packet is larger",
             (unsigned)param->write_buf_size);
    client_settings_fini(s);
    return false;
}

static void free_secret(char *text)
{
    if (text)
        mem_wipe(text, strlen(text));
    free(text);
}

void client_settings_fini(struct client_settings *s)
{
    free(s->host);
    free(s->client_id);
    free(s->username);
    free_secret(s->password);
    free(s->root_pem);
    if (s->owns_read_buffer)
        free(s->read_buffer);
}

void client_settings_renew(struct client_settings *s, const char *username, const char *password,
                           const char *host, uint16_t port)
{
    free(s->username);
    free_secret(s->password);
    s->username = mem_strdup(username);
    s->password = mem_strdup(password);
    if (!host)
        return;
    free(s->host);
    s->host = mem_strdup(host);
    s->port = port;
}

void client_settings_packet(const struct client_settings *s, struct buf *packet)
{
    if (s->write_buffer)
        buf_borrow(packet, s->write_buffer, s->write_bytes);
    else
        buf_init(packet, s->write_bytes);
}

void client_settings_packet_done(const struct client_settings *s, struct buf *packet)
{
    if (packet->len > 0)
        mem_wipe(packet->data, packet->len);
    if (!s->write_buffer)
        buf_fini(packet);
}

bool client_settings_connect(const struct client_settings *s, struct buf *out)
{
    struct mqtt_connect connect = {.protocol_name = STR("MQTT"),
                                   .level = MQTT_LEVEL_3_1_1,
                                   .clean_session = s->clean_session,
                                   .has_username = true,
                                   .has_password = true,
                                   .keep_alive_s = (uint16_t)(s->keep_alive_ms / 1000),
                                   .client_id = str_of(s->client_id),
                                   .username = str_of(s->username),
                                   .password = str_of(s->password)};
    return mqtt_encode_connect(out, &connect);
}
