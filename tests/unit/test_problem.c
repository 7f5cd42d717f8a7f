#include "lib/base/problem.h"

#include <stdlib.h>

#include "tests/unit/unit.h"

static void all_are_kept_in_order(void)
{
    struct problems all = {0};
    problems_add(&all, "a#/x", "must be %d", 1);
    problems_add(&all, "b", "%s", "is odd");
    CU_ASSERT_EQUAL(all.count, 2);
    CU_ASSERT_STRING_EQUAL(all.items[0].path, "a#/x");
    CU_ASSERT_STRING_EQUAL(all.items[0].text, "must be 1");
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    problems_print(&all, to);
    fclose(to);
    CU_ASSERT_STRING_EQUAL(text, "a#/x: must be 1\nb: is odd\n");
    free(text);
    problems_fini(&all);
    CU_ASSERT_EQUAL(all.count, 0);
    problems_fini(&all);
}

/* A hostile file must not fill the memory with complaints; the last line says that there are more. */
static void a_flood_is_cut(void)
{
    struct problems all = {0};
    for (int i = 0; i < 100; i++)
        problems_add(&all, "p", "%d", i);
    CU_ASSERT_EQUAL(all.count, 100);
    CU_ASSERT_STRING_EQUAL(all.items[99].text, "99");
    for (int i = 100; i < 1000; i++)
        problems_add(&all, "p", "%d", i);
    CU_ASSERT_EQUAL(all.count, 101);
    CU_ASSERT_STRING_EQUAL(all.items[100].text, "there are more problems; these are the first 100");
    problems_fini(&all);
}

void unit_problem(void)
{
    UNIT(all_are_kept_in_order);
    UNIT(a_flood_is_cut);
}
