#include "lib/base/check.h"

#include <signal.h>
#include <string.h>

#include "tests/unit/dying.h"

static void check_what_holds(void)
{
    int calls = 0;
    CHECK(++calls == 1);
    CHECK(calls == 1);
    if (calls != 1)
        _exit(1);
}

static void check_what_does_not(void)
{
    int two = 2;
    CHECK(two == 3);
}

static void a_condition_that_holds_is_asked_once(void)
{
    char said[256];
    int status = dying(check_what_holds, said, sizeof said);
    CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CU_ASSERT_STRING_EQUAL(said, "");
}

static void a_condition_that_does_not_hold_aborts_with_its_place(void)
{
    char said[256];
    int status = dying(check_what_does_not, said, sizeof said);
    CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "test_check.c:"));
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "CHECK(two == 3)"));
}

void unit_check(void)
{
    UNIT(a_condition_that_holds_is_asked_once);
    UNIT(a_condition_that_does_not_hold_aborts_with_its_place);
}
