#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "harness/arguments.h"
#include "harness/commands.h"
#include "harness/demand.h"
#include "harness/suite.h"
#include "lib/base/home.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

static int is_json(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && str_ends(str_of(entry->d_name), STR(".json"));
}

/* Vectors must at least be good JSON here; `iotconform vectors` checks them. Returns how many files there are. */
static int lint_vectors(struct problems *problems)
{
    char *folder = home_path("vectors");
    struct dirent **names;
    int count = scandir(folder, &names, is_json, alphasort);
    for (int i = 0; i < count; i++) {
        char *file = mem_printf("%s/%s", folder, names[i]->d_name);
        cJSON_Delete(json_parse_file(file, problems));
        free(file);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    free(folder);
    return count > 0 ? count : 0;
}

/* A warning for each case that cannot fail, once, not for each row and profile. Returns how many there are. */
static size_t warn_of_weak_cases(const struct suite *suite)
{
    size_t count = 0;
    const char *last = "";
    for (size_t i = 0; i < suite->cases.count; i++) {
        const struct testcase *test = suite->cases.items[i];
        const char *fault = demand_fault(test);
        if (!fault || strcmp(last, test->path) == 0)
            continue;
        last = test->path;
        fprintf(stderr, "%s: warning: %s %s\n", test->path, test->base_id, fault);
        count++;
    }
    return count;
}

static int lint(const char *suite_dir)
{
    struct suite suite;
    struct problems problems = {0};
    suite_load(&suite, suite_dir, &problems);
    int vectors = suite_dir ? 0 : lint_vectors(&problems);
    problems_print(&problems, stderr);
    int code = problems.count > 0 ? EXIT_USAGE : EXIT_AS_EXPECTED;
    if (code == EXIT_AS_EXPECTED) {
        size_t warnings = warn_of_weak_cases(&suite);
        printf("%zu suite files with %zu case runs, %zu profiles and %d vector files: nothing wrong",
               suite.file_count, suite.cases.count, suite.profile_count, vectors);
        if (warnings)
            printf(", but %zu warning%s", warnings, warnings > 1 ? "s" : "");
        puts("");
    } else {
        fprintf(stderr, "%zu problems\n", problems.count);
    }
    problems_fini(&problems);
    suite_fini(&suite);
    return code;
}

int cmd_lint(int argc, char **argv)
{
    const char *suite = NULL;
    bool help = false;
    const struct argument table[] = {
        {"--suite", ARGUMENT_TEXT, &suite, "DIR", "cases of this folder or file instead of suites/"},
        {"--help", ARGUMENT_FLAG, &help, NULL, "this text"},
        {NULL, ARGUMENT_FLAG, NULL, NULL, NULL}};
    struct problems problems = {0};
    int code = EXIT_USAGE;
    if (!arguments_parse(argc, argv, table, &problems)) {
        problems_print(&problems, stderr);
    } else if (help) {
        puts("usage: iotconform lint [OPTION]...\n\nLoads everything and runs nothing; exit code 2 when "
             "anything is wrong. Cases that cannot\nfail, since they demand nothing, get a warning.\n");
        arguments_help(table, stdout);
        code = EXIT_AS_EXPECTED;
    } else {
        code = lint(suite);
    }
    problems_fini(&problems);
    return code;
}
