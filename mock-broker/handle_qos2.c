/* PUBREC, PUBREL and PUBCOMP: no QoS 2 message is ever under way, so they belong to nothing. They are tolerated, because older
 * profiles count every packet as a sign of life. */
#include "dispatch.h"

#include "broker.h"
#include "connection.h"

#include "lib/base/check.h"
#include "lib/protocol/mqtt_encode.h"

void handle_pubrec(struct connection *c, const struct mqtt_packet *packet)
{
    (void)packet;
    connection_note(c, "a PUBREC is ignored: no QoS 2 message is under way");
}

/* Answered, since a sender that has lost track repeats PUBREL until it is (MQTT 3.1.1, section 4.3.3). */
void handle_pubrel(struct connection *c, const struct mqtt_packet *packet)
{
    struct buf *out = &c->broker->scratch;
    buf_clear(out);
    CHECK(mqtt_encode_ack(out, MQTT_PUBCOMP, packet->u.packet_id));
    connection_send_scratch(c);
    connection_note(c, "a PUBREL without a QoS 2 message is answered and ignored");
}

void handle_pubcomp(struct connection *c, const struct mqtt_packet *packet)
{
    (void)packet;
    connection_note(c, "a PUBCOMP is ignored: no QoS 2 message is under way");
}
