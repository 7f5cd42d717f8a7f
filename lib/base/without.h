/* Rows of our own tables that this process goes without: for the kill matrix (tools/mutants), which asks whether a case or a vector
 * notices that a row is gone. Empty in every other run. */
#ifndef BASE_WITHOUT_H
#define BASE_WITHOUT_H

#include <stdbool.h>
#include <stddef.h>

/* How many rows are left out; read it through without(). */
extern size_t without_count;

/* Leaves out a row, "table:row" ("rule:keep-alive"). The text is borrowed for good. */
void without_add(const char *row);

/* Leaves out nothing any more; for tests. */
void without_clear(void);

bool without_find(const char *table, const char *id);

/* True when the table's row of this id is left out. Cheap enough for every row of every packet. */
static inline bool without(const char *table, const char *id)
{
    return without_count > 0 && without_find(table, id);
}

#endif
