#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "harness/commands.h"
#include "lib/base/log.h"

const struct command commands[] = {
    {"run", "run suites against the mock platform and judge it", cmd_run},
    {"judge", "judge a device that connects to the mock", cmd_judge},
    {"replay", "judge a stored session of a device again", cmd_replay},
    {"list", "list the cases", cmd_list},
    {"lint", "load every suite and vector, run nothing", cmd_lint},
    {"vectors", "check the vectors against the protocol code", cmd_vectors},
    {"sign", "compute client id, user name and password of a device", cmd_sign},
    {"explain", "say why a CONNECT would be refused, and which mistake it is", cmd_explain},
    {"report", "render reports from a results.json", cmd_report},
    {NULL, NULL, NULL}};

static void usage(FILE *to)
{
    fputs("usage: iotconform COMMAND [OPTION]...\n\n", to);
    for (const struct command *c = commands; c->name; c++)
        fprintf(to, "  %-9s %s\n", c->name, c->help);
    fputs("\n`iotconform COMMAND --help` says more. Exit codes: 0 all as expected, 1 a failure, 2 usage or a "
          "bad case,\n"
          "3 target or harness error or incomplete, 130 interrupted.\n",
          to);
}

static int command(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : "";
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0) {
        usage(stdout);
        return EXIT_AS_EXPECTED;
    }
    if (strcmp(word, "--version") == 0) {
        puts("iotconform 0.1.0");
        return EXIT_AS_EXPECTED;
    }
    for (const struct command *c = commands; c->name; c++) {
        if (strcmp(c->name, word) == 0)
            return c->run(argc - 1, argv + 1);
    }
    if (*word)
        fprintf(stderr, "iotconform: there is no command '%s'\n", word);
    usage(stderr);
    return EXIT_USAGE;
}

/* What was printed is a result too: who redirects it to a full disk must not be told that all is well. */
int main(int argc, char **argv)
{
    log_set_name("iotconform");
    signal(SIGPIPE, SIG_IGN); /* a reader that is gone shows when we write */
    signal(SIGCHLD, SIG_DFL); /* whoever started us may have ignored it: no end of a child would be told */
    int code = command(argc, argv);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fputs("iotconform: standard output cannot be written\n", stderr);
    return code == EXIT_AS_EXPECTED ? EXIT_INCOMPLETE : code;
}
