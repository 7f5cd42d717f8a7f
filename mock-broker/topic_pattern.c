#include "topic_pattern.h"

#include "lib/protocol/topic.h"

static struct str named(struct str level, const struct topic_names *names)
{
    if (level.n != 4 || level.p[0] != '{')
        return level;
    if (str_is(level, "{pk}"))
        return names->product_key;
    return str_is(level, "{dn}") ? names->device_name : level;
}

enum topic_relation topic_pattern_relation(struct str pattern, const struct topic_names *names,
                                           struct str filter)
{
    enum topic_relation so_far = TOPIC_COVERS;
    struct str wanted, level;
    size_t p = 0, f = 0;
    while (topic_next_level(pattern, &p, &wanted)) {
        if (str_is(wanted, "#"))
            return so_far;
        if (!topic_next_level(filter, &f, &level))
            return TOPIC_APART;
        if (str_is(level, "#"))
            return TOPIC_OVERLAPS;
        if (str_is(wanted, "+") || str_eq(named(wanted, names), level))
            continue;
        if (!str_is(level, "+"))
            return TOPIC_APART;
        so_far = TOPIC_OVERLAPS;
    }
    if (!topic_next_level(filter, &f, &level))
        return so_far;
    return str_is(level, "#") ? TOPIC_OVERLAPS : TOPIC_APART; /* '#' also matches the level above it */
}
