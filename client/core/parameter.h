/* Texts that an application hands over. */
#ifndef CLIENT_PARAMETER_H
#define CLIENT_PARAMETER_H

#include <stdbool.h>
#include <stddef.h>

/* True for a text of 1 to max_bytes bytes. Else a log line says which function (who) was given what is wrong with which parameter (name). */
bool parameter_is_text(const char *who, const char *name, const char *text, size_t max_bytes);

#endif
