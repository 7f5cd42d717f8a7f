/* What the control API shows of the broker, as JSON; the caller frees. No secrets. */
#ifndef BROKER_CONTROL_VIEWS_H
#define BROKER_CONTROL_VIEWS_H

#include <cjson/cJSON.h>

struct broker;
struct device;

cJSON *control_view_sessions(const struct broker *b);
cJSON *control_view_devices(const struct broker *b);
cJSON *control_view_device(const struct device *device);
cJSON *control_view_clock(const struct broker *b);

#endif
