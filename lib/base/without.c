#include "without.h"

#include <stdlib.h>
#include <string.h>

#include "mem.h"

size_t without_count;
static const char **rows;

void without_add(const char *row)
{
    rows = mem_realloc(rows, (without_count + 1) * sizeof *rows);
    rows[without_count++] = row;
}

void without_clear(void)
{
    free(rows);
    rows = NULL;
    without_count = 0;
}

bool without_find(const char *table, const char *id)
{
    size_t n = strlen(table);
    for (size_t i = 0; i < without_count; i++)
        if (strncmp(rows[i], table, n) == 0 && rows[i][n] == ':' && strcmp(rows[i] + n + 1, id) == 0)
            return true;
    return false;
}
