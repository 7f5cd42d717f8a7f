#include "topic_class.h"

#include "lib/base/mem.h"
#include "lib/base/without.h"
#include "lib/protocol/topic.h"

#include <stdlib.h>

/* platform-facts section 5. */
static const struct {
    const char *pattern;
    enum topic_right rights;
} defaults[] = {{"user/update", TOPIC_PUB}, {"user/update/error", TOPIC_PUB}, {"user/get", TOPIC_SUB}};

enum { DEFAULTS = sizeof defaults / sizeof defaults[0] };

const char *topic_class_default(size_t n)
{
    return n < DEFAULTS ? defaults[n].pattern : NULL;
}

struct topic_classes *topic_classes_new(void)
{
    struct topic_classes *c = mem_zalloc(1, sizeof *c);
    c->items = mem_zalloc(TOPIC_CLASSES_MAX + DEFAULTS, sizeof *c->items);
    for (size_t i = 0; i < DEFAULTS; i++)
        c->items[c->count++] = (struct topic_class){mem_strdup(defaults[i].pattern), defaults[i].rights};
    return c;
}

void topic_classes_free(struct topic_classes *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->count; i++)
        free(c->items[i].pattern);
    free(c->items);
    free(c);
}

const char *topic_class_fault(struct str pattern, enum topic_right rights)
{
    if (topic_filter_fault(pattern, NULL, NULL))
        return "is no topic: empty, ill-formed, or with a wildcard that is not a whole level";
    if (pattern.p[0] == '/')
        return "begins with '/': it stands behind /productKey/deviceName/";
    if (topic_has_wildcard(pattern) && (rights & TOPIC_PUB) != 0)
        return "has a wildcard: such a class can be subscribed only (permission sub)";
    return NULL;
}

bool topic_classes_add(struct topic_classes *c, struct str pattern, enum topic_right rights)
{
    for (size_t i = 0; i < c->count; i++)
        if (str_is(pattern, c->items[i].pattern)) {
            c->items[i].rights = rights;
            return true;
        }
    if (c->count == TOPIC_CLASSES_MAX + DEFAULTS)
        return false;
    size_t at = c->count - DEFAULTS; /* the defaults stay last */
    memmove(&c->items[at + 1], &c->items[at], DEFAULTS * sizeof *c->items);
    c->items[at] = (struct topic_class){mem_dup(pattern.p, pattern.n), rights};
    c->count++;
    return true;
}

unsigned topic_classes_rights(const struct topic_classes *c, struct str filter)
{
    static const struct topic_names nobody = {{0}, {0}};
    unsigned rights = 0;
    for (size_t i = 0; i < c->count; i++)
        if (!without("class", c->items[i].pattern) &&
            topic_pattern_relation(str_of(c->items[i].pattern), &nobody, filter) == TOPIC_COVERS)
            rights |= c->items[i].rights;
    return rights;
}
