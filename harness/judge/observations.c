#include "observations.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"

void observations_fini(struct observations *all)
{
    free(all->items);
    *all = (struct observations){0};
}

void observations_add(struct observations *all, const struct observation *o)
{
    if (all->count == all->room) {
        all->room = all->room ? 2 * all->room : 64;
        all->items = mem_realloc(all->items, all->room * sizeof(const struct observation *));
    }
    all->items[all->count++] = o;
}

/* Their numbers grow: a transcript asks for each of hundreds of thousands. */
bool observations_have(const struct observations *all, const struct observation *o)
{
    size_t from = 0, to = all->count;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (all->items[middle]->number < o->number)
            from = middle + 1;
        else
            to = middle;
    }
    return from < all->count && all->items[from] == o;
}

const struct observation *observations_latest(const struct observations *all, const char *name,
                                              enum observation_from from)
{
    for (size_t i = all->count; i > 0; i--)
        if (all->items[i - 1]->from == from && strcmp(all->items[i - 1]->name, name) == 0)
            return all->items[i - 1];
    return NULL;
}
