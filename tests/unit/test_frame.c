#include "harness/frame.h"

#include <string.h>

#include "lib/base/hex.h"
#include "tests/unit/unit.h"

static struct frame_reader reader;
static struct frame frame;
static struct frame_fault fault;

/* Feeds hex digits to a new reader. */
static void feed(const char *digits)
{
    struct buf bytes;
    buf_init(&bytes, 1024);
    CU_ASSERT_TRUE(hex_decode(str_of(digits), &bytes, NULL));
    frame_reader_init(&reader);
    CU_ASSERT_TRUE(frame_feed(&reader, bytes.data, bytes.len));
    buf_fini(&bytes);
}

static void writes(const struct frame *f, const char *wanted)
{
    struct buf out, text;
    buf_init(&out, 1024);
    buf_init(&text, 4096);
    CU_ASSERT_TRUE(frame_write(f, &out));
    hex_append(&text, out.data, out.len, true);
    CU_ASSERT_STRING_EQUAL(buf_cstr(&text), wanted);
    buf_fini(&text);
    buf_fini(&out);
}

/* The examples of RFC 6455 section 5.7. */
static void examples_of_the_standard(void)
{
    static const uint8_t hello[] = "Hello";
    struct frame f = {.fin = true, .masked = true, .opcode = FRAME_TEXT, .mask = {0x37, 0xfa, 0x21, 0x3d}};
    f.payload = hello;
    f.n = f.declared = 5;
    writes(&f, "81 85 37 fa 21 3d 7f 9f 4d 51 58");
    f.masked = false;
    writes(&f, "81 05 48 65 6c 6c 6f");
    f.opcode = FRAME_PING;
    writes(&f, "89 05 48 65 6c 6c 6f");
    f.opcode = FRAME_TEXT;
    f.fin = false;
    f.n = f.declared = 3;
    writes(&f, "01 03 48 65 6c");
    f = (struct frame){.fin = true, .opcode = FRAME_BINARY, .declared = 256};
    writes(&f, "82 7e 01 00");
    f.declared = 65536;
    writes(&f, "82 7f 00 00 00 00 00 01 00 00");
}

static void rude_headers(void)
{
    struct frame f = {.fin = true, .rsv = 5, .opcode = 11, .declared = 2};
    writes(&f, "db 02");
    f.form = FRAME_LENGTH_16;
    writes(&f, "db 7e 00 02");
    f.form = FRAME_LENGTH_64;
    f.masked = true;
    writes(&f, "db ff 00 00 00 00 00 00 00 02 00 00 00 00");
}

static void reads_one_after_the_other(void)
{
    feed("02 01 d0  89 01 78  80 01 00  88 02 03 e8");
    CU_ASSERT_EQUAL(frame_next(&reader, &frame, &fault), FRAME_READ);
    CU_ASSERT_TRUE(frame.opcode == FRAME_BINARY && !frame.fin && frame.n == 1 && frame.payload[0] == 0xd0);
    CU_ASSERT_EQUAL(frame_next(&reader, &frame, &fault), FRAME_READ);
    CU_ASSERT_TRUE(frame.opcode == FRAME_PING && frame.n == 1 && frame.payload[0] == 'x');
    CU_ASSERT_EQUAL(frame_next(&reader, &frame, &fault), FRAME_READ);
    CU_ASSERT_TRUE(frame.opcode == FRAME_CONTINUATION && frame.fin);
    CU_ASSERT_EQUAL(frame_next(&reader, &frame, &fault), FRAME_READ);
    CU_ASSERT_EQUAL(frame_close_code(frame.payload, frame.n), 1000);
    CU_ASSERT_EQUAL(frame_next(&reader, &frame, &fault), FRAME_PARTIAL);
    frame_reader_fini(&reader);
}

static void waits_for_the_rest(void)
{
    static const uint8_t whole[] = {0x82, 0x7e, 0x00, 0x7e};
    uint8_t filling[126] = {0};
    frame_reader_init(&reader);
    for (size_t i = 0; i < sizeof whole; i++) {
        CU_ASSERT_TRUE(frame_feed(&reader, whole + i, 1));
        CU_ASSERT_EQUAL(frame_next(&reader, &frame, &fault), FRAME_PARTIAL);
    }
    CU_ASSERT_TRUE(frame_feed(&reader, filling, 125));
    CU_ASSERT_EQUAL(frame_next(&reader, &frame, &fault), FRAME_PARTIAL);
    CU_ASSERT_TRUE(frame_feed(&reader, filling, 1));
    CU_ASSERT_EQUAL(frame_next(&reader, &frame, &fault), FRAME_READ);
    CU_ASSERT_EQUAL(frame.n, 126);
    frame_reader_fini(&reader);
}

static void a_server_is_held_to_the_rules(void)
{
    static const struct {
        const char *bytes;
        int good_before;
        const char *clause;
    } wrong[] = {{"82 82 00 00 00 00 d0 00", 0, "RFC 6455 5.1"},
                 {"c2 02 d0 00", 0, "RFC 6455 5.2"},
                 {"92 02 d0 00", 0, "RFC 6455 5.2"},
                 {"83 00", 0, "RFC 6455 5.2"},
                 {"8b 00", 0, "RFC 6455 5.2"},
                 {"82 7e 00 7d", 0, "RFC 6455 5.2"},
                 {"82 7f 00 00 00 00 00 00 ff ff", 0, "RFC 6455 5.2"},
                 {"09 00", 0, "RFC 6455 5.5"},
                 {"89 7e 00 7e", 0, "RFC 6455 5.5"},
                 {"88 01 03", 0, "RFC 6455 5.5.1"},
                 {"80 00", 0, "RFC 6455 5.4"},
                 {"02 00 82 00", 1, "RFC 6455 5.4"},
                 {"88 00 8a 00", 1, "RFC 6455 5.5.1"},
                 {"81 00", 0, "MQTT-6.0.0-1"},
                 {"82 7f ff ff ff ff ff ff ff ff", 0, "ours"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        feed(wrong[i].bytes);
        for (int good = wrong[i].good_before; good > 0; good--)
            CU_ASSERT_EQUAL(frame_next(&reader, &frame, &fault), FRAME_READ);
        CU_ASSERT_EQUAL_FATAL(frame_next(&reader, &frame, &fault), FRAME_WRONG);
        CU_ASSERT_STRING_EQUAL(fault.clause, wrong[i].clause);
        frame_reader_fini(&reader);
    }
}

static void names(void)
{
    CU_ASSERT_EQUAL(frame_opcode_named("pong"), FRAME_PONG);
    CU_ASSERT_EQUAL(frame_opcode_named("opcode 7"), 7);
    CU_ASSERT_EQUAL(frame_opcode_named("opcode 9"), -1);
    CU_ASSERT_STRING_EQUAL(frame_opcode_name(8), "close");
}

void unit_frame(void)
{
    UNIT(examples_of_the_standard);
    UNIT(rude_headers);
    UNIT(reads_one_after_the_other);
    UNIT(waits_for_the_rest);
    UNIT(a_server_is_held_to_the_rules);
    UNIT(names);
}
