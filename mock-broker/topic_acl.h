/* Which topics a device may use. By "own": those that carry its productKey and deviceName. By "classes": the platform's own
 * topics in their direction, and the custom topics below /productKey/deviceName/ as its product's classes say; a product without
 * classes allows them all both ways, as the SDKs' samples need (device-facts 2.6). */
#ifndef BROKER_TOPIC_ACL_H
#define BROKER_TOPIC_ACL_H

#include <stdbool.h>

#include "lib/base/str.h"
#include "topic_pattern.h"

struct topic_classes;

/* Who asks; all borrowed. */
struct topic_acl {
    struct topic_names names;
    const struct topic_classes *custom; /* NULL: the product defines none */
    unsigned ext;                       /* bits of enum system_ext that the device signed in with */
    bool classes;                       /* topic.permissions */
};

/* NULL when the device may, else the rule that speaks against it: "not-own-topic" (it carries other names, or is none that the
 * platform has), "no-class" (the product has no such class), "no-permission" (its class goes the other way only, or the filter
 * matches topics that may not be subscribed), "ext" (the device did not sign in with the bit of ext that it needs). */
const char *topic_acl_publish_fault(const struct topic_acl *who, struct str topic);
const char *topic_acl_subscribe_fault(const struct topic_acl *who, struct str filter);

/* True when productKey and deviceName are two consecutive levels of the topic or filter, with no wildcard before: /pk/dn/…,
 * /sys/pk/dn/…, /shadow/update/pk/dn. Topics that begin with '$' belong to servers and are nobody's. */
bool topic_acl_is_own(const struct topic_names *names, struct str topic);

#endif
