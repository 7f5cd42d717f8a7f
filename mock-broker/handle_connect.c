#include "dispatch.h"

#include "sign_in.h"

void handle_connect(struct connection *c, const struct mqtt_packet *packet)
{
    sign_in(c, &packet->u.connect);
}
