#include <string.h>

#include "client/include/iotclient/iot_export.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "mqtt_client_inner.h"

/* In the order of CONNACK's return codes. */
static const struct {
    int error;
    const char *means;
} refusals[] = {{MQTT_CONNACK_UNKNOWN_ERROR, "?"},
                {MQTT_CONANCK_UNACCEPTABLE_PROTOCOL_VERSION_ERROR, "the protocol version is not served"},
                {MQTT_CONNACK_IDENTIFIER_REJECTED_ERROR,
                 "the client id is malformed, or the keep-alive is out of the platform's range"},
                {MQTT_CONNACK_SERVER_UNAVAILABLE_ERROR, "the platform is not available, or the token is bad"},
                {MQTT_CONNACK_BAD_USERDATA_ERROR, "the user name or the password is wrong"},
                {MQTT_CONNACK_NOT_AUTHORIZED_ERROR, "the device is not authorized"}};

static int connect_port(struct mqtt_client *c)
{
    struct port_target target = {c->settings.host, c->settings.port, c->settings.root_pem};
    if (c->port->ops->connect(c->port, &target, DIAL_TIMEOUT_MS) == 0)
        return 0;
    return MQTT_NETWORK_CONNECT_ERROR;
}

/* The write buffer is this thread's: nobody publishes while the state is CLIENT_DIALLING. */
static int send_connect(struct mqtt_client *c)
{
    struct buf packet;
    int error = 0;
    client_settings_packet(&c->settings, &packet);
    if (!client_settings_connect(&c->settings, &packet)) {
        log_line(LOG_ERROR, "the CONNECT packet does not fit into write_buf_size, which is %zu",
                 c->settings.write_bytes);
        error = MQTT_CONNECT_PACKET_ERROR;
    } else if (c->port->ops->write(c->port, packet.data, packet.len, c->settings.request_timeout_ms) != 0) {
        log_line(LOG_ERROR, "the CONNECT could not be sent");
        error = MQTT_CONNECT_ERROR;
    }
    client_settings_packet_done(&c->settings, &packet);
    return error;
}

static int judge(struct mqtt_client *c, const struct mqtt_connack *connack)
{
    if (connack->return_code != MQTT_ACCEPTED) {
        log_line(LOG_ERROR, "the platform refuses: CONNACK %d, %s", connack->return_code,
                 refusals[connack->return_code].means);
        return refusals[connack->return_code].error;
    }
    if (!connack->session_present && !subscription_is_none(&c->subscriptions))
        log_line(LOG_WARNING, "the platform has no session of this device any more: nothing is subscribed");
    return 0;
}

/* Waits for more bytes. False, with a log line, when none came in time or the connection ended. */
static bool read_more(struct mqtt_client *c, int64_t until_ms)
{
    size_t n;
    void *room = packet_reader_room(&c->reader, &n);
    while (client_now_ms(c) < until_ms) {
        int got = c->port->ops->read(c->port, room, n, until_ms - client_now_ms(c));
        if (got > 0)
            packet_reader_came(&c->reader, (size_t)got);
        if (got > 0)
            return true;
        if (got < 0) {
            log_line(LOG_ERROR, "the connection ended before the CONNACK came");
            return false;
        }
    }
    log_line(LOG_ERROR, "no CONNACK within %lld ms", (long long)c->settings.request_timeout_ms);
    return false;
}

static int await_connack(struct mqtt_client *c)
{
    int64_t until_ms = client_now_ms(c) + c->settings.request_timeout_ms;
    int others = 0;
    while (others <= DIAL_PACKETS_MAX) {
        struct mqtt_packet packet;
        struct mqtt_fault fault;
        enum packet_result result = packet_reader_next(&c->reader, &packet, &fault);
        if (result == PACKET_READY && packet.type == MQTT_CONNACK)
            return judge(c, &packet.u.connack);
        if (result == PACKET_MALFORMED) {
            log_line(LOG_ERROR, "what came instead of a CONNACK is no MQTT: %s", fault.reason);
            return MQTT_CONNECT_ERROR;
        }
        if (result == PACKET_NONE && !read_more(c, until_ms))
            return MQTT_CONNECT_ERROR;
        others += result != PACKET_NONE;
    }
    log_line(LOG_ERROR, "%d packets came, and no CONNACK", others);
    return MQTT_CONNECT_ERROR;
}

static int dial(struct mqtt_client *c)
{
    bool is_renewed = c->is_renewed_next && c->renewal.renew;
    c->is_renewed_next = true;
    if (is_renewed && !c->renewal.renew(c->renewal.ctx, &c->settings))
        return MQTT_CONNECT_ERROR;
    int error = connect_port(c);
    if (error)
        return error;
    packet_reader_reset(&c->reader);
    error = send_connect(c);
    if (!error)
        error = await_connack(c);
    if (error)
        c->port->ops->close(c->port);
    return error;
}

int client_dial(struct mqtt_client *c)
{
    c->state = CLIENT_DIALLING;
    c->port->ops->unlock(c->port);
    int error = dial(c);
    c->port->ops->lock(c->port);
    c->state = error ? CLIENT_OFFLINE : CLIENT_ONLINE;
    if (!error) {
        backoff_reset(&c->backoff);
        ping_start(&c->ping, c->settings.keep_alive_ms, c->settings.request_timeout_ms, client_now_ms(c));
        log_line(LOG_INFO, "online at %s:%u", c->settings.host, c->settings.port);
    }
    return error;
}
