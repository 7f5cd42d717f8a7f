#include "mock-broker/topic_pattern.h"

#include "tests/unit/unit.h"

static const struct topic_names names = {{"pk", 2}, {"dn", 2}};

struct row {
    const char *pattern, *filter;
    enum topic_relation relation;
};

static void check(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_EQUAL(topic_pattern_relation(str_of(rows[i].pattern), &names, str_of(rows[i].filter)),
                        rows[i].relation);
}

static void names_of_topics(void)
{
    static const struct row rows[] = {{"/a/{pk}/{dn}", "/a/pk/dn", TOPIC_COVERS},
                                      {"/a/{pk}/{dn}", "/a/pk/other", TOPIC_APART},
                                      {"/a/{pk}/{dn}", "/a/{pk}/{dn}", TOPIC_APART},
                                      {"/a/{pk}/{dn}", "/a/dn/pk", TOPIC_APART},
                                      {"a/+/c", "a/b/c", TOPIC_COVERS},
                                      {"a/+/c", "a//c", TOPIC_COVERS},
                                      {"a/+/c", "a/b/b/c", TOPIC_APART},
                                      {"a/b", "a/b/c", TOPIC_APART},
                                      {"a/b/c", "a/b", TOPIC_APART},
                                      {"a/#", "a/b/c", TOPIC_COVERS},
                                      {"a/#", "a", TOPIC_COVERS},
                                      {"a/#", "b", TOPIC_APART},
                                      {"#", "", TOPIC_COVERS},
                                      {"{xx}", "{xx}", TOPIC_COVERS}};
    check(rows, sizeof rows / sizeof rows[0]);
}

static void filters(void)
{
    static const struct row rows[] = {{"a/+", "a/+", TOPIC_COVERS},       {"a/b", "a/+", TOPIC_OVERLAPS},
                                      {"a/b", "a/#", TOPIC_OVERLAPS},     {"a/b", "#", TOPIC_OVERLAPS},
                                      {"a/b", "a/b/#", TOPIC_OVERLAPS},   {"a/b", "a/b/c/#", TOPIC_APART},
                                      {"a/#", "a/#", TOPIC_COVERS},       {"a/#", "a/+/c", TOPIC_COVERS},
                                      {"a/+/c", "a/+/d", TOPIC_APART},    {"a/b/c", "+/b/+", TOPIC_OVERLAPS},
                                      {"a/b/#", "+/b/c", TOPIC_OVERLAPS}, {"a/+", "a/#", TOPIC_OVERLAPS},
                                      {"{pk}/a", "+/a", TOPIC_OVERLAPS},  {"a/b", "+/c", TOPIC_APART}};
    check(rows, sizeof rows / sizeof rows[0]);
}

void unit_topic_pattern(void)
{
    UNIT(names_of_topics);
    UNIT(filters);
}
