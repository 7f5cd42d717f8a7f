/* How a unit test file joins in: tests/unit/test_STEM.c defines unit_STEM(), which calls UNIT() for each of its tests. The list
 * of files is made by the build; nothing else is to be registered. */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <CUnit/CUnit.h>
#include <stdbool.h>

struct unit_suite {
    const char *name;
    void (*add)(void);
};

extern const struct unit_suite unit_suites[]; /* ends with a NULL name */

void unit_add(const char *name, void (*test)(void));

#define UNIT(function) unit_add(#function, function)

/* Set by a test in a worker of the pool: no leak check there. Its fork has copies of what other suites' threads hold, which the
 * check waits for in vain, seconds each time; the workers of a real run are checked by the cases under sanitizers. */
extern bool unit_in_worker;

#endif
