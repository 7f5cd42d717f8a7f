#include "dispatch.h"

#include "broker.h"
#include "connection.h"
#include "session.h"

#include "lib/base/check.h"
#include "lib/protocol/mqtt_encode.h"

/* Acknowledged whether or not the filters were subscribed [MQTT-3.10.4-5]. */
void handle_unsubscribe(struct connection *c, const struct mqtt_packet *packet)
{
    const struct mqtt_subscribe *list = &packet->u.subscribe;
    struct str filter;
    for (size_t at = 0; mqtt_filter_next(list, &at, &filter, NULL);)
        router_unsubscribe(c->broker->router, &c->session->subscriber, filter);
    struct buf *out = &c->broker->scratch;
    buf_clear(out);
    CHECK(mqtt_encode_ack(out, MQTT_UNSUBACK, list->packet_id));
    connection_send_scratch(c);
}
