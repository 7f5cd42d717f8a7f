#include "arguments.h"

#include <stdlib.h>
#include <string.h>

#include "lib/base/mem.h"
#include "lib/base/str.h"

void words_add(struct words *words, const char *word)
{
    words->items = mem_realloc(words->items, (words->count + 1) * sizeof *words->items);
    words->items[words->count++] = word;
}

void words_fini(struct words *words)
{
    free(words->items);
    *words = (struct words){0};
}

/* The row that a word names. *inside is the value in the same word ("--out=DIR", "-j4"), or NULL. */
static const struct argument *find(const struct argument *table, const char *word, const char **inside)
{
    for (const struct argument *a = table; a->name; a++) {
        size_t n = strlen(a->name);
        bool is_short = n == 2;
        *inside = NULL;
        if (strncmp(word, a->name, n) != 0)
            continue;
        if (word[n] == '\0')
            return a;
        if (word[n] != '=' && !is_short)
            continue;
        *inside = word + n + (word[n] == '=');
        return a;
    }
    return NULL;
}

static void set(const struct argument *a, const char *value, struct problems *problems)
{
    int64_t number;
    switch (a->kind) {
    case ARGUMENT_FLAG:
        *(bool *)a->to = true;
        return;
    case ARGUMENT_TEXT:
        *(const char **)a->to = value;
        return;
    case ARGUMENT_LIST:
        words_add(a->to, value);
        return;
    case ARGUMENT_INT:
        if (str_to_int(str_of(value), &number) && number >= 1 && number <= 1000000000)
            *(int64_t *)a->to = number;
        else
            problems_add(problems, a->name, "'%s' is not a whole number from 1", value);
        return;
    }
}

bool arguments_parse(int argc, char **argv, const struct argument *table, struct problems *problems)
{
    size_t before = problems->count;
    for (int i = 1; i < argc; i++) {
        const char *value;
        const struct argument *a = find(table, argv[i], &value);
        if (!a) {
            problems_add(problems, argv[i], "there is no such option; --help lists them");
            continue;
        }
        if (a->kind == ARGUMENT_FLAG && value) {
            problems_add(problems, a->name, "takes no value");
        } else if (a->kind == ARGUMENT_FLAG) {
            set(a, NULL, problems);
        } else if (value || i + 1 < argc) {
            set(a, value ? value : argv[++i], problems);
        } else {
            problems_add(problems, a->name, "wants a value (%s)", a->value);
        }
    }
    return problems->count == before;
}

void arguments_help(const struct argument *table, FILE *to)
{
    for (const struct argument *a = table; a->name; a++) {
        char *left = mem_printf("%s%s%s", a->name, a->value ? " " : "", a->value ? a->value : "");
        fprintf(to, "  %-26s %s\n", left, a->help);
        free(left);
    }
}
