#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/commands.h"
#include "harness/expectation.h"
#include "harness/judge/describe.h"
#include "harness/judge/description.h"
#include "harness/judge/device_check.h"
#include "harness/judge/device_report.h"
#include "harness/judge/examiner.h"
#include "harness/judge/judge_options.h"
#include "harness/judge/judge_plan.h"
#include "harness/report.h"
#include "harness/tally.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

/* What is subscribed and published comes after the sign-in. */
enum { DESCRIBE_MS = 10000 };

/* A judging under way. */
struct judge {
    struct judge_options options;
    struct judge_plan plan;
    cJSON *description;
    struct examiner *examiner;
    struct clock *clock;
    struct expectations *expect; /* or NULL */
    size_t able; /* cases whose needs the description does not deny; they stand first in the plan */
    size_t done;
};

static volatile sig_atomic_t was_interrupted;

static void on_interrupt(int number)
{
    (void)number;
    was_interrupted = 1;
}

/* What ends a run with a partial report: Ctrl-C, a request, a terminal that is gone (unless nohup has said that this does not matter). */
static const int interrupts[] = {SIGINT, SIGTERM, SIGHUP};
enum { INTERRUPTS = sizeof interrupts / sizeof interrupts[0] };

static void take_interrupts(struct sigaction old[INTERRUPTS])
{
    const struct sigaction act = {.sa_handler = on_interrupt};
    for (size_t i = 0; i < INTERRUPTS; i++) {
        sigaction(interrupts[i], &act, &old[i]);
        if (interrupts[i] == SIGHUP && old[i].sa_handler == SIG_IGN)
            sigaction(SIGHUP, &old[i], NULL);
    }
}

static bool is_interrupted(void *ctx)
{
    (void)ctx;
    return was_interrupted;
}

static int list_checks(void)
{
    size_t count;
    const struct device_check *checks = device_checks_all(&count);
    for (size_t i = 0; i < count; i++)
        printf("%-22s %s\n", checks[i].name, checks[i].asks);
    return EXIT_AS_EXPECTED;
}

static int dry_run(const struct judge_plan *plan)
{
    int64_t sum_ms = 0;
    for (size_t i = 0; i < plan->count; i++) {
        const struct device_case *c = plan->chosen[i];
        sum_ms += c->longest_ms;
        printf("%-24s at most %6.1f s  %s\n", c->test.id, (double)c->longest_ms / 1000,
               json_text(c->test.title, "en"));
    }
    printf("%zu cases take at most %.0f s with a device whose keep alive is 60 s, that is back in 3 s, "
           "subscribes in 5 s and publishes in 10 s; "
           "%zu were left out\n",
           plan->count, (double)sum_ms / 1000, plan->left_out);
    return EXIT_AS_EXPECTED;
}

/* --- what is said meanwhile --- */

/* A description is all that stands on standard output then: it goes into a file. */
static FILE *said_to(const struct judge *j)
{
    return j->options.describe ? stderr : stdout;
}

static void on_progress(void *ctx, const struct device_case *test, const char *waits_for, int64_t left_ms)
{
    const struct judge *j = ctx;
    if (j->options.quiet || strcmp(waits_for, "nothing") == 0)
        return;
    FILE *to = said_to(j);
    fprintf(to, "  %-22s waits for %s (at most %.1f s)\n", test->test.id, waits_for, (double)left_ms / 1000);
    fflush(to);
}

static void on_done(void *ctx, const struct examiner_result *result)
{
    struct judge *j = ctx;
    const struct outcome *o = result->outcome;
    const char *title = json_text(result->test->test.title, "en");
    judge_plan_keep(&j->plan, result, NULL);
    j->done++;
    printf("%-12s %-22s %s%s%s\n", verdict_name(o->verdict), result->test->test.id, title,
           o->message && *o->message ? ": " : "", o->message ? o->message : "");
    fflush(stdout);
}

static void say_where(const struct judge *j)
{
    FILE *to = said_to(j);
    const struct platform *p = examiner_platform(j->examiner);
    const char *host =
        platform_is_everywhere(p) ? "this machine, at any of its addresses" : platform_address(p);
    fprintf(to,
            "The device is to connect to %s: port %d (MQTT, MQTT over TLS), %d (MQTT over TLS), %d "
            "(WebSocket, HTTPS authentication)\n",
            host, platform_port(p, PLATFORM_MQTT), platform_port(p, PLATFORM_MQTTS),
            platform_port(p, PLATFORM_WEB));
    fprintf(to, "as productKey %s, deviceName %s%s; it must trust the root certificate %s\n",
            j->options.choice.product_key, j->options.choice.device_name,
            j->options.identity_mapped ? "-CASE" : "", platform_ca(p));
    fflush(to);
}

/* --- the end --- */

static bool write_reports(struct judge *j, bool interrupted, int argc, char **argv)
{
    char *command = judge_options_command(&j->options, argc, argv);
    const struct device_record_frame record = {.plan = &j->plan,
                                               .stream = examiner_stream(j->examiner),
                                               .description = j->description,
                                               .mode = j->options.identity_mapped ? "identity-mapped"
                                                       : j->options.trigger       ? "trigger"
                                                                                  : "passive",
                                               .clock = j->options.clock};
    int64_t now_ms = clock_wall_ms(j->clock);
    double duration_ms = (double)clock_now_us(j->clock) / 1000;
    const struct results_frame frame = {.command = command,
                                        .started_wall_ms = now_ms - (int64_t)duration_ms,
                                        .finished_wall_ms = now_ms,
                                        .duration_ms = duration_ms,
                                        .not_run = j->plan.all.count - j->plan.count,
                                        .interrupted = interrupted,
                                        .strict = j->options.strict};
    bool written = device_report_write(&record, frame, j->options.out, j->options.chosen);
    free(command);
    return written;
}

static void add_expectations(struct judge *j)
{
    enum verdict verdict;
    for (size_t i = 0; i < j->plan.count; i++)
        if (results_get(j->plan.results, i, &verdict))
            results_add_member(j->plan.results, i, "expectation", expectations_note(j->expect, i, verdict));
}

static void print_counts(const struct verdict_counts *counts)
{
    const char *between = "";
    for (int verdict = 0; verdict < VERDICTS; verdict++) {
        size_t count = verdict_count(counts, (enum verdict)verdict);
        if (count == 0)
            continue;
        printf("%s%zu %s", between, count, verdict_name((enum verdict)verdict));
        between = ", ";
    }
    putchar('\n');
}

static int finish(struct judge *j, enum examiner_end end, const char *why, int argc, char **argv)
{
    bool interrupted = end == EXAMINER_INTERRUPTED;
    judge_plan_skip_rest(&j->plan, interrupted ? "interrupted" : "ended",
                         interrupted ? "the run was interrupted before" : "the run ended before");
    const struct verdict_counts *counts = results_counts(j->plan.results);
    size_t complaints = expectations_complain(j->expect, clock_wall_ms(j->clock));
    struct tally tally = tally_of(j->plan.results, j->plan.count, j->expect, complaints, j->options.strict);
    int code = tally.exit_code;
    add_expectations(j);
    const char *overall = verdict_overall(counts, end != EXAMINER_DONE, j->options.strict);
    bool says_so = end == EXAMINER_DONE || strcmp(overall, "INCOMPLETE") == 0;
    bool written = write_reports(j, end != EXAMINER_DONE, argc, argv);
    if (!written)
        code = EXIT_INCOMPLETE;
    if (end == EXAMINER_FAILED)
        fprintf(stderr, "iotconform judge: %s\n", why);
    code = interrupted ? EXIT_INTERRUPTED : end == EXAMINER_FAILED ? EXIT_INCOMPLETE : code;
    print_counts(counts);
    printf("%s%s: %zu of %zu cases judged%s; %s %s\n", overall, says_so ? "" : ", INCOMPLETE", j->done,
           j->plan.all.count,
           j->options.choice.is_quick ? " (quick: what can take over 30 s was left out)" : "",
           written ? "report in" : "NO report could be written to", j->options.out);
    if (j->expect)
        printf("%zu cases ended otherwise than PASS, as expected\n", tally.as_expected);
    if (!j->description->child && verdict_count(counts, VERDICT_INCONCLUSIVE) > 0)
        puts("without a description (--device FILE; --describe prints a first one) everything was tried, "
             "also what the "
             "device cannot do");
    printf("%zu passed, %zu failed, %zu skipped\n", tally.passed, tally.failed, tally.skipped);
    return code;
}

/* --- from the first connection to the report --- */

static int judge_all(struct judge *j, int argc, char **argv)
{
    const struct examiner_calls calls = {j, on_progress, on_done, is_interrupted};
    char *why = NULL;
    int code;
    say_where(j);
    enum examiner_end end = examiner_await_device(j->examiner, &calls, &why);
    if (end == EXAMINER_NO_DEVICE) {
        fputs(why, stderr);
        free(why);
        return EXIT_INCOMPLETE;
    }
    if (j->options.describe) {
        if (end == EXAMINER_DONE)
            describe_print(examiner_stream(j->examiner), stdout);
        if (end == EXAMINER_FAILED)
            fprintf(stderr, "iotconform judge: %s\n", why);
        free(why);
        return end == EXAMINER_DONE          ? EXIT_AS_EXPECTED
               : end == EXAMINER_INTERRUPTED ? EXIT_INTERRUPTED
                                             : EXIT_INCOMPLETE;
    }
    if (end == EXAMINER_DONE)
        end = examiner_run(j->examiner, &calls, &why);
    code = finish(j, end, why, argc, argv);
    free(why);
    return code;
}

static int run(struct judge *j, int argc, char **argv)
{
    const struct judge_options *o = &j->options;
    struct judge_names names = judge_address_names(&o->address);
    const struct examiner_options options = {
        .platform = {.program = o->broker,
                     .profile = j->plan.profile->name,
                     .address = o->address.bind,
                     .names = names.items,
                     .name_count = names.count,
                     .manual_clock = strcmp(o->clock, "manual") == 0,
                     .ports = {(int)o->address.mqtt_port, (int)o->address.web_port,
                               (int)o->address.mqtts_port}},
        .product_key = o->choice.product_key,
        .device_name = o->choice.device_name,
        .device_secret = o->device_secret,
        .product_secret = o->product_secret,
        .description = j->description,
        .trigger = o->trigger,
        .dir = o->out,
        .keeps_session = !o->describe,
        .is_mapped = o->identity_mapped,
        .at_once = o->identity_mapped ? (size_t)o->at_once : 1,
        .cases = j->plan.chosen,
        .case_count = j->able,
        .profile = j->plan.profile,
        .patience_ms = o->patience_s * 1000,
        .watch_ms = o->describe ? DESCRIBE_MS : 0};
    char *error = NULL;
    struct sigaction old[INTERRUPTS];
    take_interrupts(old);
    int code = EXIT_INCOMPLETE;
    j->examiner = examiner_new(&options, &error);
    if (j->examiner)
        code = judge_all(j, argc, argv);
    if (j->examiner && !examiner_free(j->examiner, &error) && code < EXIT_INCOMPLETE)
        code = EXIT_INCOMPLETE;
    if (error)
        fprintf(stderr, "iotconform judge: %s\n", error);
    free(error);
    for (size_t i = 0; i < INTERRUPTS; i++)
        sigaction(interrupts[i], &old[i], NULL);
    judge_names_fini(&names);
    return code;
}

/* What the description denies is settled before anybody dials. */
static void prepare(struct judge *j, struct problems *problems)
{
    j->able = judge_plan_set_aside(&j->plan, j->description);
    if (j->expect)
        expectations_match(j->expect, j->plan.tests, j->plan.count, problems);
}

/* Reads all that the options name. Everything that is wrong is told at once, before anything is started. */
static void load(struct judge *j, struct problems *problems)
{
    const struct judge_options *o = &j->options;
    size_t before = problems->count;
    j->description = o->description ? description_load(o->description, problems) : cJSON_CreateObject();
    if (o->expect)
        j->expect = expectations_load(o->expect, problems);
    j->options.chosen = report_choice(o->reporters, problems);
    if (judge_plan_make(&j->plan, &o->choice, problems) && problems->count == before)
        prepare(j, problems);
    if (o->dry_run)
        return;
    if (problems->count == 0)
        judge_address_try(&o->address, problems);
    if (problems->count == 0)
        report_make_folder(o->out, problems);
}

int cmd_judge(int argc, char **argv)
{
    struct judge j = {.clock = clock_new_real()};
    struct problems problems = {0};
    int code = EXIT_AS_EXPECTED;
    judge_options_parse(&j.options, argc, argv, &problems);
    if (!j.options.help && !j.options.list_checks)
        load(&j, &problems);
    problems_print(&problems, stderr);
    if (problems.count > 0)
        code = EXIT_USAGE;
    else if (j.options.list_checks && !j.options.help)
        code = list_checks();
    else if (!j.options.help)
        code = j.options.dry_run ? dry_run(&j.plan) : run(&j, argc, argv);
    judge_plan_fini(&j.plan);
    expectations_free(j.expect);
    cJSON_Delete(j.description);
    problems_fini(&problems);
    judge_options_fini(&j.options);
    clock_free(j.clock);
    return code;
}
