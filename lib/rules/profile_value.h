/* One value of a profile between its three forms: typed field, JSON, and text of the command line. For profile.c. */
#ifndef RULES_PROFILE_VALUE_H
#define RULES_PROFILE_VALUE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "lib/base/problem.h"
#include "lib/base/str.h"
#include "lib/rules/profile.h"

/* Stores what node says in the row's field. False, with a problem at path and nothing stored, when it is of another type
 * or out of range. */
bool profile_value_read(struct profile *p, const struct profile_value *row, const cJSON *node,
                        const char *path, struct problems *problems);

/* The JSON that a text means for this row; a text that means none gives JSON that profile_value_read refuses. The caller
 * frees. */
cJSON *profile_value_of_text(const struct profile_value *row, struct str text);

/* The row's field as JSON, the way the profile files write it. The caller frees. */
cJSON *profile_value_json(const struct profile *p, const struct profile_value *row);

#endif
