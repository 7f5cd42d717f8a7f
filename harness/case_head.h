/* What every case begins with, whatever it is about: id, revision, level, requirements, title, note, rows. */
#ifndef HARNESS_CASE_HEAD_H
#define HARNESS_CASE_HEAD_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/ledger.h"
#include "harness/verdict.h"
#include "lib/base/problem.h"

/* All borrowed from the object. */
struct case_head {
    const char *id, *note; /* note may be NULL */
    int64_t rev;
    enum level level;
    const cJSON *title, *requires, *rows; /* rows: for_each, or NULL */
};

/* Reads them; everything that is wrong is a problem below path. False when the case cannot be made at all. */
bool case_head_read(struct case_head *out, const cJSON *object, const char *path, const struct ledger *ledger,
                    struct problems *problems);

/* "DEV-030" and the like. */
bool case_head_is_id(const char *id);

#endif
