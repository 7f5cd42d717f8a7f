#include "host_names.h"

#include "registry.h"

#include "lib/base/mem.h"
#include "lib/net/address.h"

#include <stdlib.h>

enum { LABEL_BYTES_MAX = 63 };

bool host_names_is_label(struct str label)
{
    for (size_t i = 0; i < label.n; i++) {
        char c = label.p[i];
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z', digit = c >= '0' && c <= '9';
        bool hyphen = c == '-' && i > 0 && i + 1 < label.n;
        if (!letter && !digit && !hyphen && c != '_')
            return false;
    }
    return label.n > 0 && label.n <= LABEL_BYTES_MAX;
}

static bool is_address(const char *text)
{
    struct sockaddr_storage socket;
    return address_parse(text, 0, &socket);
}

bool host_names_is_name(const char *text)
{
    struct str rest = str_of(text);
    if (is_address(text))
        return true;
    if (rest.n > HOST_NAME_BYTES_MAX)
        return false;
    for (;;) {
        size_t dot = str_find(rest, '.');
        if (!host_names_is_label((struct str){rest.p, dot}))
            return false;
        if (dot == rest.n)
            return true;
        rest = (struct str){rest.p + dot + 1, rest.n - dot - 1};
    }
}

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
        if (host_names_is_label(str_of(product->key)))
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
        if (!is_address(extra[i]))
            fprintf(to, "%s %s\n", address, extra[i]);
    if (names->impossible > 0)
        fprintf(to, "# left out: %zu product keys that cannot stand in a host name\n", names->impossible);
    fputs("# end iotconform mock-broker\n", to);
}
