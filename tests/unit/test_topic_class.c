#include "mock-broker/topic_class.h"

#include "lib/base/mem.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static void the_defaults(void)
{
    struct topic_classes *c = topic_classes_new();
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("user/update")), TOPIC_PUB);
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("user/update/error")), TOPIC_PUB);
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("user/get")), TOPIC_SUB);
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("user/data")), 0);
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("get")), 0);
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("user/+")), 0);
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("")), 0);
    topic_classes_free(c);
    topic_classes_free(NULL);
}

static void defined_ones(void)
{
    struct topic_classes *c = topic_classes_new();
    CU_ASSERT_TRUE(topic_classes_add(c, STR("user/data"), TOPIC_BOTH));
    CU_ASSERT_TRUE(topic_classes_add(c, STR("down/#"), TOPIC_SUB));
    CU_ASSERT_TRUE(topic_classes_add(c, STR("user/get"), TOPIC_BOTH));
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("user/data")), TOPIC_BOTH);
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("user/get")), TOPIC_BOTH);
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("user/update")), TOPIC_PUB);
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("down/a/b")), TOPIC_SUB);
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("down/+/x")), TOPIC_SUB);
    CU_ASSERT_TRUE(topic_classes_add(c, STR("user/data"), TOPIC_PUB));
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("user/data")), TOPIC_PUB);
    CU_ASSERT_EQUAL(c->count, 5);
    topic_classes_free(c);
}

static void their_number_is_bounded(void)
{
    struct topic_classes *c = topic_classes_new();
    for (int i = 0; i <= TOPIC_CLASSES_MAX; i++) {
        char *name = mem_printf("t%d", i);
        CU_ASSERT_EQUAL(topic_classes_add(c, str_of(name), TOPIC_BOTH), i < TOPIC_CLASSES_MAX);
        free(name);
    }
    CU_ASSERT_TRUE(topic_classes_add(c, STR("t0"), TOPIC_SUB));
    CU_ASSERT_EQUAL(topic_classes_rights(c, STR("user/get")), TOPIC_SUB);
    topic_classes_free(c);
}

static void what_cannot_be_defined(void)
{
    CU_ASSERT_PTR_NOT_NULL(topic_class_fault(STR(""), TOPIC_BOTH));
    CU_ASSERT_PTR_NOT_NULL(topic_class_fault(STR("/user/a"), TOPIC_BOTH));
    CU_ASSERT_PTR_NOT_NULL(topic_class_fault(STR("a+"), TOPIC_SUB));
    CU_ASSERT_PTR_NOT_NULL(topic_class_fault(STR("a/#/b"), TOPIC_SUB));
    CU_ASSERT_PTR_NOT_NULL(topic_class_fault(STR("a/#"), TOPIC_PUB));
    CU_ASSERT_PTR_NOT_NULL(topic_class_fault(STR("a/+"), TOPIC_BOTH));
    CU_ASSERT_PTR_NULL(topic_class_fault(STR("a/#"), TOPIC_SUB));
    CU_ASSERT_PTR_NULL(topic_class_fault(STR("user/data"), TOPIC_BOTH));
}

void unit_topic_class(void)
{
    UNIT(the_defaults);
    UNIT(defined_ones);
    UNIT(their_number_is_bounded);
    UNIT(what_cannot_be_defined);
}
