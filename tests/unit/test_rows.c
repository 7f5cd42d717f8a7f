#include "mock-broker/rows.h"

#include "lib/base/str.h"
#include "lib/base/without.h"
#include "tests/unit/unit.h"

#include <stdlib.h>

/* All rows, as --rows prints them; the caller frees. */
static char *printed(void)
{
    char *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&text, &n);
    rows_print(to);
    fclose(to);
    return text;
}

static void every_table_is_listed(void)
{
    static const char *const some[] = {"rule:protocol-level\n",    "rule:signature\n", "packet:CONNECT\n",
                                       "packet:DISCONNECT\n",      "event:online\n",   "event:note\n",
                                       "mistake:method-mismatch\n"};
    char *text = printed();
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
        CU_ASSERT_PTR_NOT_NULL(strstr(text, some[i]));
    CU_ASSERT_PTR_NULL(strstr(text, "packet:CONNACK"));
    free(text);
}

static void every_listed_row_can_be_taken_out(void)
{
    char *text = printed();
    struct problems problems = {0};
    size_t count = 0;
    for (char *line = text; *line; count++) {
        char *end = strchr(line, '\n');
        *end = '\0';
        rows_take_out(line, &problems);
        line = end + 1;
    }
    CU_ASSERT_EQUAL(problems.count, 0);
    CU_ASSERT_EQUAL(without_count, count);
    CU_ASSERT_TRUE(without("rule", "keep-alive"));
    without_clear();
    free(text);
}

static void unknown_rows_are_problems(void)
{
    static const char *const bad[] = {
        "", "rule", "rule:", ":keep-alive", "rule:keep", "rules:keep-alive", "keep-alive"};
    struct problems problems = {0};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        rows_take_out(bad[i], &problems);
    CU_ASSERT_EQUAL(problems.count, sizeof bad / sizeof bad[0]);
    CU_ASSERT_EQUAL(without_count, 0);
    problems_fini(&problems);
}

void unit_rows(void)
{
    UNIT(every_table_is_listed);
    UNIT(every_listed_row_can_be_taken_out);
    UNIT(unknown_rows_are_problems);
}
