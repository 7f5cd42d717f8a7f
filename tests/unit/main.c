/* Runs the CUnit suites of tests/unit/test_*.c: all, or those whose name matches a glob given as argument. */
#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

#include "lib/base/str.h"
#include "tests/unit/unit.h"

static const struct unit_suite *current;

bool unit_in_worker;

/* Asked by the leak sanitizer before it looks. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return unit_in_worker;
}

void unit_add(const char *name, void (*test)(void))
{
    CU_pSuite suite = CU_get_suite(current->name);
    if (!suite)
        suite = CU_add_suite(current->name, NULL, NULL);
    CU_add_test(suite, name, test);
}

int main(int argc, char **argv)
{
    if (CU_initialize_registry() != CUE_SUCCESS)
        return 3;
    for (current = unit_suites; current->name; current++)
        if (argc < 2 || str_glob(argv[1], current->name))
            current->add();
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
    unsigned run = CU_get_number_of_tests_run();
    CU_cleanup_registry();
    if (run == 0) {
        fprintf(stderr, "unit-tests: no suite matches\n");
        return 2;
    }
    printf("%u passed, %u failed, 0 skipped\n", run - failed, failed);
    return failed ? 1 : 0;
}
