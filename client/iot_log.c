/* The log functions of iot_export.h over lib/base/log. */
#include <string.h>

#include "client/include/iotclient/iot_export.h"
#include "iot_mqtt.h"
#include "lib/base/log.h"

static enum log_level level_of(IOT_LogLevel level)
{
    switch (level) {
    case IOT_LOG_NONE:
        return LOG_NOTHING;
    case IOT_LOG_CRIT:
    case IOT_LOG_ERROR:
        return LOG_ERROR;
    case IOT_LOG_WARNING:
        return LOG_WARNING;
    case IOT_LOG_INFO:
        return LOG_INFO;
    case IOT_LOG_DEBUG:
        break;
    }
    return LOG_DEBUG;
}

void IOT_OpenLog(const char *ident)
{
    static char name[32];
    if (!ident)
        return;
    size_t n = strnlen(ident, sizeof name - 1);
    memcpy(name, ident, n);
    name[n] = '\0';
    log_set_name(name);
}

void IOT_SetLogLevel(IOT_LogLevel level)
{
    log_set_level(level_of(level));
}

void IOT_CloseLog(void)
{
    log_set_level(LOG_NOTHING);
}

void IOT_DumpMemoryStats(IOT_LogLevel level)
{
    enum log_level at = level_of(level);
    if (at != LOG_NOTHING)
        log_line(at, "live handles: %d", iot_mqtt_handles());
}
