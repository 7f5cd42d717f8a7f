#include <stdlib.h>
#include <string.h>

#include "harness/arguments.h"
#include "harness/commands.h"
#include "harness/coverage.h"
#include "harness/profile_table.h"
#include "harness/selector.h"
#include "harness/suite.h"
#include "lib/base/json.h"
#include "lib/base/map.h"
#include "lib/base/str.h"

struct list_options {
    struct words selects, transports;
    const char *suite;
    bool json, coverage, profiles, devices, help;
};

static bool any_fits(const struct words *words, const struct testcase *test,
                     bool (*fits)(const char *, const struct testcase *))
{
    for (size_t i = 0; i < words->count; i++)
        if (fits(words->items[i], test))
            return true;
    return words->count == 0;
}

static bool is_chosen(const struct list_options *o, const struct testcase *test)
{
    return any_fits(&o->selects, test, selector_fits) && any_fits(&o->transports, test, selector_goes_over);
}

static cJSON *describe(const struct testcase *test)
{
    cJSON *item = cJSON_CreateObject();
    cJSON_AddStringToObject(item, "id", test->row_id);
    cJSON_AddNumberToObject(item, "rev", (double)test->rev);
    cJSON_AddStringToObject(item, "level", verdict_level_name(test->level));
    cJSON_AddItemToObject(item, "title", cJSON_Duplicate(test->title, true));
    cJSON_AddItemToObject(item, "requires", cJSON_Duplicate(test->requires, true));
    cJSON_AddItemToObject(item, "guards", cJSON_Duplicate(test->guards, true));
    cJSON_AddBoolToObject(item, "safe", test->safe);
    cJSON_AddStringToObject(item, "path", test->path);
    if (test->names_transports)
        cJSON_AddArrayToObject(item, "transports");
    cJSON_AddArrayToObject(item, "profiles");
    return item;
}

/* Cases about devices: the same form, and what a device must be able to do. */
static cJSON *collect_devices(const struct suite *suite, const struct list_options *o)
{
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < suite->devices.count; i++) {
        const struct device_case *c = suite->devices.items[i];
        if (!any_fits(&o->selects, &c->test, selector_fits))
            continue;
        cJSON *item = describe(&c->test);
        cJSON_DeleteItemFromObjectCaseSensitive(item, "guards");
        cJSON_DeleteItemFromObjectCaseSensitive(item, "safe");
        cJSON_ReplaceItemInObjectCaseSensitive(item, "id", cJSON_CreateString(c->test.id));
        cJSON_AddItemToObject(item, "needs", cJSON_Duplicate(c->needs, true));
        cJSON_AddBoolToObject(item, "observes", c->is_observer);
        cJSON_AddNumberToObject(item, "longest_ms", (double)c->longest_ms);
        cJSON_AddItemToArray(cJSON_GetObjectItemCaseSensitive(item, "profiles"),
                             cJSON_CreateString(c->test.profile->name));
        cJSON_AddItemToArray(list, item);
    }
    return list;
}

/* Once, however many runs say it. */
static void add_word(cJSON *item, const char *list, const char *word)
{
    cJSON *words = cJSON_GetObjectItemCaseSensitive(item, list);
    for (const cJSON *at = words ? words->child : NULL; at; at = at->next)
        if (strcmp(at->valuestring, word) == 0)
            return;
    cJSON_AddItemToArray(words, cJSON_CreateString(word));
}

/* One item a case and row, with the transports and profiles it runs in; the caller frees. */
static cJSON *collect(const struct suite *suite, const struct list_options *o)
{
    cJSON *list = cJSON_CreateArray();
    struct map *by_id = map_new();
    for (size_t i = 0; i < suite->cases.count; i++) {
        const struct testcase *test = suite->cases.items[i];
        if (!is_chosen(o, test))
            continue;
        cJSON *item = map_get(by_id, str_of(test->row_id));
        if (!item) {
            item = describe(test);
            map_put(by_id, str_of(test->row_id), item);
            cJSON_AddItemToArray(list, item);
        }
        add_word(item, "profiles", test->profile->name);
        if (test->names_transports)
            add_word(item, "transports", transport_name(test->transport));
    }
    map_free(by_id);
    return list;
}

static void print_words(const cJSON *list)
{
    for (const cJSON *at = list->child; at; at = at->next)
        printf("%s%s", at == list->child ? "" : " ", at->valuestring);
}

static void print_json(const cJSON *json)
{
    char *text = cJSON_Print(json);
    puts(text);
    cJSON_free(text);
}

static void print_text(const cJSON *list)
{
    for (const cJSON *at = list->child; at; at = at->next) {
        const cJSON *title = cJSON_GetObjectItemCaseSensitive(at, "title");
        printf("%s  %s\n    ", json_text(at, "id"), json_text(title, "en"));
        print_words(cJSON_GetObjectItemCaseSensitive(at, "requires"));
        printf("; ");
        print_words(cJSON_GetObjectItemCaseSensitive(at, "profiles"));
        if (cJSON_GetObjectItemCaseSensitive(at, "transports")) {
            printf("; ");
            print_words(cJSON_GetObjectItemCaseSensitive(at, "transports"));
        }
        printf("\n");
    }
    printf("%d cases\n", cJSON_GetArraySize(list));
}

static int list_coverage(const struct suite *suite, bool json, struct problems *problems)
{
    struct vectors *vectors = vectors_new(suite->ledger);
    int code = EXIT_USAGE;
    vectors_add_all(vectors, problems);
    if (problems->count == 0) {
        cJSON *coverage = coverage_of(suite, vectors);
        code = coverage_has_gap(coverage) ? EXIT_DEVIATION : EXIT_AS_EXPECTED;
        if (json)
            print_json(coverage);
        else
            coverage_print(coverage, stdout);
        cJSON_Delete(coverage);
    }
    vectors_free(vectors);
    return code;
}

static int list_profiles(const struct suite *suite, struct problems *problems)
{
    struct sheet text;
    sheet_init(&text);
    profile_table_markdown(&text, suite->profiles, suite->profile_count, problems);
    fwrite(text.bytes.data, 1, text.bytes.len, stdout);
    sheet_fini(&text);
    return problems->count ? EXIT_USAGE : EXIT_AS_EXPECTED;
}

static int list_cases(const struct suite *suite, const struct list_options *o)
{
    cJSON *found = o->devices ? collect_devices(suite, o) : collect(suite, o);
    int code = EXIT_AS_EXPECTED;
    if (!found->child) {
        fputs("--select, --transport: matches no case\n", stderr);
        code = EXIT_USAGE;
    } else if (o->json) {
        print_json(found);
    } else {
        print_text(found);
    }
    cJSON_Delete(found);
    return code;
}

static int list(const struct list_options *o)
{
    struct suite suite;
    struct problems problems = {0};
    int code = EXIT_USAGE;
    if (suite_load(&suite, o->suite, &problems))
        code = o->coverage   ? list_coverage(&suite, o->json, &problems)
               : o->profiles ? list_profiles(&suite, &problems)
                             : list_cases(&suite, o);
    problems_print(&problems, stderr);
    problems_fini(&problems);
    suite_fini(&suite);
    return code;
}

int cmd_list(int argc, char **argv)
{
    struct list_options o = {0};
    const struct argument table[] = {
        {"--select", ARGUMENT_LIST, &o.selects, "PATTERN",
         "by id, requirement, file or pattern; may be repeated"},
        {"--transport", ARGUMENT_LIST, &o.transports, "NAME",
         "only cases with a connection over tcp, tls, ws or wss; may be repeated"},
        {"--suite", ARGUMENT_TEXT, &o.suite, "DIR", "cases of this folder or file instead of suites/"},
        {"--devices", ARGUMENT_FLAG, &o.devices, NULL, "the cases about devices, which `judge` runs"},
        {"--coverage", ARGUMENT_FLAG, &o.coverage, NULL,
         "what proves each requirement of the platform; exit code 1 where nothing does"},
        {"--profiles-markdown", ARGUMENT_FLAG, &o.profiles, NULL,
         "every profile value, as docs/profiles.md has them"},
        {"--json", ARGUMENT_FLAG, &o.json, NULL, "as JSON"},
        {"--help", ARGUMENT_FLAG, &o.help, NULL, "this text"},
        {NULL, ARGUMENT_FLAG, NULL, NULL, NULL}};
    struct problems problems = {0};
    int code = EXIT_USAGE;
    if (!arguments_parse(argc, argv, table, &problems)) {
        problems_print(&problems, stderr);
    } else if (o.help) {
        puts("usage: iotconform list [OPTION]...\n");
        arguments_help(table, stdout);
        code = EXIT_AS_EXPECTED;
    } else {
        code = list(&o);
    }
    problems_fini(&problems);
    words_fini(&o.selects);
    words_fini(&o.transports);
    return code;
}
