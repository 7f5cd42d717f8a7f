#include "dispatch.h"

#include "broker.h"
#include "connection.h"
#include "session.h"

#include "lib/base/check.h"
#include "lib/protocol/mqtt_encode.h"

/* Subscribes one filter; the code for the SUBACK. */
static uint8_t subscribe(struct connection *c, struct str filter, uint8_t asked)
{
    struct broker *b = c->broker;
    struct session *s = c->session;
    const struct topic_acl acl = connection_acl(c);
    const char *rule = topic_acl_subscribe_fault(&acl, filter);
    if (rule)
        connection_denied(c, "subscribe", rule, filter);
    if (rule || !connection_limits_topic(c, filter))
        return MQTT_SUBACK_FAILURE;
    uint8_t granted = asked;
    if (granted > b->profile.subscribe_qos_max)
        granted = (uint8_t)b->profile.subscribe_qos_max;
    enum router_result result = router_subscribe(b->router, &s->subscriber, filter, granted);
    if (result == ROUTER_ADDED && !limit_allows(b, s->device, LIMIT_SUBSCRIPTIONS, s->subscriber.count)) {
        router_unsubscribe(b->router, &s->subscriber, filter);
        return MQTT_SUBACK_FAILURE;
    }
    if (result == ROUTER_REFUSED) {
        connection_note(c,
                        "a SUBSCRIBE is refused: too many subscriptions, or too many levels in the filter");
        return MQTT_SUBACK_FAILURE;
    }
    return granted;
}

void handle_subscribe(struct connection *c, const struct mqtt_packet *packet)
{
    const struct mqtt_subscribe *list = &packet->u.subscribe;
    struct buf codes;
    buf_init(&codes, list->count);
    struct str filter;
    uint8_t asked;
    bool within = limit_allows(c->broker, c->session->device, LIMIT_FILTERS, (int64_t)list->count);
    for (size_t at = 0; mqtt_filter_next(list, &at, &filter, &asked);) {
        bool excess = !within && codes.len >= (size_t)limit_max(c->broker, LIMIT_FILTERS);
        CHECK(buf_append_byte(&codes, excess ? MQTT_SUBACK_FAILURE : subscribe(c, filter, asked)));
    }
    struct buf *out = &c->broker->scratch;
    buf_clear(out);
    CHECK(mqtt_encode_suback(out, list->packet_id, codes.data, codes.len));
    buf_fini(&codes);
    connection_send_scratch(c);
}
