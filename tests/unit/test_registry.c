#include "mock-broker/registry.h"

#include "mock-broker/topic_class.h"

#include "tests/unit/unit.h"

static void devices_are_found_by_both_names(void)
{
    struct registry *r = registry_new();
    struct device *device = registry_put_device(r, STR("pk"), STR("dn"), STR("one"), true);
    CU_ASSERT_PTR_EQUAL(registry_device(r, STR("pk"), STR("dn")), device);
    CU_ASSERT_STRING_EQUAL(device->product->key, "pk");
    CU_ASSERT_PTR_NULL(registry_device(r, STR("pk"), STR("dn2")));
    CU_ASSERT_PTR_NULL(registry_device(r, STR("p"), STR("kdn")));
    CU_ASSERT_PTR_NULL(registry_device(r, STR(""), STR("dn")));
    CU_ASSERT_PTR_NULL(registry_device(r, STR("pk"), STR("")));
    char longer[REGISTRY_NAME_MAX + 1] = {0};
    CU_ASSERT_PTR_NULL(registry_device(r, STR("pk"), (struct str){longer, sizeof longer}));
    registry_free(r);
}

static void a_device_is_changed_in_place(void)
{
    struct registry *r = registry_new();
    struct device *device = registry_put_device(r, STR("pk"), STR("dn"), STR("one"), true);
    CU_ASSERT_PTR_EQUAL(registry_put_device(r, STR("pk"), STR("dn"), STR("two"), false), device);
    CU_ASSERT_STRING_EQUAL(device->secret, "two");
    CU_ASSERT_FALSE(device->enabled);
    registry_free(r);
}

static void a_product_keeps_its_secret(void)
{
    struct registry *r = registry_new();
    registry_put_product(r, STR("pk"), "ps");
    registry_put_device(r, STR("pk"), STR("dn"), STR("one"), true);
    CU_ASSERT_STRING_EQUAL(registry_product(r, STR("pk"))->secret, "ps");
    registry_put_product(r, STR("pk"), "ps2");
    CU_ASSERT_STRING_EQUAL(registry_product(r, STR("pk"))->secret, "ps2");
    CU_ASSERT_PTR_NULL(registry_product(r, STR("dn")));
    registry_free(r);
}

static void a_secret_that_is_preset_waits_to_be_told(void)
{
    struct registry *r = registry_new();
    struct device *device = registry_put_device(r, STR("pk"), STR("dn"), STR("one"), true);
    registry_preset_secret(r, device);
    CU_ASSERT_TRUE(device->is_preset && !device->activated);
    registry_mark_start(r);
    registry_activate(r, device);
    registry_put_device(r, STR("pk"), STR("dn"), STR("one"), true);
    CU_ASSERT_TRUE(device->is_preset && device->activated);
    registry_put_device(r, STR("pk"), STR("dn"), STR("two"), true);
    CU_ASSERT_FALSE(device->is_preset);
    registry_restore(r);
    device = registry_device(r, STR("pk"), STR("dn"));
    CU_ASSERT_TRUE(device->is_preset && !device->activated);
    CU_ASSERT_STRING_EQUAL(device->secret, "one");
    registry_free(r);
}

static void restored_to_the_start(void)
{
    struct registry *r = registry_new();
    registry_put_product(r, STR("pk"), "ps");
    registry_put_device(r, STR("pk"), STR("dn"), STR("one"), true);
    registry_put_device(r, STR("pk"), STR("off"), STR("two"), false);
    registry_mark_start(r);
    registry_put_device(r, STR("pk"), STR("dn"), STR("changed"), false);
    registry_put_device(r, STR("new"), STR("dn"), STR("x"), true);
    registry_delete_device(r, registry_device(r, STR("pk"), STR("off")));
    registry_restore(r);
    CU_ASSERT_PTR_NULL(registry_product(r, STR("new")));
    CU_ASSERT_PTR_NULL(registry_device(r, STR("new"), STR("dn")));
    CU_ASSERT_STRING_EQUAL(registry_device(r, STR("pk"), STR("dn"))->secret, "one");
    CU_ASSERT_TRUE(registry_device(r, STR("pk"), STR("dn"))->enabled);
    CU_ASSERT_FALSE(registry_device(r, STR("pk"), STR("off"))->enabled);
    CU_ASSERT_STRING_EQUAL(registry_product(r, STR("pk"))->secret, "ps");
    struct device *same = registry_device(r, STR("pk"), STR("dn"));
    registry_restore(r);
    CU_ASSERT_PTR_EQUAL(registry_device(r, STR("pk"), STR("dn")), same);
    registry_free(r);
}

static void names_that_cannot_be_registered(void)
{
    const char *const bad[] = {"", "a/b", "a+", "#", "a b", "a\n", "\x7f"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CU_ASSERT_PTR_NOT_NULL(registry_name_fault(str_of(bad[i])));
    const char *const good[] = {"a", "a1MZxOdcBnO", "test_01", "x&y", "a.b-c:d@e"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CU_ASSERT_PTR_NULL(registry_name_fault(str_of(good[i])));
    char text[REGISTRY_NAME_MAX + 1];
    memset(text, 'x', sizeof text);
    CU_ASSERT_PTR_NULL(registry_name_fault((struct str){text, REGISTRY_NAME_MAX}));
    CU_ASSERT_PTR_NOT_NULL(registry_name_fault((struct str){text, REGISTRY_NAME_MAX + 1}));
}

/* From "registered in advance" to "activated", and back by a reset. */
static void a_secret_is_given_and_used(void)
{
    struct registry *r = registry_new();
    struct product *product = registry_put_product(r, STR("pk"), "ps");
    registry_set_switches(r, product,
                          (struct product_switches){.registers = true, .registers_unknown = true});
    struct device *device = registry_put_device(r, STR("pk"), STR("new"), STR(""), true);
    CU_ASSERT_FALSE(device->activated);
    CU_ASSERT_TRUE(registry_put_device(r, STR("pk"), STR("old"), STR("s"), true)->activated);
    registry_mark_start(r);
    registry_give_secret(r, device, "given");
    CU_ASSERT_STRING_EQUAL(device->secret, "given");
    CU_ASSERT_FALSE(device->activated);
    registry_put_device(r, STR("pk"), STR("new"), STR("given"), false);
    CU_ASSERT_FALSE(device->activated); /* nothing is new but that it is disabled */
    registry_activate(r, device);
    CU_ASSERT_TRUE(device->activated);
    registry_set_switches(r, product, (struct product_switches){.other_auth = true});
    registry_restore(r);
    device = registry_device(r, STR("pk"), STR("new"));
    CU_ASSERT_STRING_EQUAL(device->secret, "");
    CU_ASSERT_FALSE(device->activated);
    CU_ASSERT_TRUE(registry_device(r, STR("pk"), STR("old"))->activated);
    size_t at = 0;
    const struct product *found;
    CU_ASSERT_TRUE(registry_next_product(r, &at, &found));
    CU_ASSERT_TRUE(found->is.registers && found->is.registers_unknown && !found->is.other_auth);
    CU_ASSERT_FALSE(registry_next_product(r, &at, &found));
    registry_free(r);
}

static void topic_classes_outlive_a_reset(void)
{
    struct registry *r = registry_new();
    struct topic_classes *classes = topic_classes_new();
    registry_set_topics(r, registry_put_product(r, STR("pk"), "ps"), classes);
    struct device *device = registry_put_device(r, STR("pk"), STR("dn"), STR("secret"), true);
    registry_mark_start(r);
    device->limits.rates[0].count = 7;
    registry_put_product(r, STR("other"), "");
    registry_restore(r);
    CU_ASSERT_PTR_NULL(registry_product(r, STR("other")));
    CU_ASSERT_PTR_EQUAL(registry_product(r, STR("pk"))->topics, classes);
    device = registry_device(r, STR("pk"), STR("dn"));
    device->limits.rates[0].count = 7;
    registry_restore(r);
    CU_ASSERT_EQUAL(device->limits.rates[0].count, 0);
    registry_free(r);
}

void unit_registry(void)
{
    UNIT(devices_are_found_by_both_names);
    UNIT(a_device_is_changed_in_place);
    UNIT(a_product_keeps_its_secret);
    UNIT(a_secret_that_is_preset_waits_to_be_told);
    UNIT(restored_to_the_start);
    UNIT(a_secret_is_given_and_used);
    UNIT(names_that_cannot_be_registered);
    UNIT(topic_classes_outlive_a_reset);
}
