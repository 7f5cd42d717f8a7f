/* A case as it is run: one object of a suite file, in one profile, with one of its rows, over one of its transports; every
 * variable known at load put in. */
#ifndef HARNESS_TESTCASE_H
#define HARNESS_TESTCASE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/ledger.h"
#include "harness/verdict.h"
#include "lib/base/problem.h"
#include "lib/protocol/transport.h"
#include "lib/rules/profile.h"

struct testcase {
    char *file;             /* "suites/platform/log.json" */
    char *path;             /* "suites/platform/log.json#/cases/0" */
    char *base_id, *row_id; /* "KAL-010", "KAL-010:row" */
    char *id,
        *key; /* "KAL-010:row@wss", "KAL-010:row@wss@2023"; without @wss where no transports are named */
    const struct profile *profile; /* borrowed */
    enum transport transport;      /* of connections whose step names none */
    bool names_transports;         /* the case has "transports" */
    bool is_first_transport;       /* of those that the profile serves */
    unsigned used_transports;      /* bits: what its connections go over */
    int64_t rev, timeout_ms;       /* timeout_ms 0: the default */
    enum level level;
    bool manual_clock, safe;
    char *note; /* or NULL */
    cJSON *title, *requires, *guards, *devices, *steps;
    char **set; /* name=value: a broker of its own with these; set_count 0: the shared one */
    size_t set_count;
};

enum { TESTCASE_TIMEOUT_DEFAULT_MS = 5000 };

/* Cases in the order they were loaded; each is owned. */
struct testcases {
    struct testcase **items;
    size_t count;
};

/* What a loader needs to know; all borrowed, the profiles for as long as the cases live. */
struct testcase_context {
    const struct ledger *ledger;
    const struct profile *profiles;
    size_t profile_count;
    const cJSON *device; /* stands in the place of the built-in device; NULL: nobody does */
};

/* Appends the cases of one case object. Everything that is wrong with it is a problem below path; what is appended then is
 * not to be run. */
void testcase_load(const cJSON *object, const char *file, const char *path,
                   const struct testcase_context *context, struct testcases *out, struct problems *problems);

/* Frees what it owns, not the case itself. */
void testcase_fini(struct testcase *test);

void testcases_fini(struct testcases *all);

/* The longest real time that its steps can take, for --dry-run: waits for the target, bounded by the case's own limit. */
int64_t testcase_longest_ms(const struct testcase *test);

#endif
