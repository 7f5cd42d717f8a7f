/* Options of a subcommand: a table that is parsed and printed. */
#ifndef HARNESS_ARGUMENTS_H
#define HARNESS_ARGUMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/base/problem.h"

enum argument_kind {
    ARGUMENT_FLAG, /* to: bool */
    ARGUMENT_TEXT, /* to: const char * */
    ARGUMENT_INT,  /* to: int64_t, at least 1 */
    ARGUMENT_LIST  /* to: struct words; may be given several times */
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

/* Reads argv[1..): "--name value", "--name=value", "-jN". A NULL name ends the table. Everything that is wrong is a problem. False
 * when there was one. */
bool arguments_parse(int argc, char **argv, const struct argument *table, struct problems *problems);

/* A line for each option. */
void arguments_help(const struct argument *table, FILE *to);

void words_add(struct words *words, const char *word);
void words_fini(struct words *words);

#endif
