#include "mock-broker/config.h"

#include "mock-broker/registry.h"
#include "mock-broker/topic_class.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Loads a text as a configuration file. */
static bool load(struct config *config, const char *text, struct problems *problems)
{
    char file[] = "/tmp/iotconform-config-XXXXXX";
    int fd = mkstemp(file);
    CU_ASSERT_TRUE_FATAL(fd >= 0);
    CU_ASSERT_EQUAL_FATAL(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    bool good = config_load(config, file, problems);
    unlink(file);
    return good;
}

static bool has_problem_at(const struct problems *problems, const char *path)
{
    for (size_t i = 0; i < problems->count; i++)
        if (str_ends(str_of(problems->items[i].path), str_of(path)))
            return true;
    return false;
}

static void without_a_file_the_documents_device(void)
{
    struct config config;
    struct problems problems = {0};
    CU_ASSERT_TRUE(config_load(&config, NULL, &problems));
    const struct device *device = registry_device(config.registry, STR("pk"), STR("device"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(device);
    CU_ASSERT_STRING_EQUAL(device->secret, "secret");
    CU_ASSERT_STRING_EQUAL(device->product->secret, "productSecret");
    CU_ASSERT_PTR_NULL(config.profile);
    config_fini(&config);
}

static void a_region_can_stand_in_a_host_name(void)
{
    static const char *const wrong[] = {"", "cn.shanghai", "cn shanghai", "-cn", "::1"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct config config;
        struct problems problems = {0};
        char text[100];
        snprintf(text, sizeof text, "{\"region\":\"%s\"}", wrong[i]);
        CU_ASSERT_FALSE(load(&config, text, &problems));
        CU_ASSERT_TRUE(has_problem_at(&problems, "/region"));
        config_fini(&config);
        problems_fini(&problems);
    }
}

static void a_whole_file(void)
{
    struct config config;
    struct problems problems = {0};
    CU_ASSERT_TRUE(load(&config,
                        "{\"profile\":\"2018\",\"region\":\"us-west-1\",\"products\":[{\"productKey\":\"a\","
                        "\"productSecret\":\"b\",\"dynamicRegistration\":true,\"devices\":[{\"deviceName\":"
                        "\"c\",\"deviceSecret\":\"d\",\"enabled\":false}]},{\"productKey\":\"e\"}]}",
                        &problems));
    CU_ASSERT_STRING_EQUAL(config.profile, "2018");
    CU_ASSERT_STRING_EQUAL(config.region, "us-west-1");
    const struct device *device = registry_device(config.registry, STR("a"), STR("c"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(device);
    CU_ASSERT_FALSE(device->enabled);
    CU_ASSERT_PTR_NOT_NULL(registry_product(config.registry, STR("e")));
    CU_ASSERT_PTR_NULL(registry_device(config.registry, STR("pk"), STR("device")));
    config_fini(&config);
}

static void products_that_register_devices(void)
{
    struct config config;
    struct problems problems = {0};
    CU_ASSERT_TRUE(
        load(&config,
             "{\"products\":[{\"productKey\":\"a\",\"dynamicRegistration\":true,\"registration\":\"free\"},"
             "{\"productKey\":\"b\",\"dynamicRegistration\":true,\"registration\":\"pre\",\"devices\":["
             "{\"deviceName\":\"new\"},{\"deviceName\":\"old\",\"deviceSecret\":\"s\"},"
             "{\"deviceName\":\"set\",\"deviceSecret\":\"s\",\"activated\":false}]},"
             "{\"productKey\":\"c\",\"authType\":\"x509\"}]}",
             &problems));
    const struct product *a = registry_product(config.registry, STR("a"));
    const struct product *b = registry_product(config.registry, STR("b"));
    const struct product *c = registry_product(config.registry, STR("c"));
    CU_ASSERT_TRUE(a->is.registers && a->is.registers_unknown && !a->is.other_auth);
    CU_ASSERT_TRUE(b->is.registers && !b->is.registers_unknown);
    CU_ASSERT_TRUE(c->is.other_auth && !c->is.registers);
    CU_ASSERT_FALSE(registry_device(config.registry, STR("b"), STR("new"))->activated);
    const struct device *old = registry_device(config.registry, STR("b"), STR("old"));
    const struct device *set = registry_device(config.registry, STR("b"), STR("set"));
    CU_ASSERT_TRUE(old->activated && !old->is_preset);
    CU_ASSERT_TRUE(!set->activated && set->is_preset);
    CU_ASSERT_STRING_EQUAL(set->secret, "s");
    config_fini(&config);
    CU_ASSERT_FALSE(load(&config,
                         "{\"products\":[{\"productKey\":\"a\",\"devices\":[{\"deviceName\":\"d\","
                         "\"activated\":false}]}]}",
                         &problems));
    CU_ASSERT_TRUE(has_problem_at(&problems, "#/products/0/devices/0/activated"));
    problems_fini(&problems);
    config_fini(&config);
    CU_ASSERT_FALSE(
        load(&config, "{\"products\":[{\"productKey\":\"a\",\"registration\":\"maybe\",\"authType\":\"\"}]}",
             &problems));
    CU_ASSERT_TRUE(has_problem_at(&problems, "#/products/0/registration"));
    CU_ASSERT_TRUE(has_problem_at(&problems, "#/products/0/authType"));
    problems_fini(&problems);
    config_fini(&config);
}

static void every_problem_is_listed(void)
{
    struct config config;
    struct problems problems = {0};
    CU_ASSERT_FALSE(load(&config,
                         "{\"colour\":1,\"profile\":7,\"products\":[{\"productKey\":\"a/b\",\"devices\":["
                         "{\"deviceSecret\":\"\",\"enabled\":1}]},{\"productKey\":\"x\",\"devices\":["
                         "{\"deviceName\":\"d\",\"deviceSecret\":\"s\"},{\"deviceName\":\"d\","
                         "\"deviceSecret\":\"s\"}]},{\"productKey\":\"x\"},5]}",
                         &problems));
    CU_ASSERT_TRUE(has_problem_at(&problems, "#/colour"));
    CU_ASSERT_TRUE(has_problem_at(&problems, "#/profile"));
    CU_ASSERT_TRUE(has_problem_at(&problems, "#/products/0/productKey"));
    CU_ASSERT_TRUE(has_problem_at(&problems, "#/products/0/devices/0/deviceName"));
    CU_ASSERT_TRUE(has_problem_at(&problems, "#/products/0/devices/0/deviceSecret"));
    CU_ASSERT_TRUE(has_problem_at(&problems, "#/products/0/devices/0/enabled"));
    CU_ASSERT_TRUE(has_problem_at(&problems, "#/products/1/devices/1/deviceName"));
    CU_ASSERT_TRUE(has_problem_at(&problems, "#/products/2/productKey"));
    CU_ASSERT_TRUE(has_problem_at(&problems, "#/products/3"));
    CU_ASSERT_EQUAL(problems.count, 9);
    problems_fini(&problems);
    config_fini(&config);
}

static void no_json_and_no_file(void)
{
    struct config config;
    struct problems problems = {0};
    CU_ASSERT_FALSE(load(&config, "{\"products\":[", &problems));
    CU_ASSERT_EQUAL(problems.count, 1);
    config_fini(&config);
    CU_ASSERT_FALSE(config_load(&config, "/nonexistent/config.json", &problems));
    CU_ASSERT_EQUAL(problems.count, 2);
    config_fini(&config);
    CU_ASSERT_FALSE(load(&config, "[]", &problems));
    CU_ASSERT_EQUAL(problems.count, 3);
    config_fini(&config);
    problems_fini(&problems);
}

static void topic_classes(void)
{
    struct config config;
    struct problems problems = {0};
    CU_ASSERT_TRUE(load(&config,
                        "{\"products\":[{\"productKey\":\"a\",\"topics\":[{\"topic\":\"user/data\","
                        "\"permission\":\"both\"},{\"topic\":\"down/#\",\"permission\":\"sub\"}]},"
                        "{\"productKey\":\"b\"}]}",
                        &problems));
    const struct topic_classes *classes = registry_product(config.registry, STR("a"))->topics;
    CU_ASSERT_PTR_NOT_NULL_FATAL(classes);
    CU_ASSERT_EQUAL(topic_classes_rights(classes, STR("user/data")), TOPIC_BOTH);
    CU_ASSERT_EQUAL(topic_classes_rights(classes, STR("down/x")), TOPIC_SUB);
    CU_ASSERT_EQUAL(topic_classes_rights(classes, STR("user/update")), TOPIC_PUB);
    CU_ASSERT_PTR_NULL(registry_product(config.registry, STR("b"))->topics);
    config_fini(&config);
    CU_ASSERT_FALSE(load(&config,
                         "{\"products\":[{\"productKey\":\"a\",\"topics\":[{\"topic\":\"x\","
                         "\"permission\":\"all\"},{\"topic\":\"x/#\",\"permission\":\"both\"},"
                         "{\"permission\":\"pub\"},{\"topic\":\"x\"},7,"
                         "{\"topic\":\"x\",\"permission\":\"pub\",\"qos\":1}]},"
                         "{\"topics\":[{\"topic\":\"/x\",\"permission\":\"pub\"}]}]}",
                         &problems));
    const char *const paths[] = {"topics/0/permission",       "topics/1/topic",        "topics/2/topic",
                                 "topics/3/permission",       "#/products/0/topics/4", "topics/5/qos",
                                 "products/1/topics/0/topic", "products/1/productKey"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        CU_ASSERT_TRUE(has_problem_at(&problems, paths[i]));
    CU_ASSERT_EQUAL(problems.count, sizeof paths / sizeof paths[0]);
    problems_fini(&problems);
    config_fini(&config);
}

void unit_config(void)
{
    UNIT(without_a_file_the_documents_device);
    UNIT(a_region_can_stand_in_a_host_name);
    UNIT(a_whole_file);
    UNIT(products_that_register_devices);
    UNIT(every_problem_is_listed);
    UNIT(no_json_and_no_file);
    UNIT(topic_classes);
}
