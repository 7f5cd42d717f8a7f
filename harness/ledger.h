/* suites/requirements.json: what the cases prove. */
#ifndef HARNESS_LEDGER_H
#define HARNESS_LEDGER_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "lib/base/problem.h"
#include "lib/base/str.h"

struct ledger;

/* Reads the ledger of home_dir(). NULL with problems. */
struct ledger *ledger_load(struct problems *problems);
/* The same from a text; for tests. */
struct ledger *ledger_load_text(struct str text, struct problems *problems);

void ledger_free(struct ledger *l);

/* The row of a requirement id, borrowed; NULL when there is none. */
const cJSON *ledger_get(const struct ledger *l, const char *id);

/* All rows, an array in the ledger's order. */
const cJSON *ledger_rows(const struct ledger *l);

/* What the documents let a platform answer where this rule refuses: an array of CONNACK codes and "close"; NULL when they do not
 * speak of it. */
const cJSON *ledger_refusals(const struct ledger *l, const char *rule);

/* True when a requirement cannot be seen on the wire, only by the control API (journal, sessions). */
bool ledger_needs_control(const struct ledger *l, const char *id);

#endif
