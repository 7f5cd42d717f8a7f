#include "dispatch.h"

#include "broker.h"
#include "connection.h"
#include "session.h"
#include "topic_acl.h"

#include "lib/base/check.h"
#include "lib/protocol/mqtt_encode.h"

static void deny(const struct connection *c, struct str filter)
{
    const struct device *device = c->session->device;
    struct journal_event event = {.kind = JOURNAL_DENIED};
    event.u.denied.action = "subscribe";
    event.u.denied.topic = filter;
    event.u.denied.product_key = str_of(device->product->key);
    event.u.denied.device_name = str_of(device->name);
    journal_append(c->broker->journal, &event);
}

/* Subscribes one filter; the code for the SUBACK. */
static uint8_t subscribe(struct connection *c, struct str filter, uint8_t asked)
{
    struct broker *b = c->broker;
    const struct device *device = c->session->device;
    if (!topic_acl_may_subscribe(str_of(device->product->key), str_of(device->name), filter)) {
        deny(c, filter);
        return MQTT_SUBACK_FAILURE;
    }
    uint8_t granted = asked;
    if (granted > b->profile.subscribe_qos_max)
        granted = (uint8_t)b->profile.subscribe_qos_max;
    if (router_subscribe(b->router, &c->session->subscriber, filter, granted) == ROUTER_REFUSED) {
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
    for (size_t at = 0; mqtt_filter_next(list, &at, &filter, &asked);)
        CHECK(buf_append_byte(&codes, subscribe(c, filter, asked)));
    struct buf *out = &c->broker->scratch;
    buf_clear(out);
    CHECK(mqtt_encode_suback(out, list->packet_id, codes.data, codes.len));
    buf_fini(&codes);
    connection_send_scratch(c);
}
