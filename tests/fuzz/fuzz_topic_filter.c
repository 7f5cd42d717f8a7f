/* A filter and a topic, divided by a line feed: checks and matching stay inside, and a filter without wildcards matches
 * just itself. */
#include "lib/base/check.h"
#include "lib/protocol/topic.h"
#include "tests/fuzz/fuzz.h"

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
    bool matches = topic_matches(filter, topic);
    if (!bad_filter && !bad_topic && !topic_has_wildcard(filter))
        CHECK(matches == str_eq(filter, topic));
    if (!bad_topic)
        CHECK(topic_matches(topic, topic));
    return 0;
}
