#include "harness/judge/judge_options.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/unit.h"

enum { WORDS_MAX = 16 };

/* Parses words (NULL behind the last), which are not changed, though argv may be. */
static size_t parse(struct judge_options *options, const char *const *words, char *argv[WORDS_MAX], int *argc)
{
    struct problems problems = {0};
    for (*argc = 0; words[*argc]; (*argc)++)
        argv[*argc] = (char *)(uintptr_t)words[*argc];
    judge_options_parse(options, *argc, argv, &problems);
    size_t count = problems.count;
    problems_fini(&problems);
    return count;
}

static char *command_of(const char *const *words)
{
    struct judge_options options;
    char *argv[WORDS_MAX];
    int argc;
    CU_ASSERT_EQUAL(parse(&options, words, argv, &argc), 0);
    char *text = judge_options_command(&options, argc, argv);
    judge_options_fini(&options);
    return text;
}

static void a_command_can_be_given_again(void)
{
    static const char *const words[] = {
        "judge", "--select", "DEV-1*", "--trigger", "exec ./device --name 'a b'", "--out=/tmp/x", NULL};
    char *text = command_of(words);
    CU_ASSERT_STRING_EQUAL(text, "iotconform judge --select 'DEV-1*' --trigger "
                                 "'exec ./device --name '\\''a b'\\''' --out=/tmp/x");
    free(text);
}

static void a_command_tells_no_secret(void)
{
    static const char *const words[] = {
        "judge",     "--device-secret",           "topsecret1", "--product-secret=topsecret2",
        "--trigger", "run topsecret1 topsecret2", NULL};
    char *text = command_of(words);
    CU_ASSERT_PTR_NULL(strstr(text, "topsecret"));
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "--device-secret *** --product-secret=*** --trigger 'run "));
    free(text);
}

static void every_mistake_is_told(void)
{
    static const char *const words[] = {"judge",   "--device-name",
                                        "a/b",     "--product-secret",
                                        "",        "--server-name",
                                        "a b",     "--clock",
                                        "sundial", "-j",
                                        "99",      NULL};
    struct judge_options options;
    char *argv[WORDS_MAX];
    int argc;
    CU_ASSERT_EQUAL(parse(&options, words, argv, &argc), 5);
    judge_options_fini(&options);
}

void unit_judge_options(void)
{
    UNIT(a_command_can_be_given_again);
    UNIT(a_command_tells_no_secret);
    UNIT(every_mistake_is_told);
}
