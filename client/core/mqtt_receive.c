#include "lib/base/log.h"
#include "lib/protocol/mqtt_encode.h"
#include "mqtt_client_inner.h"

static void *id_as_message(uint16_t id)
{
    return (void *)(uintptr_t)id;
}

static void acknowledge(struct mqtt_client *c, uint16_t id)
{
    struct buf packet;
    uint8_t bytes[4];
    buf_borrow(&packet, bytes, sizeof bytes);
    mqtt_encode_ack(&packet, MQTT_PUBACK, id);
    if (c->state == CLIENT_ONLINE)
        client_send(c, packet.data, packet.len);
}

/* To all handlers whose filter matches. The lock is given up for each call, so filters may be added meanwhile; they go by answers only,
 * which nobody else reads. */
static bool give_to_handlers(struct mqtt_client *c, struct str topic, iotx_mqtt_event_msg_t *event)
{
    const struct subscription *at = NULL;
    bool is_taken = false;
    while (!c->is_closing && (at = subscription_match(&c->subscriptions, topic, at))) {
        iotx_mqtt_event_handle_func_fpt handler = at->handler;
        void *context = at->context;
        c->port->ops->unlock(c->port);
        handler(context, c, event);
        c->port->ops->lock(c->port);
        is_taken = true;
    }
    return is_taken;
}

static void on_publish(struct mqtt_client *c, const struct mqtt_publish *publish)
{
    iotx_mqtt_topic_info_t info = {.packet_id = publish->packet_id,
                                   .qos = publish->qos,
                                   .dup = publish->dup,
                                   .retain = publish->retain,
                                   .topic_len = (uint16_t)publish->topic.n,
                                   .payload_len = (uint32_t)publish->payload.n,
                                   .ptopic = publish->topic.p,
                                   .payload = publish->payload.p};
    iotx_mqtt_event_msg_t event = {IOTX_MQTT_EVENT_PUBLISH_RECVEIVED, &info};
    if (!give_to_handlers(c, publish->topic, &event))
        client_tell(c, event.event_type, event.msg);
    if (publish->qos == 1)
        acknowledge(c, publish->packet_id);
}

static void on_suback(struct mqtt_client *c, const struct mqtt_suback *suback)
{
    uint16_t id = suback->packet_id;
    if (!unanswered_remove(&c->unanswered, UNANSWERED_SUBSCRIBE, id))
        return;
    if ((uint8_t)suback->codes.p[0] == MQTT_SUBACK_FAILURE) {
        subscription_refused(&c->subscriptions, id);
        client_tell(c, IOTX_MQTT_EVENT_SUBCRIBE_NACK, id_as_message(id));
    } else {
        subscription_granted(&c->subscriptions, id);
        client_tell(c, IOTX_MQTT_EVENT_SUBCRIBE_SUCCESS, id_as_message(id));
    }
}

static void on_unsuback(struct mqtt_client *c, uint16_t id)
{
    if (!unanswered_remove(&c->unanswered, UNANSWERED_UNSUBSCRIBE, id))
        return;
    subscription_left(&c->subscriptions, id);
    client_tell(c, IOTX_MQTT_EVENT_UNSUBCRIBE_SUCCESS, id_as_message(id));
}

static void on_packet(struct mqtt_client *c, const struct mqtt_packet *packet)
{
    switch (packet->type) {
    case MQTT_PUBLISH:
        on_publish(c, &packet->u.publish);
        break;
    case MQTT_PUBACK:
        if (unanswered_remove(&c->unanswered, UNANSWERED_PUBLISH, packet->u.packet_id))
            client_tell(c, IOTX_MQTT_EVENT_PUBLISH_SUCCESS, id_as_message(packet->u.packet_id));
        break;
    case MQTT_SUBACK:
        on_suback(c, &packet->u.suback);
        break;
    case MQTT_UNSUBACK:
        on_unsuback(c, packet->u.packet_id);
        break;
    case MQTT_PINGRESP:
        ping_answered(&c->ping);
        break;
    case MQTT_PUBREC:
    case MQTT_PUBREL:
    case MQTT_PUBCOMP:
        log_line(LOG_WARNING, "%s from the platform is left alone", mqtt_type_name(packet->type));
        break;
    default: /* what only a device sends, or a second CONNACK (MQTT-4.8.0-1) */
        log_line(LOG_ERROR, "%s from the platform breaks the protocol", mqtt_type_name(packet->type));
        client_lose(c);
    }
}

static void on_skipped(struct mqtt_client *c, const struct packet_skipped *skipped)
{
    static const char text[] = "a message is larger than the read buffer, and was skipped";
    log_line(LOG_WARNING, "%s: %zu bytes", text, skipped->size);
    client_tell(c, IOTX_MQTT_EVENT_BUFFER_OVERFLOW, (void *)(uintptr_t)text);
    if (skipped->packet_id)
        acknowledge(c, skipped->packet_id);
}

void client_receive(struct mqtt_client *c)
{
    while (c->state == CLIENT_ONLINE && !c->is_closing) {
        struct mqtt_packet packet;
        struct mqtt_fault fault;
        switch (packet_reader_next(&c->reader, &packet, &fault)) {
        case PACKET_READY:
            on_packet(c, &packet);
            break;
        case PACKET_SKIPPED:
            on_skipped(c, &c->reader.skipped);
            break;
        case PACKET_MALFORMED:
            log_line(LOG_ERROR, "what the platform sent is no MQTT: %s", fault.reason);
            client_lose(c);
            return;
        case PACKET_NONE:
            return;
        }
    }
}
