#include "lib/protocol/mqtt_text.h"

#include "tests/unit/unit.h"

static void check(struct str text, const char *reason, size_t offset, const char *clause)
{
    size_t at = 99;
    const char *said = "nothing", *given = mqtt_text_fault(text, &at, &said);
    if (!reason) {
        CU_ASSERT_PTR_NULL(given);
        return;
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(given);
    CU_ASSERT_STRING_EQUAL(given, reason);
    CU_ASSERT_EQUAL(at, offset);
    CU_ASSERT_STRING_EQUAL(said, clause);
}

static void good_text_of_every_kind(void)
{
    check((struct str){NULL, 0}, NULL, 0, NULL);
    check(STR(""), NULL, 0, NULL);
    check(STR("12345|securemode=3,signmethod=hmacsha1|"), NULL, 0, NULL);
    check(STR("a\x01\x1f\x7f\n\r\tb"), NULL, 0, NULL);     /* control characters */
    check(STR("温度 °C \xf0\x9f\x8c\xa1"), NULL, 0, NULL); /* two to four bytes */
    check(STR("\xef\xbb\xbf"
              "a"),
          NULL, 0, NULL); /* U+FEFF is not a mark to be taken away */
    check(STR("\xef\xbf\xbf \xf4\x8f\xbf\xbf"), NULL, 0,
          NULL); /* noncharacters may, but need not be refused */
}

static void a_fault_is_found_at_every_place(void)
{
    /* Longer than the words that are looked at together, so that each place in a word and behind the last has its turn. */
    for (size_t length = 1; length <= 20; length++) {
        for (size_t at = 0; at < length; at++) {
            char text[20];
            memset(text, 'x', sizeof text);
            text[at] = '\0';
            check((struct str){text, length}, "text holds the character U+0000", at, "MQTT-1.5.3-2");
            text[at] = '\x80';
            check((struct str){text, length}, "text is not well-formed UTF-8", at, "MQTT-1.5.3-1");
            text[at] = '\x01';
            check((struct str){text, length}, NULL, 0, NULL);
        }
    }
}

static void of_two_faults_the_first_is_named(void)
{
    check(STR("ab\0\xff"), "text holds the character U+0000", 2, "MQTT-1.5.3-2");
    check(STR("ab\xff\0"), "text is not well-formed UTF-8", 2, "MQTT-1.5.3-1");
    check(STR("\xe6\xb8\0"), "text is not well-formed UTF-8", 0, "MQTT-1.5.3-1");
}

void unit_mqtt_text(void)
{
    UNIT(good_text_of_every_kind);
    UNIT(a_fault_is_found_at_every_place);
    UNIT(of_two_faults_the_first_is_named);
}
