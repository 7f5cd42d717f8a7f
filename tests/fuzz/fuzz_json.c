/* Any text: parsed, or at least one problem. */
#include "lib/base/check.h"
#include "lib/base/json.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct problems problems = {0};
    cJSON *node = json_parse((struct str){(const char *)data, size}, "input", &problems);
    CHECK((node != NULL) == (problems.count == 0));
    cJSON_Delete(node);
    problems_fini(&problems);
    return 0;
}
