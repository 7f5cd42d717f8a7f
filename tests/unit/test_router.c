#include "mock-broker/router.h"

#include "lib/base/mem.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>

enum { SUBSCRIBERS = 3, NOT_DELIVERED = -1 };

struct seen {
    struct subscriber *all;
    int qos[SUBSCRIBERS]; /* delivered with, or NOT_DELIVERED */
    int times;
};

static void on_delivery(void *ctx, struct subscriber *who, uint8_t qos)
{
    struct seen *seen = ctx;
    seen->qos[who - seen->all] = qos;
    seen->times++;
}

static struct seen publish(struct router *r, struct subscriber *all, const char *topic)
{
    struct seen seen = {.all = all, .qos = {NOT_DELIVERED, NOT_DELIVERED, NOT_DELIVERED}};
    size_t count = router_match(r, str_of(topic), on_delivery, &seen);
    CU_ASSERT_EQUAL(count, (size_t)seen.times);
    return seen;
}

static void leave_all(struct router *r, struct subscriber all[SUBSCRIBERS])
{
    for (int i = 0; i < SUBSCRIBERS; i++)
        router_leave(r, &all[i]);
    CU_ASSERT_EQUAL(router_filters(r), 0);
    router_free(r); /* checks that no node of the tree is left */
}

static void exact_filters(void)
{
    struct router *r = router_new();
    struct subscriber all[SUBSCRIBERS] = {0};
    CU_ASSERT_EQUAL(router_subscribe(r, &all[0], STR("/a/b"), 1), ROUTER_ADDED);
    CU_ASSERT_EQUAL(router_subscribe(r, &all[1], STR("/a/b"), 0), ROUTER_ADDED);
    CU_ASSERT_EQUAL(router_subscribe(r, &all[2], STR("/a"), 1), ROUTER_ADDED);
    struct seen seen = publish(r, all, "/a/b");
    CU_ASSERT_EQUAL(seen.qos[0], 1);
    CU_ASSERT_EQUAL(seen.qos[1], 0);
    CU_ASSERT_EQUAL(seen.qos[2], NOT_DELIVERED);
    CU_ASSERT_EQUAL(publish(r, all, "/a/b/").times, 0);
    CU_ASSERT_EQUAL(router_filters(r), 2);
    leave_all(r, all);
}

static void a_repeated_filter_replaces(void)
{
    struct router *r = router_new();
    struct subscriber all[SUBSCRIBERS] = {0};
    router_subscribe(r, &all[0], STR("/a/+"), 0);
    CU_ASSERT_EQUAL(router_subscribe(r, &all[0], STR("/a/+"), 1), ROUTER_REPLACED);
    CU_ASSERT_EQUAL(all[0].count, 1);
    CU_ASSERT_EQUAL(publish(r, all, "/a/x").qos[0], 1);
    router_subscribe(r, &all[0], STR("/a/+"), 0);
    CU_ASSERT_EQUAL(publish(r, all, "/a/x").qos[0], 0);
    leave_all(r, all);
}

static void overlapping_filters_deliver_once_with_the_highest_qos(void)
{
    struct router *r = router_new();
    struct subscriber all[SUBSCRIBERS] = {0};
    router_subscribe(r, &all[0], STR("/a/#"), 0);
    router_subscribe(r, &all[0], STR("/a/+"), 1);
    router_subscribe(r, &all[0], STR("/a/b"), 0);
    router_subscribe(r, &all[1], STR("+/a/b"), 0);
    struct seen seen = publish(r, all, "/a/b");
    CU_ASSERT_EQUAL(seen.times, 2);
    CU_ASSERT_EQUAL(seen.qos[0], 1);
    CU_ASSERT_EQUAL(seen.qos[1], 0);
    leave_all(r, all);
}

static void wildcards_match_whole_levels(void)
{
    const struct {
        const char *filter, *topic;
        bool matches;
    } rows[] = {{"/a/+", "/a/b", true},
                {"/a/+", "/a/b/c", false},
                {"/a/+", "/a/", true},
                {"/a/+", "/a", false},
                {"/a/#", "/a", true},
                {"/a/#", "/a/b/c/d", true},
                {"/a/#", "/ab", false},
                {"#", "/a", true},
                {"#", "$SYS/x", false},
                {"+/x", "$SYS/x", false},
                {"$SYS/#", "$SYS/x", true},
                {"+", "a", true},
                {"+", "/a", false},
                {"/+", "/a", true},
                {"+/+", "/a", true},
                {"/+/b/#", "/a/b", true},
                {"/+/b/#", "/a/c", false},
                {"a/+/c/+/e", "a/b/c/d/e", true},
                {"a/+/c/+/e", "a/b/x/d/e", false}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct router *r = router_new();
        struct subscriber all[SUBSCRIBERS] = {0};
        router_subscribe(r, &all[0], str_of(rows[i].filter), 0);
        CU_ASSERT_EQUAL(publish(r, all, rows[i].topic).times, rows[i].matches ? 1 : 0);
        leave_all(r, all);
    }
}

static void unsubscribing_ends_delivery_and_frees_the_tree(void)
{
    struct router *r = router_new();
    struct subscriber all[SUBSCRIBERS] = {0};
    router_subscribe(r, &all[0], STR("/a/+/c"), 0);
    router_subscribe(r, &all[1], STR("/a/+/c"), 0);
    router_subscribe(r, &all[0], STR("/a/+"), 0);
    CU_ASSERT_TRUE(router_unsubscribe(r, &all[0], STR("/a/+/c")));
    CU_ASSERT_FALSE(router_unsubscribe(r, &all[0], STR("/a/+/c")));
    CU_ASSERT_FALSE(router_unsubscribe(r, &all[0], STR("/never")));
    struct seen seen = publish(r, all, "/a/b/c");
    CU_ASSERT_EQUAL(seen.times, 1);
    CU_ASSERT_EQUAL(seen.qos[1], 0);
    CU_ASSERT_EQUAL(publish(r, all, "/a/b").times, 1);
    leave_all(r, all);
}

static void bounds(void)
{
    struct router *r = router_new();
    struct subscriber all[SUBSCRIBERS] = {0};
    char filter[ROUTER_LEVELS_MAX + 8];
    for (int i = 0; i < ROUTER_SUBSCRIPTIONS_MAX; i++) {
        snprintf(filter, sizeof filter, "/a/%d", i);
        CU_ASSERT_EQUAL(router_subscribe(r, &all[0], str_of(filter), 0), ROUTER_ADDED);
    }
    CU_ASSERT_EQUAL(router_subscribe(r, &all[0], STR("/one/more"), 0), ROUTER_REFUSED);
    CU_ASSERT_EQUAL(router_subscribe(r, &all[0], STR("/a/7"), 1), ROUTER_REPLACED);
    memset(filter, '/', ROUTER_LEVELS_MAX);
    CU_ASSERT_EQUAL(router_subscribe(r, &all[1], (struct str){filter, ROUTER_LEVELS_MAX - 1}, 0),
                    ROUTER_ADDED);
    CU_ASSERT_EQUAL(router_subscribe(r, &all[1], (struct str){filter, ROUTER_LEVELS_MAX}, 0), ROUTER_REFUSED);
    leave_all(r, all);
}

static void lists_subscriptions_newest_first(void)
{
    struct router *r = router_new();
    struct subscriber all[SUBSCRIBERS] = {0};
    router_subscribe(r, &all[0], STR("/first"), 0);
    router_subscribe(r, &all[0], STR("/second/#"), 1);
    const struct subscription *at = NULL;
    struct str filter;
    uint8_t qos;
    CU_ASSERT_TRUE(router_next(&all[0], &at, &filter, &qos));
    CU_ASSERT_TRUE(str_is(filter, "/second/#"));
    CU_ASSERT_EQUAL(qos, 1);
    CU_ASSERT_TRUE(router_next(&all[0], &at, &filter, &qos));
    CU_ASSERT_TRUE(str_is(filter, "/first"));
    CU_ASSERT_FALSE(router_next(&all[0], &at, &filter, &qos));
    leave_all(r, all);
}

static void granted_to_one(void)
{
    struct router *r = router_new();
    struct subscriber all[SUBSCRIBERS] = {0};
    uint8_t qos = 7;
    CU_ASSERT_FALSE(router_granted(&all[0], STR("a/b"), &qos));
    router_subscribe(r, &all[0], STR("a/+"), 0);
    router_subscribe(r, &all[1], STR("a/b"), 1);
    CU_ASSERT_TRUE(router_granted(&all[0], STR("a/b"), &qos));
    CU_ASSERT_EQUAL(qos, 0);
    router_subscribe(r, &all[0], STR("a/#"), 1);
    router_subscribe(r, &all[0], STR("+/b"), 0);
    CU_ASSERT_TRUE(router_granted(&all[0], STR("a/b"), &qos));
    CU_ASSERT_EQUAL(qos, 1);
    qos = 7;
    CU_ASSERT_FALSE(router_granted(&all[1], STR("a/c"), &qos));
    CU_ASSERT_EQUAL(qos, 7);
    leave_all(r, all);
}

void unit_router(void)
{
    UNIT(granted_to_one);
    UNIT(exact_filters);
    UNIT(a_repeated_filter_replaces);
    UNIT(overlapping_filters_deliver_once_with_the_highest_qos);
    UNIT(wildcards_match_whole_levels);
    UNIT(unsubscribing_ends_delivery_and_frees_the_tree);
    UNIT(bounds);
    UNIT(lists_subscriptions_newest_first);
}
