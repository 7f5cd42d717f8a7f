#include "log.h"

#include "str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum log_level shown = LOG_WARNING;
static const char *program = "iotconform";
static const char *const names[] = {"error", "warning", "info", "debug"};

void log_set_level(enum log_level level)
{
    shown = level;
}

bool log_is_on(enum log_level level)
{
    return level <= shown;
}

bool log_level_named(const char *name, enum log_level *out)
{
    for (int i = LOG_ERROR; i <= LOG_DEBUG; i++) {
        if (strcmp(name, names[i]) == 0) {
            *out = (enum log_level)i;
            return true;
        }
    }
    return false;
}

void log_set_name(const char *name)
{
    program = name;
}

void log_line(enum log_level level, const char *format, ...)
{
    if (!log_is_on(level))
        return;
    char raw[2048], line[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(raw, sizeof raw, format, args);
    va_end(args);
    str_printable(str_of(raw), line, sizeof line);
    fprintf(stderr, "%s: %s: %s\n", program, names[level], line);
}
