/* A strict reader by tables: which members an object of results.json may have, and what each is. */
#ifndef HARNESS_REPORT_FIELD_H
#define HARNESS_REPORT_FIELD_H

#include <cjson/cJSON.h>

#include "lib/base/json.h"

enum report_field_kind {
    FIELD_TEXT,
    FIELD_NUMBER, /* from 0 */
    FIELD_WHOLE,  /* the same, without a fraction */
    FIELD_TRUTH,
    FIELD_TWO, /* {"en", "zh"} */
    FIELD_TEXTS,
    FIELD_OBJECT,
    FIELD_ARRAY
};

/* A member of an object; a table of them ends with a NULL key. words, when given, are the only texts it may have. */
struct report_field {
    const char *key;
    enum report_field_kind kind;
    enum json_need need;
    const char *const *words;
};

/* All fields of an object, and none besides; every deviation is a problem with its place. */
void report_field_object(const cJSON *node, const char *path, const struct report_field *fields,
                         struct problems *problems);

/* The same of the member key, when it is there; of each item of the array key. */
void report_field_member(const cJSON *node, const char *path, const char *key,
                         const struct report_field *fields, struct problems *problems);
void report_field_items(const cJSON *node, const char *path, const char *key,
                        const struct report_field *fields, struct problems *problems);

#endif
