#include "tests/unit/asking.h"

#include "mock-broker/system_topic.h"
#include "tests/unit/unit.h"

#include <stdio.h>

struct answer ask(const char *topic, struct str payload, struct shadow **shadow)
{
    static const struct topic_names names = {{"pk", 2}, {"dn", 2}};
    const struct system_topic *row = system_topic_of(&names, str_of(topic));
    struct answer answer;
    answer_init(&answer);
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    CU_ASSERT_PTR_NOT_NULL_FATAL(row->answer);
    const struct inquiry inquiry = {row, &names, str_of(topic), payload, 100500, shadow};
    row->answer(&inquiry, &answer);
    return answer;
}

void ask_expect(const char *topic, const char *payload, struct shadow **shadow, int64_t code,
                const char *on_topic, const char *expected)
{
    struct answer a = ask(topic, str_of(payload), shadow);
    CU_ASSERT_EQUAL(a.fault != NULL, code != 0);
    CU_ASSERT_EQUAL(a.code, code);
    CU_ASSERT_TRUE(str_eq(buf_str(&a.topic), str_of(on_topic)));
    bool same = str_eq(buf_str(&a.payload), str_of(expected));
    if (!same)
        fprintf(stderr, "answered: %.*s\n", STR_ARG(buf_str(&a.payload)));
    CU_ASSERT_TRUE(same);
    answer_fini(&a);
}
