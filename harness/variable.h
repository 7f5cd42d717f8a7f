/* ${…} in case files: row, profile, device and captured values put in where they are named. */
#ifndef HARNESS_VARIABLE_H
#define HARNESS_VARIABLE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "lib/base/problem.h"
#include "lib/rules/profile.h"

/* Where names are looked up; all borrowed. A member that is NULL has no names. */
struct variable_scope {
    const cJSON *row;              /* ${row.x}: the row's members */
    const struct profile *profile; /* ${profile.keepalive.min} */
    const cJSON *devices;          /* ${device.d1.deviceName}: device by name, then its members */
    const cJSON *transport;        /* ${transport.name} and ${transport.securemode}: of the run */
    const cJSON *captured;         /* ${captured.x} */
    bool captured_later;           /* captured holds only the names: such variables are left as they stand */
};

/* A copy of node with every variable in its strings replaced; the caller frees with cJSON_Delete. A string that is one variable
 * takes the variable's type. "${x + 1}" and "${x - 1}" are whole-number arithmetic, also on a text of digits. What is wrong
 * is a problem at its path, with null in its place. */
cJSON *variable_expand(const cJSON *node, const struct variable_scope *scope, const char *path,
                       struct problems *problems);

/* True when node is a string that holds a variable whose value is only known while the case runs. */
bool variable_is_later(const cJSON *node);

/* The same for anything inside node. */
bool variable_has_later(const cJSON *node);

#endif
