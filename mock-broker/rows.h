/* The tables whose rows --without can take out, and their rows: what the kill matrix (tools/mutants) asks for with --rows. A table
 * joins by one row here, and by asking without("table", id) where it is walked. */
#ifndef BROKER_ROWS_H
#define BROKER_ROWS_H

#include <stdio.h>

#include "lib/base/problem.h"

/* Prints every row, "table:row", one a line. */
void rows_print(FILE *to);

/* Takes a row out (lib/base/without); the text is borrowed for good. A problem when there is no such row. */
void rows_take_out(const char *row, struct problems *problems);

#endif
