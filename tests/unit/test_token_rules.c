#include "lib/rules/token_rules.h"

#include "tests/unit/attempt.h"

/* Tokens of these tests: iot-1 with token-1 of pk/device; iot-2 with token-2, which has expired; token-3 a deviceToken of pk/device
 * and clientId 12345; token-4 one of pk/off. */
static bool look_up(struct str key, bool by_iot_id, struct connect_token *out)
{
    static const struct {
        const char *iot_id, *text, *device;
        bool expired;
    } rows[] = {{"iot-1", "token-1", "device", false},
                {"iot-2", "token-2", "device", true},
                {NULL, "token-3", "device", false},
                {NULL, "token-4", "off", false},
                {NULL, "token-5", "device", true}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *name = by_iot_id ? rows[i].iot_id : rows[i].text;
        if (!name || !str_is(key, name))
            continue;
        *out = (struct connect_token){.iot_id = str_of(rows[i].iot_id),
                                      .product_key = STR("pk"),
                                      .device_name = str_of(rows[i].device),
                                      .client_id = STR("12345"),
                                      .expired = rows[i].expired};
        return true;
    }
    return false;
}

static bool by_iot_id(void *ctx, struct str iot_id, struct connect_token *out)
{
    (void)ctx;
    return look_up(iot_id, true, out);
}

static bool by_text(void *ctx, struct str text, struct connect_token *out)
{
    (void)ctx;
    return look_up(text, false, out);
}

struct row {
    const char *client_id, *username, *password;
    const char *rule, *received; /* NULL: accepted */
    enum transport transport;
};

static void expect_row(const char *profile, const struct row *row, int code, enum connect_mode mode)
{
    struct bench b;
    struct connect_verdict verdict;
    const struct attempt attempt = {.client_id = row->client_id,
                                    .username = row->username,
                                    .password = row->password,
                                    .transport = row->transport};
    bench_init(&b, profile, &attempt);
    b.lookup.iot_id = by_iot_id;
    b.lookup.token = by_text;
    CU_ASSERT_EQUAL(connect_rules_check(&b.in, &verdict), row->rule == NULL);
    if (verdict.accepted != (row->rule == NULL))
        fprintf(stderr, "\n%s as %s: %s: %s\n", row->client_id, row->username,
                verdict.accepted ? "accepted" : verdict.refusal.rule->id, verdict.refusal.received);
    CU_ASSERT_EQUAL(verdict.mode, mode);
    if (!row->rule || verdict.accepted)
        return;
    CU_ASSERT_STRING_EQUAL(verdict.refusal.rule->id, row->rule);
    CU_ASSERT_STRING_EQUAL(verdict.refusal.received, row->received);
    CU_ASSERT_EQUAL(verdict.refusal.return_code, code);
}

static void iot_tokens(void)
{
    static const struct row rows[] = {
        {"dev1", "iot-1", "token-1", NULL, NULL, TRANSPORT_TLS},
        {"pk.dn|securemode=-1,timestamp=2524608000000,signmethod=hmacsha1,gw=0|", "iot-1", "token-1", NULL,
         NULL, TRANSPORT_TLS},
        {"pk.dn|securemode=0,signmethod=nonsense|", "iot-1", "token-1", NULL, NULL, TRANSPORT_TCP},
        {"x|securemode=2|", "iot-1", "token-1", NULL, NULL, TRANSPORT_TLS},
        {"x|securemode=3|", "iot-1", "token-1", NULL, NULL, TRANSPORT_TCP},
        {"x||", "iot-1", "token-1", NULL, NULL, TRANSPORT_TLS},
        {"x|securemode=-2|", "iot-1", "token-1", "securemode", "securemode=-2", TRANSPORT_TLS},
        {"x|securemode=4|", "iot-1", "token-1", "securemode", "securemode=4", TRANSPORT_TLS},
    };
    static const struct row illegal[] = {
        {"dev1", "iot-9", "token-1", "token-iot", "an iotId that was not issued", TRANSPORT_TLS},
        {"dev1|securemode=-1|", "iot-9", "token-1", "token-iot", "an iotId that was not issued",
         TRANSPORT_TLS},
        {"dev1|securemode=0|", "iot-9", "x", "token-iot", "an iotId that was not issued", TRANSPORT_TLS},
        {"dev1", "iot-1", "token-9", "token-iot", "an iotToken that was not issued", TRANSPORT_TLS},
        {"dev1", "iot-1", "token-2", "token-iot", "an iotToken that was issued with another iotId",
         TRANSPORT_TLS},
        {"dev1", "iot-2", "token-2", "token-iot", "an iotToken that has expired", TRANSPORT_TLS},
        {"dev1", "iot-1", "token-3", "token-iot", "a deviceToken in the place of the iotToken",
         TRANSPORT_TLS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_row("2023", &rows[i], 2, CONNECT_BY_IOT_TOKEN);
    for (size_t i = 0; i < sizeof illegal / sizeof illegal[0]; i++)
        expect_row("2018", &illegal[i], 3, CONNECT_BY_IOT_TOKEN);
}

/* What is no iotId stays what it was: a malformed client id or user name. */
static void what_is_no_token_login(void)
{
    static const struct row rows[] = {
        {"dev1", "device&pk", "x", "client-id-form",
         "no extension: a client id of 4 characters without a bar", TRANSPORT_TLS},
        {"dev1|securemode=2,signmethod=hmacsha1|", "device", "x", "username-form", "a user name without '&'",
         TRANSPORT_TLS},
        {"dev1|securemode=-1,signmethod=hmacsha1|", "device&pk", "x", "securemode",
         "securemode=-1 is unknown", TRANSPORT_TLS},
        {"12345|securemode=-2,authType=connwl|", "device&pk", "token-3", "securemode",
         "securemode=-2 is unknown", TRANSPORT_TLS},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        expect_row("2020", &rows[i], rows[i].rule[0] == 'u' ? 4 : 2, CONNECT_BY_SECRET);
}

static void device_tokens(void)
{
    static const struct row rows[] = {
        {"12345|securemode=-2,authType=connwl|", "device&pk", "token-3", NULL, NULL, TRANSPORT_TLS},
        {"12345|authType=connwl,securemode=-2,_ss=1,ext=3,_v=sdk-c-4.2.0|", "device&pk", "token-3", NULL,
         NULL, TRANSPORT_WSS},
        {"12345|securemode=-2,authType=connwl|", "device&pk", "token-9", "token-device",
         "a deviceToken that was not issued", TRANSPORT_TLS},
        {"1234|securemode=-2,authType=connwl|", "device&pk", "token-3", "token-device",
         "a deviceToken that was issued to another clientId", TRANSPORT_TLS},
        {"12345|securemode=-2,authType=connwl|", "device&pk", "token-4", "token-device",
         "a deviceToken of another device", TRANSPORT_TLS},
        {"12345|securemode=-2,authType=connwl|", "device&pk", "token-1", "token-device",
         "an iotToken in the place of the deviceToken", TRANSPORT_TLS},
        {"12345|securemode=-2,authType=connwl|", "device&pk", "token-5", "token-device",
         "a deviceToken that has expired", TRANSPORT_TLS},
    };
    static const struct row refused[] = {
        {"12345|securemode=2,authType=connwl|", "device&pk", "token-3", "securemode", "securemode=2",
         TRANSPORT_TLS},
        {"12345|authType=connwl|", "device&pk", "token-3", "securemode", "securemode is missing",
         TRANSPORT_TLS},
        {"12345|securemode=-2,authType=connwl|", "device&pk", "token-3", "securemode",
         "securemode=-2 on tcp, not encrypted", TRANSPORT_TCP},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_row("2021", &rows[i], 4, CONNECT_BY_DEVICE_TOKEN);
        expect_row("2023", &rows[i], 4, CONNECT_BY_DEVICE_TOKEN);
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++)
        expect_row("2023", &refused[i], 2, CONNECT_BY_DEVICE_TOKEN);
}

static void the_form_without_auth_type(void)
{
    static const struct row good = {"12345|securemode=-2,signmethod=hmacsha1,timestamp=132323232|",
                                    "device&pk",
                                    "token-3",
                                    NULL,
                                    NULL,
                                    TRANSPORT_TLS};
    struct row bad = good;
    bad.rule = "securemode";
    bad.received = "securemode=-2 is unknown";
    expect_row("2021", &good, 4, CONNECT_BY_DEVICE_TOKEN);
    expect_row("2023", &bad, 2, CONNECT_BY_SECRET);
    expect_row("2018", &bad, 2, CONNECT_BY_SECRET);
}

void unit_token_rules(void)
{
    UNIT(iot_tokens);
    UNIT(what_is_no_token_login);
    UNIT(device_tokens);
    UNIT(the_form_without_auth_type);
}
