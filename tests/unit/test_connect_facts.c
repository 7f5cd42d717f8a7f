#include "lib/rules/connect_facts.h"

#include "tests/unit/attempt.h"

static enum connect_mode mode_of(const char *profile, const char *client_id, const char *username)
{
    struct bench b;
    struct connect_facts facts;
    const struct attempt attempt = {.client_id = client_id, .username = username};
    bench_init(&b, profile, &attempt);
    memset(&facts, 0xee, sizeof facts);
    connect_facts_read(&facts, &b.in);
    return facts.mode;
}

static void the_way_of_signing_in_is_seen(void)
{
    static const struct {
        const char *profile, *client_id, *username;
        enum connect_mode mode;
    } rows[] = {
        {"2023", "c|securemode=2|", "device&pk", CONNECT_BY_SECRET},
        {"2023", "c", "device&pk", CONNECT_BY_SECRET},
        {"2023", "c", "", CONNECT_BY_SECRET},
        {"2023", "c|", "iot", CONNECT_BY_SECRET},
        {"2023", "c", "iot", CONNECT_BY_IOT_TOKEN},
        {"2023", "c|securemode=-1|", "iot", CONNECT_BY_IOT_TOKEN},
        {"2023", "c|securemode=0|", "iot", CONNECT_BY_IOT_TOKEN},
        {"2023", "c|securemode=2|", "iot", CONNECT_BY_SECRET},
        {"2023", "c|authType=connwl|", "device&pk", CONNECT_BY_DEVICE_TOKEN},
        {"2021", "c|securemode=-2|", "device&pk", CONNECT_BY_DEVICE_TOKEN},
        {"2023", "c|securemode=-2|", "device&pk", CONNECT_BY_SECRET},
        {"2018", "c|securemode=-2,authType=connwl|", "device&pk", CONNECT_BY_SECRET},
        {"2018", "c|authType=register|", "device&pk", CONNECT_TO_REGISTER},
        {"2018", "c|authType=regnwl|", "device&pk", CONNECT_TO_REGNWL},
        {"2023", "c|authtype=register|", "device&pk", CONNECT_BY_SECRET},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        CU_ASSERT_EQUAL(mode_of(rows[i].profile, rows[i].client_id, rows[i].username), rows[i].mode);
}

static void texts_are_short_and_tell_no_password(void)
{
    char quoted[CONNECT_QUOTE_SIZE], text[CONNECT_TEXT_SIZE];
    CU_ASSERT_STRING_EQUAL(connect_quote_known(STR("a\nb"), quoted), "a?b");
    CU_ASSERT_STRING_EQUAL(connect_quote_known(STR("0123456789012345678901234567890123456789012345"), quoted),
                           "0123456789012345678901234567890123456789...");
    connect_describe_password(STR("FAFD82"), text);
    CU_ASSERT_STRING_EQUAL(text, "6 hex digits");
    connect_describe_password(STR("my password"), text);
    CU_ASSERT_STRING_EQUAL(text, "11 characters, not hex");
}

void unit_connect_facts(void)
{
    UNIT(the_way_of_signing_in_is_seen);
    UNIT(texts_are_short_and_tell_no_password);
}
