#include "lib/rules/connect_rules.h"

#include "lib/base/without.h"
#include "tests/unit/attempt.h"

static void table_is_in_order(void)
{
    static const struct {
        const char *id, *requirement, *refusal;
    } rows[] = {
        {"protocol-level", "MQTT-3.1.2-2", "refusal.protocol"},
        {"client-id-form", "CID-04", "refusal.clientid"},
        {"client-id-length", "CID-02", "refusal.clientid"},
        {"registration-form", "REG-02", "refusal.clientid"},
        {"username-form", "CID-06", "refusal.username"},
        {"tls-required", "NET-09", "refusal.tls_required"},
        {"registration-plain", "REG-03", "refusal.registration_plain"},
        {"securemode", "SEC-03", "refusal.securemode"},
        {"keep-alive", "KAL-02", "refusal.keepalive"},
        {"will", "MQT-22", "refusal.will"},
        {"sign-method", "SIG-08", "refusal.signmethod"},
        {"device-unknown", "CID-06", "refusal.unknown_device"},
        {"device-disabled", "CID-06", "refusal.disabled_device"},
        {"registration-off", "REG-06", "refusal.registration"},
        {"signature", "SIG-10", "refusal.signature"},
        {"registration-activated", "REG-07", "refusal.registration"},
        {"token-iot", "AUT-09", "refusal.token"},
        {"token-device", "SEC-06", "refusal.device_token"},
    };
    size_t count;
    const struct connect_rule *table = connect_rules_table(&count);
    CU_ASSERT_EQUAL_FATAL(count, sizeof rows / sizeof rows[0]);
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_STRING_EQUAL(table[i].id, rows[i].id);
        CU_ASSERT_STRING_EQUAL(table[i].requirement, rows[i].requirement);
        CU_ASSERT_STRING_EQUAL(table[i].refusal, rows[i].refusal);
        CU_ASSERT_PTR_EQUAL(connect_rules_named(rows[i].id), &table[i]);
        struct profile profile;
        struct problems problems = {0};
        CU_ASSERT_TRUE(profile_load(&profile, "2018", &problems));
        cJSON *value = profile_get(&profile, table[i].refusal);
        CU_ASSERT_PTR_NOT_NULL(value);
        cJSON_Delete(value);
    }
    CU_ASSERT_PTR_NULL(connect_rules_named("nothing"));
}

static void worked_example_signs_in(void)
{
    for (size_t i = 0; i < PROFILES - 1; i++)
        expect_accepted_by(profiles[i], &(struct attempt){0});
    struct connect_verdict verdict = judge("2023", &(struct attempt){0});
    CU_ASSERT_TRUE(str_is(verdict.product_key, "pk"));
    CU_ASSERT_TRUE(str_is(verdict.device_name, "device"));
    CU_ASSERT_TRUE(str_is(verdict.core, "12345"));
    CU_ASSERT_EQUAL(verdict.keep_alive_s, 60);
    CU_ASSERT_EQUAL(verdict.method, SIGN_HMACSHA1);
    CU_ASSERT_EQUAL(verdict.notes, 0);
    CU_ASSERT_EQUAL(verdict.refusal.return_code, 0);
    CU_ASSERT_STRING_EQUAL(verdict.refusal.received, "");
}

/* A CONNECT that breaks every rule it can; each repair lets the next rule speak. */
static void first_rule_of_the_order_speaks(void)
{
    struct attempt attempt = {
        .level = 5, .client_id = "12345", .anonymous = true, .keep_alive_s = 5, .password = "x"};
    CU_ASSERT_STRING_EQUAL(judge("2023-tls", &attempt).refusal.rule->id, "protocol-level");
    attempt.level = 4;
    CU_ASSERT_STRING_EQUAL(judge("2023-tls", &attempt).refusal.rule->id, "client-id-form");
    attempt.client_id = "12345678901234567890123456789012345678901234567890123456789012345|signmethod=x|";
    CU_ASSERT_STRING_EQUAL(judge("2023-tls", &attempt).refusal.rule->id, "client-id-length");
    attempt.client_id = "12345|signmethod=x|";
    CU_ASSERT_STRING_EQUAL(judge("2023-tls", &attempt).refusal.rule->id, "username-form");
    attempt.anonymous = false;
    attempt.username = "nobody&pk";
    CU_ASSERT_STRING_EQUAL(judge("2023-tls", &attempt).refusal.rule->id, "tls-required");
    attempt.transport = TRANSPORT_TLS;
    CU_ASSERT_STRING_EQUAL(judge("2023-tls", &attempt).refusal.rule->id, "securemode");
    attempt.client_id = "12345|signmethod=x,securemode=2|";
    CU_ASSERT_STRING_EQUAL(judge("2023-tls", &attempt).refusal.rule->id, "keep-alive");
    attempt.keep_alive_s = 60;
    CU_ASSERT_STRING_EQUAL(judge("2023-tls", &attempt).refusal.rule->id, "sign-method");
    attempt.client_id = "12345|signmethod=hmacsha1,securemode=2,timestamp=789|";
    CU_ASSERT_STRING_EQUAL(judge("2023-tls", &attempt).refusal.rule->id, "device-unknown");
    attempt.username = "off&pk";
    CU_ASSERT_STRING_EQUAL(judge("2023-tls", &attempt).refusal.rule->id, "device-disabled");
    attempt.username = "device&pk";
    CU_ASSERT_STRING_EQUAL(judge("2023-tls", &attempt).refusal.rule->id, "signature");
    attempt.password = example_password;
    expect_accepted_by("2023-tls", &attempt);
}

/* One bad attempt a rule; it is let in by the table that lacks just this rule, so no rule hides behind another. A rule
 * without which another one refuses, too, names that one. */
static void without_its_rule_an_attempt_gets_in(void)
{
    static const struct {
        const char *rule, *next;
        struct attempt attempt;
    } rows[] = {
        {"protocol-level", NULL, {.level = 5}},
        {"client-id-form", NULL, {.client_id = "12345"}},
        {"client-id-length", NULL, {.set = {"clientid.max=4"}}},
        {"username-form", NULL, {.anonymous = true}},
        {"username-form", "signature", {.password = ""}},
        {"tls-required", NULL, {.set = {"transport.plain=false"}}},
        {"securemode", NULL, {.client_id = "12345|securemode=2,signmethod=hmacsha1,timestamp=789|"}},
        {"keep-alive", NULL, {.keep_alive_s = 29}},
        {"will", NULL, {.will = true, .set = {"will.connect=refuse"}}},
        {"sign-method", NULL, {.set = {"sign.methods=hmacmd5"}}},
        {"device-unknown", NULL, {.username = "nobody&pk"}},
        {"device-disabled", "signature", {.username = "off&pk"}},
        {"signature", NULL, {.password = "00"}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t count, kept = 0;
        const struct connect_rule *table = connect_rules_table(&count);
        struct connect_rule fewer[32];
        for (size_t r = 0; r < count; r++)
            if (strcmp(table[r].id, rows[i].rule) != 0)
                fewer[kept++] = table[r];
        CU_ASSERT_EQUAL(kept, count - 1);
        struct bench b;
        struct connect_verdict verdict;
        bench_init(&b, "2023", &rows[i].attempt);
        CU_ASSERT_FALSE(connect_rules_check(&b.in, &verdict));
        CU_ASSERT_STRING_EQUAL(verdict.refusal.rule->id, rows[i].rule);
        bool in = connect_rules_check_with(fewer, kept, &b.in, &verdict);
        CU_ASSERT_EQUAL(in, rows[i].next == NULL);
        if (rows[i].next && !in)
            CU_ASSERT_STRING_EQUAL(verdict.refusal.rule->id, rows[i].next);
    }
}

static void all_refusals_are_listed(void)
{
    struct attempt attempt = {.level = 5,
                              .client_id = "12345|signmethod=hmacsha1,timestamp=789|",
                              .username = "off&pk",
                              .keep_alive_s = 5,
                              .password = "x",
                              .set = {"clientid.max=4", "transport.plain=false"}};
    static const char *const ids[] = {"protocol-level", "client-id-length", "tls-required", "securemode",
                                      "keep-alive",     "device-disabled",  "signature"};
    struct bench b;
    struct connect_refusal refusals[16];
    bench_init(&b, "2023", &attempt);
    size_t n = connect_rules_all(&b.in, refusals, 16);
    CU_ASSERT_EQUAL_FATAL(n, sizeof ids / sizeof ids[0]);
    for (size_t i = 0; i < n; i++)
        CU_ASSERT_STRING_EQUAL(refusals[i].rule->id, ids[i]);
    CU_ASSERT_EQUAL(refusals[2].return_code, PROFILE_REFUSAL_CLOSE);
    CU_ASSERT_EQUAL(connect_rules_all(&b.in, refusals, 2), 2);
    bench_init(&b, "2023", &(struct attempt){0});
    CU_ASSERT_EQUAL(connect_rules_all(&b.in, refusals, 16), 0);
}

/* For the kill matrix. */
static void rows_can_be_left_out(void)
{
    struct attempt attempt = {.keep_alive_s = 29,
                              .client_id = "12345|securemode=2,signmethod=hmacsha1,timestamp=789|"};
    struct bench b;
    struct connect_verdict verdict;
    struct connect_refusal refusals[16];
    bench_init(&b, "2023", &attempt);
    without_add("rule:securemode");
    CU_ASSERT_FALSE(connect_rules_check(&b.in, &verdict));
    CU_ASSERT_STRING_EQUAL(verdict.refusal.rule->id, "keep-alive");
    CU_ASSERT_EQUAL(connect_rules_all(&b.in, refusals, 16), 1);
    without_add("rule:keep-alive");
    CU_ASSERT_TRUE(connect_rules_check(&b.in, &verdict));
    CU_ASSERT_EQUAL(connect_rules_all(&b.in, refusals, 16), 0);
    without_clear();
    CU_ASSERT_EQUAL(connect_rules_all(&b.in, refusals, 16), 2);
}

/* Peers' words are cut where a character ends; and DEL is a control character. */
static void long_words_are_cut_between_characters(void)
{
    expect_refused_by(
        "2023",
        &(struct attempt){.username = "\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8"
                                      "\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8"
                                      "\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8&pk"},
        "device-unknown", 4,
        "product pk has no device \xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8"
        "\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8...",
        "a device of the platform");
    struct connect_verdict verdict = judge(
        "2023", &(struct attempt){.client_id = "12345|securemode=3,signmethod=hmacsha1,timestamp=789,\x7f|"});
    CU_ASSERT_TRUE(verdict.accepted);
    CU_ASSERT_TRUE(verdict.notes >> CONNECT_NOTE_CONTROL_CHARACTERS & 1);
}

static void oddities_are_noted(void)
{
    struct attempt attempt = {.client_id =
                                  "12345|securemode=3,\n _v=sdk\n,signmethod=hmacsha1,lan=C,timestamp=789,|"};
    struct bench b;
    struct connect_verdict verdict;
    char text[CONNECT_TEXT_SIZE];
    bench_init(&b, "2023", &attempt);
    b.packet.has_will = true;
    CU_ASSERT_TRUE(connect_rules_check(&b.in, &verdict));
    CU_ASSERT_EQUAL(verdict.notes, 1u << CONNECT_NOTE_WILL | 1u << CONNECT_NOTE_UNKNOWN_KEYS |
                                       1u << CONNECT_NOTE_IGNORED_ITEMS |
                                       1u << CONNECT_NOTE_CONTROL_CHARACTERS);
    connect_note_text(&b.in, CONNECT_NOTE_UNKNOWN_KEYS, text);
    CU_ASSERT_STRING_EQUAL(text, "unknown extension keys: _v lan");
    for (int note = 0; note < CONNECT_NOTES; note++) {
        memset(text, 0, sizeof text);
        connect_note_text(&b.in, (enum connect_note)note, text);
        CU_ASSERT_TRUE(text[0] != '\0' && strlen(text) < sizeof text);
    }
    connect_note_text(&b.in, CONNECT_NOTE_KEEP_ALIVE_CLAMPED, text);
    CU_ASSERT_STRING_EQUAL(text, "keep alive 60 s is taken as the maximum, 1200 s");
}

static void many_unknown_keys_fit_the_text(void)
{
    char id[4096] = "12345|securemode=3,";
    size_t n = strlen(id);
    for (int i = 0; i < 60; i++)
        n += (size_t)snprintf(id + n, sizeof id - n, "unknown-key-number-%d=1,", i);
    snprintf(id + n, sizeof id - n, "|");
    struct bench b;
    char text[CONNECT_TEXT_SIZE];
    bench_init(&b, "2023", &(struct attempt){.client_id = id});
    connect_note_text(&b.in, CONNECT_NOTE_UNKNOWN_KEYS, text);
    CU_ASSERT_TRUE(str_ends(str_of(text), STR(" ...")));
    CU_ASSERT_TRUE(str_starts(str_of(text), STR("unknown extension keys: unknown-key-number-0 unknown")));
}

/* The texts of any refusal: no part of secret or password, printable, and ended. */
static void texts_hold_no_secret(void)
{
    static const struct attempt attempts[] = {
        {.username = "hunter2hunter2", .password = "device&pk"},
        {.password = "hunter2hunter2"},
        {.client_id = "12345|securemode=3|hunter2hunter2"},
        {.client_id = "hunter2hunter2"},
        {.client_id = "12345|securemode=3,token=hunter2hunter2|", .password = "hunter2hunter2"},
    };
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        struct bench b;
        struct connect_refusal refusals[16];
        bench_init(&b, "2023", &attempts[i]);
        size_t n = connect_rules_all(&b.in, refusals, 16);
        CU_ASSERT_TRUE(n > 0);
        for (size_t r = 0; r < n; r++) {
            CU_ASSERT_PTR_NULL(strstr(refusals[r].received, "hunter2"));
            CU_ASSERT_PTR_NULL(strstr(refusals[r].accepted, "hunter2"));
            CU_ASSERT_PTR_NULL(strstr(refusals[r].accepted, "secret"));
        }
    }
}

void unit_connect_rules(void)
{
    UNIT(table_is_in_order);
    UNIT(worked_example_signs_in);
    UNIT(first_rule_of_the_order_speaks);
    UNIT(without_its_rule_an_attempt_gets_in);
    UNIT(all_refusals_are_listed);
    UNIT(rows_can_be_left_out);
    UNIT(long_words_are_cut_between_characters);
    UNIT(oddities_are_noted);
    UNIT(many_unknown_keys_fit_the_text);
    UNIT(texts_hold_no_secret);
}
