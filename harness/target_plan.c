#include "target_plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/base/json.h"
#include "lib/base/mem.h"

bool target_plan_load(struct target_plan *plan, const char *file, bool may_harm, struct problems *problems)
{
    plan->target = target_load(file, problems);
    if (!plan->target)
        return false;
    if (may_harm && !plan->target->is_expendable)
        problems_add(problems, "--unsafe", "%s does not say \"expendable\": true: it may not be harmed",
                     file);
    plan->rate = rate_new(plan->target->connects_per_minute, plan->target->connects_per_second);
    return problems->count == 0;
}

void target_plan_fini(struct target_plan *plan)
{
    for (size_t i = plan->runs; i < plan->count; i++)
        free(plan->obstacles[i].message);
    free(plan->obstacles);
    cJSON_Delete(plan->identity);
    rate_free(plan->rate);
    target_free(plan->target);
}

size_t target_plan_sort(struct target_plan *plan, struct testcase **tests, size_t count,
                        const struct ledger *ledger, bool may_harm)
{
    struct testcase **out = mem_zalloc(count + 1, sizeof *out);
    struct obstacle *obstacles = mem_zalloc(count + 1, sizeof *obstacles);
    size_t runs = 0, aside = 0;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(tests[i]->profile->name, plan->target->profile) != 0)
            continue;
        struct obstacle o = obstacle_of(tests[i], plan->target, ledger, may_harm, plan->clock_is_manual);
        if (o.reason) {
            obstacles[aside] = o;
            out[aside++] = tests[i];
        } else {
            tests[runs++] = tests[i];
        }
    }
    plan->obstacles = mem_zalloc(runs + aside + 1, sizeof *obstacles);
    memcpy(plan->obstacles + runs, obstacles, aside * sizeof *obstacles);
    memcpy(tests + runs, out, aside * sizeof *out);
    plan->runs = runs;
    plan->count = runs + aside;
    free(out);
    free(obstacles);
    return plan->count;
}

int64_t target_plan_wait_ms(const struct target_plan *plan, const struct testcase *test)
{
    return rate_longest_ms(plan->rate, (size_t)obstacle_connections(test, plan->target));
}

static const char *title_of(const struct testcase *test)
{
    return json_text(test->title, "en");
}

void target_plan_print(const struct target_plan *plan, struct testcase *const *tests)
{
    const struct target *t = plan->target;
    size_t connections = 0;
    int64_t longest_ms = 0;
    for (size_t i = 0; i < plan->runs; i++) {
        int of_test = obstacle_connections(tests[i], t);
        connections += (size_t)of_test;
        longest_ms += testcase_longest_ms(tests[i]);
        printf("run      %s  %d CONNECT%s  %s\n", tests[i]->key, of_test, of_test == 1 ? "" : "s",
               title_of(tests[i]));
    }
    for (size_t i = plan->runs; i < plan->count; i++)
        printf("not run  %s  %s: %s\n", tests[i]->key, plan->obstacles[i].reason, plan->obstacles[i].message);
    printf("%s: %zu case runs with %zu CONNECTs, at most %d a minute and %d a second: at least %.1f minutes, "
           "and %.1f "
           "more if the target is silent throughout; %zu are not run\n",
           t->name, plan->runs, connections, t->connects_per_minute, t->connects_per_second,
           (double)rate_estimate_ms(plan->rate, connections) / 60000, (double)longest_ms / 60000,
           plan->count - plan->runs);
}

void target_plan_set_aside(const struct target_plan *plan, struct results *results)
{
    for (size_t i = plan->runs; i < plan->count; i++)
        results_set_aside(results, i, plan->obstacles[i].verdict, plan->obstacles[i].reason,
                          plan->obstacles[i].message);
}
