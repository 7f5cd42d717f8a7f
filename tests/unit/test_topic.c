#include "lib/protocol/topic.h"

#include "lib/base/mem.h"

#include <stdlib.h>

#include "tests/unit/unit.h"

struct row {
    struct str text;
    const char *reason; /* NULL: good */
    size_t offset;
    const char *clause;
};

typedef const char *topic_fault(struct str topic, size_t *offset, const char **clause);

static void check(topic_fault *fault, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t offset = 99;
        const char *clause = "none", *reason = fault(rows[i].text, &offset, &clause);
        CU_ASSERT_EQUAL(reason == NULL, rows[i].reason == NULL);
        if (!reason || !rows[i].reason)
            continue;
        CU_ASSERT_STRING_EQUAL(reason, rows[i].reason);
        CU_ASSERT_EQUAL(offset, rows[i].offset);
        CU_ASSERT_STRING_EQUAL(clause, rows[i].clause);
        CU_ASSERT_PTR_EQUAL(fault(rows[i].text, NULL, NULL), reason);
    }
}

static void names(void)
{
    static const char wildcard[] = "a topic name holds a wildcard character";
    const struct row rows[] = {
        {STR("a"), NULL, 0, NULL},
        {STR("/"), NULL, 0, NULL},
        {STR("//"), NULL, 0, NULL},
        {STR("/sys/pk/device/thing/event/property/post"), NULL, 0, NULL},
        {STR("Accounts payable"), NULL, 0, NULL},
        {STR("$SYS/x"), NULL, 0, NULL},
        {STR("/温度/\x01"), NULL, 0, NULL},
        {STR(""), "it is empty", 0, "MQTT-4.7.3-1"},
        {{NULL, 0}, "it is empty", 0, "MQTT-4.7.3-1"},
        {STR("#"), wildcard, 0, "MQTT-3.3.2-2"},
        {STR("+"), wildcard, 0, "MQTT-3.3.2-2"},
        {STR("/a+b"), wildcard, 2, "MQTT-3.3.2-2"},
        {STR("/a/#"), wildcard, 3, "MQTT-3.3.2-2"},
        {STR("/a\0/#"), "text holds the character U+0000", 2, "MQTT-4.7.3-2"},
        {STR("/a/\xc3"), "text is not well-formed UTF-8", 3, "MQTT-1.5.3-1"},
    };
    check(topic_name_fault, rows, sizeof rows / sizeof rows[0]);
}

static void filters(void)
{
    static const char hash[] = "'#' is not the whole last level", plus[] = "'+' is not a whole level";
    const struct row rows[] = {
        {STR("#"), NULL, 0, NULL},
        {STR("/#"), NULL, 0, NULL},
        {STR("sport/tennis/#"), NULL, 0, NULL},
        {STR("+"), NULL, 0, NULL},
        {STR("+/tennis/#"), NULL, 0, NULL},
        {STR("/+"), NULL, 0, NULL},
        {STR("+/+"), NULL, 0, NULL},
        {STR("sport/+/player1"), NULL, 0, NULL},
        {STR("+/#"), NULL, 0, NULL},
        {STR("a"), NULL, 0, NULL},
        {STR(""), "it is empty", 0, "MQTT-4.7.3-1"},
        {STR("sport/tennis#"), hash, 12, "MQTT-4.7.1-2"},
        {STR("sport/tennis/#/ranking"), hash, 13, "MQTT-4.7.1-2"},
        {STR("#/"), hash, 0, "MQTT-4.7.1-2"},
        {STR("##"), hash, 0, "MQTT-4.7.1-2"},
        {STR("/#a"), hash, 1, "MQTT-4.7.1-2"},
        {STR("+#"), plus, 0, "MQTT-4.7.1-3"},
        {STR("#+"), hash, 0, "MQTT-4.7.1-2"},
        {STR("sport+"), plus, 5, "MQTT-4.7.1-3"},
        {STR("++"), plus, 0, "MQTT-4.7.1-3"},
        {STR("/+a/b"), plus, 1, "MQTT-4.7.1-3"},
        {STR("a\0#"), "text holds the character U+0000", 1, "MQTT-4.7.3-2"},
        {STR("\xff/#"), "text is not well-formed UTF-8", 0, "MQTT-1.5.3-1"},
    };
    check(topic_filter_fault, rows, sizeof rows / sizeof rows[0]);
}

static void longest_and_longer(void)
{
    enum { LONGEST = 65535 };
    char *text = mem_alloc(LONGEST + 1);
    memset(text, 'x', LONGEST + 1);
    const struct row rows[] = {
        {{text, LONGEST}, NULL, 0, NULL},
        {{text, LONGEST + 1}, "it has more than 65535 bytes", LONGEST, "MQTT-4.7.3-3"}};
    check(topic_name_fault, rows, 2);
    check(topic_filter_fault, rows, 2);
    free(text);
}

static void matching(void)
{
    static const struct {
        const char *filter, *topic;
        bool matches;
    } rows[] = {
        {"sport/tennis/player1/#", "sport/tennis/player1", true},
        {"sport/tennis/player1/#", "sport/tennis/player1/ranking", true},
        {"sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true},
        {"sport/tennis/player1/#", "sport/tennis/player10", false},
        {"sport/#", "sport", true},
        {"sport/#", "sport/", true},
        {"sport/#", "sports", false},
        {"#", "a", true},
        {"#", "/", true},
        {"#", "a/b/c", true},
        {"sport/tennis/+", "sport/tennis/player1", true},
        {"sport/tennis/+", "sport/tennis/player1/ranking", false},
        {"sport/+", "sport", false},
        {"sport/+", "sport/", true},
        {"+/+", "/finance", true},
        {"/+", "/finance", true},
        {"+", "/finance", false},
        {"+", "finance", true},
        {"+/b", "a/b", true},
        {"a/+/c", "a//c", true},
        {"a/+/c", "a/b/d", false},
        {"a/+/+", "a/b", false},
        {"+/#", "a", true},
        {"+/#", "a/b/c", true},
        {"/#", "/", true},
        {"/#", "a", false},
        {"a/b", "a/b", true},
        {"a/b", "a/B", false},
        {"a/b", "a/b/", false},
        {"a/b/", "a/b", false},
        {"a", "ab", false},
        {"ab", "a", false},
        {"/", "/", true},
        {"/", "//", false},
        {"/a", "a", false},
        /* $ topics: not by a wildcard at the first level */
        {"#", "$SYS/x", false},
        {"+/x", "$SYS/x", false},
        {"+", "$SYS", false},
        {"+/#", "$SYS/x", false},
        {"$SYS/#", "$SYS/x", true},
        {"$SYS/#", "$SYS", true},
        {"$SYS/+", "$SYS/x", true},
        {"$SYS/x", "$SYS/x", true},
        {"/+", "/$x", true},
        {"a/#", "a/$x", true},
        {"/温度/+", "/温度/一", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        CU_ASSERT_EQUAL(topic_matches(str_of(rows[i].filter), str_of(rows[i].topic)), rows[i].matches);
        if (topic_matches(str_of(rows[i].filter), str_of(rows[i].topic)) != rows[i].matches)
            fprintf(stderr, "\n%s : %s\n", rows[i].filter, rows[i].topic);
    }
}

static void levels(void)
{
    static const struct {
        const char *topic, *levels[4];
        size_t count;
    } rows[] = {{"/a/b", {"", "a", "b"}, 3},
                {"a", {"a"}, 1},
                {"", {""}, 1},
                {"/", {"", ""}, 2},
                {"a//", {"a", "", ""}, 3}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str topic = str_of(rows[i].topic), level;
        size_t at = 0, count = 0;
        CU_ASSERT_EQUAL(topic_levels(topic), rows[i].count);
        while (count < 4 && topic_next_level(topic, &at, &level)) {
            CU_ASSERT_TRUE(count < rows[i].count && str_is(level, rows[i].levels[count]));
            count++;
        }
        CU_ASSERT_EQUAL(count, rows[i].count);
    }
    struct str level;
    size_t at = 0;
    CU_ASSERT_TRUE(topic_next_level((struct str){NULL, 0}, &at, &level) && level.n == 0);
    CU_ASSERT_FALSE(topic_next_level((struct str){NULL, 0}, &at, &level));
}

static void wildcards(void)
{
    const char *const with[] = {"#", "+", "a/#", "a/+", "+/b", "/+/b"}, *const without[] = {"a", "/", "/a/b"};
    for (size_t i = 0; i < sizeof with / sizeof with[0]; i++)
        CU_ASSERT_TRUE(topic_has_wildcard(str_of(with[i])));
    for (size_t i = 0; i < sizeof without / sizeof without[0]; i++)
        CU_ASSERT_FALSE(topic_has_wildcard(str_of(without[i])));
    CU_ASSERT_FALSE(topic_has_wildcard(STR("")));
}

void unit_topic(void)
{
    UNIT(names);
    UNIT(filters);
    UNIT(longest_and_longer);
    UNIT(matching);
    UNIT(levels);
    UNIT(wildcards);
}
