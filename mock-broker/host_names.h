/* The names under which the devices of a configuration look for the platform (NET-12). */
#ifndef BROKER_HOST_NAMES_H
#define BROKER_HOST_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/base/str.h"

struct registry;

/* Longest host name, bytes, without the NUL. */

/* Zero-initialised is empty; host_names_fini frees the texts. */
struct host_names {
    char **items;
    size_t count;
    size_t impossible; /* products whose key cannot stand in a host name: nothing can dial them */
};

/* The endpoint of each product, sorted, and the two of the authentication. */
void host_names_of(struct host_names *out, const struct registry *registry, const char *region);
void host_names_fini(struct host_names *names);

/* The lines for a hosts file: address (as text) with each name, and with those of extra that are no addresses. */
void host_names_print(const struct host_names *names, const char *const *extra, size_t extra_count,
                      const char *address, FILE *to);

#endif
