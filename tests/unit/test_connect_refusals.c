/* Each rule of connect_rules in turn: both sides of its limit, its texts, its code in the profiles. */
#include "lib/rules/connect_rules.h"

#include "tests/unit/attempt.h"

static void protocol_levels(void)
{
    struct attempt five = {.level = 5};
    for (size_t i = 0; i < PROFILES; i++)
        expect_refused_by(profiles[i], &five, "protocol-level", 1, "protocol level 5", "protocol level 3, 4");
    expect_refused_by("2023", &(struct attempt){.level = 0x84}, "protocol-level", 1, "protocol level 132",
                      "protocol level 3, 4");
    struct attempt three = {.level = 3};
    expect_accepted_by("2023", &three);
    CU_ASSERT_EQUAL(judge("2023", &three).notes, 1u << CONNECT_NOTE_LEVEL_3_1);
    three.set[0] = "mqtt.levels=4";
    three.set[1] = "refusal.protocol=close";
    expect_refused_by("2023", &three, "protocol-level", PROFILE_REFUSAL_CLOSE, "protocol level 3",
                      "protocol level 4");
}

static void client_id_form(void)
{
    static const struct {
        const char *id, *received;
    } rows[] = {
        {"12345", "no extension: a client id of 5 characters without a bar"},
        {"", "no extension: a client id of 0 characters without a bar"},
        {"12345|securemode=3", "byte 18: there is no closing bar"},
        {"12345|securemode=3|x=password", "byte 19: there is text behind the closing bar"},
        {"1|securemode=9,signmethod=hmacsha1|",
         "byte 2: a known key has a value outside its set: securemode=9"},
        {"1|signmethod=hmacsha1,securemode=|", "byte 22: a known key has no value: securemode="},
        {"1|timestamp=7,timestamp=8|",
         "byte 14: a known key is given twice with different values: timestamp=8"},
        {"1|ext=\n,securemode=3|", "byte 2: a known key has no value: ext=?"},
        {"1|ext=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa|",
         "byte 2: a known key has a value outside its set: ext=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_refused_by(profiles[i % PROFILES], &(struct attempt){.client_id = rows[i].id},
                          "client-id-form", 2, rows[i].received, "clientId|key=value,key=value|");
}

/* 64 and 65 characters; the digests by `openssl dgst -sha1 -hmac secret`. Characters count, not bytes. */
static void client_id_length(void)
{
    static const char good[] = "1234567890123456789012345678901234567890123456789012345678901234"
                               "|securemode=3,signmethod=hmacsha1|";
    static const char bad[] = "12345678901234567890123456789012345678901234567890123456789012345"
                              "|securemode=3,signmethod=hmacsha1|";
    static const char wide[] = "\u4e2d\u4e2d\u4e2d\u4e2d|securemode=3,signmethod=hmacsha1|";
    struct attempt attempt = {.client_id = good, .password = "98d975d15f3cbf9da688cdfaa6e8155a16700b72"};
    expect_accepted_by("2018", &attempt);
    expect_accepted_by("2023", &attempt);
    attempt = (struct attempt){.client_id = bad};
    expect_refused_by("2018", &attempt, "client-id-length", 2, "a clientId of 65 characters",
                      "at most 64 characters before the first bar");
    attempt = (struct attempt){.client_id = wide, .set = {"clientid.max=4"}};
    CU_ASSERT_STRING_EQUAL(judge("2023", &attempt).refusal.rule->id, "signature");
    attempt.set[0] = "clientid.max=3";
    CU_ASSERT_STRING_EQUAL(judge("2023", &attempt).refusal.rule->id, "client-id-length");
}

static void username_form(void)
{
    static const struct {
        struct attempt attempt;
        const char *received;
    } rows[] = {
        {{.anonymous = true}, "no user name"},
        {{.username = ""}, "an empty user name"},
        {{.username = "device.pk"}, "a user name without '&'"},
        {{.username = "&pk"}, "a user name with an empty deviceName"},
        {{.username = "device&"}, "a user name with an empty productKey"},
        {{.username = "&"}, "a user name with an empty deviceName"},
        {{.no_password = true}, "no password"},
        {{.password = ""}, "an empty password"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_refused_by(profiles[i % (PROFILES - 1)], &rows[i].attempt, "username-form", 4,
                          rows[i].received, "user name deviceName&productKey, and a password");
}

/* Neither part may hold an ampersand; the last one divides. */
static void username_splits_at_the_last_ampersand(void)
{
    struct connect_verdict verdict = judge("2023", &(struct attempt){.username = "a&device&pk"});
    CU_ASSERT_TRUE(str_is(verdict.device_name, "a&device"));
    CU_ASSERT_TRUE(str_is(verdict.product_key, "pk"));
    CU_ASSERT_STRING_EQUAL(verdict.refusal.rule->id, "device-unknown");
    CU_ASSERT_STRING_EQUAL(verdict.refusal.received, "product pk has no device a&device");
    verdict = judge("2023", &(struct attempt){.username = "pk&device"});
    CU_ASSERT_STRING_EQUAL(verdict.refusal.received, "there is no product device");
    verdict = judge("2023", &(struct attempt){.username = "device.pk"});
    CU_ASSERT_PTR_NULL(verdict.device_name.p);
    CU_ASSERT_PTR_NULL(verdict.product_key.p);
}

static void tls_required(void)
{
    struct attempt attempt = {.transport = TRANSPORT_TCP};
    expect_refused_by("2023-tls", &attempt, "tls-required", PROFILE_REFUSAL_CLOSE, "tcp, not encrypted",
                      "tls or wss");
    attempt.transport = TRANSPORT_WS;
    expect_refused_by("2023-tls", &attempt, "tls-required", PROFILE_REFUSAL_CLOSE, "ws, not encrypted",
                      "tls or wss");
    attempt.set[0] = "refusal.tls_required=5";
    expect_refused_by("2023-tls", &attempt, "tls-required", 5, "ws, not encrypted", "tls or wss");
    attempt = (struct attempt){.transport = TRANSPORT_TLS,
                               .client_id = "12345|securemode=2,signmethod=hmacsha1,timestamp=789|"};
    expect_accepted_by("2023-tls", &attempt);
    attempt.transport = TRANSPORT_WSS;
    expect_accepted_by("2023-tls", &attempt);
}

static void securemode_goes_with_the_transport(void)
{
    static const struct {
        const char *id;
        enum transport transport;
        const char *received, *accepted; /* NULL: accepted */
    } rows[] = {
        {"12345|securemode=3,signmethod=hmacsha1,timestamp=789|", TRANSPORT_TCP, NULL, NULL},
        {"12345|securemode=3,signmethod=hmacsha1,timestamp=789|", TRANSPORT_WS, NULL, NULL},
        {"12345|securemode=2,signmethod=hmacsha1,timestamp=789|", TRANSPORT_TLS, NULL, NULL},
        {"12345|securemode=2,signmethod=hmacsha1,timestamp=789|", TRANSPORT_WSS, NULL, NULL},
        {"12345|securemode=2,signmethod=hmacsha1,timestamp=789|", TRANSPORT_TCP,
         "securemode=2 contradicts the transport: tcp is not encrypted", "securemode=3 on tcp"},
        {"12345|securemode=2,signmethod=hmacsha1,timestamp=789|", TRANSPORT_WS,
         "securemode=2 contradicts the transport: ws is not encrypted", "securemode=3 on ws"},
        {"12345|securemode=3,signmethod=hmacsha1,timestamp=789|", TRANSPORT_TLS,
         "securemode=3 contradicts the transport: tls is encrypted", "securemode=2 on tls"},
        {"12345|securemode=3,signmethod=hmacsha1,timestamp=789|", TRANSPORT_WSS,
         "securemode=3 contradicts the transport: wss is encrypted", "securemode=2 on wss"},
        {"12345|signmethod=hmacsha1,timestamp=789|", TRANSPORT_TCP, "securemode is missing",
         "securemode=3 on tcp"},
        {"12345|SecureMode=3,signmethod=hmacsha1,timestamp=789|", TRANSPORT_TCP, "securemode is missing",
         "securemode=3 on tcp"},
        {"12345||", TRANSPORT_TLS, "securemode is missing", "securemode=2 on tls"},
        {"12345|securemode=8,signmethod=hmacsha1,timestamp=789|", TRANSPORT_TCP, "securemode=8 is unknown",
         "securemode=3 on tcp"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct attempt attempt = {.client_id = rows[i].id, .transport = rows[i].transport};
        for (size_t p = 0; p < PROFILES - 1; p++)
            if (rows[i].received)
                expect_refused_by(profiles[p], &attempt, "securemode", 2, rows[i].received, rows[i].accepted);
            else
                expect_accepted_by(profiles[p], &attempt);
    }
}

static void keep_alive_range(void)
{
    static const struct {
        const char *profile;
        int keep_alive_s;
        const char *received, *accepted; /* NULL: accepted */
    } rows[] = {
        {"2018", 60, NULL, NULL},
        {"2018", 300, NULL, NULL},
        {"2018", -1, "keep alive 0 s", "keep alive from 60 to 300 s"},
        {"2018", 59, "keep alive 59 s", "keep alive from 60 to 300 s"},
        {"2018", 301, "keep alive 301 s", "keep alive from 60 to 300 s"},
        {"2018", 65535, "keep alive 65535 s", "keep alive from 60 to 300 s"},
        {"2020", 30, NULL, NULL},
        {"2020", 1200, NULL, NULL},
        {"2021", 29, "keep alive 29 s", "keep alive from 30 to 1200 s"},
        {"2021", 1201, "keep alive 1201 s", "keep alive from 30 to 1200 s"},
        {"2023", 30, NULL, NULL},
        {"2023", 1200, NULL, NULL},
        {"2023", -1, "keep alive 0 s", "keep alive from 30 to 1200 s"},
        {"2023", 29, "keep alive 29 s", "keep alive from 30 to 1200 s"},
        {"2023", 1201, "keep alive 1201 s", "keep alive from 30 to 1200 s"},
        {"2023", 65535, "keep alive 65535 s", "keep alive from 30 to 1200 s"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct attempt attempt = {.keep_alive_s = rows[i].keep_alive_s};
        if (rows[i].received)
            expect_refused_by(rows[i].profile, &attempt, "keep-alive",
                              strcmp(rows[i].profile, "2018") == 0 ? 3 : 2, rows[i].received,
                              rows[i].accepted);
        else
            expect_accepted_by(rows[i].profile, &attempt);
    }
}

static void keep_alive_above_the_maximum_can_be_clamped(void)
{
    struct attempt attempt = {.keep_alive_s = 1201, .set = {"keepalive.clamp=true"}};
    struct connect_verdict verdict = judge("2023", &attempt);
    CU_ASSERT_TRUE(verdict.accepted);
    CU_ASSERT_EQUAL(verdict.keep_alive_s, 1200);
    CU_ASSERT_EQUAL(verdict.notes, 1u << CONNECT_NOTE_KEEP_ALIVE_CLAMPED);
    attempt.keep_alive_s = 1200;
    verdict = judge("2023", &attempt);
    CU_ASSERT_EQUAL(verdict.keep_alive_s, 1200);
    CU_ASSERT_EQUAL(verdict.notes, 0);
    attempt.keep_alive_s = 29;
    expect_refused_by("2023", &attempt, "keep-alive", 2, "keep alive 29 s", "keep alive from 30 to 1200 s");
    attempt.keep_alive_s = -1;
    expect_refused_by("2023", &attempt, "keep-alive", 2, "keep alive 0 s", "keep alive from 30 to 1200 s");
}

/* Digests by hand: platform-facts 2.4, first row. */
static const struct {
    const char *id, *password;
} signed_by[SIGN_METHODS] = {
    {"12345|securemode=3,signmethod=hmacmd5,timestamp=789|", "14b198324fe55e1d3c88f2e705e201ee"},
    {"12345|securemode=3,signmethod=hmacsha1,timestamp=789|", "fafd82a3d602b37fb0fa8b7892f24a477f851a14"},
    {"12345|securemode=3,signmethod=hmacsha256,timestamp=789|",
     "6074a46a91b1ebb2cc4ea42790ad0e80202c9843859fc292e57c4eb19fad9e57"},
    {"12345|securemode=3,signmethod=sha256,timestamp=789|",
     "616393e41b5065e42ebfbbae30808c20af3fbd7f4939068fbde19f20566bbc8c"},
};

static void sign_methods_of_each_profile(void)
{
    static const char *const refused[] = {"signmethod=hmacmd5", "signmethod=hmacsha1",
                                          "signmethod=hmacsha256", "signmethod=sha256"};
    static const struct {
        const char *profile, *accepted;
        int methods;
    } rows[] = {{"2018", "signmethod hmacmd5, hmacsha1", 2},
                {"2020", "signmethod hmacmd5, hmacsha1, hmacsha256", 3},
                {"2021", "", 4},
                {"2023", "", 4}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (int m = 0; m < SIGN_METHODS; m++) {
            struct attempt attempt = {.client_id = signed_by[m].id, .password = signed_by[m].password};
            if (m < rows[i].methods)
                expect_accepted_by(rows[i].profile, &attempt);
            else
                expect_refused_by(rows[i].profile, &attempt, "sign-method", 2, refused[m], rows[i].accepted);
        }
    CU_ASSERT_EQUAL(
        judge("2023", &(struct attempt){.client_id = signed_by[3].id, .password = signed_by[3].password})
            .notes,
        1u << CONNECT_NOTE_METHOD_SHA256);
}

static void unknown_sign_methods(void)
{
    struct attempt attempt = {.client_id = "12345|securemode=3,signmethod=HMACSHA1,timestamp=789|"};
    expect_refused_by("2018", &attempt, "sign-method", 2, "signmethod=HMACSHA1",
                      "signmethod hmacmd5, hmacsha1");
    attempt.client_id = "12345|securemode=3,signmethod=md5\x01,timestamp=789|";
    expect_refused_by("2023", &attempt, "sign-method", 2, "signmethod=md5",
                      "signmethod hmacmd5, hmacsha1, hmacsha256, sha256");
    attempt.client_id = "12345|securemode=3,signmethod=\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d"
                        "\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d|";
    expect_refused_by("2023", &attempt, "sign-method", 2,
                      "signmethod=\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d"
                      "\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d...",
                      "signmethod hmacmd5, hmacsha1, hmacsha256, sha256");
}

static void no_sign_method_means_the_default(void)
{
    struct attempt attempt = {.client_id = "12345|securemode=3,timestamp=789|",
                              .password = "14b198324fe55e1d3c88f2e705e201ee"};
    for (size_t i = 0; i < PROFILES - 1; i++)
        expect_accepted_by(profiles[i], &attempt);
    struct connect_verdict verdict = judge("2023", &attempt);
    CU_ASSERT_EQUAL(verdict.method, SIGN_HMACMD5);
    CU_ASSERT_EQUAL(verdict.notes, 1u << CONNECT_NOTE_METHOD_DEFAULT);
    attempt.password = example_password;
    CU_ASSERT_FALSE(judge("2023", &attempt).accepted);
    attempt.set[0] = "sign.default=hmacsha1";
    expect_accepted_by("2023", &attempt);
    attempt.set[0] = "sign.default=none";
    expect_refused_by("2023", &attempt, "sign-method", 2, "signmethod is missing",
                      "signmethod hmacmd5, hmacsha1, hmacsha256, sha256");
}

static void unknown_and_disabled_devices(void)
{
    struct attempt attempt = {.username = "device2&pk"};
    expect_refused_by("2020", &attempt, "device-unknown", 4, "product pk has no device device2",
                      "a device of the platform");
    attempt.username = "device&pk2";
    expect_refused_by("2020", &attempt, "device-unknown", 4, "there is no product pk2",
                      "a device of the platform");
    attempt.set[0] = "refusal.unknown_device=5";
    expect_refused_by("2020", &attempt, "device-unknown", 5, "there is no product pk2",
                      "a device of the platform");
    attempt = (struct attempt){.username = "off&pk"};
    expect_refused_by("2020", &attempt, "device-disabled", 5, "device off of product pk, which is disabled",
                      "an enabled device");
}

static void wrong_signatures(void)
{
    static const struct {
        const char *password, *received;
    } rows[] = {
        {"FAFD82A3D602B37FB0FA8B7892F24A477F851A15", "40 hex digits"},
        {"6f2e85580829a91cce65df1cb2b1fe0fd44fa7b2", "40 hex digits"},
        {"14b198324fe55e1d3c88f2e705e201ee", "32 hex digits"},
        {"+v2Co9YCs3+w", "12 characters, not hex"},
        {"secret", "6 characters, not hex"},
        {"FAFD82A3D602B37FB0FA8B7892F24A477F851A14\n", "41 characters, not hex"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_refused_by(profiles[i % (PROFILES - 1)], &(struct attempt){.password = rows[i].password},
                          "signature", 4, rows[i].received,
                          "40 hex digits: hmacsha1 over clientId, deviceName, productKey, timestamp");
    struct attempt attempt = {.client_id = "12345|securemode=3,signmethod=hmacmd5|"};
    expect_refused_by("2023", &attempt, "signature", 4, "40 hex digits",
                      "32 hex digits: hmacmd5 over clientId, deviceName, productKey");
}

/* SIG-02: only what was sent is signed, with the value sent. */
static void only_sent_fields_are_signed(void)
{
    expect_accepted_by("2023", &(struct attempt){.client_id = "12345|securemode=3,signmethod=hmacsha1|",
                                                 .password = "3504e4df7ce4766d30f796ee973c9ce7fc5425cb"});
    expect_accepted_by("2023", &(struct attempt){.client_id = "|securemode=3,signmethod=hmacsha1|",
                                                 .password = "ef1338106ebf173868958116f51797c8b9149855"});
    expect_accepted_by("2023", &(struct attempt){.client_id = "pk.device|timestamp=2524608000000,_ss=1,"
                                                              "_v=sdk-c-4.1.0,securemode=3,signmethod="
                                                              "hmacsha256,ext=3,_conn=tls_37|",
                                                 .password = "2eab47d05ec94fab1a34e7e9f54aebd34a1e15770f9"
                                                             "32e05300193007e0091e9"});
    struct attempt other = {.client_id = "12345|securemode=3,signmethod=hmacsha1,timestamp=790|"};
    CU_ASSERT_STRING_EQUAL(judge("2023", &other).refusal.rule->id, "signature");
    other.client_id = "12346|securemode=3,signmethod=hmacsha1,timestamp=789|";
    CU_ASSERT_STRING_EQUAL(judge("2023", &other).refusal.rule->id, "signature");
}

static void wills(void)
{
    struct attempt attempt = {.will = true};
    for (size_t i = 0; i < PROFILES - 1; i++)
        expect_accepted_by(profiles[i], &attempt);
    attempt.set[0] = "will.connect=refuse";
    expect_refused_by("2023", &attempt, "will", PROFILE_REFUSAL_CLOSE, "a will", "no will");
    attempt.set[1] = "refusal.will=5";
    expect_refused_by("2018", &attempt, "will", 5, "a will", "no will");
    attempt.will = false;
    expect_accepted_by("2023", &attempt);
}

void unit_connect_refusals(void)
{
    UNIT(wills);
    UNIT(protocol_levels);
    UNIT(client_id_form);
    UNIT(client_id_length);
    UNIT(username_form);
    UNIT(username_splits_at_the_last_ampersand);
    UNIT(tls_required);
    UNIT(securemode_goes_with_the_transport);
    UNIT(keep_alive_range);
    UNIT(keep_alive_above_the_maximum_can_be_clamped);
    UNIT(sign_methods_of_each_profile);
    UNIT(unknown_sign_methods);
    UNIT(no_sign_method_means_the_default);
    UNIT(unknown_and_disabled_devices);
    UNIT(wrong_signatures);
    UNIT(only_sent_fields_are_signed);
}
