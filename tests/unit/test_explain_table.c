#include "lib/rules/explain_inner.h"

#include "harness/vectors.h"
#include "harness/vectors_explain.h"
#include "lib/base/home.h"
#include "lib/base/map.h"
#include "tests/unit/explaining.h"

#include <stdio.h>
#include <stdlib.h>

/* The ids of issue 3, point 11: others build on them. */
static const char *const ids[] = {"method-mismatch",
                                  "method-not-declared",
                                  "method-name-case",
                                  "values-without-names",
                                  "unsorted",
                                  "separators",
                                  "key-content-swapped",
                                  "digest-without-key",
                                  "base64",
                                  "raw-digest",
                                  "hex-of-hex",
                                  "timestamp-not-signed",
                                  "timestamp-not-sent",
                                  "timestamp-unit",
                                  "client-id-with-extension",
                                  "client-id-not-signed",
                                  "client-id-other-form",
                                  "names-case",
                                  "values-case",
                                  "identity-swapped",
                                  "trailing-newline",
                                  "trailing-nul",
                                  "secret-whitespace",
                                  "secret-quoted",
                                  "secret-truncated",
                                  "secret-decoded",
                                  "secret-as-password",
                                  "product-secret",
                                  "other-device-secret",
                                  "password-truncated",
                                  "password-whitespace",
                                  "password-quoted",
                                  "token-of-other-device",
                                  "token-other-client-id",
                                  "token-expired",
                                  "token-in-direct-mode",
                                  "keep-alive-milliseconds",
                                  "keep-alive-library-default",
                                  "keep-alive-off",
                                  "securemode-of-other-transport",
                                  "securemode-missing",
                                  "mqtt5-client",
                                  "will-not-served",
                                  "client-id-no-extension",
                                  "client-id-open-bar",
                                  "client-id-fullwidth-bar",
                                  "client-id-cut",
                                  "client-id-too-long",
                                  "username-reversed",
                                  "username-separator",
                                  "username-incomplete",
                                  "credentials-escaped",
                                  "extension-key-case"};

static void ids_are_those_promised(void)
{
    size_t count;
    const struct explain_mistake *rows = explain_table(&count);
    CU_ASSERT_EQUAL_FATAL(count, sizeof ids / sizeof ids[0]);
    for (size_t i = 0; i < count; i++) {
        const struct explain_mistake *row = explain_named(ids[i]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(row);
        CU_ASSERT_TRUE(row >= rows && row < rows + count);
        CU_ASSERT_STRING_EQUAL(row->id, ids[i]);
    }
    CU_ASSERT_PTR_NULL(explain_named("nothing"));
}

/* Every row has both languages, a way to be found, and rules that there are. */
static void rows_are_whole(void)
{
    size_t count, rules;
    const struct explain_mistake *rows = explain_table(&count);
    const struct connect_rule *table = connect_rules_table(&rules);
    for (size_t i = 0; i < count; i++) {
        const char *const texts[] = {rows[i].text.en, rows[i].remedy.en, rows[i].text.zh, rows[i].remedy.zh};
        for (size_t k = 0; k < 4; k++) {
            CU_ASSERT_PTR_NOT_NULL_FATAL(texts[k]);
            CU_ASSERT_TRUE(strlen(texts[k]) > 8);
            CU_ASSERT_TRUE(str_is_utf8(str_of(texts[k]), NULL));
        }
        CU_ASSERT_TRUE(strstr(rows[i].text.zh, "\xe3\x80\x82") != NULL); /* a full stop, in Chinese */
        CU_ASSERT_EQUAL(strstr(rows[i].text.en, "{}") == NULL, strstr(rows[i].text.zh, "{}") == NULL);
        CU_ASSERT_EQUAL(strstr(rows[i].remedy.en, "{}") == NULL, strstr(rows[i].remedy.zh, "{}") == NULL);
        int ways = (rows[i].change != NULL) + (rows[i].read != NULL) + (rows[i].seen != NULL);
        CU_ASSERT_TRUE(ways == 1 || (ways == 2 && !rows[i].read));
        bool known = false;
        for (size_t k = 0; k < rules; k++)
            known = known || strstr(rows[i].rules, table[k].id) != NULL;
        CU_ASSERT_TRUE(known);
    }
}

/* Runs a vector by these rows; true when each refusal and each mistake comes as the vector says. */
static bool holds(const struct vector *vector, struct map *profiles, const struct explain_mistake *rows,
                  size_t count)
{
    static struct explanation explanation;
    struct vector_run run = {.node = vector->node, .want = vector->want, .profiles = profiles};
    struct explain_request request;
    vector_explain_read(&run, &request);
    explain_request_run_with(&request, rows, count, &explanation);
    texts_fini(&run.texts);
    size_t at = 0;
    bool same = true;
    const cJSON *refusal, *mistake;
    cJSON_ArrayForEach(refusal, cJSON_GetObjectItemCaseSensitive(vector->node, "refusals"))
    {
        const struct explain_item *item = &explanation.items[at++];
        size_t found = 0;
        if (at > explanation.count)
            return false;
        cJSON_ArrayForEach(mistake, cJSON_GetObjectItemCaseSensitive(refusal, "mistakes"))
        {
            same = same && found < item->found_count &&
                   strcmp(item->found[found].mistake->id, mistake->valuestring) == 0;
            found++;
        }
        same = same && found == item->found_count;
    }
    return same && at == explanation.count;
}

static bool names(const struct vector *vector, const char *id)
{
    const cJSON *refusal, *mistake;
    cJSON_ArrayForEach(refusal, cJSON_GetObjectItemCaseSensitive(vector->node, "refusals"))
    {
        cJSON_ArrayForEach(mistake, cJSON_GetObjectItemCaseSensitive(refusal, "mistakes"))
        {
            if (strcmp(mistake->valuestring, id) == 0)
                return true;
        }
    }
    return false;
}

/* The kill matrix of the table: without any one row, some vector fails; with all, none does. */
static void each_row_is_missed_by_a_vector(void)
{
    struct problems problems = {0};
    struct vectors *vectors = vectors_new(NULL);
    char *file = home_path("vectors/explain.json");
    vectors_add_file(vectors, file, &problems);
    problems_print(&problems, stderr);
    CU_ASSERT_EQUAL_FATAL(problems.count, 0);
    struct profile profile = profile_named("2023");
    struct map *profiles = map_new();
    map_put(profiles, STR("2023"), &profile);
    size_t count;
    const struct explain_mistake *rows = explain_table(&count);
    struct explain_mistake fewer[64];
    for (size_t i = 0; i < count; i++) {
        unsigned good = 0, killed = 0;
        if (strcmp(rows[i].rules, "will") == 0)
            continue; /* no profile has this rule, so no vector either: test_explain_connect, SES-059 */
        memcpy(fewer, rows, i * sizeof *rows);
        memcpy(fewer + i, rows + i + 1, (count - i - 1) * sizeof *rows);
        for (size_t k = 0; k < vectors_count(vectors); k++) {
            const struct vector *vector = vectors_at(vectors, k);
            if (!names(vector, rows[i].id))
                continue;
            good += holds(vector, profiles, rows, count);
            killed += !holds(vector, profiles, fewer, count - 1);
        }
        CU_ASSERT_TRUE(good > 0);
        CU_ASSERT_EQUAL(killed, good);
        if (!good || killed != good)
            fprintf(stderr, "\n%s: %u vectors hold, %u of them fail without it\n", rows[i].id, good, killed);
    }
    map_free(profiles);
    vectors_free(vectors);
    free(file);
}

/* Each of the five common mistakes has a vector together with each other. */
static void pairs_have_vectors(void)
{
    static const char *const five[] = {"method-mismatch", "unsorted", "timestamp-not-signed",
                                       "client-id-other-form", "trailing-newline"};
    struct problems problems = {0};
    struct vectors *vectors = vectors_new(NULL);
    char *file = home_path("vectors/explain.json");
    vectors_add_file(vectors, file, &problems);
    for (size_t a = 0; a < 5; a++) {
        CU_ASSERT_TRUE(explain_named(five[a])->pairs > 0);
        for (size_t b = a + 1; b < 5; b++) {
            unsigned both = 0;
            for (size_t k = 0; k < vectors_count(vectors); k++)
                both += names(vectors_at(vectors, k), five[a]) && names(vectors_at(vectors, k), five[b]);
            CU_ASSERT_TRUE(both > 0);
        }
    }
    vectors_free(vectors);
    problems_fini(&problems);
    free(file);
}

void unit_explain_table(void)
{
    UNIT(ids_are_those_promised);
    UNIT(rows_are_whole);
    UNIT(each_row_is_missed_by_a_vector);
    UNIT(pairs_have_vectors);
}
