#include "lib/base/random.h"

#include "tests/unit/unit.h"

#include <stdbool.h>
#include <string.h>

static void texts_have_their_length_and_alphabet(void)
{
    char text[65], hex[33];
    bool seen_z = false, seen_0 = false;
    for (int i = 0; i < 200; i++) {
        random_text(text, 64);
        random_hex(hex, 32);
        CU_ASSERT_EQUAL(strlen(text), 64);
        CU_ASSERT_EQUAL(strlen(hex), 32);
        CU_ASSERT_EQUAL(strspn(hex, "0123456789abcdef"), 32);
        for (int k = 0; k < 64; k++) {
            bool letter = (text[k] | 0x20) >= 'a' && (text[k] | 0x20) <= 'z';
            CU_ASSERT_TRUE(letter || (text[k] >= '0' && text[k] <= '9'));
        }
        seen_z = seen_z || strchr(text, 'z');
        seen_0 = seen_0 || strchr(text, '0');
    }
    CU_ASSERT_TRUE(seen_z && seen_0);
}

static void two_differ(void)
{
    char a[33], b[33];
    random_hex(a, 32);
    random_hex(b, 32);
    CU_ASSERT_STRING_NOT_EQUAL(a, b);
}

void unit_random(void)
{
    UNIT(texts_have_their_length_and_alphabet);
    UNIT(two_differ);
}
