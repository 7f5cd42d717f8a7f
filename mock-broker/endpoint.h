/* The names under which devices reach the platform (NET-12): productKey.iot-as-mqtt.region.aliyuncs.com. Pure. */
#ifndef BROKER_ENDPOINT_H
#define BROKER_ENDPOINT_H

#include <stdbool.h>

#include "lib/base/str.h"

/* What real devices have room for, and a NUL. */
enum { ENDPOINT_HOST_SIZE = 65 };

/* True when host is the endpoint of another product than this; a name that belongs to no product never is. */
bool endpoint_is_of_other_product(struct str host, struct str product_key);

/* The host that an authenticated device is sent to. One that came by a name of the platform (its Host header begins with
 * "iot-auth") is sent to its product's; any other goes on to where it has reached us, so that no mock sends a device away.
 * The header may be empty or nonsense. */
void endpoint_host_for(struct str host_header, struct str region, struct str product_key,
                       char out[ENDPOINT_HOST_SIZE]);

#endif
