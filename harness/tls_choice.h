/* The TLS that a step asks for: {"min", "max", "ciphers", "serverName"}. */
#ifndef HARNESS_TLS_CHOICE_H
#define HARNESS_TLS_CHOICE_H

#include <cjson/cJSON.h>

#include "lib/base/map.h"
#include "lib/base/problem.h"
#include "lib/net/tls.h"

void tls_choice_check(const cJSON *tls, const char *path, struct problems *problems);

/* A client that trusts ca_file and keeps to the choice (NULL: anything), from the cache or new in it; it is the cache's. NULL with
 * *error. */
struct tls_client *tls_choice_client(struct map *cache, const char *ca_file, const cJSON *tls,
                                     const char **error);

/* Frees what the cache holds, and the cache. */
void tls_choice_free_cache(struct map *cache);

#endif
