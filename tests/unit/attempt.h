/* Sign-ins in short, for the tests of the rulebook: an attempt names what differs from the documents' worked example. */
#ifndef TESTS_UNIT_ATTEMPT_H
#define TESTS_UNIT_ATTEMPT_H

#include "lib/rules/connect_rules.h"
#include "lib/rules/explain_inner.h"

#include <stdio.h>

#include "tests/unit/unit.h"

/* A sign-in in short: what is not named here is the worked example of the documents (SIG-12). */
struct attempt {
    const char *client_id, *username, *password;
    int keep_alive_s; /* 0: 60; -1: really 0 */
    enum transport transport;
    const char *set[4]; /* changes of the profile */
    bool anonymous, no_password, will;
    uint8_t level;
};

static const char example_id[] = "12345|securemode=3,signmethod=hmacsha1,timestamp=789|";
static const char example_password[] = "FAFD82A3D602B37FB0FA8B7892F24A477F851A14";

/* The registry of these tests: device and off (disabled) of product pk, both with the secret "secret". */
static inline void lookup_device(void *ctx, struct str product_key, struct str device_name,
                                 struct connect_device *out)
{
    ++*(int *)ctx;
    CU_ASSERT_FALSE(out->product_known || out->known || out->enabled || out->secret.p);
    out->product_known = str_is(product_key, "pk");
    out->known = out->product_known && (str_is(device_name, "device") || str_is(device_name, "off"));
    out->enabled = out->known && !str_is(device_name, "off");
    if (out->known)
        out->secret = STR("secret");
}

/* Everything that an attempt needs to be asked about. */
struct bench {
    struct profile profile;
    struct mqtt_connect packet;
    struct connect_lookup lookup;
    struct connect_input in;
    int asked;
};

static inline void bench_init(struct bench *b, const char *profile, const struct attempt *a)
{
    struct problems problems = {0};
    *b = (struct bench){.lookup = {&b->asked, lookup_device}};
    CU_ASSERT_TRUE_FATAL(profile_load(&b->profile, profile, &problems));
    for (size_t i = 0; i < 4 && a->set[i]; i++)
        CU_ASSERT_TRUE(profile_set(&b->profile, a->set[i], &problems));
    problems_fini(&problems);
    b->packet = (struct mqtt_connect){
        .protocol_name = STR("MQTT"),
        .level = a->level ? a->level : 4,
        .has_username = !a->anonymous,
        .has_will = a->will,
        .has_password = !a->anonymous && !a->no_password,
        .keep_alive_s = (uint16_t)(a->keep_alive_s < 0 ? 0
                                   : a->keep_alive_s   ? a->keep_alive_s
                                                       : 60),
        .client_id = str_of(a->client_id ? a->client_id : example_id),
        .username = str_of(a->username ? a->username : "device&pk"),
        .password = str_of(a->password ? a->password : example_password),
    };
    b->in = (struct connect_input){&b->packet, a->transport, &b->profile, &b->lookup};
}

static inline struct connect_verdict judge(const char *profile, const struct attempt *attempt)
{
    struct bench b;
    struct connect_verdict verdict;
    bench_init(&b, profile, attempt);
    memset(&verdict, 0xee, sizeof verdict); /* every field is to be set */
    CU_ASSERT_EQUAL(connect_rules_check(&b.in, &verdict), verdict.accepted);
    CU_ASSERT_TRUE(b.asked <= 1);
    return verdict;
}

static inline void expect_accepted_by(const char *profile, const struct attempt *attempt)
{
    struct connect_verdict verdict = judge(profile, attempt);
    CU_ASSERT_TRUE(verdict.accepted);
    CU_ASSERT_PTR_NULL(verdict.refusal.rule);
    if (!verdict.accepted)
        fprintf(stderr, "\nrefused by %s: %s\n", verdict.refusal.rule->id, verdict.refusal.received);
}

/* What a rule says it says in Chinese too. */
static inline void expect_phrase(const char *said)
{
    struct buf chinese;
    buf_init(&chinese, 1024);
    CU_ASSERT_TRUE(explain_phrase(str_of(said), &chinese));
    if (chinese.len == 0)
        fprintf(stderr, "\nno phrase for \"%s\"\n", said);
    buf_fini(&chinese);
}

static inline void expect_refused_by(const char *profile, const struct attempt *attempt, const char *rule,
                                     int code, const char *received, const char *accepted)
{
    struct connect_verdict verdict = judge(profile, attempt);
    CU_ASSERT_FALSE(verdict.accepted);
    if (verdict.accepted) {
        fprintf(stderr, "\naccepted, not refused by %s (%s)\n", rule, received);
        return;
    }
    CU_ASSERT_STRING_EQUAL(verdict.refusal.rule->id, rule);
    CU_ASSERT_EQUAL(verdict.refusal.return_code, code);
    CU_ASSERT_STRING_EQUAL(verdict.refusal.received, received);
    CU_ASSERT_STRING_EQUAL(verdict.refusal.accepted, accepted);
    expect_phrase(received);
    expect_phrase(accepted);
    if (strcmp(verdict.refusal.received, received) != 0 || strcmp(verdict.refusal.accepted, accepted) != 0)
        fprintf(stderr, "\n%s: \"%s\" / \"%s\"\n", rule, verdict.refusal.received, verdict.refusal.accepted);
}

static const char *const profiles[] = {"2018", "2020", "2021", "2023", "2023-tls"};
enum { PROFILES = sizeof profiles / sizeof profiles[0] };

#endif
