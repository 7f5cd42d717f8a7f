#include "host_names.h"

#include "registry.h"

#include "lib/base/mem.h"
#include "lib/net/host_name.h"

#include <stdlib.h>

static void add(struct host_names *names, char *name)
{
    names->items = mem_realloc(names->items, (names->count + 1) * sizeof *names->items);
    names->items[names->count++] = name;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void host_names_of(struct host_names *out, const struct registry *registry, const char *region)
{
    const struct product *product;
    *out = (struct host_names){0};
    for (size_t at = 0; registry_next_product(registry, &at, &product);) {
        if (host_name_is_label(str_of(product->key)))
            add(out, mem_printf("%s.iot-as-mqtt.%s.aliyuncs.com", product->key, region));
        else
            out->impossible++;
    }
    if (out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, by_text);
    add(out, mem_printf("iot-auth.%s.aliyuncs.com", region));
    add(out, mem_strdup("iot-auth-global.aliyuncs.com"));
}

void host_names_fini(struct host_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
    free(names->items);
    *names = (struct host_names){0};
}

void host_names_print(const struct host_names *names, const char *const *extra, size_t extra_count,
                      const char *address, FILE *to)
{
    fputs("# begin iotconform mock-broker: this machine stands for the platform\n", to);
    for (size_t i = 0; i < names->count; i++)
        fprintf(to, "%s %s\n", address, names->items[i]);
    for (size_t i = 0; i < extra_count; i++)
        if (!host_name_is_address(extra[i]))
            fprintf(to, "%s %s\n", address, extra[i]);
    if (names->impossible > 0)
        fprintf(to, "# left out: %zu product keys that cannot stand in a host name\n", names->impossible);
    fputs("# end iotconform mock-broker\n", to);
}
