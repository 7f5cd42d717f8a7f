/* For code that must end the program: runs it in a child and hands back how it ended and what it said. */
#ifndef TESTS_UNIT_DYING_H
#define TESTS_UNIT_DYING_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* The wait status of a child that runs act(); said gets the start of its standard error, NUL-terminated. */
static inline int dying(void (*act)(void), char *said, size_t size)
{
    int ends[2];
    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    fflush(NULL);
    pid_t child = fork();
    CU_ASSERT_TRUE_FATAL(child >= 0);
    if (child == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        act();
        _exit(0);
    }
    close(ends[1]);
    size_t n = 0;
    char rest[512];
    for (;;) {
        ssize_t got = n + 1 < size ? read(ends[0], said + n, size - 1 - n) : read(ends[0], rest, sizeof rest);
        if (got <= 0)
            break;
        n += n + 1 < size ? (size_t)got : 0;
    }
    said[n] = '\0';
    close(ends[0]);
    int status = 0;
    CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
    return status;
}

#endif
