/* Which cases are meant: by id, requirement, file or pattern. */
#ifndef HARNESS_SELECTOR_H
#define HARNESS_SELECTOR_H

#include <stdbool.h>

#include "harness/testcase.h"

/* True when the pattern (shell style) fits the case's id with or without its transport and its row, its key with the profile, one
 * of its requirements, or the name of its file without folder and .json. */
bool selector_fits(const char *pattern, const struct testcase *test);

/* True when the case says that it guards a profile value that fits the pattern. */
bool selector_guards(const char *pattern, const struct testcase *test);

/* True when a connection of the case goes over the transport of this name. */
bool selector_goes_over(const char *transport, const struct testcase *test);

#endif
