#include "topic_acl.h"

#include "system_topic.h"
#include "topic_class.h"

#include "lib/protocol/topic.h"

static const char not_own[] = "not-own-topic", no_class[] = "no-class", no_permission[] = "no-permission",
                  no_ext[] = "ext";

/* Looks for the two levels; a wildcard before them ends the search, because it would reach into other devices' topics. */
bool topic_acl_is_own(const struct topic_names *names, struct str topic)
{
    if (topic.n == 0 || topic.p[0] == '$' || names->product_key.n == 0 || names->device_name.n == 0)
        return false;
    struct str level;
    bool after_key = false;
    for (size_t at = 0; topic_next_level(topic, &at, &level);) {
        if (after_key && str_eq(level, names->device_name))
            return true;
        if (str_is(level, "+") || str_is(level, "#"))
            return false;
        after_key = str_eq(level, names->product_key);
    }
    return false;
}

/* Of /productKey/deviceName and what follows (also without the first slash, as some devices write it): what follows. */
static bool is_custom(const struct topic_names *names, struct str topic, struct str *rest)
{
    struct str level;
    size_t at = topic.n && topic.p[0] == '/' ? 1 : 0;
    if (!topic_next_level(topic, &at, &level) || !str_eq(level, names->product_key) ||
        !topic_next_level(topic, &at, &level) || !str_eq(level, names->device_name))
        return false;
    *rest = at <= topic.n ? (struct str){topic.p + at, topic.n - at} : (struct str){0};
    return true;
}

static const char *custom_fault(const struct topic_acl *who, struct str rest, enum topic_right right)
{
    if (!who->custom)
        return NULL;
    unsigned rights = topic_classes_rights(who->custom, rest);
    return rights == 0 ? no_class : (rights & right) == 0 ? no_permission : NULL;
}

static const char *right_fault(const struct topic_acl *who, const struct system_topic *row,
                               enum topic_right right)
{
    if ((row->ext & ~who->ext) != 0)
        return no_ext;
    return (row->rights & right) == 0 ? no_permission : NULL;
}

/* The rows that name no device, for whom other rules do not hold. */
static bool is_nobodys(const struct system_topic *row)
{
    return row && row->family == SYSTEM_WHOLE && !strstr(row->pattern, "{dn}");
}

const char *topic_acl_publish_fault(const struct topic_acl *who, struct str topic)
{
    struct str rest;
    bool own = topic_acl_is_own(&who->names, topic);
    if (own && !who->classes)
        return NULL;
    if (is_custom(&who->names, topic, &rest))
        return custom_fault(who, rest, TOPIC_PUB);
    const struct system_topic *row = system_topic_of(&who->names, topic);
    if (!row || (!own && !is_nobodys(row)))
        return not_own;
    return right_fault(who, row, TOPIC_PUB);
}

const char *topic_acl_subscribe_fault(const struct topic_acl *who, struct str filter)
{
    struct str rest;
    bool own = topic_acl_is_own(&who->names, filter);
    if (own && !who->classes)
        return NULL;
    if (is_custom(&who->names, filter, &rest))
        return custom_fault(who, rest, TOPIC_SUB);
    const struct system_topic *row = system_topic_of(&who->names, filter);
    if (!row || (!own && !is_nobodys(row)))
        return not_own;
    if (right_fault(who, row, TOPIC_SUB))
        return right_fault(who, row, TOPIC_SUB);
    return system_topic_subscribable(&who->names, who->ext, filter) ? NULL : no_permission;
}
