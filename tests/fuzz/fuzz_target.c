/* Any target file: problems, or a target with somewhere to go. */
#include "harness/target.h"
#include "lib/base/check.h"
#include "tests/fuzz/fuzz.h"

static void check_target(const struct target *t)
{
    const char *host;
    int number;
    CHECK(t->name && t->profile && t->device);
    CHECK(t->connects_per_minute >= 1 && t->connects_per_second >= 1 && t->patience_ms >= 1);
    for (size_t i = 0; target_ports[i]; i++)
        for (enum transport transport = 0; transport < TRANSPORTS; transport++)
            if (target_place(t, target_ports[i], transport, &host, &number))
                CHECK(host && *host && number >= 1 && number <= 65535);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problems problems = {0};
    struct target *t = target_load(fuzz_file(data, size), &problems);
    CHECK((t == NULL) == (problems.count > 0));
    if (t)
        check_target(t);
    target_free(t);
    problems_fini(&problems);
    return 0;
}
