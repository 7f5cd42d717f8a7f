/* Any configuration file of the broker: a configuration, or problems. */
#include "lib/base/check.h"
#include "mock-broker/config.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problems problems = {0};
    struct config config;
    bool good = config_load(&config, fuzz_file(data, size), &problems);
    CHECK(good == (problems.count == 0));
    config_fini(&config);
    problems_fini(&problems);
    return 0;
}
