#include "mock-broker/message.h"

#include "lib/base/hex.h"
#include "tests/unit/unit.h"

static bool to_buffer(void *ctx, const void *bytes, size_t n)
{
    return buf_append(ctx, bytes, n);
}

static void expect_hex(const struct buf *bytes, const char *hex)
{
    struct buf text;
    buf_init(&text, 4096);
    hex_append(&text, bytes->data, bytes->len, true);
    CU_ASSERT_STRING_EQUAL(buf_cstr(&text), hex);
    buf_fini(&text);
}

static void sent_with_an_identifier_and_dup(void)
{
    struct message *m = message_new(STR("/a"), STR("hi"));
    struct buf out;
    buf_init(&out, 100);
    const struct message_sink sink = {to_buffer, &out};
    CU_ASSERT_TRUE(message_send(m, 0x1234, false, &sink));
    expect_hex(&out, "32 08 00 02 2f 61 12 34 68 69");
    buf_clear(&out);
    CU_ASSERT_TRUE(message_send(m, 0xfffe, true, &sink));
    expect_hex(&out, "3a 08 00 02 2f 61 ff fe 68 69");
    buf_fini(&out);
    message_drop(m);
}

static void an_empty_payload(void)
{
    struct message *m = message_new(STR("/a"), (struct str){0});
    struct buf out;
    buf_init(&out, 100);
    const struct message_sink sink = {to_buffer, &out};
    CU_ASSERT_TRUE(message_send(m, 1, false, &sink));
    expect_hex(&out, "32 06 00 02 2f 61 00 01");
    buf_fini(&out);
    message_drop(m);
}

static void a_delivery_is_encoded_once_per_form(void)
{
    struct buf scratch;
    buf_init(&scratch, 100);
    struct delivery d;
    delivery_init(&d, STR("/a"), STR("hi"), 1, &scratch);
    struct str first = delivery_qos0(&d);
    expect_hex(&scratch, "30 06 00 02 2f 61 68 69");
    CU_ASSERT_PTR_EQUAL(delivery_qos0(&d).p, first.p);
    struct message *m = delivery_qos1(&d);
    CU_ASSERT_PTR_EQUAL(delivery_qos1(&d), m);
    message_share(m);
    delivery_fini(&d);
    CU_ASSERT_EQUAL(m->references, 1);
    message_drop(m);
    buf_fini(&scratch);
}

void unit_message(void)
{
    UNIT(sent_with_an_identifier_and_dup);
    UNIT(an_empty_payload);
    UNIT(a_delivery_is_encoded_once_per_form);
}
