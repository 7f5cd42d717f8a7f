/* What `iotconform judge` is told on its command line. */
#ifndef HARNESS_JUDGE_JUDGE_OPTIONS_H
#define HARNESS_JUDGE_JUDGE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/judge/judge_address.h"
#include "harness/judge/judge_plan.h"
#include "lib/base/problem.h"

/* Texts are borrowed from the command line, where nothing else is said. */
struct judge_options {
    struct judge_choice choice;
    struct judge_address address;
    const char *description, *trigger, *out, *clock, *broker, *reporters, *expect;
    char *chosen;                         /* of the reporters; owned */
    char *device_secret, *product_secret; /* owned */
    int64_t at_once, patience_s;
    bool identity_mapped, describe, dry_run, list_checks, strict, quiet, help;
};

/* Fills *o, with defaults, and adds every problem; with --help the text is printed. judge_options_fini is due in any case. */
void judge_options_parse(struct judge_options *o, int argc, char **argv, struct problems *problems);
void judge_options_fini(struct judge_options *o);

/* The command as it was given, but for the secrets: they may stand in the trigger, too. The caller frees. */
char *judge_options_command(const struct judge_options *o, int argc, char **argv);

#endif
