/* docs/profiles.md: every profile value with its meaning, what each profile says and where that stands. */
#ifndef HARNESS_PROFILE_TABLE_H
#define HARNESS_PROFILE_TABLE_H

#include <stddef.h>

#include "harness/sheet.h"
#include "lib/base/problem.h"
#include "lib/rules/profile.h"

/* Appends the document. The files of the profiles are read once more, for sources and notes; a problem when one cannot be. */
void profile_table_markdown(struct sheet *out, const struct profile *profiles, size_t count,
                            struct problems *problems);

#endif
