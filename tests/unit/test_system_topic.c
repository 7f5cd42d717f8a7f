#include "mock-broker/system_topic.h"

#include "tests/unit/unit.h"

static const struct topic_names names = {{"pk", 2}, {"dn", 2}};

static void each_row_is_reached(void)
{
    const struct system_topic *rows;
    size_t count = system_topics(&rows);
    CU_ASSERT_TRUE(count > 50);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < i; k++) /* no row before covers all that this one does */
            CU_ASSERT_FALSE(rows[k].family == rows[i].family &&
                            topic_pattern_relation(str_of(rows[k].pattern), &names,
                                                   str_of(rows[i].pattern)) == TOPIC_COVERS);
        CU_ASSERT_TRUE(rows[i].rights >= TOPIC_PUB && rows[i].rights <= TOPIC_BOTH);
        CU_ASSERT_TRUE(!rows[i].answer || (rows[i].rights & TOPIC_PUB) != 0);
    }
}

static void the_row_of_a_topic(void)
{
    const struct system_topic *post = system_topic_of(&names, STR("/sys/pk/dn/thing/event/property/post"));
    CU_ASSERT_PTR_NOT_NULL_FATAL(post);
    CU_ASSERT_STRING_EQUAL(post->pattern, "thing/event/+/post");
    CU_ASSERT_EQUAL(post->rights, TOPIC_PUB);
    CU_ASSERT_STRING_EQUAL(system_topic_of(&names, STR("/sys/pk/dn/new"))->pattern, "#");
    CU_ASSERT_STRING_EQUAL(system_topic_of(&names, STR("/shadow/get/pk/dn"))->pattern,
                           "/shadow/get/{pk}/{dn}");
    const char *const none[] = {"/sys/pk/other/thing/event/property/post",
                                "/sys/pk/dnx/a",
                                "/sys/pk",
                                "",
                                "/pk/dn/user/get",
                                "/shadow/get/pk/other",
                                "sys/pk/dn/x"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        CU_ASSERT_PTR_NULL(system_topic_of(&names, str_of(none[i])));
}

static void what_follows_the_names(void)
{
    CU_ASSERT_TRUE(str_is(system_topic_rest(&names, STR("/sys/pk/dn/a/b")), "a/b"));
    CU_ASSERT_PTR_NOT_NULL(system_topic_rest(&names, STR("/sys/pk/dn/")).p);
    CU_ASSERT_PTR_NULL(system_topic_rest(&names, STR("/sys/pk/dn")).p);
    CU_ASSERT_PTR_NULL(system_topic_rest(&names, STR("/ota/pk/dn/a")).p);
}

static void subscribable_as_a_whole(void)
{
    const struct {
        const char *filter, *row;
    } rows[] = {{"/sys/pk/dn/thing/event/+/post_reply", "thing/event/+/post_reply"},
                {"/sys/pk/dn/thing/service/+", "#"},
                {"/sys/pk/dn/thing/#", NULL},
                {"/sys/pk/dn/thing/event/property/post", NULL},
                {"/sys/pk/dn/thing/event/property/+", NULL},
                {"/ext/other/pk/dn/#", "/ext/+/{pk}/{dn}/#"},
                {"/ext/ntp/pk/dn/#", NULL},
                {"/ext/rrpc/+/#", NULL},
                {"#", NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct system_topic *row = system_topic_subscribable(&names, 0, str_of(rows[i].filter));
        CU_ASSERT_EQUAL(row == NULL, rows[i].row == NULL);
        if (row && rows[i].row)
            CU_ASSERT_STRING_EQUAL(row->pattern, rows[i].row);
    }
    CU_ASSERT_PTR_NOT_NULL(system_topic_subscribable(&names, SYSTEM_EXT_RRPC, STR("/ext/rrpc/+/#")));
}

void unit_system_topic(void)
{
    UNIT(each_row_is_reached);
    UNIT(the_row_of_a_topic);
    UNIT(what_follows_the_names);
    UNIT(subscribable_as_a_whole);
}
