#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/arguments.h"
#include "harness/commands.h"
#include "harness/expectation.h"
#include "harness/pool.h"
#include "harness/progress.h"
#include "harness/report.h"
#include "harness/results.h"
#include "harness/selector.h"
#include "harness/step.h"
#include "harness/suite.h"
#include "harness/tally.h"
#include "harness/target_plan.h"
#include "harness/target_probe.h"
#include "harness/worker.h"
#include "lib/base/buf.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

enum { WORKERS_MAX = 256 };

struct run_options {
    struct words selects, profiles, transports, broker_set, broker_without, guards;
    const char *out, *reporters, *suite, *broker, *target, *expect;
    int64_t jobs, timeout_ms;
    bool first_transport, unsafe, dry_run, fail_fast, strict, quiet, help;
};

/* A run under way. */
struct run {
    struct run_options options;
    struct suite suite;
    struct testcase **tests; /* the chosen ones, borrowed from the suite */
    size_t count;
    struct clock *clock;
    struct results *results;
    struct progress progress;
    struct worker_options worker;
    struct target_plan plan;     /* with --target */
    struct expectations *expect; /* or NULL */
    bool has_failed, has_complaint;
};

static int parse(struct run_options *o, int argc, char **argv)
{
    const struct argument table[] = {
        {"--select", ARGUMENT_LIST, &o->selects, "PATTERN",
         "cases by id, requirement, file or pattern; may be repeated"},
        {"--profile", ARGUMENT_LIST, &o->profiles, "NAME", "only in this profile; may be repeated"},
        {"--transport", ARGUMENT_LIST, &o->transports, "NAME",
         "only cases with a connection over tcp, tls, ws or wss; may be repeated"},
        {"--first-transport", ARGUMENT_FLAG, &o->first_transport, NULL,
         "of a case that runs over several transports only the first run"},
        {"--guards", ARGUMENT_LIST, &o->guards, "VALUE", "only cases that guard this profile value"},
        {"--suite", ARGUMENT_TEXT, &o->suite, "DIR", "cases of this folder or file instead of suites/"},
        {"-j", ARGUMENT_INT, &o->jobs, "N", "worker processes; default: one a processor"},
        {"--timeout", ARGUMENT_INT, &o->timeout_ms, "MS",
         "longest real time of every case, instead of its own"},
        {"--out", ARGUMENT_TEXT, &o->out, "DIR", "write results.json and reports there"},
        {"--reporter", ARGUMENT_TEXT, &o->reporters, "NAME,NAME", "which reports; default: all"},
        {"--broker", ARGUMENT_TEXT, &o->broker, "PROGRAM",
         "the mock to start; default: the one beside iotconform"},
        {"--broker-set", ARGUMENT_LIST, &o->broker_set, "NAME=VALUE",
         "change a profile value of the mock only; may be repeated"},
        {"--broker-without", ARGUMENT_LIST, &o->broker_without, "TABLE:ROW",
         "take a row out of the mock's tables (mock-broker --rows); may be repeated"},
        {"--target", ARGUMENT_TEXT, &o->target, "FILE",
         "against the platform that this file describes, in real time (docs/real-cloud.md)"},
        {"--unsafe", ARGUMENT_FLAG, &o->unsafe, NULL,
         "cases that are not tagged safe, too; the target must be expendable"},
        {"--expect", ARGUMENT_TEXT, &o->expect, "FILE",
         "verdicts that are expected, each with reason and expiry date"},
        {"--fail-fast", ARGUMENT_FLAG, &o->fail_fast, NULL, "start no case after the first failure"},
        {"--strict", ARGUMENT_FLAG, &o->strict, NULL, "a deviation from a recommendation is a failure"},
        {"--dry-run", ARGUMENT_FLAG, &o->dry_run, NULL,
         "say what would be run and how long it can take at most"},
        {"--quiet", ARGUMENT_FLAG, &o->quiet, NULL, "say failures and the sum only"},
        {"--help", ARGUMENT_FLAG, &o->help, NULL, "this text"},
        {NULL, ARGUMENT_FLAG, NULL, NULL, NULL}};
    struct problems problems = {0};
    int code = EXIT_AS_EXPECTED;
    if (!arguments_parse(argc, argv, table, &problems)) {
        problems_print(&problems, stderr);
        code = EXIT_USAGE;
    } else if (o->help) {
        puts("usage: iotconform run [OPTION]...\n\nRuns cases against mock-brokers that it starts on free "
             "ports, or against another platform.\n");
        arguments_help(table, stdout);
    }
    problems_fini(&problems);
    return code;
}

static bool any_fits(const struct words *patterns, const struct testcase *test, bool *used,
                     bool (*fits)(const char *, const struct testcase *))
{
    bool found = patterns->count == 0;
    for (size_t i = 0; i < patterns->count; i++) {
        if (fits(patterns->items[i], test)) {
            used[i] = true;
            found = true;
        }
    }
    return found;
}

static bool is_profile_of(const char *name, const struct testcase *test)
{
    return strcmp(name, test->profile->name) == 0;
}

static void complain_unused(const char *option, const struct words *words, const bool *used,
                            struct problems *problems)
{
    for (size_t i = 0; i < words->count; i++)
        if (!used[i])
            problems_add(problems, option, "'%s' matches no case", words->items[i]);
}

/* Fills run->tests. Problems when an option chooses nothing. */
static void choose(struct run *run, struct problems *problems)
{
    const struct run_options *o = &run->options;
    const struct testcases *all = &run->suite.cases;
    bool *selects = mem_zalloc(o->selects.count + 1, 1), *profiles = mem_zalloc(o->profiles.count + 1, 1);
    bool *guards = mem_zalloc(o->guards.count + 1, 1), *transports = mem_zalloc(o->transports.count + 1, 1);
    run->tests = mem_zalloc(all->count + 1, sizeof(struct testcase *));
    for (size_t i = 0; i < all->count; i++) {
        struct testcase *test = all->items[i];
        /* All are asked: each option is to know whether it matches anything. */
        bool chosen = any_fits(&o->profiles, test, profiles, is_profile_of);
        chosen = any_fits(&o->selects, test, selects, selector_fits) && chosen;
        chosen = any_fits(&o->guards, test, guards, selector_guards) && chosen;
        chosen = any_fits(&o->transports, test, transports, selector_goes_over) && chosen;
        chosen = chosen && (!o->first_transport || test->is_first_transport);
        if (chosen)
            run->tests[run->count++] = test;
    }
    complain_unused("--select", &o->selects, selects, problems);
    complain_unused("--profile", &o->profiles, profiles, problems);
    complain_unused("--guards", &o->guards, guards, problems);
    complain_unused("--transport", &o->transports, transports, problems);
    if (run->count == 0 && problems->count == 0)
        problems_add(problems, "run", "no case is left to be run");
    free(selects);
    free(profiles);
    free(guards);
    free(transports);
}

static void check_broker_set(const struct run *run, struct problems *problems)
{
    for (size_t i = 0; i < run->options.broker_set.count; i++) {
        struct profile copy = run->suite.profiles[0];
        profile_set(&copy, run->options.broker_set.items[i], problems);
    }
}

static int dry_run(const struct run *run)
{
    if (run->plan.target) {
        target_plan_print(&run->plan, run->tests);
        return EXIT_AS_EXPECTED;
    }
    int64_t sum_ms = 0;
    for (size_t i = 0; i < run->count; i++) {
        const struct testcase *test = run->tests[i];
        int64_t longest_ms = testcase_longest_ms(test);
        const char *title = json_text(test->title, "en");
        sum_ms += longest_ms;
        printf("%s  at most %lld ms  %s\n", test->key, (long long)longest_ms, title);
    }
    printf("%zu cases would be run; waiting for the target takes at most %lld ms in all\n", run->count,
           (long long)sum_ms);
    return EXIT_AS_EXPECTED;
}

/* --- what the pool asks --- */

static size_t group_of(void *ctx, size_t job)
{
    const struct run *run = ctx;
    return (size_t)(run->tests[job]->profile - run->suite.profiles);
}

static int64_t limit_ms(void *ctx, size_t job)
{
    const struct run *run = ctx;
    int64_t brokers_ms = 2 * (WORKER_BROKER_START_MS + WORKER_BROKER_STOP_MS);
    int64_t rate_ms = run->plan.target ? target_plan_wait_ms(&run->plan, run->tests[job]) : 0;
    return worker_timeout_ms(&run->worker, run->tests[job]) + brokers_ms + rate_ms;
}

static void done(void *ctx, size_t job, const char *line, const char *why)
{
    struct run *run = ctx;
    enum verdict verdict;
    results_add(run->results, job, line, why);
    results_get(run->results, job, &verdict);
    results_add_member(run->results, job, "expectation", expectations_note(run->expect, job, verdict));
    const cJSON *result = results_get(run->results, job, &verdict);
    progress_case(&run->progress, run->tests[job], verdict, result);
    run->has_failed =
        run->has_failed || run->progress.failed > 0 || (run->options.strict && verdict == VERDICT_NONSTRICT);
}

static void ended(void *ctx, const char *line)
{
    struct run *run = ctx;
    progress_line(&run->progress, line);
    run->has_complaint = true;
}

static bool is_enough(void *ctx)
{
    const struct run *run = ctx;
    return run->options.fail_fast && run->has_failed;
}

/* --- the run --- */

static void skip_rest(struct run *run, enum pool_end end)
{
    enum verdict verdict;
    for (size_t i = 0; i < run->count; i++) {
        if (results_get(run->results, i, &verdict))
            continue;
        if (end == POOL_INTERRUPTED)
            results_skip(run->results, i, "interrupted", "the run was interrupted before");
        else
            results_skip(run->results, i, "fail-fast", "a case before it has failed");
    }
}

static char *command_text(int argc, char **argv)
{
    struct buf out;
    buf_init(&out, 64 * 1024);
    buf_printf(&out, "iotconform");
    for (int i = 0; i < argc; i++)
        buf_printf(&out, " %s", argv[i]);
    char *text = mem_dup(out.data, out.len);
    buf_fini(&out);
    return text;
}

/* Writes the reports. False, with the reasons said, when one could not be written. */
static bool write_reports(struct run *run, const char *chosen, enum pool_end end, double duration_ms,
                          int argc, char **argv)
{
    struct problems problems = {0};
    char *command = command_text(argc, argv);
    int64_t now_ms = clock_wall_ms(run->clock);
    const struct results_frame frame = {.command = command,
                                        .ledger = run->suite.ledger,
                                        .target = run->plan.identity,
                                        .started_wall_ms = now_ms - (int64_t)duration_ms,
                                        .finished_wall_ms = now_ms,
                                        .duration_ms = duration_ms,
                                        .not_run = run->suite.cases.count - run->count,
                                        .interrupted = end == POOL_INTERRUPTED,
                                        .strict = run->options.strict};
    cJSON *document = results_document(run->results, &frame);
    bool written = report_write(document, run->options.out, chosen, &problems) == 0;
    problems_print(&problems, stderr);
    problems_fini(&problems);
    cJSON_Delete(document);
    free(command);
    return written;
}

static int finish(struct run *run, enum pool_end end, bool written, double duration_ms)
{
    const struct verdict_counts *counts = results_counts(run->results);
    size_t complaints = expectations_complain(run->expect, clock_wall_ms(run->clock));
    struct tally tally = tally_of(run->results, run->count, run->expect, complaints, run->options.strict);
    int code = tally.exit_code;
    if (code == EXIT_AS_EXPECTED && (!written || run->has_complaint))
        code = EXIT_INCOMPLETE;
    if (end == POOL_INTERRUPTED)
        code = EXIT_INTERRUPTED;
    fflush(stderr);
    printf("%s: %zu of %zu case runs in %.2f s, %.2f ms each%s%s\n",
           verdict_overall(counts, end == POOL_INTERRUPTED, run->options.strict), run->progress.done,
           run->suite.cases.count, duration_ms / 1000,
           run->progress.done ? duration_ms / (double)run->progress.done : 0,
           run->options.out ? "; report in " : "", run->options.out ? run->options.out : "");
    if (run->expect)
        printf("%zu runs ended otherwise than PASS, as expected\n", tally.as_expected);
    printf("%zu passed, %zu failed, %zu skipped\n", tally.passed, tally.failed, tally.skipped);
    return code;
}

static int run_all(struct run *run, const char *chosen, int argc, char **argv)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t workers = run->options.jobs ? (size_t)run->options.jobs : processors > 0 ? (size_t)processors : 1;
    run->worker = (struct worker_options){.tests = run->tests,
                                          .broker = run->options.broker,
                                          .broker_set = run->options.broker_set,
                                          .broker_without = run->options.broker_without,
                                          .plan = run->plan.target ? &run->plan : NULL,
                                          .ledger = run->suite.ledger,
                                          .timeout_ms = run->options.timeout_ms,
                                          .clock = run->clock};
    const struct pool_work work = {.ctx = run,
                                   .jobs = run->plan.target ? run->plan.runs : run->count,
                                   .begin = worker_begin,
                                   .run = worker_run,
                                   .end = worker_end,
                                   .worker_ctx = &run->worker,
                                   .groups = run->suite.profile_count,
                                   .group_of = group_of,
                                   .limit_ms = limit_ms,
                                   .done = done,
                                   .ended = ended,
                                   .is_enough = is_enough};
    run->results = results_new(run->tests, run->count);
    progress_init(&run->progress, run->options.quiet, work.jobs);
    if (run->plan.target) {
        target_plan_set_aside(&run->plan, run->results);
        workers = 1; /* one device, one connection at a time */
    }
    enum pool_end end = pool_run(&work, workers < WORKERS_MAX ? workers : WORKERS_MAX);
    progress_end(&run->progress);
    skip_rest(run, end);
    double duration_ms = (double)clock_now_us(run->clock) / 1000;
    bool written = !run->options.out || write_reports(run, chosen, end, duration_ms, argc, argv);
    int code = finish(run, end, written, duration_ms);
    results_free(run->results);
    return code;
}

static void run_fini(struct run *run)
{
    struct words *lists[] = {&run->options.selects,        &run->options.profiles, &run->options.broker_set,
                             &run->options.broker_without, &run->options.guards,   &run->options.transports};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        words_fini(lists[i]);
    target_plan_fini(&run->plan);
    expectations_free(run->expect);
    suite_fini(&run->suite);
    clock_free(run->clock);
    free(run->tests);
}

/* Options that make no sense together. */
static void check_options(const struct run_options *o, struct problems *problems)
{
    if (o->target && (o->broker || o->broker_set.count || o->broker_without.count))
        problems_add(problems, "--target", "there is no mock to be changed beside it");
    if (o->target && o->jobs > 1)
        problems_add(problems, "-j", "a target is tested by one device, one case after the other");
    if (o->unsafe && !o->target)
        problems_add(problems, "--unsafe", "goes with --target");
}

static bool is_known_profile(const struct suite *suite, const char *name)
{
    for (size_t i = 0; i < suite->profile_count; i++)
        if (strcmp(suite->profiles[i].name, name) == 0)
            return true;
    return false;
}

/* Target, expectations and cases; everything that is wrong is a problem. */
static void load(struct run *run, struct problems *problems)
{
    const struct run_options *o = &run->options;
    check_options(o, problems);
    if (o->target)
        target_plan_load(&run->plan, o->target, o->unsafe, problems);
    if (o->expect)
        run->expect = expectations_load(o->expect, problems);
    const struct target *target = run->plan.target;
    if (!suite_load_as(&run->suite, o->suite, target ? target->device : NULL, problems))
        return;
    if (target && !is_known_profile(&run->suite, target->profile))
        problems_add(problems, o->target, "there is no profile '%s'", target->profile);
    check_broker_set(run, problems);
    choose(run, problems);
}

static int look_at_target(struct run *run, struct problems *problems)
{
    struct target_plan *plan = &run->plan;
    plan->identity = target_probe(plan->target, &plan->clock_is_manual, problems);
    return plan->identity ? EXIT_AS_EXPECTED : EXIT_INCOMPLETE;
}

/* Which of the chosen cases are run, and what each is expected to come to. */
static bool plan(struct run *run, struct problems *problems)
{
    size_t before = problems->count;
    if (run->plan.target) {
        run->count =
            target_plan_sort(&run->plan, run->tests, run->count, run->suite.ledger, run->options.unsafe);
        if (run->plan.runs == 0)
            problems_add(problems, "run", "no chosen case can be run against %s in profile %s",
                         run->plan.target->name, run->plan.target->profile);
    }
    if (run->expect)
        expectations_match(run->expect, run->tests, run->count, problems);
    return problems->count == before;
}

int cmd_run(int argc, char **argv)
{
    struct run run = {.clock = clock_new_real()};
    struct problems problems = {0};
    char *chosen = NULL;
    int code = parse(&run.options, argc, argv);
    if (code == EXIT_AS_EXPECTED && !run.options.help) {
        chosen = report_choice(run.options.reporters, &problems);
        if (run.options.out && !run.options.dry_run)
            report_make_folder(run.options.out, &problems);
        load(&run, &problems);
        code = problems.count > 0 ? EXIT_USAGE : EXIT_AS_EXPECTED;
        if (code == EXIT_AS_EXPECTED && run.plan.target && !run.options.dry_run)
            code = look_at_target(&run, &problems);
        if (code == EXIT_AS_EXPECTED && !plan(&run, &problems))
            code = EXIT_USAGE;
        problems_print(&problems, stderr);
        if (code == EXIT_AS_EXPECTED)
            code = run.options.dry_run ? dry_run(&run) : run_all(&run, chosen, argc, argv);
    }
    free(chosen);
    problems_fini(&problems);
    run_fini(&run);
    return code;
}
