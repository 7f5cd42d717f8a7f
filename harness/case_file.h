/* A file of cases, whatever they are about: {"cases": [...], "note"}, read strictly. */
#ifndef HARNESS_CASE_FILE_H
#define HARNESS_CASE_FILE_H

#include <cjson/cJSON.h>

#include "lib/base/problem.h"

/* Calls take with each of the cases of a file's tree and its path below name ("NAME#/cases/0"). Everything that is wrong with the file
 * itself is a problem. */
void case_file_each(const cJSON *file, const char *name,
                    void (*take)(void *ctx, const cJSON *object, const char *path, struct problems *problems),
                    void *ctx, struct problems *problems);

#endif
