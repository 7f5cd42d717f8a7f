#include "dispatch.h"

#include "connection.h"

void handle_disconnect(struct connection *c, const struct mqtt_packet *packet)
{
    (void)packet;
    connection_close(c, OFFLINE_DISCONNECT, (struct str){0});
}
