#include "lib/rules/registration_rules.h"

#include "tests/unit/attempt.h"

/* Products: al123456789 (pre), free, off, both with the secret "secret"; of al123456789 device1 waits and done is activated. The
 * sign is that of platform-facts 2.4, row 6. */
static void look_up(void *ctx, struct str product_key, struct str device_name, struct connect_device *out)
{
    (void)ctx;
    bool pre = str_is(product_key, "al123456789"), free_one = str_is(product_key, "free");
    out->product_known = pre || free_one || str_is(product_key, "off");
    out->registers = pre || free_one;
    out->registers_unknown = free_one;
    out->product_secret = STR("secret");
    out->known = pre && (str_is(device_name, "device1") || str_is(device_name, "done"));
    out->enabled = out->known;
    out->activated = str_is(device_name, "done");
}

static void expect(const char *profile, const char *id, const char *username, const char *password,
                   enum transport transport, const char *rule, int code)
{
    struct bench b;
    struct connect_verdict verdict;
    const struct attempt attempt = {.client_id = id,
                                    .username = username,
                                    .password = password,
                                    .transport = transport,
                                    .keep_alive_s = -1};
    bench_init(&b, profile, &attempt);
    b.lookup.device = look_up;
    CU_ASSERT_EQUAL(connect_rules_check(&b.in, &verdict), rule == NULL);
    CU_ASSERT_TRUE(connect_mode_registers(verdict.mode));
    if (rule && !verdict.accepted) {
        CU_ASSERT_STRING_EQUAL(verdict.refusal.rule->id, rule);
        CU_ASSERT_EQUAL(verdict.refusal.return_code, code);
        CU_ASSERT_PTR_NULL(strstr(verdict.refusal.received, password));
    } else if (!rule && !verdict.accepted) {
        fprintf(stderr, "\n%s: %s: %s\n", id, verdict.refusal.rule->id, verdict.refusal.received);
    }
}

static const char good_id[] =
    "device1.al123456789|random=123,authType=register,securemode=2,signmethod=hmacsha256|";
static const char good_sign[] = "8079ef76baec6e70051940ccb24e18e57229e09b85bec46183ac2584bee8a8f9";

static void good_ones(void)
{
    expect("2023", good_id, "device1&al123456789", good_sign, TRANSPORT_TLS, NULL, 0);
    expect("2020", good_id, "device1&al123456789", good_sign, TRANSPORT_WSS, NULL, 0);
    expect("2023", "x|authType=register,random=123,signmethod=hmacmd5,securemode=-2,instanceId=iot-cn-1|",
           "device1&al123456789", "bfe0cdf07aa4c15e5a7a349f93b6e314", TRANSPORT_TLS, NULL, 0);
    /* printf deviceNamenewproductKeyfreerandom1 | openssl dgst -sha1 -hmac secret */
    expect("2023", "new.free|random=1,authType=regnwl,securemode=-2,signmethod=hmacsha1|", "new&free",
           "34a9c5c15c655469df3addaf08c0840ccffd816e", TRANSPORT_TLS, NULL, 0);
}

static void bad_ones(void)
{
    static const struct {
        const char *profile, *id, *username, *password;
        enum transport transport;
        const char *rule;
        int code;
    } rows[] = {
        {"2023", "x|authType=register,securemode=2,signmethod=hmacsha256|", "device1&al123456789", good_sign,
         TRANSPORT_TLS, "registration-form", 2},
        {"2023", good_id, "device1&al123456789", good_sign, TRANSPORT_TCP, "registration-plain", 2},
        {"2023-tls", good_id, "device1&al123456789", good_sign, TRANSPORT_TCP, "tls-required", -1},
        {"2023", "x|random=123,authType=register,securemode=3,signmethod=hmacsha256|", "device1&al123456789",
         good_sign, TRANSPORT_TLS, "securemode", 2},
        {"2018", good_id, "device1&al123456789", good_sign, TRANSPORT_TLS, "sign-method", 2},
        {"2023", good_id, "device2&al123456789", good_sign, TRANSPORT_TLS, "device-unknown", 4},
        {"2023", good_id, "device1&al1", good_sign, TRANSPORT_TLS, "device-unknown", 4},
        {"2023", "new.off|random=1,authType=regnwl,securemode=-2,signmethod=hmacsha1|", "new&off", "00",
         TRANSPORT_TLS, "registration-off", 4},
        {"2023", "x|random=123,authType=regnwl,securemode=2,signmethod=hmacsha256|", "device1&al123456789",
         good_sign, TRANSPORT_TLS, "registration-off", 4},
        {"2020", "new.free|random=1,authType=regnwl,securemode=-2,signmethod=hmacsha1|", "new&free",
         "34a9c5c15c655469df3addaf08c0840ccffd816e", TRANSPORT_TLS, "registration-off", 4},
        {"2023", good_id, "device1&al123456789",
         "8079ef76baec6e70051940ccb24e18e57229e09b85bec46183ac2584bee8a8f8", TRANSPORT_TLS, "signature", 4},
        {"2023", "x|random=124,authType=register,securemode=2,signmethod=hmacsha256|", "device1&al123456789",
         good_sign, TRANSPORT_TLS, "signature", 4},
        {"2023", good_id, "done&al123456789",
         "190b481d69b75ec83945982a9d9fdf83279553c97058d88eb92a1d40a21eb90a", TRANSPORT_TLS,
         "registration-activated", 4},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect(rows[i].profile, rows[i].id, rows[i].username, rows[i].password, rows[i].transport,
               rows[i].rule, rows[i].code);
}

/* A device that waits for its registration has no secret: nobody signs in with an empty key. */
static void an_empty_secret_opens_nothing(void)
{
    struct bench b;
    struct connect_verdict verdict;
    const struct attempt attempt = {.client_id = "12345|securemode=2,signmethod=hmacsha1,timestamp=789|",
                                    .username = "device1&al123456789",
                                    .password = "30323a9a434c4fb3b91d73f5f0ea66a868023e82",
                                    .transport = TRANSPORT_TLS};
    bench_init(&b, "2023", &attempt);
    b.lookup.device = look_up;
    CU_ASSERT_FALSE(connect_rules_check(&b.in, &verdict));
    CU_ASSERT_STRING_EQUAL(verdict.refusal.rule->id, "signature");
}

void unit_registration_rules(void)
{
    UNIT(good_ones);
    UNIT(bad_ones);
    UNIT(an_empty_secret_opens_nothing);
}
