/* Log lines on standard error. Callers pass text that is already free of secrets. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_NOTHING = -1, LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* What is printed: this level and the more serious ones; with LOG_NOTHING none. Starts as LOG_WARNING. */
void log_set_level(enum log_level level);
bool log_is_on(enum log_level level);

/* "error", "warning", "info" or "debug" to its level; false for any other word. */
bool log_level_named(const char *name, enum log_level *out);

/* The program's name at the head of each line; borrowed, kept until the end. */
void log_set_name(const char *name);

/* One line "name: level: text". Control characters are replaced, so peers cannot forge lines. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
