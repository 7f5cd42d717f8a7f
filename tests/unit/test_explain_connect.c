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
    static const uint16_t keep_alives[] = {1, 9, 11, 29, 1201, 29000, 65535, 54465, 60001};
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
    UNIT(details_say_what_is_right);
    UNIT(names_are_printable);
}
