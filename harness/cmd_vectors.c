#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/without.h"
#include "lib/rules/explain.h"
#include "vectors.h"

static void usage(FILE *to)
{
    fputs("usage: iotconform vectors [--file FILE]... [--select GLOB] [--json] [--verbose]\n\n"
          "Replays the vectors: bytes and digests written from the documents, which our protocol code must\n"
          "reproduce. Failures are shown with what was expected and what came.\n\n"
          "  --file FILE    these files; default: all of vectors/\n"
          "  --select GLOB  vectors whose id fits, or that need this requirement: 'SIG-V0*', KAL-10\n"
          "  --without ROW  for the kill matrix: go without a row of our tables, 'mistake:unsorted'\n"
          "  --verbose      one line a vector\n"
          "  --json         results as JSON instead of lines\n\n"
          "Exit codes: 0 all passed, 1 a failure, 2 usage, a bad file, or nothing selected.\n",
          to);
}

struct options {
    const char **files; /* owned array, borrowed names */
    size_t file_count;
    const char *select;
    bool json, verbose, help;
};

struct tally {
    int passed, failed;
};

/* The value of "--name VALUE" or "--name=VALUE"; NULL when the word is another option. */
static const char *value_of(const char *name, char **argv, int *at, struct problems *problems)
{
    size_t n = strlen(name);
    if (strncmp(argv[*at], name, n) != 0 || (argv[*at][n] && argv[*at][n] != '='))
        return NULL;
    if (argv[*at][n] == '=')
        return argv[*at] + n + 1;
    if (argv[*at + 1])
        return argv[++*at];
    problems_add(problems, name, "wants a value");
    return "";
}

/* The only table with rows that vectors can tell from each other by name is that of the known mistakes. */
static void take_out(const char *row, struct problems *problems)
{
    static const char table[] = "mistake:";
    size_t n = sizeof table - 1;
    if (strncmp(row, table, n) == 0 && explain_named(row + n))
        without_add(row);
    else
        problems_add(problems, "--without", "there is no row '%s'", row);
}

static void parse(int argc, char **argv, struct options *o, struct problems *problems)
{
    const char *value;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            o->help = true;
        else if (strcmp(argv[i], "--json") == 0)
            o->json = true;
        else if (strcmp(argv[i], "--verbose") == 0)
            o->verbose = true;
        else if ((value = value_of("--select", argv, &i, problems)))
            o->select = value;
        else if ((value = value_of("--file", argv, &i, problems)))
            o->files[o->file_count++] = value;
        else if ((value = value_of("--without", argv, &i, problems)))
            take_out(value, problems);
        else
            problems_add(problems, argv[i], "unknown option");
    }
}

static void print_lines(const struct options *o, const struct vector *vector, const cJSON *findings)
{
    const cJSON *at;
    if (o->verbose || findings->child)
        printf("%s %s %s\n", findings->child ? "FAIL" : "ok  ", vector->id, vector->comment);
    if (findings->child)
        printf("     %s\n", vector->path);
    cJSON_ArrayForEach(at, findings)
    {
        printf("     %s: expected %s, actual %s\n", cJSON_GetObjectItemCaseSensitive(at, "what")->valuestring,
               cJSON_GetObjectItemCaseSensitive(at, "expected")->valuestring,
               cJSON_GetObjectItemCaseSensitive(at, "actual")->valuestring);
    }
}

static void add_result(cJSON *results, const struct vector *vector, cJSON *findings)
{
    cJSON *result = cJSON_CreateObject();
    cJSON_AddStringToObject(result, "id", vector->id);
    cJSON_AddStringToObject(result, "kind", vector_kind_name(vector));
    cJSON_AddStringToObject(result, "path", vector->path);
    cJSON_AddItemToObject(result, "requires",
                          cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(vector->node, "requires"), true));
    cJSON_AddStringToObject(result, "verdict", findings->child ? "FAIL" : "PASS");
    cJSON_AddItemToObject(result, "findings", findings);
    cJSON_AddItemToArray(results, result);
}

static struct tally run_all(const struct options *o, const struct vectors *vectors, cJSON *results)
{
    struct tally tally = {0};
    for (size_t i = 0; i < vectors_count(vectors); i++) {
        const struct vector *vector = vectors_at(vectors, i);
        if (o->select && !vector_is_selected(vector, o->select))
            continue;
        cJSON *findings = vector_run(vectors, vector);
        if (findings->child)
            tally.failed++;
        else
            tally.passed++;
        if (o->json) {
            add_result(results, vector, findings);
        } else {
            print_lines(o, vector, findings);
            cJSON_Delete(findings);
        }
    }
    return tally;
}

static int report(const struct options *o, const struct vectors *vectors)
{
    cJSON *root = cJSON_CreateObject();
    struct tally tally = run_all(o, vectors, cJSON_AddArrayToObject(root, "vectors"));
    int ran = tally.passed + tally.failed;
    if (o->json && ran) {
        cJSON_AddNumberToObject(root, "passed", tally.passed);
        cJSON_AddNumberToObject(root, "failed", tally.failed);
        cJSON_AddNumberToObject(root, "skipped", 0);
        char *text = cJSON_Print(root);
        puts(text);
        cJSON_free(text);
    } else if (ran) {
        printf("%d passed, %d failed, 0 skipped\n", tally.passed, tally.failed);
    } else {
        fprintf(stderr, "iotconform: no vector fits '%s'\n", o->select ? o->select : "*");
    }
    cJSON_Delete(root);
    return !ran ? EXIT_USAGE : tally.failed ? EXIT_DEVIATION : EXIT_AS_EXPECTED;
}

static void load(const struct options *o, struct vectors *vectors, struct problems *problems)
{
    for (size_t i = 0; i < o->file_count; i++)
        vectors_add_file(vectors, o->files[i], problems);
    if (o->file_count == 0)
        vectors_add_all(vectors, problems);
}

int cmd_vectors(int argc, char **argv)
{
    struct problems problems = {0};
    struct options o = {.files = mem_zalloc((size_t)argc, sizeof *o.files)};
    struct ledger *ledger = NULL;
    struct vectors *vectors = NULL;
    int code = EXIT_USAGE;
    parse(argc, argv, &o, &problems);
    if (problems.count == 0 && !o.help) {
        ledger = ledger_load(&problems);
        vectors = vectors_new(ledger);
        load(&o, vectors, &problems);
    }
    if (problems.count) {
        problems_print(&problems, stderr);
    } else if (o.help) {
        usage(stdout);
        code = EXIT_AS_EXPECTED;
    } else {
        code = report(&o, vectors);
    }
    vectors_free(vectors);
    ledger_free(ledger);
    problems_fini(&problems);
    free(o.files);
    return code;
}
