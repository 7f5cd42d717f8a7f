#include "lib/base/hex.h"

#include "tests/unit/unit.h"

static void bytes_to_digits_and_back(void)
{
    const uint8_t bytes[] = {0x00, 0x7f, 0xa5, 0xff};
    char digits[9];
    hex_encode(bytes, sizeof bytes, digits);
    CU_ASSERT_STRING_EQUAL(digits, "007fa5ff");
    struct buf out;
    buf_init(&out, 16);
    CU_ASSERT_TRUE(hex_decode(STR("00 7F\na5ff"), &out, NULL));
    CU_ASSERT_TRUE(str_eq(buf_str(&out), (struct str){(const char *)bytes, sizeof bytes}));
    buf_fini(&out);
}

static void bad_digits_are_refused_with_their_place(void)
{
    const struct {
        struct str digits;
        size_t bad;
    } rows[] = {{STR("0"), 0}, {STR("00 1"), 3}, {STR("0g"), 0}, {STR("00x1"), 2}, {STR("0 0"), 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buf out;
        size_t bad = 99;
        buf_init(&out, 16);
        CU_ASSERT_FALSE(hex_decode(rows[i].digits, &out, &bad));
        CU_ASSERT_EQUAL(bad, rows[i].bad);
        buf_fini(&out);
    }
}

static void appends_up_to_the_maximum(void)
{
    struct buf out;
    buf_init(&out, 6);
    CU_ASSERT_TRUE(hex_append(&out, (const uint8_t *)"\x01\x02", 2, true));
    CU_ASSERT_TRUE(str_is(buf_str(&out), "01 02"));
    CU_ASSERT_FALSE(hex_append(&out, (const uint8_t *)"\x03", 1, true));
    buf_fini(&out);
}

void unit_hex(void)
{
    UNIT(bytes_to_digits_and_back);
    UNIT(bad_digits_are_refused_with_their_place);
    UNIT(appends_up_to_the_maximum);
}
