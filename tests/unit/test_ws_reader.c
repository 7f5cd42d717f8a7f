#include "lib/net/ws_reader.h"

#include "lib/base/buf.h"
#include "lib/base/hex.h"
#include "tests/unit/unit.h"

#include <string.h>

/* What came of bytes: the data, the control frames as "9:payload ", and the fault. */
struct outcome {
    struct buf data, control;
    size_t ends;
    struct ws_fault fault;
    bool is_idle;
};

static void note(struct outcome *out, const struct ws_piece *piece)
{
    out->ends += piece->is_end;
    if (piece->opcode < WS_CLOSE) {
        buf_append(&out->data, piece->bytes, piece->n);
        return;
    }
    CU_ASSERT_TRUE(piece->is_end);
    buf_printf(&out->control, "%x:", piece->opcode);
    buf_append(&out->control, piece->bytes, piece->n);
    buf_append_byte(&out->control, ' ');
}

static void read_bytes(struct outcome *out, const struct buf *bytes, bool is_client, size_t piece)
{
    struct ws_reader *reader = ws_reader_take();
    struct ws_message message = {.is_client = is_client};
    *out = (struct outcome){0};
    buf_init(&out->data, 1 << 20);
    buf_init(&out->control, 1024);
    for (size_t at = 0; at < bytes->len && !out->fault.code; at += piece) {
        struct ws_piece got;
        ws_reader_feed(reader, bytes->data + at, bytes->len - at < piece ? bytes->len - at : piece);
        while (ws_reader_next(reader, &message, &got, &out->fault))
            note(out, &got);
    }
    out->is_idle = ws_reader_is_idle(reader);
    ws_reader_drop(reader);
}

static void outcome_fini(struct outcome *out)
{
    buf_fini(&out->data);
    buf_fini(&out->control);
}

/* The same however the bytes are cut; the last cut's outcome is left in *out. */
static void read_hex(struct outcome *out, const char *hex, bool is_client)
{
    static const size_t pieces[] = {1, 2, 3, 7, 64, 1 << 20};
    struct buf bytes;
    buf_init(&bytes, 1 << 20);
    CU_ASSERT_TRUE_FATAL(hex_decode(str_of(hex), &bytes, NULL));
    struct outcome first;
    read_bytes(&first, &bytes, is_client, pieces[0]);
    for (size_t i = 1; i < sizeof pieces / sizeof pieces[0]; i++) {
        read_bytes(out, &bytes, is_client, pieces[i]);
        CU_ASSERT_TRUE(str_eq(buf_str(&out->data), buf_str(&first.data)));
        CU_ASSERT_TRUE(str_eq(buf_str(&out->control), buf_str(&first.control)));
        CU_ASSERT_EQUAL(out->ends, first.ends);
        CU_ASSERT_EQUAL(out->fault.code, first.fault.code);
        CU_ASSERT_PTR_EQUAL(out->fault.reason, first.fault.reason);
        if (i + 1 < sizeof pieces / sizeof pieces[0])
            outcome_fini(out);
    }
    outcome_fini(&first);
    buf_fini(&bytes);
}

static void the_examples_of_the_rfc_are_read(void)
{
    struct outcome
        out; /* 5.7: "Hello" as one binary message; here also masked, which the RFC shows as text */
    read_hex(&out, "82 05 48 65 6c 6c 6f", true);
    CU_ASSERT_TRUE(str_is(buf_str(&out.data), "Hello"));
    outcome_fini(&out);
    read_hex(&out, "82 85 37 fa 21 3d 7f 9f 4d 51 58", false);
    CU_ASSERT_TRUE(str_is(buf_str(&out.data), "Hello"));
    CU_ASSERT_TRUE(out.is_idle);
    outcome_fini(&out);
    read_hex(&out, "02 03 48 65 6c 80 02 6c 6f", true);
    CU_ASSERT_TRUE(str_is(buf_str(&out.data), "Hello"));
    CU_ASSERT_EQUAL(out.ends, 2);
    outcome_fini(&out);
    read_hex(&out, "89 05 48 65 6c 6c 6f", true);
    CU_ASSERT_TRUE(str_is(buf_str(&out.control), "9:Hello "));
    outcome_fini(&out);
    read_hex(&out, "8a 85 37 fa 21 3d 7f 9f 4d 51 58", false);
    CU_ASSERT_TRUE(str_is(buf_str(&out.control), "a:Hello "));
    outcome_fini(&out);
}

static void control_frames_stand_between_the_frames_of_a_message(void)
{
    struct outcome out;
    read_hex(&out, "02 01 61 89 00 00 00 00 01 62 8a 02 78 79 80 01 63 88 02 03 e8", true);
    CU_ASSERT_TRUE(str_is(buf_str(&out.data), "abc"));
    CU_ASSERT_TRUE(str_starts(buf_str(&out.control), STR("9: a:xy 8:")));
    CU_ASSERT_EQUAL(out.fault.code, 0);
    outcome_fini(&out);
}

static void lengths_of_all_three_forms_are_read(void)
{
    static const size_t sizes[] = {0, 1, 125, 126, 127, 4095, 4096, 4097, 65535, 65536, 70000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        size_t n = sizes[i];
        struct buf bytes;
        struct outcome out;
        buf_init(&bytes, 1 << 20);
        buf_append_byte(&bytes, 0x82);
        if (n < 126) {
            buf_append_byte(&bytes, (uint8_t)(0x80 | n));
        } else if (n < 65536) {
            const uint8_t head[] = {0x80 | 126, (uint8_t)(n >> 8), (uint8_t)n};
            buf_append(&bytes, head, sizeof head);
        } else {
            const uint8_t head[] = {0x80 | 127,        0,         0, 0, 0, 0, (uint8_t)(n >> 16),
                                    (uint8_t)(n >> 8), (uint8_t)n};
            buf_append(&bytes, head, sizeof head);
        }
        const uint8_t mask[] = {1, 2, 3, 4};
        buf_append(&bytes, mask, sizeof mask);
        for (size_t at = 0; at < n; at++)
            buf_append_byte(&bytes, (uint8_t)((at * 7) ^ mask[at % 4]));
        read_bytes(&out, &bytes, false, 1000);
        CU_ASSERT_EQUAL_FATAL(out.data.len, n);
        for (size_t at = 0; at < n; at += 13)
            CU_ASSERT_EQUAL(out.data.data[at], (uint8_t)(at * 7));
        CU_ASSERT_TRUE(out.is_idle);
        outcome_fini(&out);
        buf_fini(&bytes);
    }
}

static void each_violation_has_its_code_and_clause(void)
{
    static const struct {
        const char *hex;
        bool is_client;
        int code;
        const char *clause, *reason;
    } rows[] = {
        {"c2 80 00000000", false, 1002, "RFC 6455 5.2", "a reserved bit is set"},
        {"a2 80", false, 1002, "RFC 6455 5.2", "a reserved bit is set"},
        {"92 00", true, 1002, "RFC 6455 5.2", "a reserved bit is set"},
        {"47 45 54 20 2f", false, 1002, "RFC 6455 5.2", "a reserved bit is set"},
        {"83 80", false, 1002, "RFC 6455 5.2", "a reserved opcode"},
        {"87 80", false, 1002, "RFC 6455 5.2", "a reserved opcode"},
        {"8b 80", false, 1002, "RFC 6455 5.2", "a reserved opcode"},
        {"8f 00", true, 1002, "RFC 6455 5.2", "a reserved opcode"},
        {"82 05", false, 1002, "RFC 6455 5.1", "a frame of the client is not masked"},
        {"88 00", false, 1002, "RFC 6455 5.1", "a frame of the client is not masked"},
        {"82 85", true, 1002, "RFC 6455 5.1", "a frame of the server is masked"},
        {"81 85", false, 1003, "MQTT-6.0.0-1", "a text frame"},
        {"01 85", false, 1003, "MQTT-6.0.0-1", "a text frame"},
        {"80 80", false, 1002, "RFC 6455 5.4", "a continuation frame without a message to continue"},
        {"02 01 61 82 01", true, 1002, "RFC 6455 5.4", "a new message before the last one has ended"},
        {"82 00 80 00", true, 1002, "RFC 6455 5.4", "a continuation frame without a message to continue"},
        {"09 80", false, 1002, "RFC 6455 5.5", "a control frame is fragmented"},
        {"08 80", false, 1002, "RFC 6455 5.5", "a control frame is fragmented"},
        {"89 fe", false, 1002, "RFC 6455 5.5", "a control frame has more than 125 bytes"},
        {"8a ff", false, 1002, "RFC 6455 5.5", "a control frame has more than 125 bytes"},
        {"82 fe 00 7d", false, 1002, "RFC 6455 5.2", "a length is not written in its shortest form"},
        {"82 ff 00 00 00 00 00 00 ff ff", false, 1002, "RFC 6455 5.2",
         "a length is not written in its shortest form"},
        {"82 ff 80 00 00 00 00 01 00 00", false, 1002, "RFC 6455 5.2", "the highest bit of a length is set"},
        {"82 ff 00 00 00 00 01 00 00 01", false, 1009, "RFC 6455 7.4.1", "a message has more than 16 MiB"},
        {"02 01 61 80 7f 00 00 00 00 01 00 00 00", true, 1009, "RFC 6455 7.4.1",
         "a message has more than 16 MiB"}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct outcome out;
        read_hex(&out, rows[i].hex, rows[i].is_client);
        CU_ASSERT_EQUAL(out.fault.code, rows[i].code);
        CU_ASSERT_STRING_EQUAL_FATAL(out.fault.reason ? out.fault.reason : "", rows[i].reason);
        CU_ASSERT_STRING_EQUAL(out.fault.clause, rows[i].clause);
        outcome_fini(&out);
    }
}

static void what_came_before_a_violation_is_given(void)
{
    struct outcome out;
    read_hex(&out, "82 05 48 65 6c 6c 6f 81 01 78", true);
    CU_ASSERT_TRUE(str_is(buf_str(&out.data), "Hello"));
    CU_ASSERT_EQUAL(out.fault.code, 1003);
    outcome_fini(&out);
}

static void close_frames_are_judged(void)
{
    static const struct {
        const char *bytes;
        size_t n;
        uint16_t code;
        int fault;
    } rows[] = {{"", 0, 0, 0},
                {"\x03", 1, 0, 1002},
                {"\x03\xe8", 2, 1000, 0},
                {"\x03\xe9gone", 6, 1001, 0},
                {"\x03\xf6", 2, 1014, 0},
                {"\x0b\xb8", 2, 3000, 0},
                {"\x13\x87", 2, 4999, 0},
                {"\x03\xe7", 2, 999, 1002},
                {"\x03\xec", 2, 1004, 1002},
                {"\x03\xed", 2, 1005, 1002},
                {"\x03\xee", 2, 1006, 1002},
                {"\x03\xf7", 2, 1015, 1002},
                {"\x07\xd0", 2, 2000, 1002},
                {"\x13\x88", 2, 5000, 1002},
                {"\0\0", 2, 0, 1002},
                {"\x03\xe8\xc3\x28", 4, 1000, 1007}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint16_t code;
        struct ws_fault fault;
        bool good = ws_close_parse((const uint8_t *)rows[i].bytes, rows[i].n, &code, &fault);
        CU_ASSERT_EQUAL(good, rows[i].fault == 0);
        CU_ASSERT_EQUAL(code, rows[i].code);
        CU_ASSERT_EQUAL(fault.code, rows[i].fault);
    }
}

static void a_reader_between_frames_is_used_again(void)
{
    struct ws_reader *a = ws_reader_take(), *b = ws_reader_take();
    CU_ASSERT_PTR_NOT_EQUAL(a, b);
    ws_reader_drop(a);
    CU_ASSERT_PTR_EQUAL(ws_reader_take(), a);
    ws_reader_drop(a);
    ws_reader_drop(b);
    ws_reader_drop(NULL);
}

void unit_ws_reader(void)
{
    UNIT(the_examples_of_the_rfc_are_read);
    UNIT(control_frames_stand_between_the_frames_of_a_message);
    UNIT(lengths_of_all_three_forms_are_read);
    UNIT(each_violation_has_its_code_and_clause);
    UNIT(what_came_before_a_violation_is_given);
    UNIT(close_frames_are_judged);
    UNIT(a_reader_between_frames_is_used_again);
}
