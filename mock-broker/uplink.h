/* A device's publication on a topic of the platform's: the platform answers, and nobody else hears it. */
#ifndef BROKER_UPLINK_H
#define BROKER_UPLINK_H

#include <stdbool.h>

#include "lib/protocol/mqtt_packet.h"

struct connection;

/* False when the publication is none for the platform: then it goes to those who have subscribed its topic. A message that is
 * no good JSON of its kind is journaled (alink-error), a device's answer to an RRPC too (rrpc). */
bool uplink_take(struct connection *c, const struct mqtt_publish *publish);

#endif
