#include "problem.h"

#include "check.h"
#include "mem.h"

#include <stdarg.h>
#include <stdlib.h>

/* More than a person reads; keeps a hostile file from filling the memory with complaints. */
enum { PROBLEMS_MAX = 100 };

void problems_add(struct problems *all, const char *path, const char *format, ...)
{
    if (all->count > PROBLEMS_MAX)
        return;
    va_list args;
    va_start(args, format);
    char *text = NULL;
    CHECK(vasprintf(&text, format, args) >= 0);
    va_end(args);
    if (all->count == PROBLEMS_MAX) {
        free(text);
        text = mem_strdup("there are more problems; these are the first 100");
    }
    all->items = mem_realloc(all->items, (all->count + 1) * sizeof *all->items);
    all->items[all->count++] = (struct problem){mem_strdup(path), text};
}

void problems_print(const struct problems *all, FILE *to)
{
    for (size_t i = 0; i < all->count; i++)
        fprintf(to, "%s: %s\n", all->items[i].path, all->items[i].text);
}

void problems_fini(struct problems *all)
{
    for (size_t i = 0; i < all->count; i++) {
        free(all->items[i].path);
        free(all->items[i].text);
    }
    free(all->items);
    *all = (struct problems){0};
}
