/* Any profile file: a profile, or problems. */
#include "lib/base/check.h"
#include "lib/rules/profile.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problems problems = {0};
    struct profile profile;
    bool good = profile_load(&profile, fuzz_file(data, size), &problems);
    CHECK(good == (problems.count == 0));
    problems_fini(&problems);
    return 0;
}
