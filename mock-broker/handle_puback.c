#include "dispatch.h"

#include "broker.h"
#include "connection.h"
#include "session.h"

void handle_puback(struct connection *c, const struct mqtt_packet *packet)
{
    struct inflight_limits limits = broker_limits(c->broker);
    if (!session_acknowledge(c->session, packet->u.packet_id, &limits))
        connection_note(c, "a PUBACK for a message that is not in flight is ignored");
}
