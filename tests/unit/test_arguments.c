#include "harness/arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

struct values {
    struct words selects;
    const char *out;
    int64_t jobs;
    bool strict;
};

static size_t parse(struct values *v, int argc, char **argv)
{
    const struct argument table[] = {{"--select", ARGUMENT_LIST, &v->selects, "PATTERN", "which"},
                                     {"--out", ARGUMENT_TEXT, &v->out, "DIR", "where"},
                                     {"-j", ARGUMENT_INT, &v->jobs, "N", "how many"},
                                     {"--strict", ARGUMENT_FLAG, &v->strict, NULL, "how hard"},
                                     {NULL, ARGUMENT_FLAG, NULL, NULL, NULL}};
    struct problems problems = {0};
    bool good = arguments_parse(argc, argv, table, &problems);
    size_t count = problems.count;
    CU_ASSERT_EQUAL(good, count == 0);
    problems_fini(&problems);
    return count;
}

static void options_in_every_spelling(void)
{
    char *argv[] = {"run", "--select", "A-1", "--select=B-*", "--out=", "-j3", "--strict", NULL};
    struct values v = {0};
    CU_ASSERT_EQUAL(parse(&v, 7, argv), 0);
    CU_ASSERT_EQUAL_FATAL(v.selects.count, 2);
    CU_ASSERT_STRING_EQUAL(v.selects.items[0], "A-1");
    CU_ASSERT_STRING_EQUAL(v.selects.items[1], "B-*");
    CU_ASSERT_STRING_EQUAL(v.out, "");
    CU_ASSERT_EQUAL(v.jobs, 3);
    CU_ASSERT_TRUE(v.strict);
    words_fini(&v.selects);
}

static void every_mistake_is_named(void)
{
    char *argv[] = {"run", "--selec", "x", "--strict=yes", "-j", "0", "-jx", "--outside", "--out", NULL};
    struct values v = {0};
    /* --selec, x, --strict=yes, -j 0, -jx, --outside, --out without a value */
    CU_ASSERT_EQUAL(parse(&v, 9, argv), 7);
    words_fini(&v.selects);
}

/* What it says of a word must not repeat a secret that stands in the wrong place. */
static void words_are_not_repeated(void)
{
    char *argv[] = {"sign", "topsecret", "--nonsense=topsecret", NULL};
    const struct argument table[] = {{NULL, ARGUMENT_FLAG, NULL, NULL, NULL}};
    struct problems problems = {0};
    CU_ASSERT_FALSE(arguments_parse(3, argv, table, &problems));
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    problems_print(&problems, to);
    fclose(to);
    CU_ASSERT_PTR_NULL(strstr(text, "topsecret"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "--nonsense: there is no such option"));
    free(text);
    problems_fini(&problems);
}

static void secrets_are_copies(void)
{
    char given[] = "--secret=one", *argv[] = {"sign", given, NULL}, *secret = NULL;
    const struct argument table[] = {{"--secret", ARGUMENT_SECRET, &secret, "S", NULL},
                                     {NULL, ARGUMENT_FLAG, NULL, NULL, NULL}};
    struct problems problems = {0};
    CU_ASSERT_TRUE(arguments_parse(2, argv, table, &problems));
    CU_ASSERT_STRING_EQUAL_FATAL(secret, "one");
    CU_ASSERT_TRUE(arguments_parse(2, argv, table, &problems)); /* the last one counts */
    argument_wipe(&secret);
    CU_ASSERT_PTR_NULL(secret);
}

void unit_arguments(void)
{
    UNIT(words_are_not_repeated);
    UNIT(secrets_are_copies);
    UNIT(options_in_every_spelling);
    UNIT(every_mistake_is_named);
}
