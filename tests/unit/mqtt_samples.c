#include "tests/unit/mqtt_samples.h"

#include "lib/base/hex.h"
#include "lib/base/mem.h"
#include "tests/unit/unit.h"

const char *const mqtt_good[14] = {
    "10 1a 0004 4d515454 04 c2 012c 0002 6162 0004 64267063 0004 00ff0d0a", /* ab, d&pc, a binary password */
    "20 02 01 00",
    "32 09 0003 2f612f 0010 6869", /* /a/, identifier 16, hi */
    "40 02 0010",
    "50 02 1000",
    "62 02 ffff",
    "70 02 0001",
    "82 0c 000a 0002 2f61 01 0002 2f23 00", /* /a with QoS 1, /# with QoS 0 */
    "90 06 000a 00 01 02 80",
    "a2 0a 000b 0002 2f61 0002 2f23",
    "b0 02 000b",
    "c0 00",
    "d0 00",
    "e0 00",
};

#define FLAGS  "reserved flags of the fixed header are wrong"
#define ENDS   "the packet ends inside a field"
#define NUL    "text holds the character U+0000"
#define NO_UTF "text is not well-formed UTF-8"
#define ID_0   "the packet identifier is 0"
#define BEHIND "bytes are left behind the last field"

/* The beginning of a CONNECT: remaining length and flags are told, keep-alive 60; its client id begins at byte 12. */
#define CONNECT(length, flags) "10 " length " 0004 4d515454 04 " flags " 003c "

const struct mqtt_bad mqtt_bad[] = {
    /* fixed header */
    {"00 00", "the packet type is reserved", 0, "section 2.2.1"},
    {"f0 00", "the packet type is reserved", 0, "section 2.2.1"},
    {"11 0e 0004 4d515454 04 02 003c 0002 6162", FLAGS, 0, "MQTT-2.2.2-1"},
    {"22 02 00 00", FLAGS, 0, "MQTT-2.2.2-1"},
    {"36 05 0001 61 0001", "the QoS is 3", 0, "MQTT-3.3.1-4"},
    {"3f 05 0001 61 0001", "the QoS is 3", 0, "MQTT-3.3.1-4"},
    {"38 03 0001 61", "DUP is set on a QoS 0 message", 0, "MQTT-3.3.1-2"},
    {"44 02 0001", FLAGS, 0, "MQTT-2.2.2-1"},
    {"58 02 0001", FLAGS, 0, "MQTT-2.2.2-1"},
    {"60 02 0001", FLAGS, 0, "MQTT-3.6.1-1"},
    {"63 02 0001", FLAGS, 0, "MQTT-3.6.1-1"},
    {"72 02 0001", FLAGS, 0, "MQTT-2.2.2-1"},
    {"80 06 0001 0001 61 00", FLAGS, 0, "MQTT-3.8.1-1"},
    {"8a 06 0001 0001 61 00", FLAGS, 0, "MQTT-3.8.1-1"},
    {"92 03 0001 00", FLAGS, 0, "MQTT-2.2.2-1"},
    {"a0 05 0001 0001 61", FLAGS, 0, "MQTT-3.10.1-1"},
    {"b1 02 0001", FLAGS, 0, "MQTT-2.2.2-1"},
    {"c1 00", FLAGS, 0, "MQTT-2.2.2-1"},
    {"d8 00", FLAGS, 0, "MQTT-2.2.2-1"},
    {"e2 00", FLAGS, 0, "MQTT-3.14.1-1"},
    {"30 ffffffff 01", "the remaining length has more than four bytes", 4, "section 2.2.3"},
    {"30 80808080 00", "the remaining length has more than four bytes", 4, "section 2.2.3"},
    {"20 01 00", ENDS, 3, "section 2.2.3"},
    {"20 03 00 00 00", BEHIND, 4, "section 2.2.3"},
    {"40 01 00", ENDS, 3, "section 2.2.3"},
    {"40 03 0001 00", BEHIND, 4, "section 2.2.3"},
    {"50 00", ENDS, 2, "section 2.2.3"},
    {"62 03 0001 00", BEHIND, 4, "section 2.2.3"},
    {"70 8201 0001 00", BEHIND, 5, "section 2.2.3"}, /* 130, and what it promised never comes */
    {"b0 03 0001 00", BEHIND, 4, "section 2.2.3"},
    {"c0 01 00", BEHIND, 2, "section 2.2.3"},
    {"d0 01 00", BEHIND, 2, "section 2.2.3"},
    {"e0 ff01", BEHIND, 3, "section 2.2.3"}, /* 255, of which none comes */
    /* CONNECT: protocol name and level */
    {"10 00", ENDS, 2, "section 2.2.3"},
    {"10 01 00", ENDS, 3, "section 2.2.3"},
    {"10 05 0004 4d5154", ENDS, 7, "section 2.2.3"},
    {"10 06 0004 4d515454", ENDS, 8, "section 2.2.3"},
    {"10 07 0004 4d515454 04", ENDS, 9, "section 2.2.3"},
    {"10 09 0004 4d515454 04 02 00", ENDS, 11, "section 2.2.3"},
    {"10 0e 0004 4d515458 04 02 003c 0002 6162", "the protocol name is not MQTT", 2, "MQTT-3.1.2-1"},
    {"10 0e 0004 6d717474 04 02 003c 0002 6162", "the protocol name is not MQTT", 2, "MQTT-3.1.2-1"},
    {"10 0a 0000 04 02 003c 0002 6162", "the protocol name is not MQTT", 2, "MQTT-3.1.2-1"},
    {"10 07 0004 4d515458 05", "the protocol name is not MQTT", 2, "MQTT-3.1.2-1"},
    {"10 0e 0004 4d5154ff 04 02 003c 0002 6162", NO_UTF, 7, "MQTT-1.5.3-1"},
    {"10 10 0006 4d514973 6470 04 02 003c 0002 6162", "protocol name and level do not go together", 2,
     "MQTT-3.1.2-1"},
    {"10 0e 0004 4d515454 03 02 003c 0002 6162", "protocol name and level do not go together", 2,
     "MQTT-3.1.2-1"},
    /* CONNECT: flags */
    {CONNECT("0e", "03") "0002 6162", "the reserved connect flag is set", 9, "MQTT-3.1.2-3"},
    {CONNECT("0e", "0a") "0002 6162", "a will QoS is given without a will", 9, "MQTT-3.1.2-13"},
    {CONNECT("0e", "1a") "0002 6162", "a will QoS is given without a will", 9, "MQTT-3.1.2-13"},
    {CONNECT("14", "1e") "0002 6162 0001 74 0001 70", "the will QoS is 3", 9, "MQTT-3.1.2-14"},
    {CONNECT("0e", "22") "0002 6162", "will retain is set without a will", 9, "MQTT-3.1.2-15"},
    {CONNECT("11", "42") "0002 6162 0001 70", "a password is announced without a username", 9,
     "MQTT-3.1.2-22"},
    /* CONNECT: payload */
    {CONNECT("0a", "02"), ENDS, 12, "MQTT-3.1.3-3"},
    {CONNECT("0b", "02") "00", ENDS, 13, "section 2.2.3"},
    {CONNECT("0e", "02") "0009 6162", ENDS, 16, "section 2.2.3"},
    {CONNECT("0e", "02") "0002 c328", NO_UTF, 14, "MQTT-1.5.3-1"},
    {CONNECT("0f", "02") "0003 eda080", NO_UTF, 14, "MQTT-1.5.3-1"},   /* a surrogate */
    {CONNECT("0f", "02") "0003 61c080", NO_UTF, 15, "MQTT-1.5.3-1"},   /* U+0000 in two bytes */
    {CONNECT("0f", "02") "0003 6161e2", NO_UTF, 16, "MQTT-1.5.3-1"},   /* cut in a character */
    {CONNECT("10", "02") "0004 f4908080", NO_UTF, 14, "MQTT-1.5.3-1"}, /* above U+10FFFF */
    {CONNECT("0e", "02") "0002 6100", NUL, 15, "MQTT-1.5.3-2"},
    {CONNECT("0f", "02") "0003 6100ff", NUL, 15, "MQTT-1.5.3-2"}, /* the first of two faults */
    {CONNECT("0f", "02") "0003 ff0061", NO_UTF, 14, "MQTT-1.5.3-1"},
    {CONNECT("0e", "06") "0002 6162", ENDS, 16, "MQTT-3.1.2-9"},
    {CONNECT("11", "06") "0002 6162 0001 74", ENDS, 19, "MQTT-3.1.2-9"},
    {CONNECT("14", "06") "0002 6162 0001 74 0002 70", ENDS, 22, "section 2.2.3"},
    {CONNECT("14", "06") "0002 6162 0001 ff 0001 70", NO_UTF, 18, "MQTT-1.5.3-1"},
    {CONNECT("13", "06") "0002 6162 0000 0001 70", "the topic name is empty", 18, "MQTT-4.7.3-1"},
    {CONNECT("14", "06") "0002 6162 0001 23 0001 70", "a topic name holds a wildcard character", 18,
     "MQTT-3.3.2-2"},
    {CONNECT("0e", "82") "0002 6162", ENDS, 16, "MQTT-3.1.2-19"},
    {CONNECT("11", "82") "0002 6162 0001 fe", NO_UTF, 18, "MQTT-1.5.3-1"},
    {CONNECT("11", "c2") "0002 6162 0001 75", ENDS, 19, "MQTT-3.1.2-21"},
    {CONNECT("14", "c2") "0002 6162 0001 75 0005 70", ENDS, 22, "section 2.2.3"},
    {CONNECT("0f", "02") "0002 6162 63", BEHIND, 16, "MQTT-3.1.2-18"},
    {CONNECT("15", "82") "0002 6162 0001 75 0002 7070", BEHIND, 19, "MQTT-3.1.2-20"},
    {CONNECT("15", "c2") "0002 6162 0001 75 0001 70 00", BEHIND, 22, "section 3.1.3"},
    /* CONNACK */
    {"20 02 02 00", "reserved CONNACK flags are set", 2, "section 3.2.2.1"},
    {"20 02 80 00", "reserved CONNACK flags are set", 2, "section 3.2.2.1"},
    {"20 02 00 06", "the return code is reserved", 3, "section 3.2.2.3"},
    {"20 02 00 80", "the return code is reserved", 3, "section 3.2.2.3"},
    {"20 02 01 05", "a refusal says that a session is present", 2, "MQTT-3.2.2-4"},
    /* PUBLISH */
    {"30 00", ENDS, 2, "MQTT-3.3.2-1"},
    {"30 01 00", ENDS, 3, "section 2.2.3"},
    {"30 03 0002 61", ENDS, 5, "section 2.2.3"},
    {"30 02 0000", "the topic name is empty", 4, "MQTT-4.7.3-1"},
    {"30 05 0003 2f2b78", "a topic name holds a wildcard character", 5, "MQTT-3.3.2-2"},
    {"30 06 0003 2f6123 78", "a topic name holds a wildcard character", 6, "MQTT-3.3.2-2"},
    {"30 05 0003 2f0061", NUL, 5, "MQTT-1.5.3-2"},
    {"30 05 0003 2fc080", NO_UTF, 5, "MQTT-1.5.3-1"},
    {"32 03 0001 61", ENDS, 5, "MQTT-2.3.1-1"},
    {"32 04 0001 61 00", ENDS, 6, "section 2.2.3"},
    {"32 05 0001 61 0000", ID_0, 5, "MQTT-2.3.1-1"},
    {"3c 06 0001 61 0000 70", ID_0, 5, "MQTT-2.3.1-1"},
    /* acknowledgements */
    {"40 02 0000", ID_0, 2, "MQTT-2.3.1-6"},
    {"50 02 0000", ID_0, 2, "MQTT-2.3.1-6"},
    {"62 02 0000", ID_0, 2, "MQTT-2.3.1-6"},
    {"70 02 0000", ID_0, 2, "MQTT-2.3.1-1"},
    {"b0 02 0000", ID_0, 2, "MQTT-2.3.1-7"},
    {"90 00", ENDS, 2, "MQTT-2.3.1-7"},
    {"90 02 0001", "there is no return code", 4, "MQTT-3.8.4-5"},
    {"90 03 0000 00", ID_0, 2, "MQTT-2.3.1-7"},
    {"90 03 0001 03", "a SUBACK return code is reserved", 4, "MQTT-3.9.3-2"},
    {"90 05 0001 00 02 7f", "a SUBACK return code is reserved", 6, "MQTT-3.9.3-2"},
    {"90 04 0001 80 81", "a SUBACK return code is reserved", 5, "MQTT-3.9.3-2"},
    /* SUBSCRIBE and UNSUBSCRIBE */
    {"82 00", ENDS, 2, "MQTT-2.3.1-1"},
    {"82 06 0000 0001 61 00", ID_0, 2, "MQTT-2.3.1-1"},
    {"82 02 0001", "there is no topic filter", 4, "MQTT-3.8.3-3"},
    {"82 03 0001 00", ENDS, 5, "section 2.2.3"},
    {"82 05 0001 0003 61", ENDS, 7, "section 2.2.3"},
    {"82 05 0001 0001 61", ENDS, 7, "MQTT-3.8.3-3"},
    {"82 05 0001 0000 00", "a topic filter is empty", 6, "MQTT-4.7.3-1"},
    {"82 06 0001 0001 00 00", NUL, 6, "MQTT-1.5.3-2"},
    {"82 06 0001 0001 a0 00", NO_UTF, 6, "MQTT-1.5.3-1"},
    {"82 07 0001 0002 6123 00", "'#' is not the whole last level", 7, "MQTT-4.7.1-2"},
    {"82 08 0001 0003 232f61 00", "'#' is not the whole last level", 6, "MQTT-4.7.1-2"},
    {"82 07 0001 0002 612b 00", "'+' is not a whole level", 7, "MQTT-4.7.1-3"},
    {"82 07 0001 0002 2b61 00", "'+' is not a whole level", 6, "MQTT-4.7.1-3"},
    {"82 06 0001 0001 61 03", "a requested QoS is above 2 or has reserved bits set", 7, "MQTT-3-8.3-4"},
    {"82 06 0001 0001 61 04", "a requested QoS is above 2 or has reserved bits set", 7, "MQTT-3-8.3-4"},
    {"82 06 0001 0001 61 81", "a requested QoS is above 2 or has reserved bits set", 7, "MQTT-3-8.3-4"},
    {"82 0b 0001 0001 61 00 0002 2b2b 00", "'+' is not a whole level", 10, "MQTT-4.7.1-3"},
    {"a2 01 00", ENDS, 3, "section 2.2.3"},
    {"a2 05 0000 0001 61", ID_0, 2, "MQTT-2.3.1-1"},
    {"a2 02 0001", "there is no topic filter", 4, "MQTT-3.10.3-2"},
    {"a2 04 0001 0001", ENDS, 6, "section 2.2.3"},
    {"a2 04 0001 0000", "a topic filter is empty", 6, "MQTT-4.7.3-1"},
    {"a2 08 0001 0001 61 0001 fd", NO_UTF, 9, "MQTT-1.5.3-1"},
    {NULL, NULL, 0, NULL}};

void mqtt_samples_append(struct buf *out, const char *digits)
{
    size_t bad = 0;
    CU_ASSERT_TRUE_FATAL(hex_decode(str_of(digits), out, &bad));
}

enum mqtt_result mqtt_samples_decode(const char *digits, uint8_t level, uint8_t **bytes,
                                     struct mqtt_packet *packet, struct mqtt_fault *fault)
{
    const struct mqtt_context context = {level, SIZE_MAX};
    struct buf b;
    buf_init(&b, 1 << 20);
    mqtt_samples_append(&b, digits);
    *bytes = (uint8_t *)mem_dup(b.data, b.len);
    *bytes =
        mem_realloc(*bytes, b.len ? b.len : 1); /* without mem_dup's NUL, so that a sanitizer sees the end */
    enum mqtt_result result = mqtt_decode(*bytes, b.len, &context, packet, fault);
    buf_fini(&b);
    return result;
}
