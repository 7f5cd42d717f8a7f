/* The subcommands of iotconform. One row of the table in main.c each; one file cmd_NAME.c each. */
#ifndef HARNESS_COMMANDS_H
#define HARNESS_COMMANDS_H

/* How a subcommand ends, and with it the program. */
enum exit_code {
    EXIT_AS_EXPECTED = 0, /* all as expected */
    EXIT_DEVIATION = 1,   /* a failure (or NONSTRICT under --strict) */
    EXIT_USAGE = 2,       /* a wrong option, a bad case, a selector that matches nothing */
    EXIT_INCOMPLETE = 3,  /* target or harness error, or an incomplete run */
    EXIT_INTERRUPTED = 130
};

/* argv[0] is the subcommand's name, the rest its options, NULL behind the last. Each knows --help. Returns an exit_code. */
struct command {
    const char *name;
    const char *help; /* one line */
    int (*run)(int argc, char **argv);
};

/* All of them, in the order of the help text; ends with a NULL name. */
extern const struct command commands[];

int cmd_run(int argc, char **argv);
int cmd_judge(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_lint(int argc, char **argv);
int cmd_vectors(int argc, char **argv);
int cmd_sign(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_report(int argc, char **argv);

#endif
