/* The test device: dials, signs in, subscribes its own topic, publishes, acknowledges, pings, and comes back when the connection ends. Good,
 * but for what its setting breaks. Everything runs on the loop's clock. */
#ifndef DEVICES_DEVICE_H
#define DEVICES_DEVICE_H

#include "lib/net/loop.h"
#include "tests/devices/setting.h"

struct device;

/* How long it waits for what it has asked for. */
enum { DEVICE_PATIENCE_MS = 10000 };

/* Setting and loop are borrowed. NULL with *error (static text). Free it after the loop, which tells it its ends. */
struct device *device_new(struct loop *loop, const struct setting *setting, const char **error);
void device_free(struct device *d);

/* Dials for the first time. */
void device_start(struct device *d);

/* Leaves with DISCONNECT; nothing is dialled any more, no timer is set. */
void device_stop(struct device *d);

#endif
