/* The description of the control API, mock-broker/openapi.json, which travels in the program. */
#ifndef BROKER_OPENAPI_H
#define BROKER_OPENAPI_H

/* Its lines, each with its line feed; ends with NULL. Made by the build. */
extern const char *const openapi_lines[];

#endif
