#include "lib/rules/explain_inner.h"

#include "tests/unit/unit.h"

static char scratch[EXPLAIN_SCRATCH_SIZE];
static const struct explain_lookup nothing = {.ctx = NULL};

static enum explain_step make(enum explain_step (*change)(const struct explain_evidence *, unsigned,
                                                          struct explain_recipe *),
                              const char *secret, unsigned n, struct explain_recipe *recipe)
{
    struct explain_evidence evidence = {.lookup = &nothing,
                                        .device_name = STR("device"),
                                        .product_key = STR("pk"),
                                        .device = {.secret = str_of(secret)}};
    explain_recipe_init(recipe, &evidence, scratch);
    recipe->describe = true;
    return change(&evidence, n, recipe);
}

static void wrapped_secrets(void)
{
    struct explain_recipe recipe;
    CU_ASSERT_EQUAL(make(explain_secret_whitespace, "abc", 0, &recipe), EXPLAIN_MADE);
    CU_ASSERT_TRUE(str_is(recipe.key, "abc\n"));
    CU_ASSERT_EQUAL(make(explain_secret_whitespace, "abc", 3, &recipe), EXPLAIN_MADE);
    CU_ASSERT_TRUE(str_is(recipe.key, " abc"));
    CU_ASSERT_EQUAL(make(explain_secret_quoted, "abc", 0, &recipe), EXPLAIN_MADE);
    CU_ASSERT_TRUE(str_is(recipe.key, "\"abc\""));
    CU_ASSERT_EQUAL(make(explain_secret_quoted, "abc", 3, &recipe), EXPLAIN_END);
}

/* Never the whole, never nothing. */
static void parts_of_secrets(void)
{
    static const char *const secrets[] = {"", "a", "ab", "abcdef",
                                          "0123456789012345678901234567890123456789"};
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        struct explain_recipe recipe;
        unsigned made = 0;
        for (unsigned n = 0;; n++) {
            enum explain_step step = make(explain_secret_truncated, secrets[i], n, &recipe);
            if (step == EXPLAIN_END)
                break;
            if (step == EXPLAIN_SKIP)
                continue;
            made++;
            CU_ASSERT_TRUE(recipe.key.n > 0 && recipe.key.n < strlen(secrets[i]));
        }
        CU_ASSERT_EQUAL(made > 0, strlen(secrets[i]) > 1);
    }
}

static void decoded_secrets(void)
{
    struct explain_recipe recipe;
    CU_ASSERT_EQUAL(make(explain_secret_decoded, "00ff", 0, &recipe), EXPLAIN_MADE);
    CU_ASSERT_TRUE(str_eq(recipe.key, (struct str){"\0\xff", 2}));
    CU_ASSERT_STRING_EQUAL(recipe.detail, "hex");
    CU_ASSERT_EQUAL(make(explain_secret_decoded, "00f", 0, &recipe), EXPLAIN_SKIP);
    CU_ASSERT_EQUAL(make(explain_secret_decoded, "YWJj", 1, &recipe), EXPLAIN_MADE);
    CU_ASSERT_TRUE(str_is(recipe.key, "abc"));
    CU_ASSERT_EQUAL(make(explain_secret_decoded, "!", 1, &recipe), EXPLAIN_SKIP);
    CU_ASSERT_EQUAL(make(explain_secret_decoded, "YWJj", 2, &recipe), EXPLAIN_END);
}

static void nobody_to_ask(void)
{
    struct explain_recipe recipe;
    CU_ASSERT_EQUAL(make(explain_secret_product, "abc", 0, &recipe), EXPLAIN_END);
    CU_ASSERT_EQUAL(make(explain_secret_other, "abc", 0, &recipe), EXPLAIN_END);
}

void unit_explain_secret(void)
{
    UNIT(wrapped_secrets);
    UNIT(parts_of_secrets);
    UNIT(decoded_secrets);
    UNIT(nobody_to_ask);
}
