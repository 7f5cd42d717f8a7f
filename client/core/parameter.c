#include "parameter.h"

#include <string.h>

#include "lib/base/log.h"

bool parameter_is_text(const char *who, const char *name, const char *text, size_t max_bytes)
{
    if (text && text[0] && strlen(text) <= max_bytes)
        return true;
    log_line(LOG_ERROR, "%s: %s is %s", who, name, !text ? "NULL" : text[0] ? "too long" : "empty");
    return false;
}
