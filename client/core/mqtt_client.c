#include "mqtt_client.h"

#include <stdlib.h>
#include <string.h>

#include "client/include/iotclient/iot_export.h"
#include "lib/base/log.h"
#include "lib/base/mem.h"
#include "lib/protocol/mqtt_encode.h"
#include "mqtt_client_inner.h"
#include "topic_check.h"

static void free_renewal(const struct mqtt_client_renewal *renewal)
{
    if (renewal->free)
        renewal->free(renewal->ctx);
}

static struct mqtt_client *connect(struct mqtt_client *c, int *error)
{
    c->port->ops->lock(c->port);
    *error = client_dial(c);
    c->port->ops->unlock(c->port);
    if (*error == 0)
        return c;
    client_free(c);
    return NULL;
}

struct mqtt_client *mqtt_client_new(const iotx_mqtt_param_t *param, struct port *port,
                                    const struct mqtt_client_renewal *renewal, int *error)
{
    static const struct mqtt_client_renewal no_renewal;
    struct client_settings settings;
    int ignored;
    error = error ? error : &ignored;
    renewal = renewal ? renewal : &no_renewal;
    if (!client_settings_init(&settings, param)) {
        *error = FAIL_RETURN;
        free_renewal(renewal);
        port->ops->free(port);
        return NULL;
    }
    struct mqtt_client *c = mem_zalloc(1, sizeof *c);
    c->port = port;
    c->settings = settings;
    c->renewal = *renewal;
    unanswered_init(&c->unanswered);
    subscription_init(&c->subscriptions);
    packet_reader_init(&c->reader, settings.read_buffer, settings.read_bytes);
    return connect(c, error);
}

void client_free(struct mqtt_client *c)
{
    if (c->state == CLIENT_ONLINE) {
        struct buf packet;
        uint8_t bytes[2];
        buf_borrow(&packet, bytes, sizeof bytes);
        mqtt_encode_empty(&packet, MQTT_DISCONNECT);
        c->port->ops->write(c->port, bytes, packet.len, c->settings.request_timeout_ms);
    }
    c->port->ops->close(c->port);
    c->port->ops->free(c->port);
    free_renewal(&c->renewal);
    unanswered_fini(&c->unanswered);
    subscription_fini(&c->subscriptions);
    client_settings_fini(&c->settings);
    free(c);
}

bool client_enter(struct mqtt_client *c)
{
    c->port->ops->lock(c->port);
    if (c->is_closing) {
        c->port->ops->unlock(c->port);
        return false;
    }
    c->users++;
    return true;
}

void client_leave(struct mqtt_client *c)
{
    bool is_last = --c->users == 0 && c->is_closing;
    bool frees = is_last && c->last_user_frees;
    if (is_last && !frees)
        c->port->ops->wake(c->port);
    c->port->ops->unlock(c->port);
    if (frees)
        client_free(c);
}

void mqtt_client_destroy(struct mqtt_client *c)
{
    struct port *port = c->port;
    port->ops->lock(port);
    c->is_closing = true;
    c->last_user_frees = c->yielder == port->ops->thread(port);
    bool frees = !c->last_user_frees;
    port->ops->wake(port);
    while (frees && c->users > 0)
        port->ops->wait(port, DIAL_TIMEOUT_MS);
    port->ops->unlock(port);
    if (frees)
        client_free(c);
}

/* Without the lock, which a thread holds while the platform does not take its bytes. */
bool mqtt_client_is_online(struct mqtt_client *c)
{
    return !c->is_closing && c->state == CLIENT_ONLINE;
}

void client_lose(struct mqtt_client *c)
{
    if (c->state != CLIENT_ONLINE)
        return;
    c->state = CLIENT_LOST;
    client_due(c, 0);
}

bool client_send(struct mqtt_client *c, const void *bytes, size_t n)
{
    if (c->port->ops->write(c->port, bytes, n, c->settings.request_timeout_ms) == 0)
        return true;
    client_lose(c);
    return false;
}

void client_due(struct mqtt_client *c, int64_t due_ms)
{
    if (due_ms < c->asleep_until_ms)
        c->port->ops->wake(c->port);
}

void client_tell(struct mqtt_client *c, iotx_mqtt_event_type_t type, void *msg)
{
    iotx_mqtt_event_handle_t to = c->settings.on_event;
    iotx_mqtt_event_msg_t event = {.event_type = type, .msg = msg};
    if (!to.h_fp || c->is_closing)
        return;
    c->port->ops->unlock(c->port);
    to.h_fp(to.pcontext, c, &event);
    c->port->ops->lock(c->port);
}

/* An id that no request of ours is using. There are fewer of them than ids. */
static uint16_t new_id(struct mqtt_client *c)
{
    do {
        if (++c->last_id == 0)
            c->last_id = 1;
    } while (unanswered_has(&c->unanswered, c->last_id));
    return c->last_id;
}

/* Sends a SUBSCRIBE or UNSUBSCRIBE of one filter, which is in packet, and waits for its answer from now on. */
static int request(struct mqtt_client *c, enum unanswered_kind kind, uint16_t id, const struct buf *packet)
{
    if (!client_send(c, packet->data, packet->len))
        return MQTT_NETWORK_ERROR;
    int64_t due_ms = client_now_ms(c) + client_patience_ms(c);
    unanswered_add(&c->unanswered, kind, id, NULL, 0, due_ms);
    client_due(c, due_ms);
    return id;
}

static int subscribe(struct mqtt_client *c, const char *filter, uint8_t qos,
                     iotx_mqtt_event_handle_func_fpt handler, void *context)
{
    if (c->state != CLIENT_ONLINE)
        return MQTT_STATE_ERROR;
    if (!subscription_fits(&c->subscriptions, filter) ||
        unanswered_is_full(&c->unanswered, UNANSWERED_SUBSCRIBE))
        return MQTT_PUSH_TO_LIST_ERROR;
    struct buf packet;
    struct mqtt_filter one = {str_of(filter), qos};
    uint16_t id = new_id(c);
    client_settings_packet(&c->settings, &packet);
    int result = MQTT_SUBSCRIBE_PACKET_ERROR;
    if (mqtt_encode_subscribe(&packet, id, &one, 1))
        result = request(c, UNANSWERED_SUBSCRIBE, id, &packet);
    client_settings_packet_done(&c->settings, &packet);
    if (result > 0)
        subscription_set(&c->subscriptions, filter, id, handler, context);
    return result;
}

int mqtt_client_subscribe(struct mqtt_client *c, const char *filter, iotx_mqtt_qos_t qos,
                          iotx_mqtt_event_handle_func_fpt handler, void *context)
{
    if (!filter || !handler)
        return NULL_VALUE_ERROR;
    if (!topic_check_filter(filter))
        return MQTT_TOPIC_FORMAT_ERROR;
    if (qos != IOTX_MQTT_QOS0 && qos != IOTX_MQTT_QOS1)
        return MQTT_SUBSCRIBE_QOS_ERROR;
    if (!client_enter(c))
        return MQTT_STATE_ERROR;
    int result = subscribe(c, filter, (uint8_t)qos, handler, context);
    client_leave(c);
    return result;
}

static int unsubscribe(struct mqtt_client *c, const char *filter)
{
    if (c->state != CLIENT_ONLINE)
        return MQTT_STATE_ERROR;
    if (unanswered_is_full(&c->unanswered, UNANSWERED_UNSUBSCRIBE))
        return MQTT_PUSH_TO_LIST_ERROR;
    struct buf packet;
    struct mqtt_filter one = {str_of(filter), 0};
    uint16_t id = new_id(c);
    client_settings_packet(&c->settings, &packet);
    int result = MQTT_UNSUBSCRIBE_PACKET_ERROR;
    if (mqtt_encode_unsubscribe(&packet, id, &one, 1))
        result = request(c, UNANSWERED_UNSUBSCRIBE, id, &packet);
    client_settings_packet_done(&c->settings, &packet);
    if (result > 0)
        subscription_leave(&c->subscriptions, filter, id);
    return result;
}

int mqtt_client_unsubscribe(struct mqtt_client *c, const char *filter)
{
    if (!filter)
        return NULL_VALUE_ERROR;
    if (!topic_check_filter(filter))
        return MQTT_TOPIC_FORMAT_ERROR;
    if (!client_enter(c))
        return MQTT_STATE_ERROR;
    int result = unsubscribe(c, filter);
    client_leave(c);
    return result;
}

/* Sends a PUBLISH, which is in packet, and keeps it when it wants an answer. */
static int send_publish(struct mqtt_client *c, uint16_t id, const struct buf *packet)
{
    if (!client_send(c, packet->data, packet->len))
        return MQTT_NETWORK_ERROR;
    if (id == 0)
        return 0;
    int64_t due_ms = client_now_ms(c) + client_patience_ms(c);
    unanswered_add(&c->unanswered, UNANSWERED_PUBLISH, id, packet->data, packet->len, due_ms);
    client_due(c, due_ms);
    return id;
}

static int publish(struct mqtt_client *c, const char *topic, const iotx_mqtt_topic_info_t *message)
{
    if (c->state != CLIENT_ONLINE)
        return MQTT_STATE_ERROR;
    bool is_kept = message->qos == IOTX_MQTT_QOS1;
    if (is_kept && unanswered_is_full(&c->unanswered, UNANSWERED_PUBLISH))
        return MQTT_PUSH_TO_LIST_ERROR;
    struct mqtt_publish p = {.qos = message->qos,
                             .retain = message->retain != 0,
                             .packet_id = is_kept ? new_id(c) : 0,
                             .topic = str_of(topic),
                             .payload = {message->payload, message->payload_len}};
    struct buf packet;
    int result = MQTT_PUBLISH_PACKET_ERROR;
    client_settings_packet(&c->settings, &packet);
    if (message->payload_len <= c->settings.write_bytes && mqtt_encode_publish(&packet, &p))
        result = send_publish(c, p.packet_id, &packet);
    client_settings_packet_done(&c->settings, &packet);
    return result;
}

int mqtt_client_publish(struct mqtt_client *c, const char *topic, const iotx_mqtt_topic_info_t *message)
{
    if (!topic || !message || (!message->payload && message->payload_len > 0))
        return NULL_VALUE_ERROR;
    if (!topic_check_name(topic))
        return MQTT_TOPIC_FORMAT_ERROR;
    if (message->qos != IOTX_MQTT_QOS0 && message->qos != IOTX_MQTT_QOS1)
        return MQTT_PUBLISH_QOS_ERROR;
    if (!client_enter(c))
        return MQTT_STATE_ERROR;
    int result = publish(c, topic, message);
    client_leave(c);
    return result;
}
