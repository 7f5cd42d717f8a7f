/* Does a case demand anything? One that asks for nothing passes whatever the platform does, and proves nothing. */
#ifndef HARNESS_DEMAND_H
#define HARNESS_DEMAND_H

#include "harness/testcase.h"

/* NULL when some step can fail the case, or give it another verdict than PASS, because of what the platform does; else why none
 * can. Only steps are looked at: what the end of every case demands (nothing unread, nothing said in the journal) is no case's own. */
const char *demand_fault(const struct testcase *test);

/* The same for a platform without a control API, where journal, session, clock and control steps are passed over. */
const char *demand_fault_on_wire(const struct testcase *test);

#endif
