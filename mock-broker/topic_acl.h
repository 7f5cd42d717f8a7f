/* Which topics a device may use: its own, which carry its productKey and deviceName (finer rules come with the topic classes). */
#ifndef BROKER_TOPIC_ACL_H
#define BROKER_TOPIC_ACL_H

#include <stdbool.h>

#include "lib/base/str.h"

/* True when productKey and deviceName are two consecutive levels of the topic: /pk/dn/…, /sys/pk/dn/…, /shadow/update/pk/dn.
 * Topics that begin with '$' belong to servers and are nobody's. */
bool topic_acl_may_publish(struct str product_key, struct str device_name, struct str topic);

/* The same for a filter, where no wildcard may stand before or in the place of the two; and the product's broadcasts:
 * /broadcast/pk/…. */
bool topic_acl_may_subscribe(struct str product_key, struct str device_name, struct str filter);

#endif
