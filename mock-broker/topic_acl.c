#include "topic_acl.h"

#include "lib/protocol/topic.h"

/* Looks for the two levels; a wildcard before them ends the search, because it would reach into other devices' topics. */
static bool carries(struct str product_key, struct str device_name, struct str topic)
{
    if (topic.n == 0 || topic.p[0] == '$' || product_key.n == 0 || device_name.n == 0)
        return false;
    struct str level;
    bool after_key = false;
    for (size_t at = 0; topic_next_level(topic, &at, &level);) {
        if (after_key && str_eq(level, device_name))
            return true;
        if (str_is(level, "+") || str_is(level, "#"))
            return false;
        after_key = str_eq(level, product_key);
    }
    return false;
}

/* "/broadcast/", the productKey, '/', and something more. */
static bool is_broadcast(struct str product_key, struct str filter)
{
    const struct str head = STR("/broadcast/");
    if (!str_starts(filter, head))
        return false;
    struct str rest = {filter.p + head.n, filter.n - head.n};
    return rest.n > product_key.n + 1 && str_starts(rest, product_key) && rest.p[product_key.n] == '/';
}

bool topic_acl_may_publish(struct str product_key, struct str device_name, struct str topic)
{
    return carries(product_key, device_name, topic);
}

bool topic_acl_may_subscribe(struct str product_key, struct str device_name, struct str filter)
{
    return carries(product_key, device_name, filter) || is_broadcast(product_key, filter);
}
