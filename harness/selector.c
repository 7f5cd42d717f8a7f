#include "selector.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/str.h"

static bool fits_any(const char *pattern, const cJSON *words)
{
    for (const cJSON *at = words->child; at; at = at->next)
        if (str_glob(pattern, at->valuestring))
            return true;
    return false;
}

static bool fits_stem(const char *pattern, const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash ? slash + 1 : file;
    char *stem = mem_dup(name, str_rfind(str_of(name), '.'));
    bool fits = str_glob(pattern, stem);
    free(stem);
    return fits;
}

bool selector_fits(const char *pattern, const struct testcase *test)
{
    return str_glob(pattern, test->id) || str_glob(pattern, test->row_id) ||
           str_glob(pattern, test->base_id) || str_glob(pattern, test->key) ||
           fits_any(pattern, test->requires) || fits_stem(pattern, test->file);
}

bool selector_guards(const char *pattern, const struct testcase *test)
{
    return fits_any(pattern, test->guards);
}

bool selector_goes_over(const char *transport, const struct testcase *test)
{
    enum transport wanted;
    return transport_named(transport, &wanted) && (test->used_transports & 1u << wanted);
}
