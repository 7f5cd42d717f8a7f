#include "topic_check.h"

#include <stddef.h>

#include "client/include/iotclient/iot_export_mqtt.h"

static bool is_alone(const char *at)
{
    return at[-1] == '/' && (at[1] == '/' || at[1] == '\0');
}

static bool check(const char *topic, bool may_match)
{
    size_t n = 0;
    if (topic[0] != '/')
        return false;
    for (const char *at = topic; *at; at++) {
        if (++n > IOTX_MQTT_TOPIC_MAX_BYTES || *at < ' ' || *at > '~')
            return false;
        if (*at != '+' && *at != '#')
            continue;
        if (!may_match || !is_alone(at) || (*at == '#' && at[1] != '\0'))
            return false;
    }
    return true;
}

bool topic_check_name(const char *topic)
{
    return check(topic, false);
}

bool topic_check_filter(const char *filter)
{
    return check(filter, true);
}
