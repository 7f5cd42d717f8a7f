#include "harness/pieces.h"

#include "tests/unit/unit.h"

static void pieces_of_a_step(void)
{
    cJSON *step = cJSON_Parse("{\"cut\": [1, 3], \"frames\": \"each\"}");
    struct pieces cut = pieces_of(step, "cut", 10), frames = pieces_of(step, "frames", 3),
                  none = pieces_of(step, "other", 3);
    CU_ASSERT_TRUE(cut.count == 2 && cut.sizes[0] == 1 && cut.sizes[1] == 3);
    CU_ASSERT_TRUE(frames.count == 3 && frames.sizes[0] == 1 && frames.sizes[2] == 1);
    CU_ASSERT_EQUAL(none.count, 0);
    pieces_fini(&cut);
    pieces_fini(&frames);
    pieces_fini(&none);
    cJSON_Delete(step);
}

static void mistakes(void)
{
    static const char *const wrong[] = {"{\"cut\": 1}", "{\"cut\": \"all\"}", "{\"cut\": [0]}",
                                        "{\"cut\": [1.5]}"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct problems problems = {0};
        cJSON *step = cJSON_Parse(wrong[i]);
        pieces_check(step, "", "cut", &problems);
        CU_ASSERT_EQUAL(problems.count, 1);
        problems_fini(&problems);
        cJSON_Delete(step);
    }
}

void unit_pieces(void)
{
    UNIT(pieces_of_a_step);
    UNIT(mistakes);
}
