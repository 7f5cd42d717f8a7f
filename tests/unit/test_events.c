#include "harness/events.h"

#include "tests/unit/unit.h"

static struct events *events_of(const char *list)
{
    struct events *e = events_new();
    cJSON *answer = cJSON_CreateObject();
    cJSON_AddItemToObject(answer, "events", cJSON_Parse(list));
    cJSON_AddNumberToObject(answer, "next", 42);
    CU_ASSERT_TRUE(events_add(e, answer, 10));
    return e;
}

static void each_event_is_taken_once(void)
{
    struct events *e = events_of("[{\"event\":\"offline\",\"reason\":\"disconnect\"},{\"event\":\"online\"},"
                                 "{\"event\":\"offline\",\"reason\":\"deleted\"}]");
    cJSON *where = cJSON_Parse("{\"reason\":\"deleted\"}");
    struct mismatch mismatch;
    CU_ASSERT_EQUAL(events_next(e), 42);
    CU_ASSERT_PTR_NOT_NULL(events_take(e, "offline", where));
    CU_ASSERT_PTR_NULL(events_take(e, "offline", where));
    CU_ASSERT_EQUAL(events_mark(e, events_near(e, "offline", where, &mismatch)), 10);
    CU_ASSERT_PTR_NOT_NULL(events_near(e, "offline", where, &mismatch));
    CU_ASSERT_STRING_EQUAL(mismatch.actual, "'disconnect'");
    CU_ASSERT_PTR_NOT_NULL(events_left(e));
    CU_ASSERT_PTR_NOT_NULL(events_take(e, "offline", NULL));
    CU_ASSERT_PTR_NULL(events_take(e, "offline", NULL));
    CU_ASSERT_PTR_NULL(events_left(e)); /* online may stay */
    cJSON_Delete(where);
    events_free(e);
}

static void an_answer_of_another_form_is_none(void)
{
    static const char *const answers[] = {"{}", "{\"events\":[]}", "{\"events\":{},\"next\":1}",
                                          "{\"next\":1}"};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        struct events *e = events_new();
        CU_ASSERT_FALSE(events_add(e, cJSON_Parse(answers[i]), 0));
        events_free(e);
    }
}

static void only_known_events_and_members_may_be_asked_for(void)
{
    static const struct {
        const char *name, *where;
        size_t problems;
    } rows[] = {{"offline", "{\"reason\":\"x\",\"idle_ms\":{\"min\":1}}", 0},
                {"offline", "{\"rule\":\"x\"}", 1},
                {"offline", "{\"reaso\":\"x\",\"eason\":1}", 2},
                {"refused", "{\"rule\":{\"one_of\":[]}}", 1},
                {"gone", "{}", 1},
                {"online", "[]", 1}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct problems problems = {0};
        cJSON *where = cJSON_Parse(rows[i].where);
        events_check(rows[i].name, where, "f#", &problems);
        CU_ASSERT_EQUAL(problems.count, rows[i].problems);
        problems_fini(&problems);
        cJSON_Delete(where);
    }
}

static const char refused[] =
    "[{\"seq\":1,\"event\":\"online\"},{\"seq\":2,\"event\":\"refused\",\"rule\":\"signature\","
    "\"explanation\":{\"accepted\":false,\"refusals\":[{\"rule\":\"signature\",\"text\":{\"en\":\"Wrong.\","
    "\"zh\":\"错。\"},"
    "\"change\":{\"en\":\"Change it.\",\"zh\":\"改。\"}}]}}]";

static void an_unexpected_refusal_is_the_cause(void)
{
    struct events *e = events_of(refused);
    cJSON *cause = events_cause(e);
    CU_ASSERT_STRING_EQUAL_FATAL(cJSON_GetStringValue(cJSON_GetObjectItem(cause, "en")), "Wrong. Change it.");
    CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(cJSON_GetObjectItem(cause, "zh")), "错。 改。");
    cJSON_Delete(cause);
    events_free(e);
}

static void an_expected_one_is_not(void)
{
    struct events *e = events_of(refused);
    CU_ASSERT_PTR_NOT_NULL(events_take(e, "refused", NULL));
    CU_ASSERT_PTR_NULL(events_cause(e));
    CU_ASSERT_PTR_NULL(events_left(e));
    events_free(e);
}

static void without_an_explanation_there_is_none(void)
{
    struct events *e = events_of("[{\"seq\":1,\"event\":\"refused\",\"rule\":\"keep-alive\"}]");
    CU_ASSERT_PTR_NULL(events_cause(e));
    CU_ASSERT_PTR_NOT_NULL(events_left(e));
    events_free(e);
}

void unit_events(void)
{
    UNIT(each_event_is_taken_once);
    UNIT(an_answer_of_another_form_is_none);
    UNIT(only_known_events_and_members_may_be_asked_for);
    UNIT(an_unexpected_refusal_is_the_cause);
    UNIT(an_expected_one_is_not);
    UNIT(without_an_explanation_there_is_none);
}
