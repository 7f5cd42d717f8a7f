/* What is wrong with a user's input: every problem, each with the place it stands at, collected before anything is said. */
#ifndef BASE_PROBLEM_H
#define BASE_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct problem {
    char *path; /* "config.json#/products/0/productKey", "--mqtt-port", … */
    char *text;
};

/* Zero-initialised is empty; problems_fini frees the texts. */
struct problems {
    struct problem *items;
    size_t count;
};

void problems_add(struct problems *all, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* One line each, "path: text". */
void problems_print(const struct problems *all, FILE *to);

void problems_fini(struct problems *all);

#endif
