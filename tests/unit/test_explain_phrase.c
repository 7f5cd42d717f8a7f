/* That every rule's texts have a phrase, attempt.h asks where it looks at them. */
#include "lib/rules/explain_inner.h"

#include <stdio.h>

#include "tests/unit/unit.h"

static void expect_chinese(const char *said, const char *expected)
{
    struct buf out;
    buf_init(&out, 1024);
    CU_ASSERT_TRUE(explain_phrase(str_of(said), &out));
    CU_ASSERT_STRING_EQUAL(buf_cstr(&out), expected);
    buf_fini(&out);
}

static void what_rules_say_in_chinese(void)
{
    expect_chinese("keep alive from 30 to 1200 s", "Keep Alive 为 30 至 1200 秒");
    expect_chinese("securemode=2 contradicts the transport: tcp is not encrypted",
                   "securemode=2 与传输方式不符：tcp 未加密");
    expect_chinese("securemode=2 contradicts the transport: tls is encrypted",
                   "securemode=2 与传输方式不符：tls 已加密");
    expect_chinese("there is no product *** (a secret or a password?)", "没有产品 ***（疑为密钥或密码）");
    expect_chinese("product pk has no device ghost", "产品 pk 没有设备 ghost");
    expect_chinese("byte 18: there is no closing bar", "第 18 字节：缺少结尾的竖线");
    expect_chinese("byte 2: a known key has a value outside its set: securemode=9",
                   "第 2 字节：已知参数的值不在允许范围内：securemode=9");
}

/* Neither is a piece ever empty, nor is anything written for what has no phrase. */
static void what_no_rule_says(void)
{
    struct buf out;
    buf_init(&out, 64);
    CU_ASSERT_FALSE(explain_phrase(STR("what no rule says"), &out));
    CU_ASSERT_FALSE(explain_phrase(STR("keep alive  s"), &out));
    CU_ASSERT_FALSE(explain_phrase(STR(""), &out));
    CU_ASSERT_EQUAL(out.len, 0);
    buf_fini(&out);
}

void unit_explain_phrase(void)
{
    UNIT(what_rules_say_in_chinese);
    UNIT(what_no_rule_says);
}
