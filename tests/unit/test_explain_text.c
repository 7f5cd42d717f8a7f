#include "lib/rules/explain_inner.h"

#include "lib/base/home.h"
#include "tests/unit/explaining.h"

#include <stdio.h>
#include <stdlib.h>

static struct explanation explanation;

static void expect_text(const struct explain_item *item, enum explain_language language,
                        void (*write)(const struct explain_item *, enum explain_language, struct buf *),
                        const char *expected)
{
    struct buf text;
    buf_init(&text, 4096);
    write(item, language, &text);
    CU_ASSERT_STRING_EQUAL(buf_cstr(&text), expected);
    buf_fini(&text);
}

static void sentences_have_their_details(void)
{
    struct explain_item item = {.refusal = {.rule = connect_rules_named("signature")}};
    explain_add(&item, explain_named("method-mismatch"), "hmacmd5");
    explain_add(&item, explain_named("trailing-newline"), "");
    explain_add(&item, explain_named("trailing-newline"), "");
    CU_ASSERT_EQUAL(item.found_count, 2);
    expect_text(&item, EXPLAIN_ENGLISH, explain_text,
                "The password is made with hmacmd5, but signmethod declares another method. The signed "
                "content ends with a line feed.");
    expect_text(&item, EXPLAIN_CHINESE, explain_text,
                "密码是用 hmacmd5 计算的，但 signmethod 声明的是另一种方法。签名内容末尾多了换行符。");
    expect_text(&item, EXPLAIN_ENGLISH, explain_remedy,
                "Send signmethod=hmacmd5, or compute the password with the declared method. Sign the content "
                "without it; in a shell use printf %s or echo -n.");
}

static void unexplained_refusals_have_words_too(void)
{
    struct explain_item item = {
        .refusal = {.rule = connect_rules_named("keep-alive"), .received = "R", .accepted = "A"}};
    expect_text(&item, EXPLAIN_ENGLISH, explain_text, "Received: R; accepted: A.");
    expect_text(&item, EXPLAIN_CHINESE, explain_text, "收到：R；应为：A。");
    expect_text(&item, EXPLAIN_ENGLISH, explain_remedy, "Send what is accepted: A.");
    item.refusal.rule = connect_rules_named("signature");
    memcpy(item.refusal.accepted, "40 hex digits: hmacsha1 over x", 31);
    expect_text(&item, EXPLAIN_ENGLISH, explain_text,
                "The password is not the one that this device's secret gives; no known mistake gives it "
                "either.");
}

static void only_so_many_mistakes_fit(void)
{
    struct explain_item item = {.found_count = 0};
    size_t count;
    const struct explain_mistake *rows = explain_table(&count);
    for (size_t i = 0; i < count; i++)
        explain_add(&item, &rows[i], "");
    CU_ASSERT_EQUAL(item.found_count, EXPLAIN_MISTAKES_MAX);
}

static void json_has_the_promised_form(void)
{
    struct profile profile = profile_named("2023");
    struct explain_request request;
    example_request(&request, &profile);
    request.packet.keep_alive_s = 0;
    explain_request_run(&request, &explanation);
    cJSON *json = explain_json(&explanation);
    char *text = cJSON_PrintUnformatted(json);
    CU_ASSERT_STRING_EQUAL(
        text,
        "{\"accepted\":false,\"refusals\":[{\"rule\":\"keep-alive\",\"requirement\":\"KAL-02\","
        "\"mistakes\":[\"keep-alive-off\"],\"received\":\"keep alive 0 s\",\"accepted\":\"keep alive from "
        "30 to 1200 s\",\"text\":{\"en\":\"Keep alive is 0: switched off.\",\"zh\":\"Keep Alive 为 "
        "0，即已关闭。\"},\"change\":{\"en\":\"Switch it on; the platform wants "
        "heartbeats.\",\"zh\":\"请启用 "
        "Keep Alive；平台要求有心跳。\"}}]}");
    cJSON_free(text);
    cJSON_Delete(json);
    example_request(&request, &profile);
    explain_request_run(&request, &explanation);
    json = explain_json(&explanation);
    text = cJSON_PrintUnformatted(json);
    CU_ASSERT_STRING_EQUAL(text, "{\"accepted\":true,\"refusals\":[]}");
    cJSON_free(text);
    cJSON_Delete(json);
}

/* docs/explain.md is what the table gives: `iotconform explain --list-markdown > docs/explain.md` makes it so. */
static void document_is_up_to_date(void)
{
    struct buf made, kept;
    buf_init(&made, 1 << 20);
    buf_init(&kept, 1 << 20);
    explain_markdown(&made);
    char *file = home_path("docs/explain.md");
    FILE *f = fopen(file, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        buf_append(&kept, part, n);
    fclose(f);
    CU_ASSERT_TRUE(str_eq(buf_str(&made), buf_str(&kept)));
    buf_fini(&made);
    buf_fini(&kept);
    free(file);
}

void unit_explain_text(void)
{
    UNIT(sentences_have_their_details);
    UNIT(unexplained_refusals_have_words_too);
    UNIT(only_so_many_mistakes_fit);
    UNIT(json_has_the_promised_form);
    UNIT(document_is_up_to_date);
}
