#include "progress.h"
#include "lib/base/json.h"

#include <stdio.h>
#include <unistd.h>

void progress_init(struct progress *p, bool quiet, size_t total)
{
    *p = (struct progress){.quiet = quiet, .total = total, .is_terminal = isatty(STDOUT_FILENO) == 1};
}

static void clear_line(const struct progress *p)
{
    if (p->is_terminal && !p->quiet)
        fputs("\r\033[K", stdout);
}

static void print_deviation(const cJSON *result)
{
    const char *message = json_text_or(result, "message", "");
    printf("    %s: %s\n    at %s\n", json_text_or(result, "reason", ""), *message ? message : "-",
           json_text_or(result, "step", ""));
}

void progress_case(struct progress *p, const struct testcase *test, enum verdict verdict, const cJSON *result)
{
    bool is_bad = verdict == VERDICT_FAIL || verdict == VERDICT_ERROR || verdict == VERDICT_INCONCLUSIVE;
    bool is_odd = is_bad || verdict == VERDICT_NONSTRICT;
    const cJSON *duration = cJSON_GetObjectItemCaseSensitive(result, "duration_ms");
    const cJSON *expectation = cJSON_GetObjectItemCaseSensitive(result, "expectation");
    bool is_expected = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(expectation, "met"));
    if (expectation)
        is_odd = is_bad = !is_expected;
    p->done++;
    p->failed += is_bad;
    clear_line(p);
    if (is_odd || (!p->quiet && !p->is_terminal)) {
        printf("%-12s %s%s  %.1f ms\n", verdict_name(verdict), test->key,
               !expectation  ? ""
               : is_expected ? ", as expected"
                             : ", which was not expected",
               cJSON_IsNumber(duration) ? duration->valuedouble : 0);
        if (verdict != VERDICT_PASS && !is_expected)
            print_deviation(result);
    }
    if (p->is_terminal && !p->quiet) {
        printf("[%zu/%zu] %zu failed  %s", p->done, p->total, p->failed, test->key);
        fflush(stdout);
    }
}

void progress_line(struct progress *p, const char *text)
{
    clear_line(p);
    printf("%s\n", text);
}

void progress_end(struct progress *p)
{
    clear_line(p);
    fflush(stdout);
}
