#include "harness/profile_table.h"

#include <stdio.h>
#include <stdlib.h>

#include "harness/suite.h"
#include "lib/base/home.h"
#include "tests/unit/unit.h"

static void make(struct sheet *out)
{
    struct suite suite;
    struct problems problems = {0};
    sheet_init(out);
    CU_ASSERT_TRUE_FATAL(suite_prepare(&suite, &problems));
    profile_table_markdown(out, suite.profiles, suite.profile_count, &problems);
    CU_ASSERT_EQUAL(problems.count, 0);
    suite_fini(&suite);
}

/* `make docs` makes it so. */
static void document_is_what_the_table_and_the_files_give(void)
{
    struct sheet made;
    make(&made);
    char *file = home_path("docs/profiles.md");
    FILE *from = fopen(file, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(from);
    char *text = NULL;
    size_t size = 0;
    ssize_t n = getdelim(&text, &size, '\0', from);
    CU_ASSERT_TRUE_FATAL(n > 0);
    CU_ASSERT_TRUE(str_eq(buf_str(&made.bytes), (struct str){text, (size_t)n}));
    fclose(from);
    free(text);
    free(file);
    sheet_fini(&made);
}

static void every_value_is_there(void)
{
    struct sheet made;
    const struct profile_value *values;
    size_t count = profile_values(&values);
    make(&made);
    const char *text = buf_cstr(&made.bytes);
    for (size_t i = 0; i < count; i++) {
        char heading[80];
        snprintf(heading, sizeof heading, "\n### `%s`\n\n- 2018", values[i].name);
        CU_ASSERT_PTR_NOT_NULL(strstr(text, heading));
        CU_ASSERT_PTR_NOT_NULL(strstr(text, values[i].meaning));
    }
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "- 2018: 60. S2, opening note: 60 to 300 s; its MQTT keep-alive"));
    sheet_fini(&made);
}

static void a_profile_without_a_file_is_a_problem(void)
{
    struct sheet made;
    struct problems problems = {0};
    const struct profile nowhere = {.name = "1999"};
    sheet_init(&made);
    profile_table_markdown(&made, &nowhere, 1, &problems);
    CU_ASSERT_EQUAL(problems.count, 1);
    CU_ASSERT_EQUAL(made.bytes.len, 0);
    problems_fini(&problems);
    sheet_fini(&made);
}

void unit_profile_table(void)
{
    UNIT(document_is_what_the_table_and_the_files_give);
    UNIT(every_value_is_there);
    UNIT(a_profile_without_a_file_is_a_problem);
}
