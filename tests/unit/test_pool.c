#include "harness/pool.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/base/mem.h"
#include "tests/unit/unit.h"

enum { JOBS = 24, SAYS_ITS_NUMBER = 0, DIES, HANGS, EXITS };

/* What each job does, and what the parent saw of it. */
struct table {
    int does[JOBS];
    char *answers[JOBS]; /* "" when there was none */
    size_t done, ended, enough;
    char last_why[64];
    pid_t parent;
};

static void *begin(void *ctx)
{
    unit_in_worker = true;
    return ctx;
}

static char *run(void *state, size_t job)
{
    const struct table *t = state;
    if (t->does[job] == DIES)
        kill(getpid(), SIGKILL);
    if (t->does[job] == EXITS)
        _exit(7);
    while (t->does[job] == HANGS)
        pause();
    return mem_printf("job %zu%s", job, getpid() == t->parent ? " in the parent" : "");
}

static char *end(void *state)
{
    (void)state;
    return mem_strdup("bye");
}

static size_t group_of(void *ctx, size_t job)
{
    (void)ctx;
    return job % 3;
}

static int64_t limit_ms(void *ctx, size_t job)
{
    const struct table *t = ctx;
    return t->does[job] == HANGS ? 50 : 60000;
}

static void done(void *ctx, size_t job, const char *line, const char *why)
{
    struct table *t = ctx;
    CU_ASSERT_PTR_NULL(t->answers[job]);
    t->answers[job] = mem_strdup(line ? line : "");
    t->done++;
    if (!line)
        strncpy(t->last_why, why, sizeof t->last_why - 1);
}

static void ended(void *ctx, const char *line)
{
    struct table *t = ctx;
    CU_ASSERT_STRING_EQUAL(line, "bye");
    t->ended++;
}

static bool is_enough(void *ctx)
{
    const struct table *t = ctx;
    return t->enough > 0 && t->done >= t->enough;
}

static enum pool_end run_pool(struct table *t, size_t workers)
{
    const struct pool_work work = {.ctx = t,
                                   .jobs = JOBS,
                                   .worker_ctx = t,
                                   .begin = begin,
                                   .run = run,
                                   .end = end,
                                   .groups = 3,
                                   .group_of = group_of,
                                   .limit_ms = limit_ms,
                                   .done = done,
                                   .ended = ended,
                                   .is_enough = is_enough};
    t->parent = getpid();
    return pool_run(&work, workers);
}

static void forget(struct table *t)
{
    for (size_t i = 0; i < JOBS; i++)
        free(t->answers[i]);
}

static void every_job_is_answered_once(void)
{
    for (size_t workers = 1; workers <= 40; workers += 13) {
        struct table t = {0};
        CU_ASSERT_EQUAL(run_pool(&t, workers), POOL_ALL_DONE);
        CU_ASSERT_EQUAL(t.done, JOBS);
        CU_ASSERT_EQUAL(t.ended, workers < JOBS ? workers : JOBS);
        for (size_t i = 0; i < JOBS; i++) {
            char *wanted = mem_printf("job %zu", i);
            CU_ASSERT_STRING_EQUAL(t.answers[i], wanted);
            free(wanted);
        }
        forget(&t);
    }
}

static void check_one_lost(int does, const char *why)
{
    struct table t = {0};
    t.does[5] = does;
    CU_ASSERT_EQUAL(run_pool(&t, 2), POOL_ALL_DONE);
    CU_ASSERT_EQUAL(t.done, JOBS);
    CU_ASSERT_STRING_EQUAL(t.answers[5], "");
    CU_ASSERT_STRING_EQUAL(t.answers[6], "job 6");
    CU_ASSERT_STRING_EQUAL(t.last_why, why);
    forget(&t);
}

static void a_worker_that_is_lost_costs_its_job_only(void)
{
    check_one_lost(DIES, "was ended by signal 9");
    check_one_lost(EXITS, "ended with exit code 7");
    check_one_lost(HANGS, "took too long and was ended");
}

static void enough_is_enough(void)
{
    struct table t = {.enough = 3};
    CU_ASSERT_EQUAL(run_pool(&t, 1), POOL_STOPPED);
    CU_ASSERT_EQUAL(t.done, 3);
    forget(&t);
}

/* The job interrupts the parent, as a terminal would. */
static char *interrupt(void *state, size_t job)
{
    const struct table *t = state;
    (void)job;
    kill(t->parent, SIGINT);
    while (t->parent)
        pause();
    return NULL;
}

static void an_interrupt_ends_all(void)
{
    struct table t = {.parent = getpid()};
    const struct pool_work work = {.ctx = &t,
                                   .jobs = JOBS,
                                   .worker_ctx = &t,
                                   .begin = begin,
                                   .run = interrupt,
                                   .end = end,
                                   .groups = 3,
                                   .group_of = group_of,
                                   .limit_ms = limit_ms,
                                   .done = done,
                                   .ended = ended,
                                   .is_enough = is_enough};
    CU_ASSERT_EQUAL(pool_run(&work, 2), POOL_INTERRUPTED);
    CU_ASSERT_EQUAL(t.done, 0);
}

void unit_pool(void)
{
    UNIT(every_job_is_answered_once);
    UNIT(a_worker_that_is_lost_costs_its_job_only);
    UNIT(enough_is_enough);
    UNIT(an_interrupt_ends_all);
}
