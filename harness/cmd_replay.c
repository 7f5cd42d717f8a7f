#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/arguments.h"
#include "harness/commands.h"
#include "harness/judge/description.h"
#include "harness/judge/device_report.h"
#include "harness/judge/judge_plan.h"
#include "harness/judge/rejudge.h"
#include "harness/report.h"
#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/mem.h"

struct replay_options {
    struct judge_choice choice;
    const char *dir, *out, *reporters;
    char *chosen; /* of the reporters; owned */
    bool strict, help;
};

struct replay {
    struct replay_options options;
    struct judge_plan plan;
    struct stream *stream;
    cJSON *head; /* of the transcript */
    struct clock *clock;
    size_t judged, changed;
};

/* The folder stands first, without an option. */
static int take_folder(struct replay_options *o, int argc, char **argv)
{
    if (argc < 2 || argv[1][0] == '-')
        return argc;
    o->dir = argv[1];
    memmove(argv + 1, argv + 2, (size_t)(argc - 1) * sizeof *argv);
    return argc - 1;
}

static void parse(struct replay_options *o, int argc, char **argv, struct problems *problems)
{
    const struct argument table[] = {
        {"--select", ARGUMENT_LIST, &o->choice.selects, "PATTERN",
         "cases by id, requirement, file or pattern; may be repeated"},
        {"--suite", ARGUMENT_TEXT, &o->choice.suite, "DIR", "cases of this folder instead of suites/device"},
        {"--out", ARGUMENT_TEXT, &o->out, "DIR", "write results.json and reports there"},
        {"--reporter", ARGUMENT_TEXT, &o->reporters, "NAME,NAME", "which reports; default: all"},
        {"--strict", ARGUMENT_FLAG, &o->strict, NULL, "a deviation from a recommendation is a failure"},
        {"--help", ARGUMENT_FLAG, &o->help, NULL, "this text"},
        {NULL, ARGUMENT_FLAG, NULL, NULL, NULL}};
    argc = take_folder(o, argc, argv);
    arguments_parse(argc, argv, table, problems);
    if (!o->dir && !o->help)
        problems_add(problems, "replay",
                     "needs the folder that `iotconform judge --out` wrote, as its first word");
    if (o->help && problems->count == 0) {
        puts("usage: iotconform replay DIR [OPTION]...\n\nJudges the device of a stored session again, with "
             "today's cases.\n");
        arguments_help(table, stdout);
    }
}

static void on_done(void *ctx, const struct rejudged *result)
{
    struct replay *r = ctx;
    const struct outcome *o = result->now->outcome;
    const char *now = verdict_name(o->verdict), *then = result->then ? result->then : "(unfinished)";
    bool same = strcmp(now, then) == 0;
    judge_plan_keep(&r->plan, result->now, then);
    r->judged++;
    r->changed += !same;
    printf("%-12s %-22s%s%s%s%s\n", now, result->now->test->test.id, same ? "" : "  was ", same ? "" : then,
           o->message && *o->message ? ": " : "", o->message ? o->message : "");
}

static void load(struct replay *r, struct problems *problems)
{
    static const char *const names[] = {"profile", "productKey", "deviceName"};
    const char *texts[3] = {NULL};
    char *file = mem_printf("%s/" STREAM_FILE, r->options.dir);
    r->stream = stream_load(file, &r->head, problems);
    int64_t form;
    const cJSON *description;
    size_t before = problems->count;
    if (r->stream) {
        json_int(r->head, file, "transcript", JSON_REQUIRED, 1, 1, &form, problems);
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            json_string(r->head, file, names[i], JSON_REQUIRED, &texts[i], problems);
        if (json_object(r->head, file, "description", JSON_REQUIRED, &description, problems))
            description_check(description, file, problems);
    }
    free(file);
    if (!r->stream || problems->count > before)
        return;
    r->options.choice.profile = texts[0];
    r->options.choice.product_key = texts[1];
    r->options.choice.device_name = texts[2];
    judge_plan_make(&r->plan, &r->options.choice, problems);
}

static bool is_whole_session(const struct replay *r)
{
    return r->judged > 0 && stream_is_closed(r->stream);
}

static bool write_reports(struct replay *r)
{
    bool was_mapped = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(r->head, "identityMapped"));
    bool had_trigger = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(r->head, "canStop"));
    const struct device_record_frame record = {.plan = &r->plan,
                                               .stream = r->stream,
                                               .description =
                                                   cJSON_GetObjectItemCaseSensitive(r->head, "description"),
                                               .mode = was_mapped    ? "identity-mapped"
                                                       : had_trigger ? "trigger"
                                                                     : "passive",
                                               .replay_of = r->options.dir};
    char *command = mem_printf("iotconform replay %s", r->options.dir);
    const struct results_frame frame = {.command = command,
                                        .started_wall_ms = clock_wall_ms(r->clock),
                                        .finished_wall_ms = clock_wall_ms(r->clock),
                                        .duration_ms = (double)clock_now_us(r->clock) / 1000,
                                        .not_run = r->plan.all.count - r->judged,
                                        .interrupted = !is_whole_session(r),
                                        .strict = r->options.strict};
    bool written = device_report_write(&record, frame, r->options.out, r->options.chosen);
    free(command);
    return written;
}

static int run(struct replay *r)
{
    size_t count = judge_plan_set_aside(&r->plan, cJSON_GetObjectItemCaseSensitive(r->head, "description"));
    rejudge(r->stream, r->head, r->plan.chosen, count, on_done, r);
    judge_plan_skip_rest(&r->plan, "not-in-transcript", "the session did not begin this case");
    const struct verdict_counts *counts = results_counts(r->plan.results);
    struct verdict_sums sums = verdict_sums(counts, r->options.strict);
    int code = verdict_exit_code(counts, r->options.strict);
    bool is_whole = is_whole_session(r);
    if (!is_whole && code == EXIT_AS_EXPECTED)
        code = EXIT_INCOMPLETE;
    printf("%s: %zu of %zu cases judged again, %zu otherwise than then%s\n",
           verdict_overall(counts, !is_whole, r->options.strict), r->judged, r->plan.all.count, r->changed,
           is_whole ? "" : "; the session was cut short, or none of them was in it");
    if (r->options.out && !write_reports(r))
        code = EXIT_INCOMPLETE;
    printf("%zu passed, %zu failed, %zu skipped\n", sums.passed, sums.failed, sums.skipped);
    return code;
}

int cmd_replay(int argc, char **argv)
{
    struct replay r = {.clock = clock_new_real()};
    struct problems problems = {0};
    int code = EXIT_AS_EXPECTED;
    parse(&r.options, argc, argv, &problems);
    if (!r.options.help && r.options.dir)
        load(&r, &problems);
    r.options.chosen = report_choice(r.options.reporters, &problems);
    if (!r.options.help && r.options.out && problems.count == 0)
        report_make_folder(r.options.out, &problems);
    problems_print(&problems, stderr);
    if (problems.count > 0)
        code = EXIT_USAGE;
    else if (!r.options.help)
        code = run(&r);
    judge_plan_fini(&r.plan);
    cJSON_Delete(r.head);
    stream_free(r.stream);
    problems_fini(&problems);
    words_fini(&r.options.choice.selects);
    free(r.options.chosen);
    clock_free(r.clock);
    return code;
}
