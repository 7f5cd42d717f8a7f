#include "lib/rules/explain_inner.h"

#include "tests/unit/unit.h"

static char scratch[EXPLAIN_SCRATCH_SIZE];
static const struct mqtt_connect packet = {.client_id = {"12345|securemode=3|", 19}};
static const struct connect_input connect = {.packet = &packet};

static struct explain_evidence example(void)
{
    return (struct explain_evidence){.connect = &connect,
                                     .id = {.core = STR("12345")},
                                     .device_name = STR("device"),
                                     .product_key = STR("pk"),
                                     .signmethod = STR("hmacsha1"),
                                     .timestamp = STR("789"),
                                     .method = SIGN_HMACSHA1,
                                     .device = {.secret = STR("secret")}};
}

static void expect_content(const struct explain_recipe *recipe, const char *expected)
{
    char out[256];
    size_t length;
    CU_ASSERT_TRUE(explain_recipe_content(recipe, out, sizeof out, &length));
    CU_ASSERT_TRUE(str_is((struct str){out, length}, expected));
}

static void right_recipe(void)
{
    struct explain_evidence evidence = example();
    struct explain_recipe recipe;
    explain_recipe_init(&recipe, &evidence, scratch);
    expect_content(&recipe, "clientId12345deviceNamedeviceproductKeypktimestamp789");
    CU_ASSERT_TRUE(str_is(recipe.key, "secret"));
    evidence.id.core.n = 0;
    evidence.timestamp.p = NULL;
    explain_recipe_init(&recipe, &evidence, scratch);
    expect_content(&recipe, "deviceNamedeviceproductKeypk");
}

static void content_that_does_not_fit(void)
{
    struct explain_evidence evidence = example();
    struct explain_recipe recipe;
    char out[53];
    size_t length;
    explain_recipe_init(&recipe, &evidence, scratch);
    CU_ASSERT_TRUE(explain_recipe_content(&recipe, out, 53, &length));
    CU_ASSERT_EQUAL(length, 53);
    CU_ASSERT_FALSE(explain_recipe_content(&recipe, out, 52, &length));
}

/* All 24 orders but the right one, each once. */
static void orders_are_all_different(void)
{
    struct explain_evidence evidence = example();
    char seen[24][64];
    unsigned n = 0;
    for (;; n++) {
        struct explain_recipe recipe;
        size_t length;
        explain_recipe_init(&recipe, &evidence, scratch);
        if (explain_change_order(&evidence, n, &recipe) == EXPLAIN_END)
            break;
        CU_ASSERT_TRUE_FATAL(n < 23);
        CU_ASSERT_TRUE(explain_recipe_content(&recipe, seen[n], 53, &length));
        seen[n][length] = '\0';
        CU_ASSERT_STRING_NOT_EQUAL(seen[n], "clientId12345deviceNamedeviceproductKeypktimestamp789");
        for (unsigned i = 0; i < n; i++)
            CU_ASSERT_STRING_NOT_EQUAL(seen[i], seen[n]);
    }
    CU_ASSERT_EQUAL(n, 23);
}

static void order_is_described_when_asked(void)
{
    struct explain_evidence evidence = example();
    struct explain_recipe recipe;
    explain_recipe_init(&recipe, &evidence, scratch);
    explain_change_order(&evidence, 0, &recipe);
    CU_ASSERT_STRING_EQUAL(recipe.detail, "");
    explain_recipe_init(&recipe, &evidence, scratch);
    recipe.describe = true;
    explain_change_order(&evidence, 22, &recipe);
    CU_ASSERT_STRING_EQUAL(recipe.detail, "timestamp, productKey, deviceName, clientId");
    expect_content(&recipe, "timestamp789productKeypkdeviceNamedeviceclientId12345");
}

static void each_change_gives_its_content(void)
{
    static const struct {
        enum explain_step (*change)(const struct explain_evidence *, unsigned, struct explain_recipe *);
        unsigned n;
        const char *content;
    } rows[] = {
        {explain_change_nameless, 0, "12345devicepk789"},
        {explain_change_separators, 0, "clientId=12345&deviceName=device&productKey=pk&timestamp=789"},
        {explain_change_no_timestamp, 0, "clientId12345deviceNamedeviceproductKeypk"},
        {explain_change_timestamp_unit, 0, "clientId12345deviceNamedeviceproductKeypktimestamp789000"},
        {explain_change_whole_id, 0, "clientId12345|securemode=3|deviceNamedeviceproductKeypktimestamp789"},
        {explain_change_no_id, 0, "deviceNamedeviceproductKeypktimestamp789"},
        {explain_change_other_id, 0, "clientIdpk.devicedeviceNamedeviceproductKeypktimestamp789"},
        {explain_change_names_case, 0, "clientid12345devicenamedeviceproductkeypktimestamp789"},
        {explain_change_values_case, 1, "clientId12345deviceNameDEVICEproductKeyPKtimestamp789"},
        {explain_change_identity, 0, "clientId12345deviceNamepkproductKeydevicetimestamp789"},
        {explain_change_newline, 0, "clientId12345deviceNamedeviceproductKeypktimestamp789\n"},
    };
    struct explain_evidence evidence = example();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct explain_recipe recipe;
        explain_recipe_init(&recipe, &evidence, scratch);
        CU_ASSERT_EQUAL(rows[i].change(&evidence, rows[i].n, &recipe), EXPLAIN_MADE);
        expect_content(&recipe, rows[i].content);
    }
}

/* Changes that would change nothing are not tried; all end. */
static void what_does_not_apply_is_left_out(void)
{
    struct explain_evidence evidence = example();
    struct explain_recipe recipe;
    explain_recipe_init(&recipe, &evidence, scratch);
    CU_ASSERT_EQUAL(explain_change_sdk_timestamp(&evidence, 0, &recipe), EXPLAIN_END);
    CU_ASSERT_EQUAL(explain_change_undeclared(&evidence, 0, &recipe), EXPLAIN_END);
    CU_ASSERT_EQUAL(explain_change_method(&evidence, SIGN_HMACSHA1, &recipe), EXPLAIN_SKIP);
    CU_ASSERT_EQUAL(explain_change_method(&evidence, SIGN_METHODS, &recipe), EXPLAIN_END);
    CU_ASSERT_EQUAL(explain_change_values_case(&evidence, 0, &recipe), EXPLAIN_SKIP);
    CU_ASSERT_EQUAL(explain_change_timestamp_unit(&evidence, 1, &recipe), EXPLAIN_SKIP);
    evidence.timestamp = (struct str){NULL, 0};
    evidence.id.core = STR("pk.device");
    explain_recipe_init(&recipe, &evidence, scratch);
    CU_ASSERT_EQUAL(explain_change_no_timestamp(&evidence, 0, &recipe), EXPLAIN_END);
    CU_ASSERT_EQUAL(explain_change_other_id(&evidence, 0, &recipe), EXPLAIN_SKIP);
    CU_ASSERT_EQUAL(explain_change_other_id(&evidence, 1, &recipe), EXPLAIN_MADE);
    CU_ASSERT_EQUAL(explain_change_other_id(&evidence, 5, &recipe), EXPLAIN_END);
}

static void scratch_is_bounded(void)
{
    struct explain_evidence evidence = example();
    struct explain_recipe recipe;
    static char large[EXPLAIN_SCRATCH_SIZE];
    explain_recipe_init(&recipe, &evidence, scratch);
    struct str half = {large, EXPLAIN_SCRATCH_SIZE / 2}, little = {large, 1};
    CU_ASSERT_PTR_NOT_NULL(explain_recipe_keep(&recipe, half, half).p);
    CU_ASSERT_PTR_NULL(explain_recipe_keep(&recipe, little, (struct str){NULL, 0}).p);
    explain_recipe_init(&recipe, &evidence, scratch);
    CU_ASSERT_PTR_NULL(explain_recipe_keep(&recipe, half, (struct str){large, EXPLAIN_SCRATCH_SIZE}).p);
}

void unit_explain_recipe(void)
{
    UNIT(right_recipe);
    UNIT(content_that_does_not_fit);
    UNIT(orders_are_all_different);
    UNIT(order_is_described_when_asked);
    UNIT(each_change_gives_its_content);
    UNIT(what_does_not_apply_is_left_out);
    UNIT(scratch_is_bounded);
}
