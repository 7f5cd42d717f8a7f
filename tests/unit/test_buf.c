#include "lib/base/buf.h"

#include "tests/unit/unit.h"

static void appends_and_borrows(void)
{
    struct buf b;
    buf_init(&b, 100);
    CU_ASSERT_PTR_NULL(b.data);
    CU_ASSERT_EQUAL(buf_str(&b).n, 0);
    CU_ASSERT_TRUE(buf_append(&b, "ab", 2));
    CU_ASSERT_TRUE(buf_append_str(&b, STR("cd")));
    CU_ASSERT_TRUE(buf_append_byte(&b, 'e'));
    CU_ASSERT_TRUE(buf_printf(&b, "-%d-%s", 7, "x"));
    CU_ASSERT_TRUE(buf_append(&b, NULL, 0));
    CU_ASSERT_TRUE(str_is(buf_str(&b), "abcde-7-x"));
    CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "abcde-7-x");
    CU_ASSERT_EQUAL(b.len, 9);
    buf_fini(&b);
}

/* The maximum is a promise: up to it everything fits, past it nothing is appended. */
static void never_passes_its_maximum(void)
{
    struct buf b;
    buf_init(&b, 4);
    CU_ASSERT_TRUE(buf_append(&b, "abc", 3));
    CU_ASSERT_FALSE(buf_append(&b, "de", 2));
    CU_ASSERT_FALSE(buf_printf(&b, "%d", 42));
    CU_ASSERT_TRUE(str_is(buf_str(&b), "abc"));
    CU_ASSERT_STRING_EQUAL(buf_cstr(&b), "abc");
    CU_ASSERT_TRUE(buf_append_byte(&b, 'd'));
    CU_ASSERT_FALSE(buf_append_byte(&b, 'e'));
    CU_ASSERT_PTR_NULL(buf_reserve(&b, 1));
    CU_ASSERT_PTR_NULL(buf_reserve(&b, SIZE_MAX));
    CU_ASSERT_PTR_NOT_NULL(buf_reserve(&b, 0));
    buf_fini(&b);
    CU_ASSERT_TRUE(buf_append(&b, "abcd", 4));
    buf_fini(&b);
    buf_init(&b, 0);
    CU_ASSERT_TRUE(buf_append(&b, "", 0));
    CU_ASSERT_FALSE(buf_append_byte(&b, 'x'));
    buf_fini(&b);
}

static void grows_to_a_maximum_that_is_no_power_of_two(void)
{
    struct buf b;
    buf_init(&b, 1000);
    for (int i = 0; i < 1000; i++)
        CU_ASSERT_TRUE(buf_append_byte(&b, (uint8_t)i));
    CU_ASSERT_FALSE(buf_append_byte(&b, 0));
    CU_ASSERT_EQUAL(b.len, 1000);
    CU_ASSERT_EQUAL(b.data[999], 999 % 256);
    CU_ASSERT_TRUE(b.cap <= 1000);
    buf_fini(&b);
}

static void reserve_and_commit(void)
{
    struct buf b;
    buf_init(&b, 100);
    uint8_t *room = buf_reserve(&b, 10);
    CU_ASSERT_PTR_NOT_NULL_FATAL(room);
    CU_ASSERT_EQUAL(b.len, 0);
    memcpy(room, "hello", 5);
    buf_commit(&b, 5);
    CU_ASSERT_TRUE(str_is(buf_str(&b), "hello"));
    buf_commit(&b, 0);
    CU_ASSERT_EQUAL(b.len, 5);
    buf_fini(&b);
}

static void consume_and_clear(void)
{
    struct buf b;
    buf_init(&b, 100);
    buf_append_str(&b, STR("hello"));
    buf_consume(&b, 0);
    buf_consume(&b, 2);
    CU_ASSERT_TRUE(str_is(buf_str(&b), "llo"));
    buf_consume(&b, 3);
    CU_ASSERT_EQUAL(b.len, 0);
    buf_append_str(&b, STR("again"));
    size_t cap = b.cap;
    buf_clear(&b);
    CU_ASSERT_EQUAL(b.len, 0);
    CU_ASSERT_EQUAL(b.cap, cap);
    buf_fini(&b);
    CU_ASSERT_PTR_NULL(b.data);
    buf_fini(&b);
}

static void borrowed_memory_never_grows(void)
{
    uint8_t memory[4];
    struct buf b;
    buf_borrow(&b, memory, sizeof memory);
    CU_ASSERT_TRUE(buf_append(&b, "abcd", 4));
    CU_ASSERT_PTR_EQUAL(b.data, memory);
    CU_ASSERT_FALSE(buf_append(&b, "e", 1));
    buf_clear(&b);
    CU_ASSERT_FALSE(buf_append(&b, "abcde", 5));
    CU_ASSERT_EQUAL(b.len, 0);
}

void unit_buf(void)
{
    UNIT(borrowed_memory_never_grows);
    UNIT(appends_and_borrows);
    UNIT(never_passes_its_maximum);
    UNIT(grows_to_a_maximum_that_is_no_power_of_two);
    UNIT(reserve_and_commit);
    UNIT(consume_and_clear);
}
