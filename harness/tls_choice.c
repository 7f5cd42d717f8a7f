#include "tls_choice.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"

void tls_choice_check(const cJSON *tls, const char *path, struct problems *problems)
{
    static const char *const keys[] = {"min", "max", "ciphers", "serverName", "trust", "note", NULL};
    static const char *const versions[] = {"1.0", "1.1", "1.2", "1.3"};
    const char *text;
    if (!json_keys(tls, path, keys, problems))
        return;
    for (size_t i = 0; keys[i]; i++) {
        bool known = i >= 2, there = json_string(tls, path, keys[i], JSON_OPTIONAL, &text, problems);
        for (size_t v = 0; there && v < sizeof versions / sizeof versions[0]; v++)
            known = known || strcmp(versions[v], text) == 0;
        if (there && !known)
            problems_add(problems, path, "%s is 1.0, 1.1, 1.2 or 1.3", keys[i]);
        if (there && strcmp(keys[i], "trust") == 0 && strcmp(text, "nobody") != 0)
            problems_add(problems, path, "trust is nobody, or not there");
    }
}

struct tls_client *tls_choice_client(struct map *cache, const char *ca_file, const cJSON *tls,
                                     const char **error)
{
    const struct tls_client_options options = {.min_version = json_text(tls, "min"),
                                               .max_version = json_text(tls, "max"),
                                               .ciphers = json_text(tls, "ciphers"),
                                               .trusts_nobody = json_text(tls, "trust") != NULL};
    char *key =
        mem_printf("%s|%s|%s|%s|%d", ca_file ? ca_file : "", options.min_version ? options.min_version : "",
                   options.max_version ? options.max_version : "", options.ciphers ? options.ciphers : "",
                   options.trusts_nobody);
    struct tls_client *client = map_get(cache, str_of(key));
    if (!client) {
        client = tls_client_new(ca_file, &options, error);
        if (client)
            map_put(cache, str_of(key), client);
    }
    free(key);
    return client;
}

void tls_choice_free_cache(struct map *cache)
{
    struct str key;
    void *client;
    for (size_t at = 0; map_next(cache, &at, &key, &client);)
        tls_client_free(client);
    map_free(cache);
}
