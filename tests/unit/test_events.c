#include "harness/events.h"

#include "lib/base/json.h"
#include "tests/unit/unit.h"

static struct events *with(const char *journal)
{
    struct problems problems = {0};
    struct events *e = events_new();
    CU_ASSERT_TRUE_FATAL(events_add(e, json_parse(str_of(journal), "journal", &problems), 0));
    problems_fini(&problems);
    return e;
}

static const char refused[] =
    "{\"events\":[{\"seq\":1,\"event\":\"online\"},{\"seq\":2,\"event\":\"refused\",\"rule\":\"signature\","
    "\"explanation\":{\"accepted\":false,\"refusals\":[{\"rule\":\"signature\",\"text\":{\"en\":\"Wrong.\","
    "\"zh\":\"错。\"},"
    "\"change\":{\"en\":\"Change it.\",\"zh\":\"改。\"}}]}}],\"next\":2,\"lost\":0}";

static void an_unexpected_refusal_is_the_cause(void)
{
    struct events *e = with(refused);
    cJSON *cause = events_cause(e);
    CU_ASSERT_STRING_EQUAL_FATAL(cJSON_GetStringValue(cJSON_GetObjectItem(cause, "en")), "Wrong. Change it.");
    CU_ASSERT_STRING_EQUAL(cJSON_GetStringValue(cJSON_GetObjectItem(cause, "zh")), "错。 改。");
    cJSON_Delete(cause);
    events_free(e);
}

static void an_expected_one_is_not(void)
{
    struct events *e = with(refused);
    CU_ASSERT_PTR_NOT_NULL(events_take(e, "refused", NULL));
    CU_ASSERT_PTR_NULL(events_cause(e));
    CU_ASSERT_PTR_NULL(events_left(e));
    events_free(e);
}

static void without_an_explanation_there_is_none(void)
{
    struct events *e = with(
        "{\"events\":[{\"seq\":1,\"event\":\"refused\",\"rule\":\"keep-alive\"}],\"next\":1,\"lost\":0}");
    CU_ASSERT_PTR_NULL(events_cause(e));
    CU_ASSERT_PTR_NOT_NULL(events_left(e));
    events_free(e);
}

void unit_events(void)
{
    UNIT(an_unexpected_refusal_is_the_cause);
    UNIT(an_expected_one_is_not);
    UNIT(without_an_explanation_there_is_none);
}
