#include "lib/rules/explain_inner.h"

#include "tests/unit/explaining.h"

#include <stdio.h>

static struct explanation explanation;

/* The ids of all mistakes of all refusals, joined by blanks. */
static const char *mistakes_of(const struct explain_request *request)
{
    static char out[512];
    size_t n = 0;
    out[0] = '\0';
    explain_request_run(request, &explanation);
    for (size_t i = 0; i < explanation.count; i++)
        for (size_t k = 0; k < explanation.items[i].found_count; k++)
            n += (size_t)snprintf(out + n, sizeof out - n, "%s%s", n ? " " : "",
                                  explanation.items[i].found[k].mistake->id);
    return out;
}

/* A mistake is named only where it is one: close neighbours of each, which are none. */
static void neighbours_are_not_mistakes(void)
{
    struct profile profile = profile_named("2023");
    static const uint16_t keep_alives[] = {1, 9, 11, 29, 1201, 29000, 65535, 54465, 60001, 65464};
    struct explain_request request;
    for (size_t i = 0; i < sizeof keep_alives / sizeof keep_alives[0]; i++) {
        example_request(&request, &profile);
        request.packet.keep_alive_s = keep_alives[i];
        CU_ASSERT_STRING_EQUAL(mistakes_of(&request), "");
        CU_ASSERT_EQUAL(explanation.count, 1);
    }
    static const char *const usernames[] = {"devicf&pk", "pk&devicf", "device&pl", "nobody&nothing"};
    for (size_t i = 0; i < sizeof usernames / sizeof usernames[0]; i++) {
        example_request(&request, &profile);
        request.packet.username = str_of(usernames[i]);
        CU_ASSERT_STRING_EQUAL(mistakes_of(&request), "");
    }
}

static void good_keep_alive_is_never_explained(void)
{
    struct profile profile = profile_named("2023");
    struct problems problems = {0};
    struct explain_request request;
    CU_ASSERT_TRUE(profile_set(&profile, "keepalive.min=10", &problems));
    example_request(&request, &profile);
    request.packet.keep_alive_s = 15;
    CU_ASSERT_STRING_EQUAL(mistakes_of(&request), "");
    CU_ASSERT_TRUE(explanation.accepted);
}

static void a_will_is_explained_where_it_is_refused(void)
{
    struct profile profile = profile_named("2023");
    struct problems problems = {0};
    struct explain_request request;
    example_request(&request, &profile);
    request.packet.has_will = true;
    CU_ASSERT_STRING_EQUAL(mistakes_of(&request), "");
    CU_ASSERT_TRUE(explanation.accepted);
    CU_ASSERT_TRUE(profile_set(&profile, "will.connect=refuse", &problems));
    CU_ASSERT_STRING_EQUAL(mistakes_of(&request), "will-not-served");
    request.packet.has_will = false;
    request.packet.keep_alive_s = 1;
    CU_ASSERT_STRING_EQUAL(mistakes_of(&request), "");
}

static void details_say_what_is_right(void)
{
    static const struct {
        const char *client_id, *username;
        enum transport transport;
        const char *detail;
    } rows[] = {
        {"12345|securemode=3,signmethod=hmacsha1,timestamp=789|", NULL, TRANSPORT_TLS, "2"},
        {"12345|securemode=2,signmethod=hmacsha1,timestamp=789|", NULL, TRANSPORT_WS, "3"},
        {"12345|securemode=3,signmethod=HmacSHA1,timestamp=789|", NULL, TRANSPORT_TCP, "hmacsha1"},
        {"12345|securemode=3,signmethod=hmacsha1,timestamp=789|", "device.pk", TRANSPORT_TCP, "."},
        {"12345|securemode=3,signmethod=hmacsha1,timestamp=789|", "device&amp;pk", TRANSPORT_TCP, "&amp;"},
    };
    struct profile profile = profile_named("2023");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct explain_request request;
        example_request(&request, &profile);
        request.packet.client_id = str_of(rows[i].client_id);
        if (rows[i].username)
            request.packet.username = str_of(rows[i].username);
        request.transport = rows[i].transport;
        mistakes_of(&request);
        CU_ASSERT_TRUE_FATAL(explanation.items[0].found_count > 0);
        CU_ASSERT_STRING_EQUAL(explanation.items[0].found[0].detail, rows[i].detail);
    }
}

static void methods_are_looked_at_closely(void)
{
    static const struct {
        const char *client_id, *set, *mistakes;
    } rows[] = {
        {"12345|securemode=3,timestamp=789|", "sign.default=none", "method-not-declared"},
        {"12345|securemode=3,SignMethod=hmacsha1,timestamp=789|", "sign.default=none", "extension-key-case"},
        {"12345|securemode=3,signmethod=HMAC_SHA1,timestamp=789|", NULL, "method-name-case"},
        {"12345|securemode=3,signmethod=hmac-sha1-or-hmac-sha256,timestamp=789|", NULL, ""},
        {"12345|securemode=3,signmethod=rsa,timestamp=789|", NULL, ""},
        {"12345|securemode=3,signmethod=-_,timestamp=789|", NULL, ""},
        {"12345|securemode=3,signmethod=hmacsha1,timestamp=789|", "sign.methods=hmacmd5", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct profile profile = profile_named("2023");
        struct problems problems = {0};
        struct explain_request request;
        if (rows[i].set)
            CU_ASSERT_TRUE(profile_set(&profile, rows[i].set, &problems));
        example_request(&request, &profile);
        request.packet.client_id = str_of(rows[i].client_id);
        CU_ASSERT_STRING_EQUAL(mistakes_of(&request), rows[i].mistakes);
        CU_ASSERT_EQUAL(explanation.count, 1);
    }
}

static void user_names_of_many_shapes(void)
{
    static const struct {
        const char *username, *mistakes, *detail;
    } rows[] = {
        {"device & pk", "username-separator", "\" & \""},     {"device\tpk", "username-separator", "TAB"},
        {"device pk", "username-separator", "\" \""},         {"pk#device", "username-reversed", NULL},
        {"device.pk.a.b.c.d.e", "username-incomplete", NULL}, /* so many places are not looked at */
        {"a.b.device.pk", "username-incomplete", NULL},
    };
    struct profile profile = profile_named("2023");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct explain_request request;
        example_request(&request, &profile);
        request.packet.username = str_of(rows[i].username);
        const char *mistakes = mistakes_of(&request);
        CU_ASSERT_TRUE(strncmp(mistakes, rows[i].mistakes, strlen(rows[i].mistakes)) == 0);
        if (strncmp(mistakes, rows[i].mistakes, strlen(rows[i].mistakes)) != 0)
            fprintf(stderr, "\n%s: %s\n", rows[i].username, mistakes);
        if (rows[i].detail)
            CU_ASSERT_STRING_EQUAL(explanation.items[0].found[0].detail, rows[i].detail);
    }
}

static void tokens_are_found_wherever_they_stand(void)
{
    static const struct {
        const char *client_id, *username, *password, *owner, *mistakes;
    } rows[] = {
        {NULL, NULL, "token-1", "device", "token-in-direct-mode"},
        {NULL, NULL, "token-1", "second", "token-of-other-device token-in-direct-mode"},
        {NULL, "token-1", NULL, "device", "token-in-direct-mode"},
        {"12345|securemode=3,signmethod=hmacsha1,timestamp=789,deviceToken=token-1|", NULL, "00", "device",
         "token-in-direct-mode"},
        {"12345|securemode=3,signmethod=hmacsha1,timestamp=789,token=token-2|", NULL, "00", "device", ""},
        {"12345|securemode=3,signmethod=hmacsha1,timestamp=789,ticket=token-1|", NULL, "00", "device", ""},
        {NULL, NULL, "token-2", "device", ""},
    };
    struct profile profile = profile_named("2023");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct explain_request request;
        example_request(&request, &profile);
        if (rows[i].client_id)
            request.packet.client_id = str_of(rows[i].client_id);
        if (rows[i].username)
            request.packet.username = str_of(rows[i].username);
        if (rows[i].password)
            request.packet.password = str_of(rows[i].password);
        request.token_count = 1;
        request.tokens[0].text = STR("token-1");
        request.tokens[0].token = (struct explain_token){
            .product_key = STR("pk"), .device_name = str_of(rows[i].owner), .client_id = STR("12345")};
        CU_ASSERT_STRING_EQUAL(mistakes_of(&request), rows[i].mistakes);
    }
}

/* Whatever is sent, in whatever size, is answered; and nothing is named that is not found. */
static void odd_sizes_are_nobodys_mistake(void)
{
    static char longer[1200];
    memset(longer, 'x', sizeof longer);
    const struct str text = {longer, sizeof longer}, empty = {"", 0};
    struct profile profile = profile_named("2023");
    struct problems problems = {0};
    CU_ASSERT_TRUE(profile_set(&profile, "clientid.max=65535", &problems));
    for (int what = 0; what < 7; what++) {
        struct explain_request request;
        static char id[sizeof longer + 64];
        example_request(&request, &profile);
        request.packet.password = STR("fafd82a3d602b37fb0fa8b7892f24a477f851a15");
        if (what == 0)
            request.packet.password = text;
        else if (what == 1)
            request.packet.password = empty;
        else if (what == 2)
            request.device_secret = text;
        else if (what == 3)
            request.device_secret = empty;
        else if (what == 4)
            request.device_secret = (struct str){longer, 600}; /* fits, but not with the content */
        else if (what == 5)
            snprintf(id, sizeof id, "%.*s|securemode=3,signmethod=hmacsha1,timestamp=abc|", 1100, longer);
        else
            snprintf(id, sizeof id, "aZ{[~|securemode=3,signmethod=hmacsha1,timestamp=%.*s|", 700, longer);
        if (what >= 5)
            request.packet.client_id = str_of(id);
        CU_ASSERT_STRING_EQUAL(mistakes_of(&request), "");
        CU_ASSERT_EQUAL(explanation.count, what == 1 ? 2 : 1); /* no password is a fault of form, too */
        CU_ASSERT_TRUE(explanation.blocks <= EXPLAIN_BLOCKS_MAX);
    }
}

/* Names of other devices are shown, but nothing that could break a line, and cut between characters. */
static void names_are_printable(void)
{
    char detail[EXPLAIN_DETAIL_SIZE];
    explain_quote(STR("a\nb"), detail);
    CU_ASSERT_STRING_EQUAL(detail, "a?b");
    char longer[100];
    for (size_t i = 0; i < 99; i += 3)
        memcpy(longer + i, "\xe7\x94\xa8", 3);
    explain_quote((struct str){longer, 98}, detail);
    CU_ASSERT_TRUE(str_is_utf8(str_of(detail), NULL));
    CU_ASSERT_TRUE(strlen(detail) == 63);
    explain_quote((struct str){longer + 1, 98}, detail);
    CU_ASSERT_TRUE(strlen(detail) < EXPLAIN_DETAIL_SIZE);
}

void unit_explain_connect(void)
{
    UNIT(neighbours_are_not_mistakes);
    UNIT(good_keep_alive_is_never_explained);
    UNIT(a_will_is_explained_where_it_is_refused);
    UNIT(details_say_what_is_right);
    UNIT(methods_are_looked_at_closely);
    UNIT(user_names_of_many_shapes);
    UNIT(tokens_are_found_wherever_they_stand);
    UNIT(odd_sizes_are_nobodys_mistake);
    UNIT(names_are_printable);
}
