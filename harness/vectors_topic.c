/* Vectors of topic names, filters and their matching (MQTT 3.1.1, section 4.7). */
#include <stdlib.h>

#include "lib/base/mem.h"
#include "lib/protocol/topic.h"
#include "vectors_run.h"

static void expect_levels(struct vector_run *run, struct str topic)
{
    const cJSON *levels = cJSON_GetObjectItemCaseSensitive(run->node, "levels"), *wanted;
    if (!levels)
        return;
    size_t at = 0, index = 0;
    struct str level;
    vector_expect_int(run, "number of levels", cJSON_GetArraySize(levels), (int64_t)topic_levels(topic));
    cJSON_ArrayForEach(wanted, levels)
    {
        char *what = mem_printf("level %zu", index++);
        bool more = topic_next_level(topic, &at, &level);
        vector_expect_text(run, what, str_of(wanted->valuestring), more ? level : (struct str){NULL, 0});
        free(what);
    }
    vector_expect_bool(run, "a level more", false, topic_next_level(topic, &at, &level));
}

/* True when the rest of the vector is to be compared. */
static bool judge(struct vector_run *run, const char *reason, size_t offset, const char *clause)
{
    bool compare = vector_expect_taken(run, !reason, reason ? reason : "");
    if (reason && run->want == VECTOR_INVALID)
        vector_expect_fault(run, "", clause, offset);
    return compare;
}

void vector_run_topic_name(struct vector_run *run)
{
    size_t offset = 0;
    const char *clause = "";
    struct str topic = vector_text(run, "topic");
    const char *reason = topic_name_fault(topic, &offset, &clause);
    if (judge(run, reason, offset, clause))
        expect_levels(run, topic);
}

void vector_run_topic_filter(struct vector_run *run)
{
    size_t offset = 0;
    const char *clause = "";
    struct str filter = vector_text(run, "filter");
    const char *reason = topic_filter_fault(filter, &offset, &clause);
    if (judge(run, reason, offset, clause) && run->want == VECTOR_VALID)
        vector_expect_bool(run, "wildcard", vector_bool(run, "wildcard", false), topic_has_wildcard(filter));
}

void vector_run_topic_match(struct vector_run *run)
{
    struct str filter = vector_text(run, "filter"), topic = vector_text(run, "topic");
    const char *fault = topic_filter_fault(filter, NULL, NULL);
    fault = fault ? fault : topic_name_fault(topic, NULL, NULL);
    if (vector_expect_taken(run, !fault, fault ? fault : ""))
        vector_expect_bool(run, "matches", vector_bool(run, "matches", false), topic_matches(filter, topic));
}
