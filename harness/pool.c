#include "pool.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/base/buf.h"
#include "lib/base/check.h"
#include "lib/base/clock.h"
#include "lib/base/mem.h"
#include "lib/base/str.h"

enum { LINE_MAX_BYTES = 64 * 1024 * 1024, READ_BYTES = 64 * 1024 };

#define NO_JOB ((size_t)-1)

/* A worker as its parent sees it; pid 0: none in this place. */
struct worker_slot {
    pid_t pid;
    int jobs_fd, lines_fd; /* jobs_fd -1: told to end */
    size_t job, group;
    int64_t deadline_ms;
    struct buf line;
    bool killed_for_time;
};

struct pool {
    const struct pool_work *work;
    struct clock *clock;
    struct worker_slot *slots;
    size_t slot_count;
    size_t *queue;       /* the jobs, group after group */
    size_t *next, *last; /* of each group in queue: what is left is next..last */
    size_t *busy;        /* workers on each group */
    size_t left, running;
};

static volatile sig_atomic_t was_interrupted;

static void on_interrupt(int number)
{
    (void)number;
    was_interrupted = 1;
}

static bool write_all(int fd, const void *bytes, size_t n)
{
    const char *at = bytes;
    while (n > 0) {
        ssize_t written = write(fd, at, n);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        at += written;
        n -= (size_t)written;
    }
    return true;
}

static bool write_line(int fd, char *line)
{
    bool good = write_all(fd, line, strlen(line)) && write_all(fd, "\n", 1);
    free(line);
    return good;
}

/* The life of a worker: jobs in, lines out, until its pipe ends. */
static void worker_live(const struct pool_work *work, int jobs_fd, int lines_fd)
{
    void *state = work->begin(work->worker_ctx);
    size_t job;
    bool good = true;
    while (good) {
        ssize_t n = read(jobs_fd, &job, sizeof job);
        if (n < 0 && errno == EINTR)
            continue;
        if (n != (ssize_t)sizeof job)
            break;
        good = write_line(lines_fd, work->run(state, job));
    }
    char *last = work->end(state);
    if (last)
        write_line(lines_fd, last);
}

/* Not by exit(): what libraries do there for threads of the parent (libuv joins its own) has no meaning in a fork of it. */
_Noreturn static void end_worker(void)
{
    fflush(NULL);
#ifdef __SANITIZE_ADDRESS__
    __lsan_do_leak_check();
#endif
    _exit(0);
}

static void slot_start(struct pool *p, struct worker_slot *slot)
{
    int jobs[2], lines[2];
    CHECK(pipe2(jobs, O_CLOEXEC) == 0 && pipe2(lines, O_CLOEXEC) == 0);
    fflush(NULL);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        sigset_t none;
        signal(SIGINT, SIG_IGN); /* the parent decides what an interrupt means */
        signal(SIGTERM, SIG_DFL);
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        for (size_t i = 0; i < p->slot_count; i++) {
            if (p->slots[i].pid == 0)
                continue;
            close(p->slots[i].lines_fd);
            if (p->slots[i].jobs_fd >= 0)
                close(p->slots[i].jobs_fd);
        }
        close(jobs[1]);
        close(lines[0]);
        worker_live(p->work, jobs[0], lines[1]);
        end_worker();
    }
    close(jobs[0]);
    close(lines[1]);
    *slot = (struct worker_slot){
        .pid = pid, .jobs_fd = jobs[1], .lines_fd = lines[0], .job = NO_JOB, .group = NO_JOB};
    buf_init(&slot->line, LINE_MAX_BYTES);
    p->running++;
}

/* Of the group that the worker knows, else of the one with the most jobs for each worker on it. */
static size_t choose_group(const struct pool *p, size_t known)
{
    size_t best = NO_JOB, best_share = 0;
    if (known != NO_JOB && p->next[known] < p->last[known])
        return known;
    for (size_t g = 0; g < p->work->groups; g++) {
        size_t share = (p->last[g] - p->next[g]) * 64 / (p->busy[g] + 1);
        if (share > best_share) {
            best = g;
            best_share = share;
        }
    }
    return best;
}

static void slot_leave_group(struct pool *p, struct worker_slot *slot)
{
    if (slot->group != NO_JOB)
        p->busy[slot->group]--;
    slot->group = NO_JOB;
}

/* Hands the next job to an idle worker, or tells it to end. */
static void slot_feed(struct pool *p, struct worker_slot *slot)
{
    bool enough = was_interrupted || p->work->is_enough(p->work->ctx);
    size_t group = enough ? NO_JOB : choose_group(p, slot->group);
    if (group != slot->group) {
        slot_leave_group(p, slot);
        slot->group = group;
        if (group != NO_JOB)
            p->busy[group]++;
    }
    if (group == NO_JOB) {
        close(slot->jobs_fd);
        slot->jobs_fd = -1;
        return;
    }
    slot->job = p->queue[p->next[group]++];
    p->left--;
    slot->deadline_ms = clock_now_ms(p->clock) + p->work->limit_ms(p->work->ctx, slot->job);
    write_all(slot->jobs_fd, &slot->job,
              sizeof slot->job); /* when it fails, reading will find the worker dead */
}

static void slot_take_lines(struct pool *p, struct worker_slot *slot)
{
    for (;;) {
        size_t end = str_find(buf_str(&slot->line), '\n');
        if (end == slot->line.len)
            return;
        slot->line.data[end] = '\0';
        const char *line = (const char *)slot->line.data;
        size_t job = slot->job;
        slot->job = NO_JOB;
        if (job != NO_JOB)
            p->work->done(p->work->ctx, job, line, NULL);
        else
            p->work->ended(p->work->ctx, line);
        buf_consume(&slot->line, end + 1);
        if (job != NO_JOB && slot->jobs_fd >= 0)
            slot_feed(p, slot);
    }
}

/* The worker's pipe has ended: it has, too. */
static void slot_bury(struct pool *p, struct worker_slot *slot)
{
    int status = 0;
    char why[64] = "";
    while (waitpid(slot->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (slot->killed_for_time)
        snprintf(why, sizeof why, "took too long and was ended");
    else if (WIFSIGNALED(status))
        snprintf(why, sizeof why, "was ended by signal %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0 || slot->job != NO_JOB)
        snprintf(why, sizeof why, "ended with exit code %d", WEXITSTATUS(status));
    if (slot->job != NO_JOB)
        p->work->done(p->work->ctx, slot->job, NULL, why);
    else if (*why)
        p->work->ended(p->work->ctx, why);
    slot_leave_group(p, slot);
    close(slot->lines_fd);
    if (slot->jobs_fd >= 0)
        close(slot->jobs_fd);
    buf_fini(&slot->line);
    slot->pid = 0;
    p->running--;
}

static void slot_read(struct pool *p, struct worker_slot *slot)
{
    uint8_t *room = buf_reserve(&slot->line, READ_BYTES);
    ssize_t n = room ? read(slot->lines_fd, room, READ_BYTES) : 0;
    if (n < 0 && errno == EINTR)
        return;
    if (n > 0) {
        buf_commit(&slot->line, (size_t)n);
        slot_take_lines(p, slot);
        return;
    }
    if (!room)
        kill(slot->pid, SIGKILL);
    slot_bury(p, slot);
}

/* Milliseconds to the first deadline; -1 when no job is under way. Kills who has passed its own. */
static int watch_deadlines(struct pool *p)
{
    int64_t first_ms = -1, now_ms = clock_now_ms(p->clock);
    for (size_t i = 0; i < p->slot_count; i++) {
        struct worker_slot *slot = &p->slots[i];
        if (slot->pid == 0 || slot->job == NO_JOB || slot->killed_for_time)
            continue;
        int64_t left_ms = slot->deadline_ms - now_ms;
        if (left_ms <= 0) {
            slot->killed_for_time = true;
            kill(slot->pid, SIGKILL);
        } else if (first_ms < 0 || left_ms < first_ms) {
            first_ms = left_ms;
        }
    }
    return first_ms > 1000000 ? 1000000 : (int)first_ms;
}

static void wait_and_read(struct pool *p)
{
    struct pollfd *waits = mem_zalloc(p->slot_count, sizeof *waits);
    sigset_t none;
    int left_ms = watch_deadlines(p);
    struct timespec limit = {.tv_sec = left_ms / 1000, .tv_nsec = (long)(left_ms % 1000) * 1000000};
    sigemptyset(&none);
    for (size_t i = 0; i < p->slot_count; i++) {
        waits[i].fd = p->slots[i].pid ? p->slots[i].lines_fd : -1;
        waits[i].events = POLLIN;
    }
    int ready = ppoll(waits, (nfds_t)p->slot_count, left_ms >= 0 ? &limit : NULL, &none);
    for (size_t i = 0; ready > 0 && i < p->slot_count; i++)
        if (waits[i].fd >= 0 && waits[i].revents)
            slot_read(p, &p->slots[i]);
    free(waits);
}

static void end_all(struct pool *p)
{
    for (size_t i = 0; i < p->slot_count; i++) {
        struct worker_slot *slot = &p->slots[i];
        if (slot->pid == 0)
            continue;
        kill(slot->pid, SIGTERM);
        while (waitpid(slot->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        close(slot->lines_fd);
        if (slot->jobs_fd >= 0)
            close(slot->jobs_fd);
        buf_fini(&slot->line);
        slot->pid = 0;
    }
}

static void sort_into_groups(struct pool *p)
{
    const struct pool_work *work = p->work;
    size_t at = 0;
    for (size_t g = 0; g < work->groups; g++) {
        p->next[g] = at;
        for (size_t job = 0; job < work->jobs; job++)
            if (work->group_of(work->ctx, job) == g)
                p->queue[at++] = job;
        p->last[g] = at;
    }
    p->left = at;
}

static void run_all(struct pool *p)
{
    do {
        for (size_t i = 0; i < p->slot_count && !was_interrupted; i++) {
            struct worker_slot *slot = &p->slots[i];
            if (slot->pid == 0 && p->left > 0 && !p->work->is_enough(p->work->ctx)) {
                slot_start(p, slot);
                slot_feed(p, slot);
            }
        }
        if (p->running > 0)
            wait_and_read(p);
    } while (p->running > 0 && !was_interrupted);
}

enum pool_end pool_run(const struct pool_work *work, size_t workers)
{
    struct pool p = {.work = work, .clock = clock_new_real()};
    struct sigaction act = {.sa_handler = on_interrupt}, old_int, old_term;
    sigset_t interrupts, old_mask;
    size_t groups = work->groups ? work->groups : 1;
    was_interrupted = 0;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    sigaddset(&interrupts, SIGTERM);
    sigprocmask(SIG_BLOCK, &interrupts, &old_mask);
    sigaction(SIGINT, &act, &old_int);
    sigaction(SIGTERM, &act, &old_term);
    p.slot_count = workers < work->jobs ? workers : work->jobs;
    p.slots = mem_zalloc(p.slot_count + 1, sizeof *p.slots);
    p.queue = mem_zalloc(work->jobs + 1, sizeof *p.queue);
    p.next = mem_zalloc(groups, sizeof *p.next);
    p.last = mem_zalloc(groups, sizeof *p.last);
    p.busy = mem_zalloc(groups, sizeof *p.busy);
    sort_into_groups(&p);
    run_all(&p);
    end_all(&p);
    /* One interrupt was enough: those that wait are dropped, so that the partial results can still be written. */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    sigaction(SIGINT, &old_int, NULL);
    sigaction(SIGTERM, &old_term, NULL);
    sigprocmask(SIG_SETMASK, &old_mask, NULL);
    enum pool_end end = was_interrupted ? POOL_INTERRUPTED : p.left > 0 ? POOL_STOPPED : POOL_ALL_DONE;
    free(p.slots);
    free(p.queue);
    free(p.next);
    free(p.last);
    free(p.busy);
    clock_free(p.clock);
    return end;
}
