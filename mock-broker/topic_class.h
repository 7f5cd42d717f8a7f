/* The topic classes that a product defines for itself: what may be done with topics below /{productKey}/{deviceName}/. */
#ifndef BROKER_TOPIC_CLASS_H
#define BROKER_TOPIC_CLASS_H

#include <stddef.h>

#include "lib/base/str.h"
#include "system_topic.h"

/* Of a product (platform-facts section 5). */
enum { TOPIC_CLASSES_MAX = 50 };

struct topic_class {
    char *pattern; /* behind the device's names: "user/data" */
    enum topic_right rights;
};

/* In the order in which they are asked; the platform's three defaults come last. */
struct topic_classes {
    struct topic_class *items;
    size_t count;
};

/* The defaults only. The caller frees. */
struct topic_classes *topic_classes_new(void);
void topic_classes_free(struct topic_classes *c);

/* The pattern of the n-th default; NULL behind the last. */
const char *topic_class_default(size_t n);

/* Why a class cannot be defined (NULL: it can): no valid filter, a slash at the beginning, a wildcard with the right to
 * publish. */
const char *topic_class_fault(struct str pattern, enum topic_right rights);

/* Defines a class, before the defaults; one that is there changes its rights. False when there are too many. */
bool topic_classes_add(struct topic_classes *c, struct str pattern, enum topic_right rights);

/* What the device may do with everything that the filter (behind its names) matches; 0 when no class covers it. */
unsigned topic_classes_rights(const struct topic_classes *c, struct str filter);

#endif
