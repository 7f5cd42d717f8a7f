#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"
#include "report.h"

static void usage(FILE *to)
{
    fputs("usage: iotconform report DIR|FILE [--out DIR] [--reporter NAME,NAME] [--clients FILE]\n\n"
          "Renders the reports of a run again, from its results.json alone.\n\n"
          "  DIR|FILE          a folder with a results.json, or such a file\n"
          "  --out DIR         where the reports go; default: where results.json is\n"
          "  --reporter NAMES  which ones; default: all\n"
          "  --clients FILE    the matrix of real clients (tests/interop/run writes it) becomes part of the "
          "results\n\n",
          to);
    for (const struct reporter *r = reporters; r->name; r++)
        fprintf(to, "  %-17s %s\n", r->name, r->file);
    fputs("\nmanifest.json, the SHA-256 of each, is always written.\n", to);
}

struct options {
    const char *source, *out, *reporter, *clients;
    bool help;
};

/* The value behind an option: "--out DIR" or "--out=DIR"; NULL with a problem when there is none. */
static const char *value_of(const char *option, char **argv, int *at, struct problems *problems)
{
    const char *equals = strchr(argv[*at], '=');
    if (equals)
        return equals + 1;
    if (argv[*at + 1])
        return argv[++*at];
    problems_add(problems, option, "wants a value");
    return NULL;
}

static bool is_option(const char *word, const char *option)
{
    size_t n = strlen(option);
    return strncmp(word, option, n) == 0 && (word[n] == 0 || word[n] == '=');
}

static void parse(int argc, char **argv, struct options *o, struct problems *problems)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            o->help = true;
        else if (is_option(argv[i], "--out"))
            o->out = value_of("--out", argv, &i, problems);
        else if (is_option(argv[i], "--reporter"))
            o->reporter = value_of("--reporter", argv, &i, problems);
        else if (is_option(argv[i], "--clients"))
            o->clients = value_of("--clients", argv, &i, problems);
        else if (argv[i][0] == '-')
            problems_add(problems, argv[i], "unknown option");
        else if (o->source)
            problems_add(problems, argv[i], "only one folder or file is rendered");
        else
            o->source = argv[i];
    }
    if (!o->source && !o->help)
        problems_add(problems, "DIR|FILE", "is required");
}

/* The results file, and the folder it stands in unless --out says another; the caller frees both. */
static void locate(const struct options *o, char **file, char **dir)
{
    struct stat info;
    bool folder = stat(o->source, &info) == 0 && S_ISDIR(info.st_mode);
    const char *slash = strrchr(o->source, '/');
    *file = folder ? mem_printf("%s/results.json", o->source) : mem_strdup(o->source);
    if (o->out)
        *dir = mem_strdup(o->out);
    else if (folder)
        *dir = mem_strdup(o->source);
    else
        *dir =
            slash ? mem_dup(o->source, (size_t)(slash - o->source) + (slash == o->source)) : mem_strdup(".");
}

/* The matrix takes the place of one that is there. False when it is none. */
static bool add_clients(cJSON *results, const char *file, struct problems *problems)
{
    cJSON *matrix = json_parse_file(file, problems);
    if (!matrix || !report_check_clients(matrix, file, problems)) {
        cJSON_Delete(matrix);
        return false;
    }
    cJSON_DeleteItemFromObjectCaseSensitive(results, "clients");
    cJSON_AddItemToObject(results, "clients", matrix);
    return true;
}

static void render(const struct options *o, struct problems *problems)
{
    char *file, *dir;
    locate(o, &file, &dir);
    cJSON *results = json_parse_file(file, problems);
    if (results && report_check(results, file, problems) &&
        (!o->clients || add_clients(results, o->clients, problems)))
        report_write(results, dir, o->reporter, problems);
    cJSON_Delete(results);
    free(file);
    free(dir);
}

int cmd_report(int argc, char **argv)
{
    struct options o = {0};
    struct problems problems = {0};
    parse(argc, argv, &o, &problems);
    if (o.help && problems.count == 0) {
        usage(stdout);
        return EXIT_AS_EXPECTED;
    }
    if (problems.count == 0)
        render(&o, &problems);
    bool good = problems.count == 0;
    problems_print(&problems, stderr);
    problems_fini(&problems);
    return good ? EXIT_AS_EXPECTED : EXIT_USAGE;
}
