#include "mqtt_packet.h"

#include <string.h>

static const char *const names[] = {
    [MQTT_CONNECT] = "CONNECT",         [MQTT_CONNACK] = "CONNACK",      [MQTT_PUBLISH] = "PUBLISH",
    [MQTT_PUBACK] = "PUBACK",           [MQTT_PUBREC] = "PUBREC",        [MQTT_PUBREL] = "PUBREL",
    [MQTT_PUBCOMP] = "PUBCOMP",         [MQTT_SUBSCRIBE] = "SUBSCRIBE",  [MQTT_SUBACK] = "SUBACK",
    [MQTT_UNSUBSCRIBE] = "UNSUBSCRIBE", [MQTT_UNSUBACK] = "UNSUBACK",    [MQTT_PINGREQ] = "PINGREQ",
    [MQTT_PINGRESP] = "PINGRESP",       [MQTT_DISCONNECT] = "DISCONNECT"};

const char *mqtt_type_name(unsigned type)
{
    return type < sizeof names / sizeof names[0] ? names[type] : NULL;
}

unsigned mqtt_type_named(const char *name)
{
    for (unsigned type = MQTT_CONNECT; type <= MQTT_DISCONNECT; type++)
        if (strcmp(names[type], name) == 0)
            return type;
    return 0;
}

bool mqtt_filter_next(const struct mqtt_subscribe *subscribe, size_t *at, struct str *filter, uint8_t *qos)
{
    const struct str list = subscribe->list;
    if (*at >= list.n)
        return false;
    const uint8_t *p = (const uint8_t *)list.p + *at;
    size_t length = (size_t)p[0] << 8 | p[1];
    *filter = (struct str){(const char *)p + 2, length};
    *at += 2 + length;
    if (qos) {
        *qos = (uint8_t)list.p[*at];
        *at += 1;
    }
    return true;
}
