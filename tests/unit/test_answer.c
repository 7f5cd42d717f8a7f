#include "mock-broker/answer.h"

#include "lib/base/mem.h"
#include "tests/unit/asking.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

static void the_time(void)
{
    const char *topic = "/ext/ntp/pk/dn/request", *back = "/ext/ntp/pk/dn/response";
    const char *told =
        "{\"deviceSendTime\":\"42\",\"serverRecvTime\":\"100500\",\"serverSendTime\":\"100500\"}";
    ask_expect(topic, "{\"deviceSendTime\":\"42\"}", NULL, 0, back, told);
    ask_expect(topic, "{\"deviceSendTime\":42}", NULL, 0, back, told);
    const char *const bad[] = {"", "{}", "[]", "42", "{\"deviceSendTime\":null}", "{\"deviceSendTime\":1.5}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ask_expect(topic, bad[i], NULL, 460, NULL, NULL);
}

static void calls_of_the_cloud(void)
{
    const struct {
        const char *topic, *id;
    } rows[] = {{"/sys/pk/dn/rrpc/response/857", "857"},
                {"/ext/rrpc/42/pk/dn/user/x", "42"},
                {"/ext/rrpc/42", "42"},
                {"/ext/rrpc//x", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct answer a = ask(rows[i].topic, STR("anything"), NULL);
        CU_ASSERT_TRUE(a.rrpc_id.p && str_is(a.rrpc_id, rows[i].id));
        CU_ASSERT_EQUAL(a.topic.len, 0);
        CU_ASSERT_PTR_NULL(a.fault);
        answer_fini(&a);
    }
}

static void what_is_too_large_is_not_said(void)
{
    struct answer a;
    answer_init(&a);
    char *text = mem_zalloc(1, ANSWER_MAX + 2);
    memset(text, 'x', ANSWER_MAX + 1);
    CU_ASSERT_TRUE(answer_on(&a, STR("t"), "_reply"));
    CU_ASSERT_TRUE(str_is(buf_str(&a.topic), "t_reply"));
    answer_json(&a, cJSON_CreateString("x"));
    CU_ASSERT_EQUAL(a.payload.len, 3);
    answer_json(&a, cJSON_CreateString(text));
    CU_ASSERT_EQUAL(a.topic.len, 0);
    CU_ASSERT_FALSE(answer_on(&a, (struct str){text, UINT16_MAX}, "_reply"));
    CU_ASSERT_EQUAL(a.topic.len, 0);
    free(text);
    answer_fini(&a);
}

void unit_answer(void)
{
    UNIT(the_time);
    UNIT(calls_of_the_cloud);
    UNIT(what_is_too_large_is_not_said);
}
