#include "lib/net/sniff.h"

#include "tests/unit/unit.h"

static enum sniff first(uint8_t byte)
{
    const uint8_t bytes[2] = {byte, 0x16};
    return sniff_bytes(bytes, sizeof bytes);
}

static void the_first_byte_decides(void)
{
    CU_ASSERT_EQUAL(sniff_bytes(NULL, 0), SNIFF_MORE);
    CU_ASSERT_EQUAL(first(0x16), SNIFF_TLS);
    CU_ASSERT_EQUAL(first(0x10), SNIFF_MQTT);
    CU_ASSERT_EQUAL(first('G'), SNIFF_HTTP);
    CU_ASSERT_EQUAL(first('A'), SNIFF_HTTP);
    CU_ASSERT_EQUAL(first('Z'), SNIFF_HTTP);
}

static void all_else_is_unknown(void)
{
    int known = 0;
    for (int byte = 0; byte < 256; byte++)
        known += first((uint8_t)byte) != SNIFF_UNKNOWN;
    CU_ASSERT_EQUAL(known, 28);
    CU_ASSERT_EQUAL(first('@'), SNIFF_UNKNOWN);
    CU_ASSERT_EQUAL(first('['), SNIFF_UNKNOWN);
    CU_ASSERT_EQUAL(first('g'), SNIFF_UNKNOWN);
    CU_ASSERT_EQUAL(first(0x15), SNIFF_UNKNOWN);
    CU_ASSERT_EQUAL(first(0x11), SNIFF_UNKNOWN);
}

void unit_sniff(void)
{
    UNIT(the_first_byte_decides);
    UNIT(all_else_is_unknown);
}
