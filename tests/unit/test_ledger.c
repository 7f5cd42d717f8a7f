#include "harness/ledger.h"

#include <stdio.h>

#include "lib/base/json.h"
#include "tests/unit/unit.h"

#define HEAD                                                                                                 \
    "{\"schema\": 1, \"note\": \"t\", \"documents\": {}, \"count\": 1, \"requirements\": [{\"id\": "         \
    "\"KAL-01\", "                                                                                           \
    "\"area\": \"KAL\", \"level\": \"must\", \"statement\": {\"en\": \"t\", \"zh\": \"t\"}, \"source\": "    \
    "[], "                                                                                                   \
    "\"date\": \"2026\", \"profiles\": [], "

static struct ledger *load(const char *rest, struct problems *problems)
{
    char text[1024];
    snprintf(text, sizeof text, HEAD "%s}]}", rest);
    return ledger_load_text(str_of(text), problems);
}

static void a_row_is_found_by_its_id(void)
{
    struct problems problems = {0};
    struct ledger *l =
        load("\"who\": [\"P\"], \"status\": \"tested\", \"proved_by\": [\"tests/rude\"]", &problems);
    CU_ASSERT_PTR_NOT_NULL_FATAL(l);
    CU_ASSERT_PTR_EQUAL(ledger_get(l, "KAL-01"), ledger_rows(l)->child);
    CU_ASSERT_PTR_NULL(ledger_get(l, "KAL-02"));
    ledger_free(l);
}

static void what_is_wrong_is_named_with_its_place(void)
{
    static const struct {
        const char *rest, *path, *text;
    } rows[] = {
        {"\"who\": [\"P\"], \"status\": \"done\"", "ledger#/requirements/0/status",
         "tested, planned or not-testable"},
        {"\"who\": [\"P\"]", "ledger#/requirements/0/status", "is required"},
        {"\"who\": [\"X\"], \"status\": \"tested\"", "ledger#/requirements/0/who/0", "P, D or K"},
        {"\"who\": [], \"status\": \"tested\"", "ledger#/requirements/0/who", "is empty"},
        {"\"who\": [\"P\", \"P\"], \"status\": \"tested\"", "ledger#/requirements/0/who/1", "stands twice"},
        {"\"who\": [\"P\"], \"status\": \"tested\", \"proved_by\": []", "ledger#/requirements/0/proved_by",
         "is empty"},
        {"\"who\": [\"P\"], \"status\": \"tested\", \"proved_by\": [7]", "ledger#/requirements/0/proved_by/0",
         "must be a text"},
        {"\"who\": [\"P\"], \"status\": \"planned\", \"reason\": \"t\", \"proved_by\": [\"t\"]",
         "ledger#/requirements/0/proved_by", "only what is tested is proved"},
        {"\"who\": [\"P\"], \"status\": \"tested\", \"proofs\": []", "ledger#/requirements/0/proofs",
         "unknown key"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct problems problems = {0};
        CU_ASSERT_PTR_NULL(load(rows[i].rest, &problems));
        CU_ASSERT_EQUAL_FATAL(problems.count, 1);
        CU_ASSERT_STRING_EQUAL(problems.items[0].path, rows[i].path);
        CU_ASSERT_STRING_EQUAL(problems.items[0].text, rows[i].text);
        problems_fini(&problems);
    }
}

void unit_ledger(void)
{
    UNIT(a_row_is_found_by_its_id);
    UNIT(what_is_wrong_is_named_with_its_place);
}
