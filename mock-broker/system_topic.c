#include "system_topic.h"

#include "alink.h"
#include "shadow.h"

#include "lib/base/without.h"

/* What was never configured is still answered: the empty file "{}", whose SHA-256 stands here; its address leads nowhere. */
#define CONFIG                                                                                               \
    "{\"configId\":\"default\",\"configSize\":2,\"sign\":"                                                   \
    "\"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"signMethod\":\"Sha256\","        \
    "\"url\":\"https://localhost/config/default.json\",\"getType\":\"file\"}"
#define LOG_CONFIG "{\"getType\":\"content\",\"content\":{\"mode\":0}}"

#define SYS(pattern, rights)          SYSTEM_SYS, pattern, rights, 0, NULL, NULL
#define ALINK(pattern, data)          SYSTEM_SYS, pattern, TOPIC_PUB, 0, alink_answer, data
#define WHOLE(pattern, rights)        SYSTEM_WHOLE, pattern, rights, 0, NULL, NULL
#define ASKED(pattern, answer)        SYSTEM_WHOLE, pattern, TOPIC_PUB, 0, answer, NULL
#define EXT(pattern, rights, ext, by) SYSTEM_WHOLE, pattern, rights, ext, by, NULL

/* platform-facts section 9. A topic below /sys that the table does not name goes both ways, as in the platform's older
 * default: devices use more of them than any document lists. */
static const struct system_topic table[] = {
    {ALINK("thing/event/+/post", "{}")},
    {SYS("thing/event/+/post_reply", TOPIC_SUB)},
    {ALINK("thing/event/property/batch/post", "{}")},
    {SYS("thing/event/property/batch/post_reply", TOPIC_SUB)},
    {ALINK("thing/event/property/history/post", "{}")},
    {SYS("thing/event/property/history/post_reply", TOPIC_SUB)},
    {SYS("thing/service/property/set", TOPIC_SUB)},
    {SYS("thing/service/property/set_reply", TOPIC_PUB)},
    {SYS("thing/model/up_raw", TOPIC_PUB)},
    {SYS("thing/model/up_raw_reply", TOPIC_SUB)},
    {SYS("thing/model/down_raw", TOPIC_SUB)},
    {SYS("thing/model/down_raw_reply", TOPIC_PUB)},
    {ALINK("thing/property/desired/get", "{}")},
    {SYS("thing/property/desired/get_reply", TOPIC_SUB)},
    {ALINK("thing/property/desired/delete", "{}")},
    {SYS("thing/property/desired/delete_reply", TOPIC_SUB)},
    {ALINK("thing/deviceinfo/update", "{}")},
    {SYS("thing/deviceinfo/update_reply", TOPIC_SUB)},
    {ALINK("thing/deviceinfo/delete", "{}")},
    {SYS("thing/deviceinfo/delete_reply", TOPIC_SUB)},
    {ALINK("thing/config/get", CONFIG)},
    {SYS("thing/config/get_reply", TOPIC_SUB)},
    {SYS("thing/config/push", TOPIC_SUB)},
    {ALINK("thing/log/post", "{}")},
    {SYS("thing/log/post_reply", TOPIC_SUB)},
    {ALINK("thing/config/log/get", LOG_CONFIG)},
    {SYS("thing/config/log/get_reply", TOPIC_SUB)},
    {SYS("thing/config/log/push", TOPIC_SUB)},
    {SYSTEM_SYS, "thing/dsltemplate/get", TOPIC_PUB, 0, alink_answer_model, NULL},
    {SYS("thing/dsltemplate/get_reply", TOPIC_SUB)},
    {SYSTEM_SYS, "thing/dynamicTsl/get", TOPIC_PUB, 0, alink_answer_model, NULL},
    {SYS("thing/dynamicTsl/get_reply", TOPIC_SUB)},
    {ALINK("thing/ota/firmware/get", "{}")},
    {SYS("thing/ota/firmware/get_reply", TOPIC_SUB)},
    {ALINK("thing/topo/get", "[]")},
    {SYS("thing/topo/get_reply", TOPIC_SUB)},
    {SYS("rrpc/request/+", TOPIC_SUB)},
    {SYSTEM_SYS, "rrpc/response/+", TOPIC_PUB, 0, answer_rrpc, NULL},
    {SYS("#", TOPIC_BOTH)},
    {ASKED("/ext/ntp/{pk}/{dn}/request", answer_ntp)},
    {WHOLE("/ext/ntp/{pk}/{dn}/response", TOPIC_SUB)},
    {WHOLE("/ext/session/{pk}/{dn}/combine/login", TOPIC_PUB)},
    {WHOLE("/ext/session/{pk}/{dn}/combine/login_reply", TOPIC_SUB)},
    {WHOLE("/ext/session/{pk}/{dn}/combine/logout", TOPIC_PUB)},
    {WHOLE("/ext/session/{pk}/{dn}/combine/logout_reply", TOPIC_SUB)},
    {WHOLE("/ext/error/{pk}/{dn}", TOPIC_SUB)},
    {EXT("/ext/rrpc/+/#", TOPIC_BOTH, SYSTEM_EXT_RRPC, answer_rrpc)},
    {EXT("/ext/notify", TOPIC_SUB, SYSTEM_EXT_NOTIFY, NULL)},
    {WHOLE("/ext/+/{pk}/{dn}/#", TOPIC_BOTH)},
    {ASKED("/shadow/update/{pk}/{dn}", shadow_answer)},
    {WHOLE("/shadow/get/{pk}/{dn}", TOPIC_SUB)},
    {ASKED("/ota/device/inform/{pk}/{dn}", alink_answer_inform)},
    {ASKED("/ota/device/progress/{pk}/{dn}", alink_answer_inform)},
    {ASKED("/ota/device/request/{pk}/{dn}", alink_answer_inform)},
    {WHOLE("/ota/device/upgrade/{pk}/{dn}", TOPIC_SUB)},
    {WHOLE("/broadcast/{pk}/#", TOPIC_SUB)},
};

enum { ROWS = sizeof table / sizeof table[0] };

size_t system_topics(const struct system_topic **out)
{
    *out = table;
    return ROWS;
}

/* Takes a beginning off the text, when it is there. */
static bool take(struct str *text, struct str head)
{
    if (!str_starts(*text, head))
        return false;
    *text = (struct str){text->p + head.n, text->n - head.n};
    return true;
}

struct str system_topic_rest(const struct topic_names *names, struct str topic)
{
    const struct str slash = STR("/");
    bool below = take(&topic, STR("/sys/")) && take(&topic, names->product_key) && take(&topic, slash) &&
                 take(&topic, names->device_name) && take(&topic, slash);
    return below ? topic : (struct str){0};
}

/* The cheap look that spares most topics, which are a product's own, the rest: all patterns begin with a slash. */
static bool begin_apart(const char *pattern, struct str filter)
{
    return filter.n > 1 && filter.p[0] == '/' && filter.p[1] != pattern[1] && filter.p[1] != '+' &&
           filter.p[1] != '#';
}

/* The row's relation to a filter, of which rest is what system_topic_rest gives. */
static enum topic_relation relation(const struct system_topic *row, const struct topic_names *names,
                                    struct str filter, struct str rest)
{
    if (without("topic", row->pattern))
        return TOPIC_APART;
    if (row->family == SYSTEM_WHOLE)
        return rest.p || begin_apart(row->pattern, filter)
                   ? TOPIC_APART
                   : topic_pattern_relation(str_of(row->pattern), names, filter);
    return rest.p ? topic_pattern_relation(str_of(row->pattern), names, rest) : TOPIC_APART;
}

const struct system_topic *system_topic_of(const struct topic_names *names, struct str topic)
{
    struct str rest = system_topic_rest(names, topic);
    for (size_t i = 0; i < ROWS; i++)
        if (relation(&table[i], names, topic, rest) == TOPIC_COVERS)
            return &table[i];
    return NULL;
}

const struct system_topic *system_topic_subscribable(const struct topic_names *names, unsigned ext,
                                                     struct str filter)
{
    struct str rest = system_topic_rest(names, filter);
    for (size_t i = 0; i < ROWS; i++) {
        const struct system_topic *row = &table[i];
        enum topic_relation how = relation(row, names, filter, rest);
        if (how == TOPIC_APART)
            continue;
        bool allowed = (row->rights & TOPIC_SUB) != 0 && (row->ext & ~ext) == 0;
        if (!allowed)
            return NULL;
        if (how == TOPIC_COVERS)
            return row;
    }
    return NULL;
}
