/* A message of the platform's to one device. */
#ifndef BROKER_DOWNLINK_H
#define BROKER_DOWNLINK_H

#include <stdint.h>

#include "lib/base/str.h"

struct broker;
struct device;

enum downlink {
    DOWNLINK_SENT,
    DOWNLINK_QUEUED,   /* QoS 1, for a device that is away or has too many unacknowledged */
    DOWNLINK_LOST,     /* the queue is full, or limits.downlink_per_s is enforced */
    DOWNLINK_UNWANTED, /* the device has not subscribed the topic */
    DOWNLINK_OFFLINE,  /* it is away, and nothing is kept for it */
    DOWNLINK_TOO_LARGE /* for one packet */
};

/* Hands the message to a device that has subscribed the topic, that signed in with _ss=1 when it is one of the platform's own,
 * or that asked for it by ext. */
enum downlink downlink_send(struct broker *b, struct device *device, struct str topic, struct str payload,
                            uint8_t qos);

/* "sent" … */
const char *downlink_name(enum downlink how);

#endif
