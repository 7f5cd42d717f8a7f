/* Any client id: what is handed out lies inside it, and faults point into it. */
#include "lib/base/check.h"
#include "lib/protocol/client_id.h"
#include "tests/fuzz/fuzz.h"

static void inside(struct str part, struct str whole)
{
    if (part.n)
        CHECK(part.p >= whole.p && part.p + part.n <= whole.p + whole.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct client_id id;
    struct client_id_fault fault;
    bool good = client_id_parse(text, &id, &fault);
    if (!good)
        CHECK(fault.reason && fault.offset <= size);
    CHECK(id.count <= CLIENT_ID_ITEMS_MAX);
    inside(id.core, text);
    CHECK(!id.has_extension || id.core.n < size);
    for (size_t i = 0; i < id.count; i++) {
        inside(id.items[i].key, text);
        inside(id.items[i].value, text);
        CHECK(id.items[i].offset < size);
    }
    client_id_get(&id, "securemode");
    return 0;
}
