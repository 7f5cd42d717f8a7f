#include "lib/rules/explain.h"

#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/without.h"
#include "tests/unit/explaining.h"

#include <stdio.h>
#include <stdlib.h>

static struct explanation explanation; /* large */

static void accepted_needs_no_explanation(void)
{
    struct profile profile = profile_named("2023");
    struct explain_request request;
    example_request(&request, &profile);
    memset(&explanation, 0xee, sizeof explanation);
    explain_request_run(&request, &explanation);
    CU_ASSERT_TRUE(explanation.accepted);
    CU_ASSERT_EQUAL(explanation.count, 0);
    CU_ASSERT_EQUAL(explanation.digests, 0);
}

/* What the rules say is passed on unchanged, the refusing rule first. */
static void refusals_are_those_of_the_rules(void)
{
    struct profile profile = profile_named("2023");
    struct explain_request request;
    example_request(&request, &profile);
    request.packet.keep_alive_s = 15;
    request.packet.level = 5;
    explain_request_run(&request, &explanation);
    CU_ASSERT_FALSE(explanation.accepted);
    CU_ASSERT_EQUAL_FATAL(explanation.count, 2);
    CU_ASSERT_STRING_EQUAL(explanation.items[0].refusal.rule->id, "protocol-level");
    CU_ASSERT_EQUAL(explanation.items[0].refusal.return_code, 1);
    CU_ASSERT_STRING_EQUAL(explanation.items[1].refusal.received, "keep alive 15 s");
    CU_ASSERT_EQUAL_FATAL(explanation.items[1].found_count, 1);
    CU_ASSERT_STRING_EQUAL(explanation.items[1].found[0].mistake->id, "keep-alive-library-default");
    CU_ASSERT_STRING_EQUAL(explanation.items[1].found[0].detail, "15");
}

/* The callbacks are optional. */
static void works_without_a_lookup(void)
{
    struct profile profile = profile_named("2023");
    struct explain_request request;
    example_request(&request, &profile);
    request.packet.password = STR("6f2e85580829a91cce65df1cb2b1fe0fd44fa7b2");
    explain_request_run(&request, &explanation);
    CU_ASSERT_STRING_EQUAL(explanation.items[0].found[0].mistake->id, "values-without-names");
}

/* For the kill matrix: a row that is left out explains nothing, and the others go on as before. */
static void rows_can_be_left_out(void)
{
    struct profile profile = profile_named("2023");
    struct explain_request request;
    size_t all, left;
    example_request(&request, &profile);
    request.packet.password = STR("6f2e85580829a91cce65df1cb2b1fe0fd44fa7b2");
    explain_table(&all);
    CU_ASSERT_PTR_EQUAL(explain_rows(&left), explain_table(&all));
    without_add("mistake:values-without-names");
    explain_rows(&left);
    CU_ASSERT_EQUAL(left, all - 1);
    explain_request_run(&request, &explanation);
    CU_ASSERT_EQUAL(explanation.items[0].found_count, 0);
    request.packet.keep_alive_s = 15;
    explain_request_run(&request, &explanation);
    CU_ASSERT_EQUAL(explanation.items[0].found_count, 1);
    without_clear();
    explain_request_run(&request, &explanation);
    CU_ASSERT_EQUAL(explanation.items[1].found_count, 1);
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* A wrong password of one of the shapes that passwords come in. */
static struct str random_password(uint32_t *state, char *out, size_t size)
{
    static const size_t digits[] = {32, 40, 64};
    static const char words[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned shape = next_random(state) % 8;
    size_t n = shape < 3   ? digits[shape]
               : shape < 5 ? 8 + next_random(state) % 100
               : shape < 6 ? 16 + 4 * (next_random(state) % 5)
                           : 1 + next_random(state) % 60;
    CU_ASSERT_TRUE_FATAL(n <= size);
    for (size_t i = 0; i < n; i++) {
        uint32_t r = next_random(state);
        if (shape < 4)
            out[i] = (r & 0x100 && shape == 3 ? "0123456789ABCDEF" : "0123456789abcdef")[r & 15];
        else
            out[i] = shape < 6 ? (char)(r & 0xff) : words[r & 63];
    }
    return (struct str){out, n};
}

/* Never a guess: what no known mistake gives is not named. The most digests, and the time, are printed. */
static void random_passwords_name_no_mistake(void)
{
    static const char *const methods[] = {"hmacmd5", "hmacsha1", "hmacsha256", "sha256"};
    struct profile profile = profile_named("2023");
    uint32_t state = 20260101;
    unsigned most = 0, named = 0;
    struct clock *clock = clock_new_real();
    int64_t spent_us = 0;
    for (int i = 0; i < 1000; i++) {
        struct explain_request request;
        char password[128], id[128];
        example_request(&request, &profile);
        snprintf(id, sizeof id, "a1MZxOdcBnO.test_01|securemode=3,signmethod=%s,timestamp=2524608000000|",
                 methods[i % 4]);
        request.packet.client_id = str_of(id);
        request.packet.password = random_password(&state, password, sizeof password);
        request.product_secret = STR("productSecret");
        for (request.other_count = 0; request.other_count < EXPLAIN_OTHERS_MAX; request.other_count++) {
            request.others[request.other_count].name = STR("other");
            request.others[request.other_count].secret = STR("another secret");
        }
        int64_t begin_us = clock_now_us(clock);
        explain_request_run(&request, &explanation);
        spent_us += clock_now_us(clock) - begin_us;
        CU_ASSERT_EQUAL_FATAL(explanation.count, 1);
        named += explanation.items[0].found_count != 0;
        most = explanation.digests > most ? explanation.digests : most;
    }
    clock_free(clock);
    CU_ASSERT_EQUAL(named, 0);
    CU_ASSERT_TRUE(most > 100);
    printf("\n    1000 random passwords: %lld us each, at most %u digests ...", (long long)spent_us / 1000,
           most);
}

/* Whatever a peer sends, the work stays below a bound. */
static void work_is_bounded(void)
{
    struct profile profile = profile_named("2023");
    static char text[65536];
    memset(text, 'A', sizeof text);
    for (size_t n = 1; n < sizeof text; n = n * 2 + 7) {
        struct explain_request request;
        example_request(&request, &profile);
        char *id = mem_alloc(n + 64);
        size_t length =
            (size_t)snprintf(id, n + 64, "%.*s|securemode=3,signmethod=hmacmd5,timestamp=1|", (int)n, text);
        request.packet.client_id = (struct str){id, length};
        request.packet.password = (struct str){"0123456789abcdef0123456789abcdef", 32};
        explain_request_run(&request, &explanation);
        CU_ASSERT_TRUE(explanation.count > 0);
        CU_ASSERT_TRUE(explanation.blocks <= EXPLAIN_BLOCKS_MAX);
        CU_ASSERT_TRUE(explanation.digests <= 400);
        request.packet.password = (struct str){text, n};
        request.packet.username = (struct str){text, n};
        explain_request_run(&request, &explanation);
        CU_ASSERT_EQUAL(explanation.digests, 0);
        free(id);
    }
}

/* Neither secrets nor passwords, nor parts of them, stand in what is said. */
static void nothing_secret_is_said(void)
{
    struct profile profile = profile_named("2023");
    static const char *const passwords[] = {"hunter2hunter2", "topsecretproduct", "topsecretdevice",
                                            "\"topsecretdevice\"", "topsecretother"};
    for (size_t i = 0; i < sizeof passwords / sizeof passwords[0]; i++) {
        struct explain_request request;
        example_request(&request, &profile);
        request.device_secret = STR("topsecretdevice");
        request.product_secret = STR("topsecretproduct");
        request.others[request.other_count].name = STR("device2");
        request.others[request.other_count++].secret = STR("topsecretother");
        request.packet.password = str_of(passwords[i]);
        for (int swapped = 0; swapped < 2; swapped++) {
            explain_request_run(&request, &explanation);
            cJSON *json = explain_json(&explanation);
            char *text = cJSON_PrintUnformatted(json);
            CU_ASSERT_PTR_NULL(strstr(text, "hunter"));
            CU_ASSERT_PTR_NULL(strstr(text, "topsecret"));
            cJSON_free(text);
            cJSON_Delete(json);
            request.packet.username = request.packet.password;
        }
    }
}

void unit_explain(void)
{
    UNIT(accepted_needs_no_explanation);
    UNIT(refusals_are_those_of_the_rules);
    UNIT(works_without_a_lookup);
    UNIT(rows_can_be_left_out);
    UNIT(random_passwords_name_no_mistake);
    UNIT(work_is_bounded);
    UNIT(nothing_secret_is_said);
}
