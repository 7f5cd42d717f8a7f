/* The form of a case's id and of a row's. */
#ifndef HARNESS_CASE_ID_H
#define HARNESS_CASE_ID_H

#include <stdbool.h>

/* AREA-number: "KAL-010". */
bool case_id_is_good(const char *id);

/* Letters, digits, - _ . */
bool case_id_is_good_row(const char *id);

#endif
