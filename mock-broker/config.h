/* The configuration file of mock-broker: a profile's name, products and devices. Strict: every mistake is listed with its path. */
#ifndef BROKER_CONFIG_H
#define BROKER_CONFIG_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>

#include "lib/base/problem.h"

struct product_switches;
struct registry;

struct config {
    char *profile; /* name or file; NULL when the file names none */
    char *region;
    struct registry *registry; /* owned; take it by setting this NULL */
};

/* Without a file (NULL): the documents' own example device; "-": standard input. False with problems. Free with config_fini in both cases. */
bool config_load(struct config *out, const char *file, struct problems *problems);
void config_fini(struct config *c);

/* Reads dynamicRegistration, registration and authType of an object, here and in the control API; what is not there keeps its
 * value. False with problems. */
bool config_switches(const cJSON *node, const char *path, struct product_switches *is,
                     struct problems *problems);

/* The keys of the file, for --help. */
void config_help(FILE *to);

#endif
