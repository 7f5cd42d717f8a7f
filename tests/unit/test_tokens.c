#include "mock-broker/tokens.h"

#include "lib/base/clock.h"
#include "tests/unit/unit.h"

#include <stdio.h>

enum { WEEK_S = 7 * 24 * 3600 };

static const struct token *issue(struct tokens *t, enum token_kind kind, const char *device,
                                 const char *client_id)
{
    return tokens_issue(t, kind, STR("pk"), str_of(device), str_of(client_id),
                        kind == TOKEN_IOT ? WEEK_S : TOKEN_FOREVER);
}

static void tokens_are_found_and_bound(void)
{
    struct clock *clock = clock_new_manual(0);
    struct tokens *t = tokens_new(clock, NULL);
    const struct token *a = issue(t, TOKEN_IOT, "a", "1"), *b = issue(t, TOKEN_IOT, "b", "1"),
                       *d = issue(t, TOKEN_DEVICE, "a", "x");
    CU_ASSERT_PTR_EQUAL(tokens_find(t, str_of(a->text)), a);
    CU_ASSERT_PTR_EQUAL(tokens_of_iot_id(t, str_of(b->iot_id)), b);
    CU_ASSERT_PTR_NULL(tokens_of_iot_id(t, STR("")));
    CU_ASSERT_PTR_NULL(tokens_find(t, STR("0")));
    CU_ASSERT_STRING_EQUAL(d->iot_id, "");
    CU_ASSERT_STRING_EQUAL(d->client_id, "x");
    CU_ASSERT_STRING_EQUAL(b->device_name, "b");
    CU_ASSERT_STRING_NOT_EQUAL(a->text, b->text);
    CU_ASSERT_TRUE(strlen(a->iot_id) <= 64 && strlen(a->text) <= 65);
    tokens_revoke(t, STR("pk"), STR("a"));
    CU_ASSERT_EQUAL(tokens_count(t), 1);
    CU_ASSERT_PTR_EQUAL(tokens_of_iot_id(t, str_of(b->iot_id)), b);
    tokens_clear(t);
    CU_ASSERT_EQUAL(tokens_count(t), 0);
    tokens_free(t);
    clock_free(clock);
}

static void a_week_is_a_week(void)
{
    struct clock *clock = clock_new_manual(0);
    struct tokens *t = tokens_new(clock, NULL);
    const struct token *a = issue(t, TOKEN_IOT, "a", "1"), *d = issue(t, TOKEN_DEVICE, "a", "1");
    clock_advance(clock, (int64_t)WEEK_S * 1000 - 1);
    CU_ASSERT_FALSE(tokens_expired(t, a));
    clock_advance(clock, 1);
    CU_ASSERT_TRUE(tokens_expired(t, a));
    CU_ASSERT_FALSE(tokens_expired(t, d));
    tokens_free(t);
    clock_free(clock);
}

static void a_device_has_only_so_many(void)
{
    struct clock *clock = clock_new_manual(0);
    struct tokens *t = tokens_new(clock, NULL);
    char first[TOKEN_CHARACTERS + 1];
    snprintf(first, sizeof first, "%s", issue(t, TOKEN_IOT, "a", "1")->text);
    for (int i = 1; i < TOKENS_OF_DEVICE_MAX; i++)
        issue(t, TOKEN_IOT, "a", "1");
    CU_ASSERT_PTR_NOT_NULL(tokens_find(t, str_of(first)));
    issue(t, TOKEN_IOT, "a", "1");
    CU_ASSERT_PTR_NULL(tokens_find(t, str_of(first)));
    CU_ASSERT_EQUAL(tokens_count(t), TOKENS_OF_DEVICE_MAX);
    tokens_free(t);
    clock_free(clock);
}

static void one_device_token_a_client_id(void)
{
    struct clock *clock = clock_new_manual(0);
    struct tokens *t = tokens_new(clock, NULL);
    char first[TOKEN_CHARACTERS + 1];
    snprintf(first, sizeof first, "%s", issue(t, TOKEN_DEVICE, "a", "1")->text);
    issue(t, TOKEN_DEVICE, "a", "2");
    CU_ASSERT_PTR_NOT_NULL(tokens_find(t, str_of(first)));
    issue(t, TOKEN_DEVICE, "a", "1");
    CU_ASSERT_PTR_NULL(tokens_find(t, str_of(first)));
    CU_ASSERT_EQUAL(tokens_count(t), 2);
    tokens_free(t);
    clock_free(clock);
}

void unit_tokens(void)
{
    UNIT(tokens_are_found_and_bound);
    UNIT(a_week_is_a_week);
    UNIT(a_device_has_only_so_many);
    UNIT(one_device_token_a_client_id);
}
