#include "lib/base/mem.h"

#include <stdint.h>
#include <string.h>

#include "tests/unit/dying.h"

static void memory_comes_as_asked(void)
{
    unsigned char *p = mem_zalloc(10, 3);
    for (size_t i = 0; i < 30; i++)
        CU_ASSERT_EQUAL(p[i], 0);
    memset(p, 7, 30);
    p = mem_realloc(p, 60);
    CU_ASSERT_EQUAL(p[29], 7);
    free(p);
    p = mem_realloc(NULL, 5);
    CU_ASSERT_PTR_NOT_NULL(p);
    free(p);
}

static void nothing_is_memory_too(void)
{
    void *a = mem_alloc(0), *b = mem_zalloc(0, 8), *c = mem_zalloc(8, 0), *d = mem_realloc(NULL, 0);
    CU_ASSERT_TRUE(a && b && c && d);
    free(a);
    free(b);
    free(c);
    free(d);
}

static void copies(void)
{
    char *bytes = mem_dup("a\0b", 3), *nothing = mem_dup(NULL, 0), *text = mem_strdup("text");
    CU_ASSERT_EQUAL(memcmp(bytes, "a\0b", 4), 0);
    CU_ASSERT_STRING_EQUAL(nothing, "");
    CU_ASSERT_STRING_EQUAL(text, "text");
    CU_ASSERT_PTR_NULL(mem_strdup(NULL));
    char *printed = mem_printf("%s-%d", text, 5);
    CU_ASSERT_STRING_EQUAL(printed, "text-5");
    free(bytes);
    free(nothing);
    free(text);
    free(printed);
}

static void wiping(void)
{
    char secret[] = "secret";
    mem_wipe(secret, 3);
    CU_ASSERT_EQUAL(memcmp(secret, "\0\0\0ret", 7), 0);
    mem_wipe(secret, 0);
    mem_wipe(NULL, 0);
    CU_ASSERT_EQUAL(secret[3], 'r');
}

/* Read at run time, so that the compiler does not answer for us. */
static volatile size_t huge = SIZE_MAX / 2 + 2;

static void ask_for_too_much(void)
{
    free(mem_alloc(huge));
}

static void ask_for_too_many(void)
{
    free(mem_zalloc(huge, 4));
}

static void grow_too_much(void)
{
    free(mem_realloc(mem_alloc(1), huge));
}

/* It never comes back without memory; which signal or exit status ends it differs under sanitizers. */
static void no_memory_ends_the_program(void)
{
    void (*const acts[])(void) = {ask_for_too_much, ask_for_too_many, grow_too_much};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        char said[256];
        int status = dying(acts[i], said, sizeof said);
        CU_ASSERT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        CU_ASSERT_NOT_EQUAL(strlen(said), 0);
    }
}

void unit_mem(void)
{
    UNIT(memory_comes_as_asked);
    UNIT(nothing_is_memory_too);
    UNIT(copies);
    UNIT(wiping);
    UNIT(no_memory_ends_the_program);
}
