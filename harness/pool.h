/* Work done by forked processes: jobs are handed out one by one, each answered by one line of text. A worker that dies or takes
 * too long costs its job only. */
#ifndef HARNESS_POOL_H
#define HARNESS_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool_work {
    void *ctx;
    size_t jobs; /* numbered from 0 */

    /* In a worker: a state of its own, made once; the line that answers a job (the pool frees it; it holds no line feed); the
     * end, which may leave a line too (NULL: none). */
    void *worker_ctx; /* of begin */
    void *(*begin)(void *worker_ctx);
    char *(*run)(void *state, size_t job);
    char *(*end)(void *state);

    /* In the parent. Jobs of one group (0 .. groups - 1) go to the same worker as far as that keeps all busy. */
    size_t groups;
    size_t (*group_of)(void *ctx, size_t job);
    int64_t (*limit_ms)(void *ctx, size_t job); /* after this much real time a worker is killed */
    /* The answer of a job; or line NULL and why there is none: "was ended by signal 9", "took longer than 5000 ms". */
    void (*done)(void *ctx, size_t job, const char *line, const char *why);
    void (*ended)(void *ctx, const char *line); /* what a worker's end left; also why it died at its end */
    bool (*is_enough)(void *ctx);               /* no more jobs are to be handed out */
};

enum pool_end { POOL_ALL_DONE, POOL_STOPPED, POOL_INTERRUPTED };

/* Runs all jobs with at most this many workers at once. While it runs SIGINT and SIGTERM are caught: then the workers are killed and
 * POOL_INTERRUPTED comes back; jobs without an answer have not been passed to done. */
enum pool_end pool_run(const struct pool_work *work, size_t workers);

#endif
