#include "mock-broker/topic_acl.h"

#include "tests/unit/unit.h"

static void own_topics_of_every_family(void)
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
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++) {
        CU_ASSERT_TRUE(topic_acl_may_publish(STR("pk"), STR("device"), str_of(topics[i])));
        CU_ASSERT_TRUE(topic_acl_may_subscribe(STR("pk"), STR("device"), str_of(topics[i])));
    }
}

static void other_devices_topics(void)
{
    const char *const topics[] = {"/pk/other/user/update", "/other/device/user/update",
                                  "/device/pk/x",          "/pk.device/user/update",
                                  "/pk/devicex",           "/pk/x/device",
                                  "/ppk/device",           "",
                                  "$SYS/pk/device",        "$share/g/pk/device/x",
                                  "/broadcast/pk/all"};
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++)
        CU_ASSERT_FALSE(topic_acl_may_publish(STR("pk"), STR("device"), str_of(topics[i])));
}

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
                {"+/pk/device", false},
                {"/broadcast/pk/#", true},
                {"/broadcast/pk/+", true},
                {"/broadcast/pk/all", true},
                {"/broadcast/pk", false},
                {"/broadcast/pk/", false},
                {"/broadcast/other/all", false},
                {"/broadcast/+/all", false},
                {"$SYS/#", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(topic_acl_may_subscribe(STR("pk"), STR("device"), str_of(rows[i].filter)),
                        rows[i].allowed);
}

static void a_product_named_like_its_device(void)
{
    CU_ASSERT_TRUE(topic_acl_may_publish(STR("a"), STR("a"), STR("/a/a/x")));
    CU_ASSERT_FALSE(topic_acl_may_publish(STR("a"), STR("a"), STR("/a/b/a")));
}

void unit_topic_acl(void)
{
    UNIT(own_topics_of_every_family);
    UNIT(other_devices_topics);
    UNIT(wildcards_only_behind_the_names);
    UNIT(a_product_named_like_its_device);
}
