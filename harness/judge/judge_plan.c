#include "judge_plan.h"

#include <stdlib.h>
#include <string.h>

#include "harness/judge/description.h"
#include "harness/selector.h"
#include "lib/base/check.h"
#include "lib/base/mem.h"

static const struct profile *find_profile(const struct suite *suite, const char *name)
{
    for (size_t i = 0; i < suite->profile_count; i++)
        if (strcmp(suite->profiles[i].name, name) == 0)
            return &suite->profiles[i];
    return NULL;
}

static bool is_selected(const struct words *patterns, const struct testcase *test, bool *used)
{
    bool found = patterns->count == 0;
    for (size_t i = 0; i < patterns->count; i++) {
        if (!selector_fits(patterns->items[i], test))
            continue;
        used[i] = true;
        found = true;
    }
    return found;
}

static void choose(struct judge_plan *p, const struct judge_choice *choice, struct problems *problems)
{
    bool *used = mem_zalloc(choice->selects.count + 1, sizeof *used);
    p->chosen = mem_zalloc(p->all.count + 1, sizeof(struct device_case *));
    p->quick_without = mem_zalloc(p->all.count + 1, sizeof(struct device_case *));
    p->tests = mem_zalloc(p->all.count + 1, sizeof(struct testcase *));
    for (size_t i = 0; i < p->all.count; i++) {
        struct device_case *c = p->all.items[i];
        if (!is_selected(&choice->selects, &c->test, used))
            continue;
        bool too_long = choice->is_quick && c->longest_ms > JUDGE_QUICK_MS;
        if (too_long)
            p->quick_without[p->left_out++] = c;
        else
            p->chosen[p->count++] = c;
    }
    for (size_t i = 0; i < choice->selects.count; i++)
        if (!used[i])
            problems_add(problems, "--select", "'%s' matches no case", choice->selects.items[i]);
    if (p->count == 0 && problems->count == 0)
        problems_add(problems, "judge", "no case is left to be judged");
    free(used);
}

static void start_results(struct judge_plan *p)
{
    for (size_t i = 0; i < p->count; i++)
        p->tests[i] = &p->chosen[i]->test;
    results_free(p->results);
    p->results = results_new(p->tests, p->count);
}

static void add_no_profile(const struct judge_plan *p, const char *name, struct problems *problems)
{
    struct buf names;
    buf_init(&names, 1024);
    for (size_t i = 0; i < p->suite.profile_count; i++)
        buf_printf(&names, "%s%s", i ? ", " : "", p->suite.profiles[i].name);
    problems_add(problems, "--profile", "there is no profile '%s', but %s", name, buf_cstr(&names));
    buf_fini(&names);
}

bool judge_plan_make(struct judge_plan *p, const struct judge_choice *choice, struct problems *problems)
{
    *p = (struct judge_plan){0};
    size_t before = problems->count;
    p->device = cJSON_CreateObject();
    cJSON_AddStringToObject(p->device, "productKey", choice->product_key);
    cJSON_AddStringToObject(p->device, "deviceName", choice->device_name);
    if (!suite_prepare(&p->suite, problems))
        return false;
    p->profile = find_profile(&p->suite, choice->profile ? choice->profile : "2023");
    if (!p->profile) {
        add_no_profile(p, choice->profile, problems);
        return false;
    }
    const struct device_case_context context = {p->suite.ledger, p->profile, p->device};
    if (device_cases_load(&p->all, choice->suite, &context, problems))
        choose(p, choice, problems);
    if (problems->count == before)
        start_results(p);
    return problems->count == before;
}

void judge_plan_fini(struct judge_plan *p)
{
    results_free(p->results);
    free(p->chosen);
    free(p->quick_without);
    free(p->tests);
    device_cases_fini(&p->all);
    suite_fini(&p->suite);
    cJSON_Delete(p->device);
    *p = (struct judge_plan){0};
}

size_t judge_plan_index(const struct judge_plan *p, const struct device_case *test)
{
    size_t i = 0;
    while (i < p->count && p->chosen[i] != test)
        i++;
    CHECK(i < p->count);
    return i;
}

static void add_text(cJSON *to, const char *key, const char *text)
{
    cJSON_AddStringToObject(to, key, text ? text : "");
}

void judge_plan_keep(struct judge_plan *p, const struct examiner_result *result, const char *then)
{
    const struct outcome *o = result->outcome;
    cJSON *line = cJSON_CreateObject();
    add_text(line, "verdict", verdict_name(o->verdict));
    add_text(line, "reason", o->reason);
    add_text(line, "message", o->message);
    add_text(line, "expected", o->expected);
    add_text(line, "actual", o->actual);
    add_text(line, "step", o->step ? o->step : result->test->test.path);
    bool is_finding =
        o->verdict == VERDICT_FAIL || o->verdict == VERDICT_NONSTRICT || o->verdict == VERDICT_INFO;
    if (result->test->change && is_finding)
        cJSON_AddItemToObject(line, "change", cJSON_Duplicate(result->test->change, true));
    if (result->test->needs && result->test->needs->child)
        cJSON_AddItemToObject(line, "needs", cJSON_Duplicate(result->test->needs, true));
    if (result->test->is_observer)
        cJSON_AddTrueToObject(line, "observes");
    if (then)
        add_text(line, "then", then);
    cJSON_AddNumberToObject(line, "started_ms", (double)result->started_ms);
    cJSON_AddNumberToObject(line, "duration_ms", (double)result->duration_ms);
    cJSON_AddItemToObject(line, "transcript", result->transcript);
    char *text = cJSON_PrintUnformatted(line);
    results_add(p->results, judge_plan_index(p, result->test), text, NULL);
    cJSON_free(text);
    cJSON_Delete(line);
}

size_t judge_plan_set_aside(struct judge_plan *p, const cJSON *description)
{
    struct device_case **apart = mem_zalloc(p->count + 1, sizeof(struct device_case *));
    size_t kept = 0, aside = 0;
    for (size_t i = 0; i < p->count; i++) {
        char *why = NULL;
        if (description_meets(description, p->chosen[i]->needs, &why))
            p->chosen[kept++] = p->chosen[i];
        else
            apart[aside++] = p->chosen[i];
        free(why);
    }
    memcpy(p->chosen + kept, apart, aside * sizeof(struct device_case *));
    free(apart);
    start_results(p);
    for (size_t i = kept; i < p->count; i++) {
        char *why = NULL;
        struct outcome outcome = {0};
        CHECK(!description_meets(description, p->chosen[i]->needs, &why));
        outcome_set(&outcome, VERDICT_UNSUPPORTED, "unsupported", why);
        const struct examiner_result result = {
            .test = p->chosen[i], .outcome = &outcome, .transcript = cJSON_CreateArray()};
        judge_plan_keep(p, &result, NULL);
        outcome_fini(&outcome);
        free(why);
    }
    return kept;
}

void judge_plan_skip_rest(struct judge_plan *p, const char *reason, const char *message)
{
    enum verdict verdict;
    for (size_t i = 0; i < p->count; i++)
        if (!results_get(p->results, i, &verdict))
            results_skip(p->results, i, reason, message);
}
