/* A filter and a topic, divided by a line feed: checks and matching stay inside, and matching says what a matcher written
 * another way says. */
#include "lib/base/check.h"
#include "lib/protocol/topic.h"
#include "tests/fuzz/fuzz.h"

/* From the end of the filter: byte by byte, with the rest of the topic. Good filters and names only. */
static bool matches_again(struct str filter, struct str topic)
{
    if (filter.n == 0)
        return topic.n == 0;
    if (filter.p[0] == '#')
        return true;
    if (str_is(filter, "/#") && topic.n == 0)
        return true;
    struct str filter_rest = {filter.p + 1, filter.n - 1};
    if (filter.p[0] == '+') {
        size_t n = str_find(topic, '/');
        return matches_again(filter_rest, (struct str){topic.p + n, topic.n - n});
    }
    return topic.n > 0 && filter.p[0] == topic.p[0] &&
           matches_again(filter_rest, (struct str){topic.p + 1, topic.n - 1});
}

static bool is_hidden(struct str filter, struct str topic)
{
    return topic.p[0] == '$' && filter.p[0] != '$';
}

static void walk(struct str topic)
{
    size_t at = 0, count = 0, bytes = 0;
    struct str level;
    while (topic_next_level(topic, &at, &level)) {
        CHECK(str_find(level, '/') == level.n);
        bytes += level.n;
        count++;
    }
    CHECK(count == topic_levels(topic));
    CHECK(bytes + count - 1 == topic.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str both = {(const char *)data, size};
    struct str filter = {both.p, str_find(both, '\n')};
    struct str topic = {both.p + filter.n, 0};
    if (filter.n < both.n)
        topic = (struct str){both.p + filter.n + 1, both.n - filter.n - 1};
    size_t offset = 0;
    const char *clause = NULL;
    const char *bad_filter = topic_filter_fault(filter, &offset, &clause);
    CHECK(!bad_filter || (clause && offset <= filter.n));
    const char *bad_topic = topic_name_fault(topic, &offset, &clause);
    CHECK(!bad_topic || (clause && offset <= topic.n));
    walk(filter);
    walk(topic);
    bool matches = topic_matches(filter, topic);
    if (bad_filter || bad_topic)
        return 0;
    CHECK(matches == (!is_hidden(filter, topic) && matches_again(filter, topic)));
    if (!topic_has_wildcard(filter))
        CHECK(matches == str_eq(filter, topic));
    CHECK(topic_matches(topic, topic) && !topic_has_wildcard(topic) &&
          !topic_filter_fault(topic, NULL, NULL));
    return 0;
}
