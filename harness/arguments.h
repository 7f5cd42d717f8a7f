/* Options of a subcommand: a table that is parsed and printed. */
#ifndef HARNESS_ARGUMENTS_H
#define HARNESS_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/base/problem.h"

enum argument_kind {
    ARGUMENT_FLAG,  /* to: bool */
    ARGUMENT_TEXT,  /* to: const char * */
    ARGUMENT_INT,   /* to: int64_t, at least 1 */
    ARGUMENT_LIST,  /* to: struct words; may be given several times */
    ARGUMENT_SECRET /* to: char *, owned (argument_wipe); the value '-' reads a line of standard input */
};

/* Texts are borrowed from argv; items is owned (words_fini). */
struct words {
    const char **items;
    size_t count;
};

struct argument {
    const char *name; /* "--select", "-j" */
    enum argument_kind kind;
    void *to;
    const char *value; /* "PATTERN" in the help text; NULL for flags */
    const char *help;
};

/* Reads argv[1..): "--name value", "--name=value", "-jN". A NULL name ends the table. Everything that is wrong is a problem, which
 * names a word only as far as it cannot be a secret in the wrong place. False when there was one. */
bool arguments_parse(int argc, char **argv, const struct argument *table, struct problems *problems);

/* Takes a secret that no option gave from a variable of the environment; an empty one is none. */
void argument_from_environment(char **secret, const char *variable);

/* Wipes and frees a secret; NULL is none. */
void argument_wipe(char **secret);

/* A line for each option. */
void arguments_help(const struct argument *table, FILE *to);

void words_add(struct words *words, const char *word);
void words_fini(struct words *words);

#endif
