#include "mock-broker/topic_acl.h"

#include "mock-broker/topic_class.h"
#include "tests/unit/unit.h"

static struct topic_acl device(bool classes)
{
    return (struct topic_acl){.names = {STR("pk"), STR("device")}, .classes = classes};
}

static bool is(const char *fault, const char *expected)
{
    return fault && expected ? strcmp(fault, expected) == 0 : fault == expected;
}

static const char *publish(const struct topic_acl *who, const char *topic)
{
    return topic_acl_publish_fault(who, str_of(topic));
}

static const char *subscribe(const struct topic_acl *who, const char *filter)
{
    return topic_acl_subscribe_fault(who, str_of(filter));
}

static void by_own_topics_of_every_family_go_both_ways(void)
{
    const char *const topics[] = {"/pk/device/user/update",
                                  "/pk/device/data",
                                  "/pk/device",
                                  "pk/device",
                                  "/sys/pk/device/thing/event/property/post",
                                  "/ota/device/inform/pk/device",
                                  "/shadow/update/pk/device",
                                  "/ext/session/pk/device/combine/login",
                                  "/ext/ntp/pk/device/request",
                                  "/pk/pk/device/x"};
    const struct topic_acl who = device(false);
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++) {
        CU_ASSERT_PTR_NULL(publish(&who, topics[i]));
        CU_ASSERT_PTR_NULL(subscribe(&who, topics[i]));
    }
}

static void other_devices_topics(void)
{
    const char *const topics[] = {"/pk/other/user/update", "/other/device/user/update",
                                  "/device/pk/x",          "/pk.device/user/update",
                                  "/pk/devicex",           "/pk/x/device",
                                  "/ppk/device",           "",
                                  "$SYS/pk/device",        "$share/g/pk/device/x"};
    for (int classes = 0; classes < 2; classes++) {
        const struct topic_acl who = device(classes);
        for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++)
            CU_ASSERT_TRUE(is(publish(&who, topics[i]), "not-own-topic"));
        CU_ASSERT_PTR_NOT_NULL(publish(&who, "/broadcast/pk/all"));
    }
}

/* What holds by own and by classes. */
static void wildcards_only_behind_the_names(void)
{
    const struct {
        const char *filter;
        bool allowed;
    } rows[] = {{"/pk/device/#", true},
                {"/pk/device/+/get", true},
                {"/sys/pk/device/thing/event/+/post_reply", true},
                {"#", false},
                {"/#", false},
                {"/+/device/user/get", false},
                {"/pk/+/user/get", false},
                {"/sys/+/pk/device/x", false},
                {"/sys/+/+/thing/service/property/set", false},
                {"+/pk/device", false},
                {"/broadcast/pk/#", true},
                {"/broadcast/pk/+", true},
                {"/broadcast/pk/all", true},
                {"/broadcast/other/all", false},
                {"/broadcast/+/all", false},
                {"/broadcast/#", false},
                {"/ext/#", false},
                {"$SYS/#", false}};
    for (int classes = 0; classes < 2; classes++) {
        const struct topic_acl who = device(classes);
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
            CU_ASSERT_EQUAL(subscribe(&who, rows[i].filter) == NULL, rows[i].allowed);
    }
}

static void a_product_named_like_its_device(void)
{
    const struct topic_acl who = {.names = {STR("a"), STR("a")}};
    CU_ASSERT_PTR_NULL(publish(&who, "/a/a/x"));
    CU_ASSERT_TRUE(is(publish(&who, "/a/b/a"), "not-own-topic"));
}

static void classes_have_a_direction(void)
{
    const struct topic_acl who = device(true);
    CU_ASSERT_PTR_NULL(publish(&who, "/sys/pk/device/thing/event/property/post"));
    CU_ASSERT_TRUE(is(subscribe(&who, "/sys/pk/device/thing/event/property/post"), "no-permission"));
    CU_ASSERT_PTR_NULL(subscribe(&who, "/sys/pk/device/thing/service/property/set"));
    CU_ASSERT_TRUE(is(publish(&who, "/sys/pk/device/thing/service/property/set"), "no-permission"));
    CU_ASSERT_TRUE(is(subscribe(&who, "/sys/pk/device/thing/#"), "no-permission"));
    CU_ASSERT_TRUE(is(publish(&who, "/foo/pk/device/x"), "not-own-topic"));
    CU_ASSERT_PTR_NULL(publish(&who, "/sys/pk/device/thing/status/update"));
    CU_ASSERT_PTR_NULL(subscribe(&who, "/sys/pk/device/thing/service/+"));
    /* without classes of the product all custom topics go both ways */
    CU_ASSERT_PTR_NULL(publish(&who, "/pk/device/get"));
    CU_ASSERT_PTR_NULL(subscribe(&who, "pk/device/user/update"));
}

static void classes_of_a_product(void)
{
    struct topic_classes *classes = topic_classes_new();
    topic_classes_add(classes, STR("user/data"), TOPIC_BOTH);
    topic_classes_add(classes, STR("down/#"), TOPIC_SUB);
    struct topic_acl who = device(true);
    who.custom = classes;
    CU_ASSERT_PTR_NULL(publish(&who, "/pk/device/user/data"));
    CU_ASSERT_PTR_NULL(subscribe(&who, "/pk/device/user/data"));
    CU_ASSERT_PTR_NULL(subscribe(&who, "/pk/device/down/+"));
    CU_ASSERT_TRUE(is(publish(&who, "/pk/device/down/x"), "no-permission"));
    CU_ASSERT_TRUE(is(subscribe(&who, "/pk/device/user/update"), "no-permission"));
    CU_ASSERT_TRUE(is(publish(&who, "/pk/device/data"), "no-class"));
    CU_ASSERT_TRUE(is(subscribe(&who, "/pk/device/#"), "no-class"));
    CU_ASSERT_TRUE(is(subscribe(&who, "/pk/device"), "no-class"));
    who.classes = false;
    CU_ASSERT_PTR_NULL(publish(&who, "/pk/device/data"));
    topic_classes_free(classes);
}

static void what_ext_opens(void)
{
    struct topic_acl who = device(true);
    CU_ASSERT_TRUE(is(publish(&who, "/ext/rrpc/1/x"), "ext"));
    CU_ASSERT_TRUE(is(subscribe(&who, "/ext/rrpc/+/x"), "ext"));
    CU_ASSERT_TRUE(is(subscribe(&who, "/ext/notify"), "ext"));
    who.ext = SYSTEM_EXT_RRPC;
    CU_ASSERT_PTR_NULL(publish(&who, "/ext/rrpc/1/x"));
    CU_ASSERT_PTR_NULL(subscribe(&who, "/ext/rrpc/+/#"));
    CU_ASSERT_TRUE(is(subscribe(&who, "/ext/notify"), "ext"));
    who.ext = SYSTEM_EXT_NOTIFY;
    CU_ASSERT_PTR_NULL(subscribe(&who, "/ext/notify"));
    CU_ASSERT_TRUE(is(publish(&who, "/ext/notify"), "no-permission"));
}

void unit_topic_acl(void)
{
    UNIT(by_own_topics_of_every_family_go_both_ways);
    UNIT(other_devices_topics);
    UNIT(wildcards_only_behind_the_names);
    UNIT(a_product_named_like_its_device);
    UNIT(classes_have_a_direction);
    UNIT(classes_of_a_product);
    UNIT(what_ext_opens);
}
