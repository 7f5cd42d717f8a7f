#include "lib/net/lookup.h"

#include <stddef.h>
#include <string.h>

#include "lib/net/address.h"
#include "tests/unit/unit.h"

static void addresses_are_found_at_once(void)
{
    static const char *const hosts[] = {"127.0.0.1", "::1"};
    static const char *const texts[] = {"127.0.0.1:1883", "[::1]:1883"};
    for (size_t i = 0; i < 2; i++) {
        struct addrinfo *found;
        char text[ADDRESS_TEXT_SIZE];
        CU_ASSERT_EQUAL_FATAL(lookup_host(hosts[i], 1883, 0, &found), 0);
        address_text(found->ai_addr, text);
        CU_ASSERT_STRING_EQUAL(text, texts[i]);
        CU_ASSERT_PTR_NULL(found->ai_next);
        freeaddrinfo(found);
    }
}

static void names_are_found(void)
{
    struct addrinfo *found;
    CU_ASSERT_EQUAL_FATAL(lookup_host("localhost", 1883, 5000, &found), 0);
    CU_ASSERT_EQUAL(address_port(found->ai_addr), 1883);
    freeaddrinfo(found);
}

static void what_is_not_found_has_a_reason(void)
{
    struct addrinfo *found;
    int result = lookup_host("no such host", 1883, 60000, &found);
    CU_ASSERT_TRUE(result != 0 && result != LOOKUP_TOO_LATE);
    CU_ASSERT_PTR_NULL(found);
    CU_ASSERT_TRUE(strlen(lookup_error(result)) > 0);
    CU_ASSERT_EQUAL(lookup_host("127.0.0.1", 0, 5000, &found), EAI_SERVICE);
    CU_ASSERT_EQUAL(lookup_host("127.0.0.1", 65536, 5000, &found), EAI_SERVICE);
    CU_ASSERT_EQUAL(lookup_host("127.0.0.1", -1, 5000, &found), EAI_SERVICE);
}

/* Whoever is too late leaves a lookup behind, which frees what it shares: the sanitizers look at that. */
static void a_lookup_may_be_too_late(void)
{
    struct addrinfo *found;
    for (int i = 0; i < 20; i++) {
        int result = lookup_host("localhost", 1883, 0, &found);
        CU_ASSERT_TRUE(result == LOOKUP_TOO_LATE || result == 0);
        if (found)
            freeaddrinfo(found);
    }
    CU_ASSERT_STRING_EQUAL(lookup_error(LOOKUP_TOO_LATE), "it takes too long");
}

void unit_lookup(void)
{
    UNIT(addresses_are_found_at_once);
    UNIT(names_are_found);
    UNIT(what_is_not_found_has_a_reason);
    UNIT(a_lookup_may_be_too_late);
}
