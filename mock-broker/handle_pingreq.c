#include "dispatch.h"

#include "broker.h"
#include "connection.h"

#include "lib/base/check.h"
#include "lib/protocol/mqtt_encode.h"

void handle_pingreq(struct connection *c, const struct mqtt_packet *packet)
{
    (void)packet;
    struct buf *out = &c->broker->scratch;
    buf_clear(out);
    CHECK(mqtt_encode_empty(out, MQTT_PINGRESP));
    connection_send_scratch(c);
}
