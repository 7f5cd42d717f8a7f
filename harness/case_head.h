/* What every case begins with, whatever it is about: id, revision, level, requirements, title, note, rows. */
#ifndef HARNESS_CASE_HEAD_H
#define HARNESS_CASE_HEAD_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "harness/ledger.h"
#include "harness/verdict.h"
#include "lib/base/json.h"
#include "lib/base/problem.h"

/* All borrowed from the object. */
struct case_head {
    const char *id, *note; /* note may be NULL */
    int64_t rev;
    enum level level;
    const cJSON *title, *requires,
        *rows; /* rows: for_each, or NULL; the others NULL only where they are missing */
};

/* Reads them; everything that is wrong is a problem below path. False when the case cannot be made at all: wrong ids of
 * requirements do not keep its steps from being read, so that one run names all that is wrong. */
bool case_head_read(struct case_head *out, const cJSON *object, const char *path, const struct ledger *ledger,
                    struct problems *problems);

/* Reads what a person reads, in both languages: {"en", "zh"}. False when there is none. */
bool case_head_texts(const cJSON *object, const char *path, const char *key, enum json_need need,
                     const cJSON **out, struct problems *problems);

/* Reads an array of words, none empty, none twice, each of which is_known by whom; what: the word's name in a problem. */
void case_head_words(const cJSON *object, const char *path, const char *key, enum json_need need,
                     const cJSON **out, bool (*is_known)(const void *whom, const char *word),
                     const void *whom, const char *what, struct problems *problems);

#endif
